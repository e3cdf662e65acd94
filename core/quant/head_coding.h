// Codes of rows of queries, keys and values: what a cache of keys and values keeps.
//
// The same arithmetic as fakeQuantizeInput's, row by row. Pure, thread-safe.
#pragma once

#include <memory>

#include "core/model/kv_cache.h"
#include "core/quant/format.h"

namespace bitscape {

// `format`: dynamic and per token (headFormat; check() of a plan asks for it). Throws Error on any other.
std::shared_ptr<const KvCoding> headCoding(const Format& format);

}  // namespace bitscape
