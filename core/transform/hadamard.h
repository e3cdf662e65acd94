// Hadamard matrices of the sizes that models need, and their product with runs of channels.
//
// n = 2^m k with k in {1, 12, 20, 28, 36, 40, 52, 60, 108, 140, 156, 172}: Sylvester's doubling of a base matrix of order k, made by
// Paley's constructions (q + 1 and 2 (q + 1)) or Williamson's (156, 172). H has entries +-1, H H' = n I; everything here is normalized by
// 1 / sqrt(n). H is not symmetric in general. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/tensor.h"

namespace bitscape {

bool hasHadamard(std::int64_t n);
// Why there is none, with the sizes that exist; nullopt when there is one.
std::optional<std::string> hadamardFault(std::int64_t n);
// H / sqrt(n): float64 [n, n] on the CPU. Throws Error.
Tensor hadamardMatrix(std::int64_t n);
// The largest size with a matrix that divides `width` and is at most `most`; 1 when there is none. hadamardDividing(576, 100) is 96.
std::int64_t hadamardDividing(std::int64_t width, std::int64_t most);
// x (I (x) H / sqrt(n)) over runs of n of the last dimension, in x's type and on its device; `transposed`: with H' instead (the inverse).
// Fast: n log2 of the power of two additions, then the base matrix.
Tensor applyHadamard(const Tensor& x, std::int64_t n, bool transposed = false);
// The base order k of n = 2^m k, largest m.
std::int64_t hadamardBase(std::int64_t n);

}  // namespace bitscape
