// DuQuant: rotations and a permutation that spread outliers over blocks of channels.
//
// H. Lin, H. Xu, Y. Wu, J. Cui, Y. Zhang, L. Mou, L. Song, Z. Sun, Y. Wei: DuQuant, NeurIPS 2024, arXiv 2406.01721.
//   X' = X / s  R1  P  R2,   W' = W s  R1  P  R2
// s: SmoothQuant's factors (alpha 0.6). R1, R2: block-diagonal, one orthogonal matrix for all blocks, found greedily (greedy_rotation.h).
// P: the zigzag permutation (zigzag.h) by channel maxima after R1. q, k, v share one input and so one transform, gate and up another.
// Queries and keys are turned by a Hadamard matrix per head after RoPE. Then fixed clipping ratios, and rounding to nearest.
//
// Where paper and released code differ, a parameter decides:
//   rotate.variant      code: the exchanged index is the extreme's row modulo n; paper: its channel. Default code: the published numbers
//   rotate.calibration  sample: rows of the calibration text; mean: the mean of all windows' embeddings (code). Default sample: it holds
//   the
//                       rows of the largest values, and one matrix product over it costs a seventh of the 2,048 rows
//   rotate.select       range: the smallest range wins (paper and code); error: the least expected rounding noise of inputs and weights,
//   new
// Left out: learned weight clipping (it trains).
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

#include "core/method/greedy_rotation.h"
#include "core/method/method.h"
#include "core/method/random_orthogonal.h"
#include "core/method/seam_choice.h"
#include "core/method/zigzag.h"

namespace bitscape {

Pass clipPass();  // clip.cpp

namespace {

std::size_t at(SeamKind seam) { return static_cast<std::size_t>(seam); }

// How many channels share a scale, as far as blocks of rotated channels can tell: a group of whole blocks, else the whole row.
std::int64_t granuleOf(const Format& format, std::int64_t width, std::int64_t block) {
  return format.granularity == Granularity::Group && format.group % block == 0 ? format.group : width;
}

RoundedValues rounded(const Tensor& values, const Format& format, std::int64_t block) {
  const double levels = format.grid.table.empty() ? static_cast<double>(format.grid.levels) : static_cast<double>(format.grid.table.size());
  return {.values = values,
          .granule = granuleOf(format, values.size(-1), block),
          .levels = levels,
          .symmetric = format.symmetry == Symmetry::Symmetric};
}

// At most kMost rows, evenly spread.
Tensor thinned(const Tensor& rows) {
  constexpr std::int64_t kMost = 512;
  return rows.slice(0, 0, rows.size(0), std::max<std::int64_t>(1, (rows.size(0) + kMost - 1) / kMost));
}

// What rounding will see behind the seam: its inputs, and rows of the weights that read them.
std::vector<RoundedValues> roundedBehind(const BlockContext& context, SeamKind seam, const Tensor& rows, std::int64_t block) {
  std::vector<RoundedValues> all;
  const LinearPlan& plan = context.format(consumers(seam).front());
  if (plan.input) all.push_back(rounded(thinned(rows), *plan.input, block));
  std::vector<Tensor> weights;
  for (const Role role : consumers(seam)) weights.push_back(context.weight(role));
  if (plan.weight) all.push_back(rounded(thinned(at::cat(weights, 0)), *plan.weight, block));
  return all;
}

Tensor rotationAt(const BlockContext& context, SeamKind seam, const ParamValues& values) {
  const c10::NoGradGuard noGrad;
  // Every rotation of every seam has its own random part: also the second one of a stack, told apart by the steps before it.
  const std::size_t before = context.folded.online[at(seam)].size();
  const std::uint64_t use = (static_cast<std::uint64_t>(context.block) << 16) | (static_cast<std::uint64_t>(at(seam)) << 8) | before;
  const GreedySearch search{.block = blockAt(context.config, seam, values),
                            .steps = values.integer("steps"),
                            .swapBy = values.choice("variant") == "paper" ? SwapBy::Column : SwapBy::Row,
                            .seed = mixedSeed(static_cast<std::uint64_t>(values.integer("seed")), use)};
  const Tensor rows = calibrationRows(context, seam, values);
  if (values.choice("select") == "range") return greedyRotation(rows, search).matrix;
  return greedyRotationByNoise(rows, search, roundedBehind(context, seam, rows, search.block)).matrix;
}

BlockSteps rotate(const BlockContext& context, const ParamValues& values, const Progress&) {
  std::vector<SeamKind> seams = chosenSeams(values);
  std::stable_sort(seams.begin(), seams.end(),
                   [&](SeamKind a, SeamKind b) { return widthOf(context.config, a) > widthOf(context.config, b); });
  std::array<Tensor, kLinearSeams.size()> found;
  // A search is one long chain of small products, so seams run beside each other, the most expensive first.
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < seams.size(); i = next++) found[at(seams[i])] = rotationAt(context, seams[i], values);
  };
  if (context.weight(Role::Q).device().is_cpu()) {
    at::parallel_for(0, at::get_num_threads(), 1, [&](std::int64_t from, std::int64_t to) {
      for (std::int64_t i = from; i < to; ++i) work();
    });
  } else {
    work();
  }
  BlockSteps steps;
  for (const SeamKind seam : kLinearSeams) {
    if (found[at(seam)].defined()) steps.push_back({.seam = seam, .step = Rotate{.matrix = found[at(seam)]}, .linear = {}});
  }
  return steps;
}

