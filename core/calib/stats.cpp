#include "core/calib/stats.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <string>

#include "core/base/error.h"

namespace bitscape {
namespace {

// A float's exponent and its 7 leading mantissa bits are one integer: 128 steps per octave.
constexpr int kDroppedMantissaBits = 23 - 7;
constexpr int kFirstBin = (127 + MagnitudeHistogram::kLowestExponent) * MagnitudeHistogram::kBinsPerOctave;

inline int binIndex(float value) {
  const int steps = static_cast<int>((std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFu) >> kDroppedMantissaBits);
  return std::clamp(steps - kFirstBin, 0, MagnitudeHistogram::kBins - 1);
}

}  // namespace

MagnitudeHistogram::MagnitudeHistogram(std::vector<std::int64_t> counts) : m_counts(std::move(counts)) {
  if (m_counts.size() == static_cast<std::size_t>(kBins)) return;
  throw Error("a histogram has " + std::to_string(m_counts.size()) + " bins, " + std::to_string(kBins) + " are needed");
}

int MagnitudeHistogram::binOf(float value) { return binIndex(value); }

void MagnitudeHistogram::add(const float* values, std::int64_t count) {
  std::int64_t* counts = m_counts.data();
  for (std::int64_t i = 0; i < count; ++i) ++counts[binIndex(values[i])];
}

void MagnitudeHistogram::merge(const MagnitudeHistogram& other) {
  for (std::size_t i = 0; i < m_counts.size(); ++i) m_counts[i] += other.m_counts[i];
}

std::int64_t MagnitudeHistogram::total() const { return std::accumulate(m_counts.begin(), m_counts.end(), std::int64_t{0}); }

double MagnitudeHistogram::lowerEdge(int bin) {
  const int octave = bin / kBinsPerOctave;
  return std::ldexp(1.0 + static_cast<double>(bin % kBinsPerOctave) / kBinsPerOctave, kLowestExponent + octave);
}

double MagnitudeHistogram::quantile(double fraction) const {
  const double target = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(total());
  double before = 0;
  int last = -1;
  for (int bin = 0; bin < kBins; ++bin) {
    const double count = static_cast<double>(m_counts[static_cast<std::size_t>(bin)]);
    if (count == 0) continue;
    last = bin;
    if (before + count >= target) {
      if (bin == 0) return 0;
      return std::lerp(lowerEdge(bin), lowerEdge(bin + 1), (target - before) / count);
    }
    before += count;
  }
  return last <= 0 ? 0 : lowerEdge(last + 1);
}

}  // namespace bitscape
