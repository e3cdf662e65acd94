// Static scales of input channels: calibrated, folded into what comes before. See feature_scale.cpp.
//
// Pure, thread-safe.
#pragma once

#include "core/method/method.h"

namespace bitscape {

// What each channel is divided by, from its calibrated maximum: m_c, but at least max m / most; with `powersOfTwo` max m / 2^k, k the
// nearest whole number (0 .. log2 most). A channel that is always zero gets the smallest factor. All ones when every channel is zero.
// Float32 [width] on the CPU, as `maxima`.
Tensor featureFactors(const Tensor& maxima, double most, bool powersOfTwo);
Pass featureScalePass();

}  // namespace bitscape
