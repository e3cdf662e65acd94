#include "core/transform/step.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "core/base/error.h"
#include "core/model/linear.h"
#include "core/transform/hadamard.h"

namespace bitscape {
namespace {

// Orthonormality of a float32 matrix that was multiplied together from a few factors; doubles are far inside.
constexpr double kOrthonormalTolerance = 1e-4;
// Wider matrices are checked in their own type: in double their product would cost more than the step.
constexpr std::int64_t kCheckedInDouble = 1024;

std::string shapeText(const Tensor& tensor) {
  if (!tensor.defined()) return "no tensor";
  std::string text = "[";
  for (std::int64_t i = 0; i < tensor.dim(); ++i) text += (i ? ", " : "") + std::to_string(tensor.size(i));
  return text + "]";
}

void requireVector(const Tensor& values, std::int64_t width, const std::string& what) {
  if (!values.defined() || values.dim() != 1 || values.size(0) != width) {
    throw Error(what + " has shape " + shapeText(values) + " but the seam has " + std::to_string(width) +
                " channels; solve it for this seam");
  }
}

// The parts of check() that cost nothing: shapes against the width.
void checkShape(const Scale& scale, std::int64_t width) {
  requireVector(scale.factor, width, "the scale step's factor");
  if (scale.shift.defined()) requireVector(scale.shift, width, "the scale step's shift");
}
void checkShape(const Permute& permute, std::int64_t width) { requireVector(permute.source, width, "the permute step's source"); }
void checkShape(const Rotate& rotate, std::int64_t width) {
  const Tensor& matrix = rotate.matrix;
  if (!matrix.defined() || (matrix.dim() != 2 && matrix.dim() != 3) || matrix.size(-1) != matrix.size(-2) || matrix.size(-1) == 0) {
    throw Error("the rotate step's matrix has shape " + shapeText(matrix) + "; a square one is needed, or one for each run");
  }
  const std::int64_t n = matrix.size(-1);
  if (width % n != 0) {
    throw Error("the rotate step's matrix turns runs of " + std::to_string(n) + " channels, which do not divide the seam's " +
                std::to_string(width) + "; choose a size that does");
  }
  if (matrix.dim() == 3 && matrix.size(0) * n != width) {
    throw Error("the rotate step has " + std::to_string(matrix.size(0)) + " matrices for runs of " + std::to_string(n) +
                " channels, but the seam's " + std::to_string(width) + " channels hold " + std::to_string(width / n) + " such runs");
  }
}
void checkShape(const Hadamard& hadamard, std::int64_t width) {
  if (const auto fault = hadamardFault(hadamard.size)) throw Error(*fault);
  if (width % hadamard.size != 0) {
    throw Error("the Hadamard step turns runs of " + std::to_string(hadamard.size) + " channels, which do not divide the seam's " +
                std::to_string(width) + "; choose a size that does, such as " + std::to_string(hadamardDividing(width, hadamard.size)));
  }
  if (!hadamard.signs.defined()) return;
  if (hadamard.signs.dim() != 1 || (hadamard.signs.size(0) != hadamard.size && hadamard.signs.size(0) != width)) {
    throw Error("the Hadamard step's signs have shape " + shapeText(hadamard.signs) + "; " + std::to_string(hadamard.size) + " or " +
                std::to_string(width) + " of them are needed");
  }
}
void checkShape(const Clip&, std::int64_t) {}
void checkShape(const Compensate&, std::int64_t) {}

// The index of the first true value, nullopt when there is none.
std::optional<std::int64_t> firstTrue(const Tensor& bad) {
  if (!bad.any().item<bool>()) return std::nullopt;
  return bad.reshape({-1}).nonzero()[0].item<std::int64_t>();
}

void checkValues(const Scale& scale) {
  if (const auto channel = firstTrue(at::logical_or(at::logical_not(at::isfinite(scale.factor)), scale.factor == 0))) {
    throw Error("the scale step's factor of channel " + std::to_string(*channel) + " is " +
                std::to_string(scale.factor[*channel].item<double>()) + "; factors must be finite and not 0");
  }
  if (!scale.shift.defined()) return;
  if (const auto channel = firstTrue(at::logical_not(at::isfinite(scale.shift)))) {
    throw Error("the scale step's shift of channel " + std::to_string(*channel) + " is " +
                std::to_string(scale.shift[*channel].item<double>()) + "; shifts must be finite");
  }
}

void checkValues(const Permute& permute) {
  if (permute.source.scalar_type() != at::kLong) throw Error("the permute step's source does not hold int64 indices; convert it");
  const Tensor source = permute.source.cpu().contiguous();
  const std::int64_t width = source.numel();
  const std::int64_t* from = source.const_data_ptr<std::int64_t>();
  std::vector<bool> seen(static_cast<std::size_t>(width), false);
  for (std::int64_t i = 0; i < width; ++i) {
    if (from[i] < 0 || from[i] >= width) {
      throw Error("the permute step's source[" + std::to_string(i) + "] is " + std::to_string(from[i]) + "; channels are 0 to " +
                  std::to_string(width - 1));
    }
    if (seen[static_cast<std::size_t>(from[i])]) {
      throw Error("the permute step takes channel " + std::to_string(from[i]) + " twice; every channel must occur once");
    }
    seen[static_cast<std::size_t>(from[i])] = true;
  }
}

void checkValues(const Rotate& rotate) {
  const std::int64_t n = rotate.matrix.size(-1);
  const Tensor matrix = n <= kCheckedInDouble ? rotate.matrix.to(at::kDouble) : rotate.matrix;
  const double away = (at::matmul(matrix, matrix.transpose(-1, -2)) - at::eye(n, matrix.options())).abs().max().item<double>();
  if (!(away <= kOrthonormalTolerance)) {  // also NaN
    throw Error("the rotate step's matrix is not orthonormal: R R^T differs from the identity by " + std::to_string(away) + " (allowed " +
                std::to_string(kOrthonormalTolerance) + "); orthonormalize it");
  }
}

void checkValues(const Hadamard& hadamard) {
  if (!hadamard.signs.defined()) return;
  if (const auto place = firstTrue(hadamard.signs.abs() != 1)) {
    throw Error("the Hadamard step's sign " + std::to_string(*place) + " is " + std::to_string(hadamard.signs[*place].item<double>()) +
                "; signs are +1 or -1");
  }
}

void checkValues(const Clip& clip) {
  if (!clip.ratio.defined()) throw Error("the clip step has no ratio; give one in 0.01 to 1");
  if (const auto place = firstTrue(at::logical_not(at::logical_and(clip.ratio >= 0.01 * (1 - 1e-6), clip.ratio <= 1)))) {
    throw Error("the clip step's ratio " + std::to_string(*place) + " is " +
                std::to_string(clip.ratio.reshape({-1})[*place].item<double>()) + "; ratios are 0.01 to 1");
  }
}

void checkValues(const Compensate& compensate) {
  const Tensor &left = compensate.left, &right = compensate.right;
  if (!left.defined() || !right.defined() || left.dim() != 2 || right.dim() != 2 || left.size(1) != right.size(0)) {
    throw Error("the compensate step's factors have shapes " + shapeText(left) + " and " + shapeText(right) +
                "; [out, rank] and [rank, in] are needed");
  }
  if (!at::isfinite(left).all().item<bool>() || !at::isfinite(right).all().item<bool>()) {
    throw Error("the compensate step's factors hold NaN or infinity; solve it again");
  }
}

// Rotates runs of n channels of the last dimension, all alike or each by its own matrix. Types narrower than float32 are multiplied in
// float32.
Tensor rotateRuns(const Tensor& values, const Tensor& rotation, bool transposed) {
  const auto type = values.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const std::int64_t n = rotation.size(-1);
  Tensor matrix = rotation.to(values.device(), type);
  if (transposed) matrix = matrix.transpose(-1, -2);
  if (matrix.dim() == 2) {  // a linear layer with the weight R'
    return applyLinear(values.to(type).reshape({-1, n}), matrix.t().contiguous()).reshape(values.sizes()).to(values.scalar_type());
  }
  const Tensor runs = values.to(type).reshape({-1, values.size(-1) / n, n}).transpose(0, 1);
  return at::bmm(runs, matrix).transpose(0, 1).reshape(values.sizes()).to(values.scalar_type());
}

// x diag(signs), the signs of one run repeated when there is one set for all.
Tensor withSigns(const Tensor& x, const Hadamard& step) {
  if (!step.signs.defined()) return x;
  const Tensor signs = step.signs.to(x.device(), x.scalar_type());
  return x * (signs.size(0) == x.size(-1) ? signs : signs.repeat({x.size(-1) / step.size}));
}

}  // namespace

void check(const Step& step, std::int64_t width) {
  const c10::NoGradGuard noGrad;
  std::visit(
      [&](const auto& kind) {
        checkShape(kind, width);
        checkValues(kind);
      },
      step);
}

Tensor applyToInput(const Step& step, const Tensor& x) {
  const c10::NoGradGuard noGrad;
  std::visit([&](const auto& kind) { checkShape(kind, x.size(-1)); }, step);
  if (const auto* scale = std::get_if<Scale>(&step)) {
    const Tensor moved = scale->shift.defined() ? x - scale->shift.to(x.device(), x.scalar_type()) : x;
    return moved / scale->factor.to(x.device(), x.scalar_type());
  }
  if (const auto* permute = std::get_if<Permute>(&step)) return x.index_select(-1, permute->source.to(x.device()));
  if (const auto* rotate = std::get_if<Rotate>(&step)) return rotateRuns(x, rotate->matrix, false);
  if (const auto* hadamard = std::get_if<Hadamard>(&step)) return applyHadamard(withSigns(x, *hadamard), hadamard->size);
  return x;
}

Tensor undoOnInput(const Step& step, const Tensor& x) {
  const c10::NoGradGuard noGrad;
  std::visit([&](const auto& kind) { checkShape(kind, x.size(-1)); }, step);
  if (const auto* scale = std::get_if<Scale>(&step)) {
    const Tensor wide = x * scale->factor.to(x.device(), x.scalar_type());
    return scale->shift.defined() ? wide + scale->shift.to(x.device(), x.scalar_type()) : wide;
  }
  if (const auto* permute = std::get_if<Permute>(&step)) return x.index_select(-1, at::argsort(permute->source.to(x.device())));
  if (const auto* rotate = std::get_if<Rotate>(&step)) return rotateRuns(x, rotate->matrix, true);
  if (const auto* hadamard = std::get_if<Hadamard>(&step)) return withSigns(applyHadamard(x, hadamard->size, true), *hadamard);
  return x;
}

Tensor applyToWeight(const Step& step, const Tensor& weight) {
  const c10::NoGradGuard noGrad;
  check(step, weight.size(-1));
  if (const auto* scale = std::get_if<Scale>(&step)) return weight * scale->factor.to(weight.device(), weight.scalar_type());
  return applyToInput(step, weight);  // T^-T = T: every other step is orthogonal
}

Tensor undoOnWeight(const Step& step, const Tensor& weight) {
  const c10::NoGradGuard noGrad;
  check(step, weight.size(-1));
  if (const auto* scale = std::get_if<Scale>(&step)) return weight / scale->factor.to(weight.device(), weight.scalar_type());
  return undoOnInput(step, weight);
}

Tensor biasFrom(const Step& step, const Tensor& weight) {
  const c10::NoGradGuard noGrad;
  const auto* scale = std::get_if<Scale>(&step);
  if (!scale || !scale->shift.defined()) return {};
  return at::mv(weight, scale->shift.to(weight.device(), weight.scalar_type()));
}

Tensor applyToHessian(const Step& step, const Tensor& hessian) {
  const c10::NoGradGuard noGrad;
  if (const auto* scale = std::get_if<Scale>(&step); scale && scale->shift.defined()) {
    throw Error("a Hessian alone does not tell what a shift makes of it; map the statistics, which know the mean");
  }
  if (!isTransform(step)) return hessian;
  if (const auto* permute = std::get_if<Permute>(&step)) {
    checkShape(*permute, hessian.size(-1));
    const Tensor source = permute->source.to(hessian.device());
    return hessian.index_select(0, source).index_select(1, source);
  }
  return applyToInput(step, applyToInput(step, hessian).t().contiguous());  // (H T)' T = T' H T, as H = H'
}

bool isTransform(const Step& step) { return !std::holds_alternative<Clip>(step) && !std::holds_alternative<Compensate>(step); }

double multiplyAddsPerToken(const Step& step, std::int64_t width) {
  if (std::holds_alternative<Scale>(step)) return static_cast<double>(width);
  if (const auto* rotate = std::get_if<Rotate>(&step)) return static_cast<double>(width * rotate->matrix.size(-1));
  if (const auto* hadamard = std::get_if<Hadamard>(&step)) {
    const std::int64_t base = hadamardBase(hadamard->size);
    return static_cast<double>(width) * (std::log2(static_cast<double>(hadamard->size / base)) + static_cast<double>(base > 1 ? base : 0));
  }
  return 0;
}

std::string describe(const Step& step, std::int64_t width) {
  const auto blocks = [&](std::int64_t n) { return std::to_string(width / n) + " blocks of " + std::to_string(n); };
  if (const auto* scale = std::get_if<Scale>(&step)) {
    return std::string(scale->shift.defined() ? "shift and scale " : "scale ") + std::to_string(width) + " channels";
  }
  if (std::holds_alternative<Permute>(step)) return "permute " + std::to_string(width) + " channels";
  if (const auto* rotate = std::get_if<Rotate>(&step)) return "rotate " + blocks(rotate->matrix.size(-1));
  if (const auto* hadamard = std::get_if<Hadamard>(&step)) return "Hadamard on " + blocks(hadamard->size);
  if (std::holds_alternative<Clip>(step)) return "clip " + std::to_string(width) + " channels";
  return "compensate with rank " + std::to_string(std::get<Compensate>(step).left.size(-1));
}

}  // namespace bitscape
