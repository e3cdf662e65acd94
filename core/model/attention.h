// Causal attention with grouped heads, a sliding window and a cache.
//
// q: [windows, heads, tokens, headDim]; k, v: [windows, kvHeads, keys, headDim], keys >= tokens: the queries are the last positions.
// Query head h reads key/value head h / (heads / kvHeads). Stateless: thread-compatible.
#pragma once

#include <cstdint>
#include <optional>

#include "core/model/forward.h"

namespace bitscape {

// softmax(q k' / sqrt(headDim)) v: [windows, tokens, heads * headDim]. With `slidingWindow` w, a query sees the latest w keys, its own
// included.
Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, std::optional<std::int64_t> slidingWindow);

// Appends the keys and values of new tokens, growing the buffers geometrically.
void append(KvCache& cache, const Tensor& key, const Tensor& value);
// The same for tokens that are not written yet: `fresh` is their shape [windows, kvHeads, tokens, headDim].
void makeRoom(KvCache& cache, at::IntArrayRef fresh, const at::TensorOptions& options);

}  // namespace bitscape
