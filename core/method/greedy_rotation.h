// DuQuant's greedy rotation: one orthogonal matrix for all blocks of n channels that takes away the largest range.
//
//   R~   = B diag(1, Q'),  B a chain of Givens rotations with first row 1 / sqrt(n),  Q' random orthogonal: it keeps B's first column
//   W_0  = X as [rows * blocks, n]
//   R_t  = R~ with rows 0 and e_t and columns 0 and e_t exchanged, e_t taken from the place of the largest |value| of W_t
//   W_t+1 = W_t R_t;  range_t = max W_t - min W_t;  the result is R_0 R_1 .. R_(T-1), T the first minimum of range_t: T = 0 is no rotation
//
// The search is exact and lazy: W_t is never written down. A rotation keeps the norm of a row, so rows of W_0 in descending order of
// their norms are multiplied by R_0 .. R_(t-1) only until the next norm is below both extremes found. (X (R_0 R_1 ..) differs from
// ((X R_0) R_1) .. by rounding alone.) On a CPU the caller's thread does all the work. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/tensor.h"

namespace bitscape {

// Which index of the largest |value| of W_t names e_t.
enum class SwapBy {
  Row,    // its row modulo n: what the released code does
  Column  // its channel: what the paper describes
};

struct GreedySearch {
  std::int64_t block = 64;  // n: divides the width of X
  std::int64_t steps = 256;
  SwapBy swapBy = SwapBy::Row;
  std::uint64_t seed = 2;
};

// What will be rounded after the rotation: noise is judged by the ranges of its granules. Empty values: does not count.
struct RoundedValues {
  Tensor values;             // [rows, width]
  std::int64_t granule = 0;  // channels that share a scale: a multiple of n that divides the width
  double levels = 16;
  bool symmetric = false;
};

struct GreedyRotation {
  Tensor matrix;                    // float64 [n, n] on the CPU; undefined when no rotation is best
  std::int64_t best = 0;            // T
  std::vector<double> scores;       // range_t or noise_t, t = 0 .. steps
  std::vector<std::int64_t> swaps;  // e_t, t = 0 .. steps - 1
};

Tensor greedyBase(std::int64_t n);                       // B: float64 [n, n]
Tensor greedyTilde(std::int64_t n, std::uint64_t seed);  // R~: float64 [n, n]

// X [rows, width], float32 on any device. Throws Error unless the block divides the width and X is finite.
GreedyRotation greedyRotation(const Tensor& x, const GreedySearch& search);
// The same matrices R_t, but T has the least expected rounding noise: over all of `rounded` the sum of (the squared steps that the
// granules' ranges give, / 12) per squared value. Errors of both factors of a product add up so.
GreedyRotation greedyRotationByNoise(const Tensor& x, const GreedySearch& search, const std::vector<RoundedValues>& rounded);

}  // namespace bitscape
