#include "core/transform/butterfly.h"

#include "core/base/instruction_sets.h"

namespace bitscape {

BITSCAPE_CLONES void butterfly(float* x, std::int64_t rows, std::int64_t parts, std::int64_t inner) {
  const std::int64_t width = parts * inner;
  for (std::int64_t row = 0; row < rows; ++row) {
    float* values = x + row * width;
    for (std::int64_t distance = inner; distance < width; distance *= 2) {
      for (std::int64_t start = 0; start < width; start += 2 * distance) {
        float* __restrict low = values + start;
        float* __restrict high = values + start + distance;
        for (std::int64_t i = 0; i < distance; ++i) {
          const float a = low[i], b = high[i];
          low[i] = a + b;
          high[i] = a - b;
        }
      }
    }
  }
}

}  // namespace bitscape
