// Static scales of input channels, from calibration.
//
//   X'[:, c] = X[:, c] / s_c,  W'[:, c] = W[:, c] s_c,  s_c = max|X_c| over the calibration text
// ZeroQuant-HERO calls it feature-wise quantization: with s_c folded into the producer, one static scale serves the whole input. LLM-FP4's
// per-channel exponent biases are the same with s_c = max m / 2^k, k = 0 .. 2^E - 1: multiplying by a power of two is exact in floating
// point, so the weights' codes do not notice. Unlike SmoothQuant the weights' own ranges are not asked.
// At o under grouped heads a factor is the largest of its group, so that it folds into v.
#include "core/method/feature_scale.h"

#include <ATen/ATen.h>

#include "core/method/seam_choice.h"
#include "core/method/smoothing.h"

namespace bitscape {

Tensor featureFactors(const Tensor& maxima, double most, bool powersOfTwo) {
  const Tensor m = maxima.to(at::kDouble);
  const double largest = m.max().item<double>();
  if (!(largest > 0)) return at::ones_like(maxima);
  const Tensor kept = m.clamp_min(largest / most);
  if (!powersOfTwo) return kept.to(at::kFloat);
  // Whole exponents between 0 and log2 most: rounding first and clamping last keeps the largest ratio.
  const Tensor exponent = at::round(at::log2(largest / kept)).clamp_max(std::floor(std::log2(most)));
  return (largest / at::exp2(exponent)).to(at::kFloat);
}

namespace {

BlockSteps solve(const BlockContext& context, const ParamValues& values, const Progress&) {
  BlockSteps steps;
  for (const SeamKind seam : chosenSeams(values)) {
    Tensor maxima = at::tensor(at::ArrayRef<float>(context.input(seam).absmax), at::kFloat);
    if (seam == SeamKind::AttentionOutput) maxima = sharedByGroups(maxima, context.config);
    steps.push_back({.seam = seam,
                     .step = Scale{.factor = featureFactors(maxima, values.number("most"), values.flag("powers")), .shift = {}},
                     .linear = {}});
  }
  return steps;
}

}  // namespace

Pass featureScalePass() {
  return {
      .id = "feature-scale",
      .title = "Feature scale",
      .help =
          "Divides every input channel by its calibrated maximum and multiplies the weights that read it: one static scale then fits all "
          "channels. The factors vanish in the weights before; the float model stays the same.",
      .parameters = {numberParam("most", "Largest ratio",
                                 "How far the factors of two channels may lie apart; smaller channels share the smallest factor.", 1, 65536,
                                 65536),
                     flagParam("powers", "Powers of two", "Only factors that are a power of two apart, as LLM-FP4's exponent biases are.",
                               false),
                     seamsParam(SeamChoice::Down)},
      .needs = {.stats = true},
      .solve = solve};
}

}  // namespace bitscape
