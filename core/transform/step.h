// A Step: one change inserted at a seam, as plain data, exact by construction.
//
// The inputs X [rows, width] of the seam's consumers become X' = X T and their weights W [out, width] become W' = W T^-T, so that
// X' W'^T = X W^T. Pure functions, thread-safe. applyToInput is called for every input of a linear and looks at shapes alone;
// whoever accepts a step from outside calls check() once.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/base/tensor.h"

namespace bitscape {

struct Scale {            // T = diag(1 / factor): channel c is divided by factor[c] (SmoothQuant's convention); factors are not 0
  Tensor factor;          // [width]
};
struct Permute {          // X'[:, i] = X[:, source[i]]
  Tensor source;          // [width] int64, a bijection
};
struct Rotate {           // T = I (x) R: the same orthogonal R [n, n] on every run of n channels; n divides width
  Tensor matrix;
};
using Step = std::variant<Scale, Permute, Rotate>;

// Throws Error unless the step is exact on `width` channels: factors finite and not 0, a bijection, an orthonormal matrix.
void check(const Step& step, std::int64_t width);

// X T, in the type and on the device of X. Throws Error when the width of X and the step do not fit.
Tensor applyToInput(const Step& step, const Tensor& x);
// W T^-T, after check().
Tensor applyToWeight(const Step& step, const Tensor& weight);
// "scale 576 channels", "permute 576 channels", "rotate 9 blocks of 64".
std::string describe(const Step& step, std::int64_t width);

}  // namespace bitscape
