// Random orthogonal matrices and random signs that depend on a seed alone.
//
// The Q factor of a matrix of independent standard normal numbers (Box and Muller's, from the Mersenne twister, whose numbers are the same
// everywhere). Its columns' signs are as Householder's reflections leave them. Pure, thread-safe.
#pragma once

#include <cstdint>

#include "core/base/tensor.h"

namespace bitscape {

// Float64 [n, n] on the CPU. Throws Error unless 1 <= n <= 16384.
Tensor randomOrthogonal(std::int64_t n, std::uint64_t seed);
// +1 and -1, float32 [n] on the CPU.
Tensor randomSigns(std::int64_t n, std::uint64_t seed);
// One seed for each of several uses of another.
std::uint64_t mixedSeed(std::uint64_t seed, std::uint64_t use);

}  // namespace bitscape
