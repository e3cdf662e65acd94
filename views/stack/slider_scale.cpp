#include "views/stack/slider_scale.h"

#include <algorithm>
#include <cmath>

namespace bitscape {
namespace {

constexpr double kManyFold = 500;  // from high / low on, equal factors serve better than equal steps
constexpr int kMostPositions = 5000, kPerDecade = 20, kLogDigits = 2, kMostDecimals = 9;

// The nearest number with so many decimals (negative: tens, hundreds), as close as a double comes to it.
double roundedTo(double value, int decimals) {
  const double power = std::pow(10, std::abs(decimals));
  return decimals >= 0 ? std::round(value * power) / power : std::round(value / power) * power;
}

// 1, 2 or 5 times a power of ten, at most `value`.
double niceBelow(double value) {
  const double power = std::pow(10, std::floor(std::log10(value) + 1e-9));
  for (const double lead : {5.0, 2.0}) {
    if (lead * power <= value * (1 + 1e-9)) return lead * power;
  }
  return power;
}

}  // namespace

SliderScale scaleOf(const ParamSpec& spec) {
  SliderScale scale;
  scale.low = spec.low;
  scale.high = std::max(spec.high, spec.low);
  const bool whole = spec.kind == ParamSpec::Kind::Integer;
  const double span = scale.high - scale.low;
  scale.logarithmic = scale.low > 0 && scale.high / scale.low >= kManyFold;
  if (span <= 0) {
    scale.positions = 0;
    scale.decimals = 0;
  } else if (scale.logarithmic) {
    scale.positions = static_cast<int>(std::lround(std::log10(scale.high / scale.low) * kPerDecade));
    scale.decimals = whole ? 0 : std::clamp(static_cast<int>(std::ceil(-std::log10(scale.low))) + kLogDigits - 1, 0, kMostDecimals);
    scale.step = whole ? 1 : scale.low;
  } else {
    scale.step = whole ? 1 : niceBelow(span / 50);
    scale.decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(scale.step) - 1e-9)));
    while (scale.decimals < kMostDecimals && std::abs(roundedTo(scale.low, scale.decimals) - scale.low) > 1e-12) ++scale.decimals;
    const double steps = std::ceil(span / scale.step - 1e-9);
    scale.positions = steps > kMostPositions ? 0 : static_cast<int>(steps);
  }
  return scale;
}

double SliderScale::valueAt(int position) const {
  if (position <= 0) return low;
  if (position >= positions) return high;
  if (!logarithmic) return std::clamp(roundedTo(low + position * step, decimals), low, high);
  const double value = low * std::pow(high / low, static_cast<double>(position) / positions);
  const int enough = kLogDigits - 1 - static_cast<int>(std::floor(std::log10(value)));
  return std::clamp(roundedTo(value, std::min(enough, decimals)), low, high);
}

int SliderScale::positionOf(double value) const {
  if (!(value > low)) return 0;
  if (value >= high) return positions;
  const double share = logarithmic ? std::log(value / low) / std::log(high / low) * positions : (value - low) / step;
  return std::clamp(static_cast<int>(std::lround(share)), 0, positions);
}

}  // namespace bitscape
