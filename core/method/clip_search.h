// Searches for clipping ratios by the error that they leave at a linear's output. See clip_search.cpp for the objective.
//
// Pure functions on float32 tensors of one device, thread-safe; throw Error on a format that cannot round or a group that does not divide.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/tensor.h"
#include "core/method/method.h"
#include "core/method/sampled_rows.h"
#include "core/quant/packed.h"

namespace bitscape {

// `count` ratios from 1 down to `lowest`, evenly spaced; count >= 2.
std::vector<double> clipRatios(double lowest, std::int64_t count);
struct WeightClip {
  Tensor ratio;  // float32 [out, granules] on the CPU
  Tensor cost;   // the error that is left, on the weight's device
};
// The best ratio of each granule. `rows` [rows, in] as SampledRows::weighted gives them; `before`: clips that
// are applied besides, or undefined; `diagonal`: by squared errors times the channels' mean squares.
WeightClip bestWeightClip(const Tensor& weight, const Tensor& rows, const Format& format, const Tensor& before,
                          const std::vector<double>& ratios, bool diagonal);
// The best ratio for inputs that the weights [out, in] read; `range` for a static format.
double bestInputClip(const SampledRows& rows, const Tensor& weight, const Format& format, const std::optional<InputRange>& range,
                     const std::vector<double>& ratios, bool capped);

Pass clipSearchPass();

}  // namespace bitscape
