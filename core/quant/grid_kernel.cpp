#include "core/quant/grid_kernel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitscape::grid {

Range rangeOf(const float* values, std::int64_t count) {
  float low[kLanes] = {}, high[kLanes] = {}, taint[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const float v = values[i + lane];
      low[lane] = v < low[lane] ? v : low[lane];
      high[lane] = v > high[lane] ? v : high[lane];
      taint[lane] += v * 0.0f;  // NaN once a value is NaN or infinite
    }
  }
  for (; i < count; ++i) {
    low[0] = std::min(low[0], values[i]);
    high[0] = std::max(high[0], values[i]);
    taint[0] += values[i] * 0.0f;
  }
  Range range;
  float anyTaint = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    range.low = std::min(range.low, low[lane]);
    range.high = std::max(range.high, high[lane]);
    anyTaint += taint[lane];
  }
  range.finite = anyTaint == 0.0f;
  return range;
}

Scaling scalingOf(Range range, const Format& format) {
  const float steps = static_cast<float>(format.grid.levels - 1);
  const float clip = static_cast<float>(format.clipRatio);
  const float low = range.low * clip, high = range.high * clip;
  Scaling result;
  if (format.symmetry == Symmetry::Symmetric) {
    result.scale = std::max(high, -low) / (steps * 0.5f);
    result.zero = static_cast<float>(format.grid.levels / 2);
    if (result.scale < std::numeric_limits<float>::min()) result.scale = 1;
    return result;
  }
  result.scale = (high - low) / steps;
  if (std::isinf(result.scale)) result.scale = high / steps - low / steps;  // the range itself overflowed
  if (result.scale < std::numeric_limits<float>::min()) result.scale = 1;
  result.zero = std::clamp(roundHalfEven(-low / result.scale), 0.0f, steps);
  return result;
}

namespace {

// round(v / scale) kept inside the grid, before the zero point is added. The bounds are integers, so clamping first changes nothing;
// the comparisons let NaN through.
struct ToGrid {
  float scale, least, most;
  ToGrid(Scaling scaling, std::int64_t levels)
      : scale(scaling.scale), least(-scaling.zero), most(static_cast<float>(levels - 1) - scaling.zero) {}
  float operator()(float v) const {
    v = v / scale;
    v = v < least ? least : v;
    v = v > most ? most : v;
    return roundHalfEven(v);
  }
};

}  // namespace

void encode(const float* values, std::int64_t count, Scaling scaling, std::int64_t levels, std::uint8_t* codes) {
  const ToGrid toGrid(scaling, levels);
  for (std::int64_t i = 0; i < count; ++i) {
    float code = toGrid(values[i]) + scaling.zero;
    code = code > 0.0f ? code : 0.0f;  // NaN to 0: converting it would be undefined
    codes[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>(code));
  }
}

void roundTrip(const float* values, std::int64_t count, Scaling scaling, std::int64_t levels, float* out) {
  const ToGrid toGrid(scaling, levels);
  for (std::int64_t i = 0; i < count; ++i) out[i] = toGrid(values[i]) * scaling.scale;
}

void decode(const std::uint8_t* codes, std::int64_t count, float scale, float offset, float* out) {
  for (std::int64_t i = 0; i < count; ++i) out[i] = scale * static_cast<float>(codes[i]) + offset;
}

}  // namespace bitscape::grid
