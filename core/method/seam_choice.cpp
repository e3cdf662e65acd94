#include "core/method/seam_choice.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "core/calib/map_stats.h"

namespace bitscape {
namespace {

constexpr std::int64_t kSmallestBlock = 8;

Tensor meanRows(const BlockContext& context, SeamKind seam) { return (*context.meanRows)[static_cast<std::size_t>(seam)]; }

}  // namespace

ParamSpec seamsParam(SeamChoice fallback) {
  return choiceParam("seams", "Where",
                     "Whose inputs are changed: all linears, those behind a norm (q, k, v, gate and up), or one group of linears alone.",
                     {"all", "norms", "qkv", "o", "gate-up", "down"}, static_cast<std::size_t>(fallback));
}

std::vector<SeamKind> chosenSeams(const ParamValues& values) {
  const std::string& choice = values.choice("seams");
  if (choice == "norms") return {SeamKind::AttentionInput, SeamKind::FfnInput};
  if (choice == "qkv") return {SeamKind::AttentionInput};
  if (choice == "o") return {SeamKind::AttentionOutput};
  if (choice == "gate-up") return {SeamKind::FfnInput};
  if (choice == "down") return {SeamKind::FfnDown};
  return {kLinearSeams.begin(), kLinearSeams.end()};
}

std::int64_t widthOf(const ModelConfig& config, SeamKind seam) { return shapeOf(config, consumers(seam).front()).in; }

ParamSpec blockParam() {
  return integerParam("block", "Block",
                      "Channels that are mixed with each other. A width that it does not divide takes the largest divisor that both share: "
                      "576 channels are worked on in blocks of 64. Larger blocks spread outliers further and cost more at run time.",
                      2, 4096, 128);
}

std::int64_t blockAt(const ModelConfig& config, SeamKind seam, const ParamValues& values) {
  return std::gcd(widthOf(config, seam), values.integer("block"));
}

std::int64_t commonBlock(const ModelConfig& config, std::int64_t most) {
  for (const SeamKind seam : kLinearSeams) most = std::gcd(most, widthOf(config, seam));
  return most;
}

std::vector<Issue> blockFaults(const ModelConfig& config, const ParamValues& values) {
  std::vector<Issue> issues;
  const std::int64_t asked = values.integer("block");
  for (const SeamKind seam : chosenSeams(values)) {
    const std::int64_t block = blockAt(config, seam, values);
    if (block >= std::min(asked, kSmallestBlock)) continue;
    issues.push_back({"block", "blocks of " + std::to_string(asked) + " channels share only the divisor " + std::to_string(block) +
                                   " with the " + std::to_string(widthOf(config, seam)) + " channels at " + std::string(seamName(seam)) +
                                   "; choose a power of two such as 64"});
  }
  return issues;
}

ParamSpec calibrationParam() {
  return choiceParam(
      "calibration", "Calibration",
      "What the solver looks at. sample: the rows of the calibration text that the statistics keep. mean: one sequence, the mean "
      "of all windows' embeddings run through the model, as DuQuant's released code does.",
      {"sample", "mean"});
}

Needs calibrationNeeds(const ParamValues& values) {
  return values.choice("calibration") == "mean" ? Needs{.meanSequence = true} : Needs{.stats = true};
}

Tensor calibrationRows(const BlockContext& context, SeamKind seam, const ParamValues& values) {
  const Tensor rows = values.choice("calibration") == "mean" ? meanRows(context, seam) : sampleOf(context.input(seam));
  return rows.to(context.weight(consumers(seam).front()).device(), at::kFloat);
}

Tensor calibrationMaxima(const BlockContext& context, SeamKind seam, const ParamValues& values) {
  if (values.choice("calibration") == "mean") return meanRows(context, seam).abs().amax(0).to(at::kFloat);
  const std::vector<float>& maxima = context.input(seam).absmax;
  return at::tensor(at::ArrayRef<float>(maxima), at::kFloat);
}

}  // namespace bitscape
