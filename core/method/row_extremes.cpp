#include "core/method/row_extremes.h"

#include "core/base/instruction_sets.h"

namespace bitscape {
namespace {

// (GCC and Clang vector extension; narrower instruction sets split a vector.)
typedef float Floats __attribute__((vector_size(kExtremeLanes * sizeof(float)), aligned(alignof(float)), may_alias));

}  // namespace

BITSCAPE_CLONES void rowExtremes(const float* x, std::int64_t rows, std::int64_t n, const float* m, std::int64_t columns, float* low,
                                 float* high) {
  for (std::int64_t row = 0; row < rows; row += kExtremeRows) {
    const float* tile = x + row * n;
    Floats least[kExtremeRows], most[kExtremeRows];
    for (std::int64_t column = 0; column < columns; column += kExtremeLanes) {
      Floats sum[kExtremeRows] = {};
      for (std::int64_t k = 0; k < n; ++k) {
        const Floats factor = *(const Floats*)(m + k * columns + column);
        for (int r = 0; r < kExtremeRows; ++r) sum[r] += tile[r * n + k] * factor;
      }
      for (int r = 0; r < kExtremeRows; ++r) {
        if (column == 0) least[r] = most[r] = sum[r];
        least[r] = sum[r] < least[r] ? sum[r] : least[r];
        most[r] = sum[r] > most[r] ? sum[r] : most[r];
      }
    }
    for (int r = 0; r < kExtremeRows; ++r) {
      float smallest = least[r][0], largest = most[r][0];
      for (int lane = 1; lane < kExtremeLanes; ++lane) {
        smallest = least[r][lane] < smallest ? least[r][lane] : smallest;
        largest = most[r][lane] > largest ? most[r][lane] : largest;
      }
      low[row + r] = smallest;
      high[row + r] = largest;
    }
  }
}

}  // namespace bitscape
