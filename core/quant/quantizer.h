// Round-to-nearest onto a Format, for weights and inputs.
//
// The range of a granule is extended to include zero and multiplied by the clip ratio. Integer grids:
//   asymmetric  scale = (max - min) / (levels - 1),       zero = round(-min / scale)
//   symmetric   scale = max|x| / ((levels - 1) / 2),      zero = levels / 2, so the values are -levels/2 .. levels - 1 - levels/2
//   code = clamp(round(x / scale) + zero, 0, levels - 1), x ~ scale * (code - zero)
// Tables: scale = max|x| / max|table|, the nearest value wins (the lower one of two equally near).
// Scale rules (format.h): ZeroQuant puts levels in the place of levels - 1 (DeepSpeed's quantizer; the largest code saturates); powers of
// two are taken before an asymmetric zero is computed; in ratios a scale only grows, so that nothing is clipped.
// Rounding is half to even, as torch.round. A range too small for float32 (an all-zero row too) gets scale 1 and stays exactly zero.
//
// Float32 inputs on the CPU take one fused pass on LibTorch's threads, everything else runs as tensor operators on its own device, with
// the same float32 arithmetic and the same result. Pure, thread-safe.
#pragma once

#include "core/quant/packed.h"

namespace bitscape {

// Weights [out, in] of any float type; the result lies on the CPU. Throws Error when weightFault(format) has a reason, when a group
// does not divide `in`, or when a weight is NaN or infinite (with its place).
// `clip`, when defined, multiplies the ranges beside the format's own ratio: [out, granules], [out, 1] or [1], above 0 and at most 1. Where
// rows share a range, each row's part of it is clipped by the row's ratio. A learned grid has no values here: Error.
Packed quantizeWeight(const Tensor& weight, const Format& format, const Tensor& clip = {});
// Inputs [..., in] of any float type; rows are all leading dimensions. A dynamic format takes every row's own range, a static one
// `range` for all of them (values outside get the outermost codes). Throws Error when inputFault(format) has a reason, when a static
// format comes without a range that is finite and in order, or when a row holds NaN or infinity.
QuantizedInput quantizeInput(const Tensor& x, const Format& format, const std::optional<InputRange>& range = {});
// quantizeInput and back, in x's shape and type: what fake quantization feeds to the float linear. A row that holds NaN or infinity
// becomes NaN as a whole, so that it is seen downstream without asking the device here.
Tensor fakeQuantizeInput(const Tensor& x, const Format& format, const std::optional<InputRange>& range = {});

}  // namespace bitscape
