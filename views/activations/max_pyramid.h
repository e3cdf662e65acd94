// Levels of a matrix, each half as large, that keep the value of largest magnitude: no outlier vanishes when zoomed out.
//
// Level 0 is the matrix itself (not copied). Cell (r, c) of level k holds the signed value of largest |x| among the 2^k x 2^k cells it
// covers; NaN wins over every number, so that it is seen. Immutable after construction; thread-safe.
#pragma once

#include <memory>
#include <vector>

#include "views/activations/grid.h"

namespace bitscape {

class MaxPyramid {
 public:
  struct Level {
    int rows = 0, columns = 0;
    const float* values = nullptr;
    const float* row(int r) const { return values + static_cast<std::size_t>(r) * columns; }
  };

  explicit MaxPyramid(std::shared_ptr<const Grid> grid);
  int levels() const { return static_cast<int>(m_levels.size()); }
  const Level& level(int k) const { return m_levels[static_cast<std::size_t>(k)]; }
  const Grid& grid() const { return *m_grid; }
  // Over all finite values; 0 when there is none.
  float largestMagnitude() const { return m_largest; }
  // A robust floor for a logarithmic scale: the 1 % quantile of the non-zero |x|, from a sample.
  float smallMagnitude() const { return m_small; }

 private:
  std::shared_ptr<const Grid> m_grid;
  std::vector<std::vector<float>> m_storage;
  std::vector<Level> m_levels;
  float m_largest = 0, m_small = 0;
};

}  // namespace bitscape
