// The arithmetic of integer grids on runs of float32: the one place where a range becomes a scale and a value a code.
//
// Loops are written over kLanes independent lanes so that a compiler vectorizes them without -ffast-math. The source is compiled with
// -ffp-contract=off: scale * code must round exactly as scale * zero did, or zeros would not stay zero. Pure, thread-safe.
#pragma once

#include <cstdint>

#include "core/quant/format.h"

namespace bitscape::grid {

inline constexpr int kLanes = 16;

struct Range {
  float low = 0, high = 0;  // include zero
  bool finite = true;       // no NaN and no infinity in the run
};
Range rangeOf(const float* values, std::int64_t count);

struct Scaling {
  float scale = 1;
  float zero = 0;  // the code of 0.0, an integer
};
Scaling scalingOf(Range range, const Format& format);

// Half to even for |v| < 2^22: adding 1.5 * 2^23 leaves no bits for a fraction (needs the default rounding mode).
inline float roundHalfEven(float v) {
  constexpr float kMagic = 12582912.0f;
  return (v + kMagic) - kMagic;
}

// codes[i] = clamp(round(values[i] / scale) + zero, 0, levels - 1); a NaN becomes code 0.
void encode(const float* values, std::int64_t count, Scaling scaling, std::int64_t levels, std::uint8_t* codes);
// out[i] = scale * (code of values[i] - zero); may be in place.
void roundTrip(const float* values, std::int64_t count, Scaling scaling, std::int64_t levels, float* out);
// out[i] = scale * codes[i] + offset.
void decode(const std::uint8_t* codes, std::int64_t count, float scale, float offset, float* out);

}  // namespace bitscape::grid
