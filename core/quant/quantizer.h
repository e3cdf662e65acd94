// Round-to-nearest onto a Format, for weights and inputs.
//
// The range includes zero; asymmetric: scale (max - min) / (levels - 1), zero point round(-min / scale); symmetric: scale
// max|x| / ((levels - 1) / 2) on the grid -levels/2 .. levels/2 - 1. Rounding is half to even, as torch.round. Pure, thread-safe.
#pragma once

#include "core/quant/packed.h"

namespace bitscape {

// Weights float32 [out, in]. Throws Error when a group does not divide `in`.
Packed quantizeWeight(const Tensor& weight, const Format& format);
// Inputs [..., in] of any float type, dynamic per token (rows are all leading dimensions).
QuantizedInput quantizeInput(const Tensor& x, const Format& format);
// quantizeInput and back, in x's shape and type: what fake quantization feeds to the float linear.
Tensor fakeQuantizeInput(const Tensor& x, const Format& format);

}  // namespace bitscape
