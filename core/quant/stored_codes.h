// The codes that a weight had before it was decoded, found again from its values and its format.
//
// A folder that was quantized already is a float model whose weights lie on grids. Rounding these to nearest anew keeps them only where
// every granule uses its outermost codes: a scale that a search made smaller or larger than the range is lost. Here the largest value of a
// granule is tried as every code that it can be, from the outermost inwards, until all values are codes of one scale.
// Pure, thread-safe.
#pragma once

#include "core/quant/packed.h"

namespace bitscape {

// Granules whose values are codes of one scale (of the format's scale type) within float32's rounding keep them; all others are those of
// quantizeWeight, as are formats with other granularities than channels and groups. Weight [out, in]; throws Error as quantizeWeight does.
Packed storedCodes(const Tensor& weight, const Format& format);

}  // namespace bitscape
