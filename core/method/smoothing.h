// The factors that even out inputs and weights, for the papers that smooth. Pure, thread-safe.
#pragma once

#include "core/base/tensor.h"
#include "core/model/config.h"

namespace bitscape {

// max|X_c|^alpha / max|W_c|^(1 - alpha), at least `floor`: float32 [width] on the CPU, as both maxima are.
Tensor smoothingFactors(const Tensor& inputMaxima, const Tensor& weightMaxima, double alpha, double floor);
// Factors of o's input [heads * headDim] such that they fold into v: the largest over the query heads that share a value head. A group's
// channels come from the same row of v, so different factors could only be divided at run time.
Tensor sharedByGroups(const Tensor& factor, const ModelConfig& config);

}  // namespace bitscape
