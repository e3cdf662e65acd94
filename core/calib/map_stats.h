// Statistics pushed through a Step: what they would be had the model been changed before they were collected.
//
// The sample, the Hessian and the mean are mapped exactly (a shift of a Scale included). Scale and Permute also map ranges and moments of
// channels exactly (kurtosis does not change), Permute the top values. What is left comes from the mapped sample: of Rotate and Hadamard
// everything, of Scale the top values (besides those known before), the histograms, meanAbsolute and kurtosisAll. Random rows stand for
// all rows but those that were sampled for their top values, which stand for themselves; so these are estimates that hold the outliers.
// Parts that are empty stay empty. Clip and Compensate change nothing. Pure, thread-safe.
#pragma once

#include "core/calib/stats.h"
#include "core/transform/step.h"

namespace bitscape {

InputStats mapStats(const InputStats& stats, const Step& step);
// The sample as a tensor that shares nothing: float32 [rows, channels].
Tensor sampleOf(const InputStats& stats);

}  // namespace bitscape
