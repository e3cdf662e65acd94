// What a GGUF file can hold of a plan, and what programs that read it do otherwise: faults and prices, each with a remedy.
//
// Rules: ggml's block types (gguf_blocks.h) and llama.cpp's run time, which rounds inputs to 8 bits in blocks of its own and knows no steps
// before a product. Pure, thread-safe.
#pragma once

#include "core/exchange/exporter.h"

namespace bitscape {

// `roundAgain`: weights without an exact type are rounded to a named one instead of refused.
std::vector<Finding> lintGguf(const ExportSubject& subject, bool roundAgain);

}  // namespace bitscape
