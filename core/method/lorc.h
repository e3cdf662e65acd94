// The best low-rank approximation of a matrix, as two thin factors. See lorc.cpp. Pure, thread-safe.
#pragma once

#include <cstdint>

#include "core/base/tensor.h"

namespace bitscape {

struct LowRank {
  Tensor left, right;  // float32 [out, r], [r, in]: both carry the square root of the singular values
};
// r is `rank`, or less where the matrix is smaller. Throws Error on a rank below 1.
LowRank lowRankOf(const Tensor& matrix, std::int64_t rank);

}  // namespace bitscape
