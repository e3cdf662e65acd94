// Zigzag then Hadamard: a permutation that spreads outliers, followed by one block Hadamard. New here.
//
//   X' = X / s  P  (I (x) H / sqrt(n)),   W' = W s  P  (I (x) H / sqrt(n))
// s: SmoothQuant's factors; P: DuQuant's zigzag permutation (zigzag.h). The idea: after P no block holds more large channels than
// another, so one fixed matrix does what DuQuant's two searched rotations do, for half of their online cost or (as a fast transform, n
// log2 n instead of n^2 per block) much less, and without any search. The pass `hadamard` stands by itself, too: any seams, any block.
#include <ATen/ATen.h>

#include <string>

#include "core/method/method.h"
#include "core/method/random_orthogonal.h"
#include "core/method/seam_choice.h"
#include "core/transform/hadamard.h"

namespace bitscape {
namespace {

std::int64_t sizeAt(const ModelConfig& config, SeamKind seam, const ParamValues& values) {
  const std::int64_t asked = values.integer("block"), width = widthOf(config, seam);
  return asked > 0 ? asked : hadamardDividing(width, width);
}

BlockSteps hadamard(const BlockContext& context, const ParamValues& values, const Progress&) {
  BlockSteps steps;
  for (const SeamKind seam : chosenSeams(values)) {
    const std::int64_t size = sizeAt(context.config, seam, values);
    Hadamard step{.size = size, .signs = {}};
    if (values.flag("signs")) {
      const std::uint64_t use = (static_cast<std::uint64_t>(context.block) << 8) | static_cast<std::uint64_t>(seam);
      step.signs = randomSigns(size, mixedSeed(static_cast<std::uint64_t>(values.integer("seed")), use));
    }
    steps.push_back({.seam = seam, .step = step, .linear = {}});
  }
  return steps;
}

std::vector<Issue> faults(const ModelConfig& config, const ParamValues& values) {
  std::vector<Issue> issues;
  for (const SeamKind seam : chosenSeams(values)) {
    const std::int64_t size = sizeAt(config, seam, values), width = widthOf(config, seam);
    const std::string place = "the " + std::to_string(width) + " channels at " + std::string(seamName(seam));
    if (size < 2) {
      issues.push_back({"block", "no Hadamard matrix has a size that divides " + place + "; choose other seams"});
    } else if (width % size != 0) {
      issues.push_back({"block", "blocks of " + std::to_string(size) + " do not divide " + place + "; choose a divisor such as " +
                                     std::to_string(hadamardDividing(width, size)) + ", or 0 for the largest possible"});
    } else if (const auto fault = hadamardFault(size)) {
      issues.push_back({"block", *fault + "; choose another block, or 0 for the largest possible"});
    }
  }
  return issues;
}

MethodSetup setup(const Plan& bits, const ModelConfig& config) {
  const std::int64_t block = commonBlock(config);
  const auto few = [](const std::optional<Format>& format) { return format && format->bits() <= 4; };
  MethodSetup setup{
      .stack = {{.pass = "smooth", .parameters = {{"alpha", 0.6}, {"floor", 0.01}, {"seams", "all"}}}}, .plan = bits, .rounding = {}};
  if (block > 1) {  // else the model's widths share no block, and smoothing is all there is
    setup.stack.push_back({.pass = "permute", .parameters = Json::object({{"block", block}})});
    setup.stack.push_back({.pass = "hadamard", .parameters = Json::object({{"block", block}})});
  }
  if (bits.query || bits.kv) setup.stack.push_back({.pass = "r3"});
  const double inputs = few(bits.uniform.input) ? 0.9 : 1, weights = few(bits.uniform.weight) ? 0.8 : 1;
  if (inputs < 1 || weights < 1) setup.stack.push_back({.pass = "clip", .parameters = {{"inputs", inputs}, {"weights", weights}}});
  return setup;
}

}  // namespace

Method zigzagHadamardMethod() {
  Method method{.id = "zigzag-hadamard",
                .title = "Zigzag and Hadamard",
                .citation = "new here; after DuQuant (arXiv 2406.01721) and QuaRot (arXiv 2404.00456)"};
  method.passes.push_back(
      {.id = "hadamard",
       .title = "Block Hadamard",
       .help = "Mixes blocks of channels by a Hadamard matrix at run time. Free for o where a block stays within a head.",
       .parameters = {integerParam("block", "Block",
                                   "Channels that are mixed: a divisor of the width that has a Hadamard matrix. 0: the largest possible.",
                                   0, 1 << 20, 0),
                      seamsParam(),
                      flagParam("signs", "Random signs", "Changes the signs of channels at random before the Hadamard matrix.", false),
                      integerParam("seed", "Seed", "Of the random signs.", 0, 1'000'000'000, 2)},
       .solve = hadamard,
       .faults = faults});
  method.setup = setup;
  return method;
}

}  // namespace bitscape
