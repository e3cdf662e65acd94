#include "views/heat/max_pyramid.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <thread>

namespace bitscape {
namespace {

constexpr std::size_t kSample = 16384;

// Rows first, in short runs that stay in the cache and vectorize; then neighbours within the row.
void reduceRows(const MaxPyramid::Level& from, float* to, int columns, int firstRow, int lastRow) {
  constexpr int kRun = 2048;
  float pooled[kRun];
  for (int r = firstRow; r < lastRow; ++r) {
    const float* a = from.row(2 * r);
    const float* b = 2 * r + 1 < from.rows ? from.row(2 * r + 1) : a;
    float* out = to + static_cast<std::size_t>(r) * columns;
    for (int start = 0; start < from.columns; start += kRun) {
      const int count = std::min(kRun, from.columns - start);
      for (int i = 0; i < count; ++i) pooled[i] = largerMagnitude(a[start + i], b[start + i]);
      float* target = out + start / 2;
      for (int i = 0; i < count / 2; ++i) target[i] = largerMagnitude(pooled[2 * i], pooled[2 * i + 1]);
      if (count % 2 == 1) target[count / 2] = pooled[count - 1];
    }
  }
}

void reduce(const MaxPyramid::Level& from, float* to, int rows, int columns) {
  constexpr std::int64_t kWorthThreads = 1 << 20;
  const int threads = static_cast<std::int64_t>(from.rows) * from.columns < kWorthThreads
                          ? 1
                          : std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 8);
  std::vector<std::jthread> workers;
  for (int t = 1; t < threads; ++t) {
    workers.emplace_back([&, t] { reduceRows(from, to, columns, rows * t / threads, rows * (t + 1) / threads); });
  }
  reduceRows(from, to, columns, 0, rows / threads);
}

}  // namespace

MaxPyramid::MaxPyramid(std::shared_ptr<const HeatGrid> grid) : m_grid(std::move(grid)) {
  const std::size_t count = static_cast<std::size_t>(std::max(0, m_grid->rows)) * static_cast<std::size_t>(std::max(0, m_grid->columns));
  if (count == 0 || m_grid->values.size() < count) {   // nothing to show, or a grid that does not hold what it says
    m_levels.push_back({0, 0, nullptr});
    return;
  }
  m_levels.push_back({m_grid->rows, m_grid->columns, m_grid->values.data()});
  while (m_levels.back().rows > 1 || m_levels.back().columns > 1) {
    const Level from = m_levels.back();
    const int rows = (from.rows + 1) / 2, columns = (from.columns + 1) / 2;
    m_storage.push_back(std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(rows) * columns));
    reduce(from, m_storage.back().get(), rows, columns);
    m_levels.push_back({rows, columns, m_storage.back().get()});
  }
  m_largest = std::abs(m_levels.back().values[0]);
  if (!std::isfinite(m_largest)) {
    m_largest = 0;
    for (const float v : m_grid->values) {
      if (std::isfinite(v)) m_largest = std::max(m_largest, std::abs(v));
    }
  }
  takeSample(count);
  takeMargins();
}

void MaxPyramid::takeSample(std::size_t count) {
  const std::size_t stride = count <= kSample ? 1 : (count / kSample) | 1;   // odd, so that it does not walk along one column
  m_sample.reserve(count / stride + 1);
  for (std::size_t i = 0; i < count; i += stride) {
    const float v = std::abs(m_grid->values[i]);
    const auto row = static_cast<int>(i / static_cast<std::size_t>(m_grid->columns)), column = static_cast<int>(i % static_cast<std::size_t>(m_grid->columns));
    if (std::isfinite(v) && m_grid->exists(row, column)) m_sample.push_back(v);
  }
  std::sort(m_sample.begin(), m_sample.end());
  const auto nonZero = std::upper_bound(m_sample.begin(), m_sample.end(), 0.0f);
  if (nonZero != m_sample.end()) m_small = *(nonZero + (m_sample.end() - nonZero) / 20);
}

double MaxPyramid::shareBelow(float magnitude) const {
  if (m_sample.empty()) return 0;
  const auto at = std::lower_bound(m_sample.begin(), m_sample.end(), std::abs(magnitude));
  return static_cast<double>(at - m_sample.begin()) / static_cast<double>(m_sample.size());
}

void MaxPyramid::takeMargins() {
  const Level& all = level(0);
  if (all.rows < 2 || all.columns < 2) return;
  const auto margin = [&](int rows, int columns) {
    auto grid = std::make_shared<HeatGrid>();
    grid->rows = rows;
    grid->columns = columns;
    grid->values.assign(static_cast<std::size_t>(rows) * columns, 0.0f);
    return grid;
  };
  auto ofColumns = margin(1, all.columns), ofRows = margin(all.rows, 1);
  float* const columns = ofColumns->values.data();
  for (int r = 0; r < all.rows; ++r) {
    const float* row = all.row(r);
    // Magnitude first, sign in the last bit: the largest key is the cell of largest |x|, and a maximum of integers vectorizes.
    std::uint32_t largest = 0;
    for (int c = 0; c < all.columns; ++c) largest = std::max(largest, std::rotl(std::bit_cast<std::uint32_t>(row[c]), 1));
    ofRows->values[static_cast<std::size_t>(r)] = std::bit_cast<float>(std::rotr(largest, 1));
    for (int c = 0; c < all.columns; ++c) columns[c] = largerMagnitude(columns[c], row[c]);
  }
  m_columnMargin = std::make_unique<const MaxPyramid>(std::move(ofColumns));
  m_rowMargin = std::make_unique<const MaxPyramid>(std::move(ofRows));
}

}  // namespace bitscape
