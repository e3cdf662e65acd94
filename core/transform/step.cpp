#include "core/transform/step.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/error.h"

namespace bitscape {
namespace {

// Orthonormality of a float32 matrix that was multiplied together from a few factors; doubles are far inside.
constexpr double kOrthonormalTolerance = 1e-4;

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

// The part of check() that costs nothing: shapes against the width.
void checkShape(const Step& step, std::int64_t width) {
  if (const auto* scale = std::get_if<Scale>(&step)) {
    requireVector(scale->factor, width, "the scale step's factor");
  } else if (const auto* permute = std::get_if<Permute>(&step)) {
    requireVector(permute->source, width, "the permute step's source");
  } else {
    const Tensor& matrix = std::get<Rotate>(step).matrix;
    if (!matrix.defined() || matrix.dim() != 2 || matrix.size(0) != matrix.size(1) || matrix.size(0) == 0) {
      throw Error("the rotate step's matrix has shape " + shapeText(matrix) + "; a square one is needed");
    }
    if (width % matrix.size(0) != 0) {
      throw Error("the rotate step's matrix turns runs of " + std::to_string(matrix.size(0)) +
                  " channels, which do not divide the seam's " + std::to_string(width) + "; choose a size that does");
    }
  }
}

void checkValues(const Scale& scale) {
  const Tensor factor = scale.factor.to(at::kDouble);
  const Tensor bad = at::logical_or(at::logical_not(at::isfinite(factor)), factor == 0);
  if (bad.any().item<bool>()) {
    const std::int64_t channel = bad.nonzero()[0].item<std::int64_t>();
    throw Error("the scale step's factor of channel " + std::to_string(channel) + " is " + std::to_string(factor[channel].item<double>()) +
                "; factors must be finite and not 0");
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
  const Tensor matrix = rotate.matrix.to(at::kDouble);
  const double away = (at::mm(matrix, matrix.t()) - at::eye(matrix.size(0), matrix.options())).abs().max().item<double>();
  if (!(away <= kOrthonormalTolerance)) {  // also NaN
    throw Error("the rotate step's matrix is not orthonormal: R R^T differs from the identity by " + std::to_string(away) + " (allowed " +
                std::to_string(kOrthonormalTolerance) + "); orthonormalize it");
  }
}

// Rotates runs of n channels of the last dimension. Types narrower than float32 are multiplied in float32.
Tensor rotateRuns(const Tensor& values, const Tensor& matrix) {
  const auto type = values.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const std::int64_t n = matrix.size(0);
  const Tensor runs = values.to(type).reshape({-1, n});
  return at::mm(runs, matrix.to(values.device(), type)).reshape(values.sizes()).to(values.scalar_type());
}

}  // namespace

void check(const Step& step, std::int64_t width) {
  c10::NoGradGuard noGrad;
  checkShape(step, width);
  std::visit([](const auto& kind) { checkValues(kind); }, step);
}

Tensor applyToInput(const Step& step, const Tensor& x) {
  c10::NoGradGuard noGrad;
  checkShape(step, x.size(-1));
  if (const auto* scale = std::get_if<Scale>(&step)) return x / scale->factor.to(x.device(), x.scalar_type());
  if (const auto* permute = std::get_if<Permute>(&step)) return x.index_select(-1, permute->source.to(x.device()));
  return rotateRuns(x, std::get<Rotate>(step).matrix);
}

Tensor applyToWeight(const Step& step, const Tensor& weight) {
  c10::NoGradGuard noGrad;
  check(step, weight.size(-1));
  if (const auto* scale = std::get_if<Scale>(&step)) return weight * scale->factor.to(weight.device(), weight.scalar_type());
  if (const auto* permute = std::get_if<Permute>(&step)) return weight.index_select(-1, permute->source.to(weight.device()));
  return rotateRuns(weight, std::get<Rotate>(step).matrix);  // R^-T = R
}

std::string describe(const Step& step, std::int64_t width) {
  if (std::holds_alternative<Scale>(step)) return "scale " + std::to_string(width) + " channels";
  if (std::holds_alternative<Permute>(step)) return "permute " + std::to_string(width) + " channels";
  const std::int64_t n = std::get<Rotate>(step).matrix.size(0);
  return "rotate " + std::to_string(width / n) + " blocks of " + std::to_string(n);
}

}  // namespace bitscape
