// Weights rounded column by column, each rounding error made up for by the columns that follow: the solver of GPTQ and QUIK.
//
//   H = X'X / rows + damping mean(diag H) I,   H^-1 = U'U with U upper triangular
//   column i:  q = round(w_i),  e = (w_i - q) / U[i,i],  w_j -= e U[i,j] for all j > i
// (Frantar et al., arXiv 2210.17323). Rows do not see each other: inside a block of columns every row is finished by itself on the CPU's
// threads, then one matrix product on the Hessian's device carries the block's errors to the columns behind it. U comes from one
// Cholesky factor in double: with J the reversal, J H J = L L' gives U = (J L J)^-1.
//
// Scales and zeros are those of quantizeWeight, so that a Hessian without correlations gives round-to-nearest exactly. Pure, thread-safe.
#pragma once

#include <cstdint>

#include "core/base/progress.h"
#include "core/quant/packed.h"

namespace bitscape {

// Range: from the granule's range. Squares: the range times the ratio (1, 0.99 .. 0.2) that leaves the least squared error. Weighted: the
// same with each column's error weighted by diag H.
enum class ScaleChoice { Range, Squares, Weighted };

struct HessianSolverOptions {
  double damping = 0.01;         // times the mean of the diagonal
  std::int64_t block = 128;      // columns
  bool activationOrder = false;  // columns of the largest diag H first
  // Groups' scales from the weights as given; otherwise from what they have become when their group is reached. Columns out of order,
  // and scale rules that tie groups together, always take the former.
  bool staticGroups = false;
  ScaleChoice scales = ScaleChoice::Range;
  Tensor keptColumns;  // int64 [k], ascending: stay float, come last and make up for the others; undefined: none
};

// `weight` float32 [out, in], `hessian` [in, in], `clip` as quantizeWeight takes it. Throws Error on a Hessian of another size, with NaN or
// infinity, or not positive definite even with a thousand times the damping; on learned grids; and as quantizeWeight does.
Packed solveByHessian(const Tensor& weight, const Tensor& hessian, const Format& format, const Tensor& clip,
                      const HessianSolverOptions& options, const Progress& progress);

// U as above, double on the Hessian's device. Channels that were always zero (a dead column of H) stand alone.
Tensor inverseFactor(const Tensor& hessian, double damping);

// The ratios of Squares (weights undefined) or Weighted ([in], float32) beside `clip`: float32 [out, granules].
Tensor leastErrorClip(const Tensor& weight, const Format& format, const Tensor& clip, const Tensor& columnWeights);

}  // namespace bitscape
