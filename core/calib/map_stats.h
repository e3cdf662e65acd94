// Statistics pushed through a Step: what they would be had the model been changed before they were collected.
//
// The sample and the Hessian are mapped exactly. Scale and Permute also map ranges, moments and top values exactly (kurtosis of a channel
// does not change); for Rotate and Hadamard those come from the mapped sample, as do the histograms, and so are estimates that hold the
// rows of the top values. Clip and Compensate change nothing. Pure, thread-safe.
#pragma once

#include "core/calib/stats.h"
#include "core/transform/step.h"

namespace bitscape {

InputStats mapStats(const InputStats& stats, const Step& step);
// The sample as a tensor that shares nothing: float32 [rows, channels].
Tensor sampleOf(const InputStats& stats);

}  // namespace bitscape
