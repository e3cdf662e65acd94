// A Step: one change inserted at a seam, as plain data.
//
// The inputs X [rows, width] of the seam's consumers become X' = X T and their weights W [out, width] become W' = W T^-T, so that
// X' W'^T = X W^T: Scale, Permute, Rotate and Hadamard are exact by construction. A shift (X' = (X - shift) T) is paid back by the
// consumers' biases: b' = b + W shift. Clip and Compensate leave the float model as it is: they tell a rounding what to do.
// Pure functions, thread-safe. applyToInput is called for every input of a linear and looks at shapes alone; whoever accepts a step from
// outside calls check() once. Values are float32 or float64; matrices are applied in the type of what they are applied to.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/base/tensor.h"

namespace bitscape {

struct Scale {            // X'[:, c] = (X[:, c] - shift[c]) / factor[c] (SmoothQuant's convention); factors are not 0
  Tensor factor;          // [width]
  Tensor shift;           // [width], undefined: none
};
struct Permute {          // X'[:, i] = X[:, source[i]]
  Tensor source;          // [width] int64, a bijection
};
struct Rotate {           // T = I (x) R: an orthogonal R on every run of n channels; n divides width
  Tensor matrix;          // [n, n]: the same for every run; [width / n, n, n]: one for each
};
struct Hadamard {         // T = diag(signs) (I (x) H / sqrt(size)), H the Hadamard matrix of hadamard.h, never stored
  std::int64_t size = 0;  // divides width
  Tensor signs;           // [size] or [width] of +-1, undefined: all +1
};
struct Clip {             // multiplies the range of each granule before its scale is computed
  Tensor ratio;           // of a weight: [out, granules], [out, 1] or [1]; of inputs: [1]; in 0.01..1
};
struct Compensate {       // a weight is rounded as W + left right (rank 1 in ABQ-LLM)
  Tensor left, right;     // [out, r], [r, in]
};
using Step = std::variant<Scale, Permute, Rotate, Hadamard, Clip, Compensate>;

// Throws Error unless the step can stand on `width` channels: factors finite and not 0, a bijection, orthonormal matrices, a size that
// has a Hadamard matrix and divides the width, signs of +-1, ratios in range. (Shapes of Clip and Compensate are checked when placed.)
void check(const Step& step, std::int64_t width);

// X T (with the shift), in the type and on the device of X. Throws Error when the width of X and the step do not fit.
Tensor applyToInput(const Step& step, const Tensor& x);
// X' back to X: the inverse of applyToInput.
Tensor undoOnInput(const Step& step, const Tensor& x);
// W T^-T, after check(). A shift is not the weight's business: see biasFrom.
Tensor applyToWeight(const Step& step, const Tensor& weight);
// W' back to W: the inverse of applyToWeight.
Tensor undoOnWeight(const Step& step, const Tensor& weight);
// What the step adds to the bias of a consumer with weight W (before the step): W shift; undefined when there is no shift.
Tensor biasFrom(const Step& step, const Tensor& weight);
// T' H T for the Hessian H = X'X / rows of the input (a shift is left out: throws Error when there is one).
Tensor applyToHessian(const Step& step, const Tensor& hessian);

// Whether the float model could notice the step: false for Clip and Compensate.
bool isTransform(const Step& step);
// Multiply-adds per token when the step runs online on `width` channels: Scale width, Permute 0 (a gather), Rotate width n, Hadamard
// width (log2 of its power of two + its other factor when that is not 1).
double multiplyAddsPerToken(const Step& step, std::int64_t width);
// "scale 576 channels", "permute 576 channels", "rotate 9 blocks of 64", "Hadamard on 9 blocks of 64".
std::string describe(const Step& step, std::int64_t width);

}  // namespace bitscape
