// Fixed clipping ratios: every range is multiplied by a constant before its scale is computed.
//
// DuQuant's released code (its run.sh: activations 0.9, weights 0.8 at 4 bits) and QuaRot (inputs 0.9) do no more than that.
#include <ATen/ATen.h>

#include "core/method/method.h"
#include "core/method/seam_choice.h"

namespace bitscape {
namespace {

Clip clipTo(double ratio) { return {.ratio = at::full({1}, ratio, at::kFloat)}; }

BlockSteps clip(const BlockContext& context, const ParamValues& values, const Progress&) {
  const double inputs = values.number("inputs"), weights = values.number("weights");
  BlockSteps steps;
  for (const SeamKind seam : chosenSeams(values)) {
    if (inputs < 1 && context.format(consumers(seam).front()).input) steps.push_back({.seam = seam, .step = clipTo(inputs), .linear = {}});
    for (const Role role : consumers(seam)) {
      if (weights < 1 && context.format(role).weight) steps.push_back({.seam = seam, .step = clipTo(weights), .linear = role});
    }
  }
  return steps;
}

}  // namespace

Pass clipPass() {
  return {
      .id = "clip",
      .title = "Clip",
      .help =
          "Multiplies the ranges of inputs and weights before their scales are computed: a few large values saturate, all others "
          "are rounded finer.",
      .parameters = {numberParam("inputs", "Inputs", "Ratio for the range of every row of the inputs; 1 leaves it.", kSmallestClip, 1, 0.9),
                     numberParam("weights", "Weights", "Ratio for the range of every granule of the weights; 1 leaves it.", kSmallestClip,
                                 1, 0.8),
                     seamsParam()},
      .solve = clip};
}

}  // namespace bitscape
