// Levels of a matrix, each half as large, that keep the value of largest magnitude: no outlier vanishes when zoomed out.
//
// Level 0 is the matrix itself (not copied). Cell (r, c) of level k holds the signed value of largest |x| among the 2^k x 2^k cells it
// covers; NaN wins over every number, so that it is seen. Immutable after construction; thread-safe.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "views/heat/heat_grid.h"

namespace bitscape {

// The one of larger magnitude. The bits of |x| order floats by magnitude, with infinity and then NaN above all numbers.
inline float largerMagnitude(float a, float b) {
  constexpr std::int32_t kMagnitude = 0x7fffffff;
  return (std::bit_cast<std::int32_t>(b) & kMagnitude) > (std::bit_cast<std::int32_t>(a) & kMagnitude) ? b : a;
}

class MaxPyramid {
 public:
  struct Level {
    int rows = 0, columns = 0;
    const float* values = nullptr;
    const float* row(int r) const { return values + static_cast<std::size_t>(r) * columns; }
  };

  explicit MaxPyramid(std::shared_ptr<const HeatGrid> grid);
  int levels() const { return static_cast<int>(m_levels.size()); }
  const Level& level(int k) const { return m_levels[static_cast<std::size_t>(k)]; }
  const HeatGrid& grid() const { return *m_grid; }
  // Over all finite values; 0 when there is none.
  float largestMagnitude() const { return m_largest; }
  // A robust floor for a logarithmic scale: the 5 % quantile of the non-zero |x|, from a sample.
  float smallMagnitude() const { return m_small; }
  // Share of the cells whose |x| is smaller: exact for small matrices, else from an even sample.
  double shareBelow(float magnitude) const;
  // The margins: largest |x| of each column (1 x columns) and of each row (rows x 1), with their signs; null for a single row or column.
  const MaxPyramid* columnMargin() const { return m_columnMargin.get(); }
  const MaxPyramid* rowMargin() const { return m_rowMargin.get(); }

 private:
  void takeSample(std::size_t count);
  void takeMargins();

  std::shared_ptr<const HeatGrid> m_grid;
  std::vector<std::unique_ptr<float[]>> m_storage;   // of the levels above 0
  std::vector<Level> m_levels;
  std::unique_ptr<const MaxPyramid> m_columnMargin, m_rowMargin;
  std::vector<float> m_sample;                       // of finite |x|, ascending
  float m_largest = 0, m_small = 0;
};

}  // namespace bitscape