BlockSteps permute(const BlockContext& context, const ParamValues& values, const Progress&) {
  BlockSteps steps;
  for (const SeamKind seam : chosenSeams(values)) {
    const Tensor order = zigzagOrder(calibrationMaxima(context, seam, values), blockAt(context.config, seam, values));
    steps.push_back({.seam = seam, .step = Permute{.source = order}, .linear = {}});
  }
  return steps;
}

MethodSetup setup(const Plan& bits, const ModelConfig& config) {
  // One block for all seams: 128 as published where it divides, 64 at 576 channels.
  const std::int64_t block = commonBlock(config);
  const Json blocks = block > 1 ? Json::object({{"block", block}}) : Json::object();
  // The released scripts clip at 4 bits and ship none above; at 6 bits and more clipping loses more than it gains.
  const auto few = [](const std::optional<Format>& format) { return format && format->bits() <= 4; };
  MethodSetup setup{.stack = {{.pass = "smooth", .parameters = {{"alpha", 0.6}, {"floor", 0.01}, {"seams", "all"}, {"weights", "one"}}},
                              {.pass = "rotate", .parameters = blocks},
                              {.pass = "permute", .parameters = blocks},
                              {.pass = "rotate", .parameters = blocks}},
                    .plan = bits,
                    .rounding = {}};
  if (bits.query || bits.kv) setup.stack.push_back({.pass = "r3"});
  const double inputs = few(bits.uniform.input) ? 0.9 : 1, weights = few(bits.uniform.weight) ? 0.8 : 1;
  if (inputs < 1 || weights < 1) setup.stack.push_back({.pass = "clip", .parameters = {{"inputs", inputs}, {"weights", weights}}});
  return setup;
}

}  // namespace

Method duquantMethod() {
  Method method{.id = "duquant",
                .title = "DuQuant",
                .citation =
                    "Lin, Xu, Wu, Cui, Zhang, Mou, Song, Sun, Wei: DuQuant: Distributing Outliers via Dual Transformation Makes "
                    "Stronger Quantized LLMs, NeurIPS 2024, arXiv 2406.01721"};
  method.passes.push_back(
      {.id = "rotate",
       .title = "Rotate greedily",
       .help = "Turns blocks of channels by one orthogonal matrix that is found step by step: each step turns the largest value away, and "
               "the best step wins. Runs on the inputs at run time.",
       .parameters = {blockParam(), integerParam("steps", "Steps", "How many rotations are tried one after the other.", 0, 4096, 256),
                      choiceParam("variant", "Exchanged index",
                                  "code: the largest value's row, as in the released code. paper: its channel.", {"code", "paper"}),
                      choiceParam("select", "Best step",
                                  "range: the step with the smallest range, as published. error: the one with the least expected rounding "
                                  "noise of inputs and weights in the plan's formats.",
                                  {"range", "error"}),
                      calibrationParam(), seamsParam(),
                      integerParam("seed", "Seed", "Of the random part of the matrices.", 0, 1'000'000'000, 2)},
       .solve = rotate,
       .faults = blockFaults,
       .needsWith = calibrationNeeds});
  method.passes.push_back(
      {.id = "permute",
       .title = "Zigzag permutation",
       .help = "Deals channels to blocks in a snake by their largest value, so that all blocks hold as much of the large ones. A "
               "gather at run time, free for down where nothing stands before it.",
       .parameters = {blockParam(), calibrationParam(), seamsParam()},
       .solve = permute,
       .faults = blockFaults,
       .needsWith = calibrationNeeds});
  method.passes.push_back(clipPass());
  method.setup = setup;
  return method;
}

}  // namespace bitscape
