// LLM-FP4's search of a floating-point format and its biases for one weight. See llm_fp4.cpp.
//
// Pure, thread-safe; throws Error on a format that cannot round.
#pragma once

#include <vector>

#include "core/quant/packed.h"

namespace bitscape {

// The same format on each grid of as many bits that the search tries: E3M0, E2M1, E1M2; E4M3, E5M2; any other format by itself.
std::vector<Format> floatFormatsLike(const Format& format);
// The grid whose best scales leave the least error at the output, with the scales of every granule: `ratios` of the full range are tried.
// `rows` [rows, in] as SampledRows::weighted gives them; `clip` multiplies the ranges besides, or is undefined.
Packed searchFloatFormat(const Tensor& weight, const Tensor& rows, const std::vector<Format>& formats, const Tensor& clip,
                         const std::vector<double>& ratios);

}  // namespace bitscape
