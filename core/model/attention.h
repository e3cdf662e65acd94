// Causal attention with grouped heads, a sliding window and a cache.
//
// q: [windows, heads, tokens, headDim]; k, v: [windows, kvHeads, keys, headDim], keys >= tokens: the queries are the last positions.
// Query head h reads key/value head h / (heads / kvHeads). Stateless: thread-compatible.
#pragma once

#include <cstdint>
#include <optional>

#include "core/model/kv_cache.h"

namespace bitscape {

// softmax(q k' / sqrt(headDim)) v: [windows, tokens, heads * headDim]. With `slidingWindow` w, a query sees the latest w keys, its own
// included.
Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, std::optional<std::int64_t> slidingWindow);

// The same with keys and values of a cache, whose last positions are the queries'. One token's queries read codes as they lie there; for more
// of them the keys that they see are decoded, for this call alone.
Tensor attend(const Tensor& q, const KvCache& cache, std::optional<std::int64_t> slidingWindow);

}  // namespace bitscape
