#include "core/method/kmeans.h"

#include <algorithm>
#include <numeric>

namespace bitscape {
namespace {

// Sorted numbers of positive weight with running sums of f, f w and f w^2.
class Line {
 public:
  Line(const float* values, const float* weights, std::int64_t count) {
    std::vector<std::int64_t> order;
    for (std::int64_t i = 0; i < count; ++i) {
      if (weights[i] > 0) order.push_back(i);
    }
    const bool even = order.empty();
    if (even) {
      order.resize(static_cast<std::size_t>(count));
      std::iota(order.begin(), order.end(), 0);
    }
    std::sort(order.begin(), order.end(),
              [&](std::int64_t a, std::int64_t b) { return values[a] < values[b] || (values[a] == values[b] && a < b); });
    m_mass.assign(1, 0), m_sum.assign(1, 0), m_squares.assign(1, 0);
    for (const std::int64_t i : order) {
      const double f = even ? 1.0 : weights[i], w = values[i];
      m_values.push_back(values[i]);
      m_mass.push_back(m_mass.back() + f);
      m_sum.push_back(m_sum.back() + f * w);
      m_squares.push_back(m_squares.back() + f * w * w);
    }
  }
  std::size_t size() const { return m_values.size(); }
  float value(std::size_t i) const { return m_values[i]; }
  double center(std::size_t begin, std::size_t end) const { return (m_sum[end] - m_sum[begin]) / (m_mass[end] - m_mass[begin]); }
  double error(std::size_t begin, std::size_t end) const {
    if (end - begin < 2 || m_values[begin] == m_values[end - 1]) return 0;
    const double mass = m_mass[end] - m_mass[begin], sum = m_sum[end] - m_sum[begin];
    return std::max(0.0, m_squares[end] - m_squares[begin] - sum * sum / mass);
  }
  // How many numbers lie at or below.
  std::size_t upTo(double bound) const {
    return static_cast<std::size_t>(std::upper_bound(m_values.begin(), m_values.end(), bound, [](double b, float v) { return b < v; }) -
                                    m_values.begin());
  }
  // Where cutting a run lowers its error most.
  std::size_t bestCut(std::size_t begin, std::size_t end) const {
    const double all = m_sum[end] - m_sum[begin], mass = m_mass[end] - m_mass[begin];
    std::size_t best = begin + 1;
    double most = -1;
    for (std::size_t cut = begin + 1; cut < end; ++cut) {
      if (m_values[cut - 1] == m_values[cut]) continue;
      // The error falls by sum_l^2 / mass_l + sum_r^2 / mass_r - sum^2 / mass; the last does not depend on the cut.
      const double left = m_sum[cut] - m_sum[begin], leftMass = m_mass[cut] - m_mass[begin];
      const double gain = left * left / leftMass + (all - left) * (all - left) / (mass - leftMass);
      if (gain > most) most = gain, best = cut;
    }
    return best;
  }

 private:
  std::vector<float> m_values;
  std::vector<double> m_mass, m_sum, m_squares;
};

// Borders 0 = b_0 < b_1 < .. of at most k runs.
std::vector<std::size_t> divided(const Line& line, std::int64_t k) {
  struct Run {
    std::size_t begin, end;
    double error;
  };
  std::vector<Run> runs{{0, line.size(), line.error(0, line.size())}};
  while (std::ssize(runs) < k) {
    const auto worst = std::max_element(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.error < b.error; });
    if (worst->error <= 0) break;
    const std::size_t cut = line.bestCut(worst->begin, worst->end), end = worst->end;
    *worst = {worst->begin, cut, line.error(worst->begin, cut)};
    runs.push_back({cut, end, line.error(cut, end)});
  }
  std::vector<std::size_t> borders{line.size()};
  for (const Run& run : runs) borders.push_back(run.begin);
  std::sort(borders.begin(), borders.end());
  return borders;
}

}  // namespace

std::vector<float> weightedKMeans(const float* values, const float* weights, std::int64_t count, std::int64_t k, int iterations) {
  if (count < 1 || k < 1) return std::vector<float>(static_cast<std::size_t>(std::max<std::int64_t>(0, k)), 0.0f);
  const Line line(values, weights, count);
  std::vector<std::size_t> borders = divided(line, k);
  const std::size_t runs = borders.size() - 1;
  std::vector<double> centers(runs);
  for (int step = 0; step <= iterations; ++step) {
    for (std::size_t r = 0; r < runs; ++r) {
      if (borders[r] < borders[r + 1]) centers[r] = line.center(borders[r], borders[r + 1]);
    }
    const std::vector<std::size_t> before = borders;
    for (std::size_t r = 1; r < runs; ++r) borders[r] = std::max(borders[r - 1], line.upTo((centers[r - 1] + centers[r]) / 2));
    if (borders == before) break;
  }
  std::vector<float> result(centers.begin(), centers.end());
  std::sort(result.begin(), result.end());
  result.resize(static_cast<std::size_t>(k), result.back());
  return result;
}

}  // namespace bitscape
