#include "core/quant/grid_kernel.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/base/instruction_sets.h"

namespace bitscape::grid {

BITSCAPE_CLONES
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

float powerOfTwoAbove(float scale) {
  int exponent = 0;
  const float mantissa = std::frexp(scale, &exponent);  // 0.5 <= mantissa < 1
  return std::ldexp(1.0f, std::min(mantissa == 0.5f ? exponent - 1 : exponent, 127));
}

namespace {

// Half to even on the type's own steps; a scale above 0 stays so, one beyond the type's largest value becomes that.
float roundedTo(ScaleType type, float scale) {
  if (type == ScaleType::Float32) return scale;
  const bool half = type == ScaleType::Float16;
  const int digits = half ? 11 : 8, smallest = half ? -24 : -126 - 7;  // of the significand; exponent of the smallest step
  int exponent = 0;
  std::frexp(scale, &exponent);
  const int step = std::max(exponent - digits, smallest);
  const float rounded = std::ldexp(std::max(1.0f, std::nearbyint(std::ldexp(scale, -step))), step);
  return std::min(rounded, half ? 65504.0f : 0x1.FEp127f);
}

float usable(float scale, const Format& format) {
  if (scale < std::numeric_limits<float>::min()) return 1;
  return roundedTo(format.scaleType, format.scaleRule == ScaleRule::PowerOfTwo ? powerOfTwoAbove(scale) : scale);
}

}  // namespace

Scaling scalingOf(Range range, const Format& format) {
  const float last = static_cast<float>(format.grid.levels - 1);
  const float steps = format.scaleRule == ScaleRule::ZeroQuant ? last + 1 : last;  // that the range is cut into
  const float clip = static_cast<float>(format.clipRatio);
  const float low = range.low * clip, high = range.high * clip;
  Scaling result;
  if (const std::vector<float>& table = format.grid.table; !table.empty()) {
    const float reach = std::max(std::fabs(table.front()), std::fabs(table.back()));
    result.scale = usable(std::max(high, -low) / reach, format);
    return result;
  }
  if (format.symmetry == Symmetry::Symmetric) {
    result.scale = usable(std::max(high, -low) / (steps * 0.5f), format);
    result.zero = static_cast<float>(format.grid.levels / 2);
    return result;
  }
  result.scale = (high - low) / steps;
  if (std::isinf(result.scale)) result.scale = high / steps - low / steps;  // the range itself overflowed
  result.scale = usable(result.scale, format);
  result.zero = std::clamp(roundHalfEven(-low / result.scale), 0.0f, last);
  return result;
}

void shareRatios(Scaling* granules, const Range* ranges, std::int64_t count) {
  constexpr float kNothing = 1e-30f;
  const auto counts = [&](std::int64_t g) { return std::max(ranges[g].high, -ranges[g].low) > kNothing; };
  float most = 0;
  for (std::int64_t g = 0; g < count; ++g) {
    if (counts(g)) most = std::max(most, granules[g].scale);
  }
  for (std::int64_t g = 0; g < count; ++g) {
    if (!counts(g)) continue;
    int power = 0;
    std::frexp(most / granules[g].scale, &power);  // a ratio of mantissa in 0.5..1: floor(log2) is one less
    granules[g].scale = std::ldexp(most, 1 - power);  // representable wherever `most` is (but for float16's subnormals)
  }
}

Nearest::Nearest(const std::vector<float>& table, bool quick) : m_table(table) {
  for (std::size_t i = 1; i < table.size(); ++i) m_middle.push_back((table[i - 1] + table[i]) / 2);
  m_middle.push_back(std::numeric_limits<float>::infinity());
  if (!quick) return;
  m_first.resize(kEntries);
  for (std::uint32_t entry = 0; entry < kEntries; ++entry) {
    // The smallest float with these leading bits: of negative ones that with all other bits set.
    const bool negative = entry >= kEntries / 2;
    float least = std::bit_cast<float>(entry << 19 | (negative ? (1u << 19) - 1 : 0));
    if (std::isnan(least)) least = negative ? -std::numeric_limits<float>::infinity() : std::numeric_limits<float>::infinity();
    m_first[entry] = static_cast<std::uint8_t>(std::lower_bound(m_middle.begin(), m_middle.end(), least) - m_middle.begin());
  }
}

inline std::uint8_t Nearest::codeOf(float v) const {
  if (m_first.empty()) return static_cast<std::uint8_t>(std::lower_bound(m_middle.begin(), m_middle.end(), v) - m_middle.begin());
  std::uint8_t code = m_first[std::bit_cast<std::uint32_t>(v) >> 19];
  while (m_middle[code] < v) ++code;
  return code;
}

void Nearest::encode(const float* values, std::int64_t count, float scale, std::uint8_t* codes) const {
  for (std::int64_t i = 0; i < count; ++i) codes[i] = codeOf(values[i] / scale);
}

void Nearest::roundTrip(const float* values, std::int64_t count, float scale, float* out) const {
  for (std::int64_t i = 0; i < count; ++i) out[i] = scale * m_table[codeOf(values[i] / scale)];
}

namespace {

// round(v / scale) kept inside the grid, before the zero point is added. The bounds are integers, so clamping first changes nothing;
// the comparisons let NaN through.
struct ToGrid {
  float scale, least, most;
  ToGrid(Scaling scaling, std::int64_t levels)
      : scale(scaling.scale), least(-scaling.zero), most(static_cast<float>(levels - 1) - scaling.zero) {}
  __attribute__((always_inline)) float operator()(float v) const {
    v = v / scale;
    v = v < least ? least : v;
    v = v > most ? most : v;
    return roundHalfEven(v);
  }
};

}  // namespace

BITSCAPE_CLONES
void encode(const float* values, std::int64_t count, Scaling scaling, std::int64_t levels, std::uint8_t* codes) {
  const ToGrid toGrid(scaling, levels);
  for (std::int64_t i = 0; i < count; ++i) {
    float code = toGrid(values[i]) + scaling.zero;
    code = code > 0.0f ? code : 0.0f;  // NaN to 0: converting it would be undefined
    codes[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>(code));
  }
}

BITSCAPE_CLONES
void roundTrip(const float* values, std::int64_t count, Scaling scaling, std::int64_t levels, float* out) {
  const ToGrid toGrid(scaling, levels);
  for (std::int64_t i = 0; i < count; ++i) out[i] = toGrid(values[i]) * scaling.scale;
}

BITSCAPE_CLONES
void decode(const std::uint8_t* codes, std::int64_t count, float scale, float offset, float* out) {
  for (std::int64_t i = 0; i < count; ++i) out[i] = scale * static_cast<float>(codes[i]) + offset;
}

}  // namespace bitscape::grid
