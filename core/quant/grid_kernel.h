// The arithmetic of grids on runs of float32: the one place where a range becomes a scale and a value a code.
//
// Loops are written over kLanes independent lanes so that a compiler vectorizes them without -ffast-math. The source is compiled with
// -ffp-contract=off: scale * code must round exactly as scale * zero did, or zeros would not stay zero. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <vector>

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
// A table has no zero point: 0.
Scaling scalingOf(Range range, const Format& format);
// The smallest power of two at or above a positive scale, at most 2^127.
float powerOfTwoAbove(float scale);
// ScaleRule::PowerOfTwoRatio on one row's scales (of its granules): s <- s_max / 2^floor(log2(s_max / s)). Rounding the exponent up, as
// the paper may be read, would make scales too small for their range by up to one half. Granules of zeros are left as they are.
void shareRatios(Scaling* granules, const Range* ranges, std::int64_t count);

// Half to even for |v| < 2^22: adding 1.5 * 2^23 leaves no bits for a fraction (needs the default rounding mode).
inline float roundHalfEven(float v) {
  constexpr float kMagic = 12582912.0f;
  return (v + kMagic) - kMagic;
}

// codes[i] = clamp(round(values[i] / scale) + zero, 0, levels - 1); a NaN becomes code 0.
void encode(const float* values, std::int64_t count, Scaling scaling, std::int64_t levels, std::uint8_t* codes);
// out[i] = scale * (code of values[i] - zero); may be in place.
void roundTrip(const float* values, std::int64_t count, Scaling scaling, std::int64_t levels, float* out);
// The nearest value of a sorted table, the lower one of two equally near.
class Nearest {
 public:
  // `quick` makes an index of all floats by their leading bits: worth it for more values than it has entries.
  Nearest(const std::vector<float>& table, bool quick);
  // codes[i]: of values[i] / scale, which is no NaN.
  void encode(const float* values, std::int64_t count, float scale, std::uint8_t* codes) const;
  // out[i] = scale * table[code of values[i] / scale]; may be in place.
  void roundTrip(const float* values, std::int64_t count, float scale, float* out) const;
  static constexpr std::int64_t kEntries = 8192;

 private:
  std::uint8_t codeOf(float v) const;
  std::vector<float> m_table, m_middle;   // midpoints between neighbours, then infinity
  std::vector<std::uint8_t> m_first;      // by leading bits: the code of the smallest such float
};

// out[i] = scale * codes[i] + offset.
void decode(const std::uint8_t* codes, std::int64_t count, float scale, float offset, float* out);

}  // namespace bitscape::grid
