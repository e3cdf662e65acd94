// The error that a linear's formats cause by themselves: its output on sampled float inputs, before and after rounding both.
//
//   SQNR = 10 log10( |X W^T|^2 / |X W^T - Q(X) Q(W)^T|^2 ) in dB
// X are the sampled rows of the statistics, so nothing is run: the number is *static*, errors of earlier layers are not in it.
// Pure, thread-safe.
#pragma once

#include "core/calib/stats.h"
#include "core/method/method.h"
#include "core/quant/plan.h"

namespace bitscape {

// Infinite when the plan leaves the linear exact. `weight` is float32 [out, in].
double staticSqnr(const Tensor& weight, const InputStats& input, const LinearPlan& plan, const RoundingChoice& rounding);

}  // namespace bitscape
