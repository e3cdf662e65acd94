#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

#include "core/model/forward.h"

namespace bitscape {
namespace {

// Llama 3.1: slow rotations (wavelength beyond the original context / lowFrequencyFactor) are stretched by `factor`, fast ones kept,
// those between blended (transformers, modeling_rope_utils.py, _compute_llama3_parameters).
Tensor stretch(const Tensor& frequencies, const Llama3RopeScaling& scaling) {
  const double context = static_cast<double>(scaling.originalContext);
  const Tensor wavelengths = 2 * M_PI / frequencies;
  const Tensor blend = (context / wavelengths - scaling.lowFrequencyFactor) / (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
  const Tensor kept = blend.clamp(0, 1);
  return (1 - kept) * frequencies / scaling.factor + kept * frequencies;
}

}  // namespace

// In float32 throughout, because that is what models were trained with: at position 10,000 a double differs in the fourth digit.
Rope makeRope(const Model& model, std::int64_t start, std::int64_t tokens, const ComputeOptions& options) {
  at::NoGradGuard noGrad;
  const ModelConfig& config = model.config();
  const at::TensorOptions floats(at::kFloat);
  const Tensor exponents = at::arange(0, config.headDim, 2, floats) / static_cast<double>(config.headDim);
  Tensor frequencies = at::pow(config.ropeTheta, exponents).reciprocal();
  if (config.llama3Rope) frequencies = stretch(frequencies, *config.llama3Rope);
  if (const std::optional<Tensor> factors = model.ropeFactors()) frequencies = frequencies / *factors;
  frequencies = frequencies / config.ropeLinearFactor;
  const Tensor angles = at::arange(start, start + tokens, floats).unsqueeze(1) * frequencies.unsqueeze(0);
  return {angles.cos().to(options.device), angles.sin().to(options.device)};
}

}  // namespace bitscape
