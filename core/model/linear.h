// y = x W' + b by the fastest product at hand.
//
// MKL, which at::linear calls in float32, leaves half of an AMD processor unused; oneDNN, which LibTorch carries too, generates code
// for the processor that it finds (measured on an EPYC with AVX-512: 2.2 times as fast). Taken for float32 on the CPU without
// gradients and more than a few rows; everything else goes to at::linear. Pure, thread-safe.
#pragma once

#include "core/base/tensor.h"

namespace bitscape {

// x: [..., in], weight: [out, in], bias: [out] or undefined -> [..., out].
Tensor applyLinear(const Tensor& x, const Tensor& weight, const Tensor& bias = {});

}  // namespace bitscape
