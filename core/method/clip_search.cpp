// Clipping ratios by search: each weight granule and each input takes the ratio whose rounding hurts the output least.
//
// The idea is old (OCTAV, GPTQ's "mse", AWQ's clip search, LLM-FP4's bias search); this pass is a plain form of it for any format:
//   weights  r[o, g] = argmin_r  sum_t p_t (x_t[g] . (Q_r(w[o, g]) - w[o, g]))^2      "output": on sampled rows x_t of weight p_t
//                                sum_i E[x_i^2] (Q_r(w[o, i]) - w[o, i])^2             "diagonal": channels taken as independent, faster
//   inputs   r = argmin_r  sum_t p_t c_t || W (Q_r(x_t) - x_t) ||^2                    W the weights of all consumers, one r per seam
// Q_r is the linear's own format with its ranges multiplied by r, on top of the clips before. Granules are searched one by one: what they
// do to each other's error is left out. For inputs c_t is 1, or with "massive rows" capped it brings a row whose output is larger than
// the median row's down to it: the next norm divides a massive token by its size anyhow, it should not decide for all. For weights massive
// rows count fully.
// Defaults by measurement (SmolLM2-135M, 4-bit weights and inputs after smoothing and a block Hadamard, four windows of 1,024 tokens, KL to
// the float model): no clipping 0.66, fixed ratios (0.8 and 0.9) 0.51, "diagonal" 0.48, "output" 0.42; "full" in place of "capped" 0.44.
#include "core/method/clip_search.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "core/calib/map_stats.h"
#include "core/method/seam_choice.h"
#include "core/quant/quantizer.h"

namespace bitscape {
namespace {

constexpr std::int64_t kOutputs = 1024;  // rows of a weight whose partial outputs are held at once

std::size_t at(SeamKind kind) { return static_cast<std::size_t>(kind); }

// What each granule's error e [out, granules, width] costs: [out, granules].
Tensor costOf(const Tensor& e, const Tensor& rowsByGranule, const Tensor& meanSquare) {
  if (meanSquare.defined()) return (e.square() * meanSquare).sum(-1);
  Tensor cost = at::empty({e.size(0), e.size(1)}, e.options());
  for (std::int64_t begin = 0; begin < e.size(0); begin += kOutputs) {
    const std::int64_t count = std::min(kOutputs, e.size(0) - begin);
    // [granules, out, width] x [granules, width, rows]
    cost.narrow(0, begin, count).copy_(at::bmm(e.narrow(0, begin, count).transpose(0, 1), rowsByGranule).square().sum(-1).t());
  }
  return cost;
}

// Granules whose scales depend on each other share one ratio.
Tensor sharedCost(const Tensor& cost, const Format& format) {
  if (format.granularity == Granularity::Tensor) return cost.sum().reshape({1, 1}).expand_as(cost);
  if (format.scaleRule == ScaleRule::PowerOfTwoRatio) return cost.sum(1, true).expand_as(cost);  // a row's scales hang together
  if (format.granularity != Granularity::Rows) return cost;
  Tensor shared = at::empty_like(cost);
  for (std::int64_t begin = 0; begin < cost.size(0); begin += format.group) {
    const std::int64_t count = std::min(format.group, cost.size(0) - begin);
    shared.narrow(0, begin, count).copy_(cost.narrow(0, begin, count).sum(0, true).expand({count, cost.size(1)}));
  }
  return shared;
}

Tensor existingClip(const BlockContext& context, Role role) {
  Tensor ratio;
  for (const Clip& clip : context.folded.weightClip[static_cast<std::size_t>(role)])
    ratio = ratio.defined() ? ratio * clip.ratio : clip.ratio;
  return ratio;
}

void searchWeights(const BlockContext& context, SeamKind seam, const Tensor& rows, const ParamValues& values, BlockSteps& steps) {
  const std::vector<double> ratios = clipRatios(values.number("lowest"), values.integer("candidates"));
  for (const Role role : consumers(seam)) {
    const std::optional<Format>& format = context.format(role).weight;
    if (!format || format->grid.learned) continue;  // a learned grid has no range to clip
    steps.push_back({.seam = seam,
                     .step = Clip{bestWeightClip(context.weight(role), rows, *format, existingClip(context, role), ratios,
                                                 values.choice("error") == "diagonal")
                                      .ratio},
                     .linear = role});
  }
}

void searchInput(const BlockContext& context, SeamKind seam, const SampledRows& rows, const ParamValues& values, BlockSteps& steps) {
  std::optional<Format> format = context.format(consumers(seam).front()).input;
  if (!format) return;
  format->clipRatio *= context.folded.inputClip[at(seam)];
  const InputStats& stats = context.input(seam);
  std::optional<InputRange> range;
  if (!format->dynamic) {
    range = InputRange{.low = *std::min_element(stats.min.begin(), stats.min.end()),
                       .high = *std::max_element(stats.max.begin(), stats.max.end())};
  }
  std::vector<Tensor> weights;
  for (const Role role : consumers(seam)) weights.push_back(context.weight(role));
  const double ratio =
      bestInputClip(rows, at::cat(weights), *format, range, clipRatios(values.number("lowest"), values.integer("candidates")),
                    values.choice("massive") == "capped");
  steps.push_back({.seam = seam, .step = Clip{at::full({1}, ratio, at::kFloat)}, .linear = {}});
}

BlockSteps search(const BlockContext& context, const ParamValues& values, const Progress& progress) {
  const std::string& what = values.choice("what");
  BlockSteps steps;
  double done = 0;
  for (const SeamKind seam : chosenSeams(values)) {
    progress.checkpoint(done / kLinearSeams.size());
    done += 1;
    const SampledRows rows = sampledRows(context.input(seam), values.integer("rows"), context.weight(consumers(seam).front()));
    if (what != "inputs") searchWeights(context, seam, rows.weighted(), values, steps);
    if (what != "weights") searchInput(context, seam, rows, values, steps);
  }
  return steps;
}

}  // namespace

std::vector<double> clipRatios(double lowest, std::int64_t count) {
  std::vector<double> ratios;
  for (std::int64_t i = 0; i < count; ++i) ratios.push_back(1 - (1 - lowest) * static_cast<double>(i) / static_cast<double>(count - 1));
  return ratios;
}

WeightClip bestWeightClip(const Tensor& weight, const Tensor& rows, const Format& format, const Tensor& before,
                          const std::vector<double>& ratios, bool diagonal) {
  const std::int64_t out = weight.size(0), in = weight.size(1);
  const bool grouped = format.granularity == Granularity::Group;
  const std::int64_t width = grouped ? format.group : in;
  if (width <= 0 || in % width != 0)
    throw Error("a group of " + std::to_string(width) + " does not divide the " + std::to_string(in) + " inputs");
  const std::int64_t granules = in / width;
  Tensor meanSquare, byGranule;
  if (diagonal) {
    meanSquare = rows.square().sum(0).reshape({1, granules, width});
  } else {
    byGranule = rows.t().reshape({granules, width, rows.size(0)});
  }
  Tensor best, lowest;
  for (const double ratio : ratios) {
    Tensor clip = at::full({1}, ratio, at::kFloat);
    if (before.defined()) clip = clip * before.cpu();
    const Tensor error = dequantizeCodes(quantizeWeight(weight, format, clip)).to(weight.options()).sub_(weight);
    const Tensor cost = sharedCost(costOf(error.reshape({out, granules, width}), byGranule, meanSquare), format);
    if (!lowest.defined()) {
      lowest = cost;
      best = at::full_like(cost, ratio);
      continue;
    }
    const Tensor better = cost < lowest;  // equally good: the larger ratio stays
    best = at::where(better, at::full({}, ratio, best.options()), best);
    lowest = at::minimum(lowest, cost);
  }
  return {.ratio = best.to(at::kCPU, at::kFloat), .cost = lowest};
}

double bestInputClip(const SampledRows& sample, const Tensor& weight, const Format& format, const std::optional<InputRange>& range,
                     const std::vector<double>& ratios, bool capped) {
  const Tensor& rows = sample.rows;
  const std::int64_t in = weight.size(1);
  // || W e ||^2 = e (W'W) e': the smaller of the two products.
  const Tensor gram = weight.size(0) > in ? at::mm(weight.t(), weight) : Tensor();
  const auto energy = [&](const Tensor& x) {
    return gram.defined() ? (at::mm(x, gram) * x).sum(-1) : at::mm(x, weight.t()).square().sum(-1);
  };
  Tensor factor = sample.share;
  if (capped) {
    const Tensor size = energy(rows).clamp_min(std::numeric_limits<float>::min());
    factor = factor * (size.median() / size).clamp_max(1);
  }
  double best = 1, lowest = std::numeric_limits<double>::infinity();
  for (const double ratio : ratios) {
    Format clipped = format;
    clipped.clipRatio *= ratio;
    const double cost = (energy(fakeQuantizeInput(rows, clipped, range) - rows) * factor).sum().item<double>();
    if (cost < lowest) lowest = cost, best = ratio;
  }
  return best;
}

Pass clipSearchPass() {
  return {
      .id = "clip-search",
      .title = "Clip search",
      .help =
          "Finds for every granule of the weights and for the inputs of every seam how far to clip the range, by the error that "
          "rounding leaves at the output on sampled rows of the calibration text.",
      .parameters = {choiceParam("what", "What", "Whose ranges are searched.", {"both", "weights", "inputs"}),
                     numberParam("lowest", "Lowest ratio", "The smallest ratio that is tried; the largest is 1.", 0.1, 0.99, 0.5),
                     integerParam("candidates", "Candidates", "How many ratios are tried, evenly spaced; time grows with them.", 2, 101,
                                  11),
                     choiceParam("error", "Weight error",
                                 "output: the error of the linear's output on sampled rows. diagonal: squared errors of weights, each "
                                 "times its input's mean square; faster, blind to inputs that go together.",
                                 {"output", "diagonal"}),
                     choiceParam("massive", "Massive rows",
                                 "How much tokens with a very large output count when the inputs' ratio is chosen. capped: as the median "
                                 "token. full: by their size, so that a few of them decide.",
                                 {"capped", "full"}),
                     integerParam("rows", "Rows",
                                  "How many random rows of the calibration text are looked at, beside those of the largest values.", 16,
                                  4096, 128),
                     seamsParam()},
      .needs = {.stats = true},
      .solve = search};
}

Method clipSearchMethod() {
  Method method{.id = "clip-search",
                .title = "Clip search",
                .citation =
                    "an error-minimizing clipping range, as in Sakr, Dai, Venkatesan, Zimmer, Dally, Khailany: Optimal Clipping and "
                    "Magnitude-aware Differentiation, ICML 2022, arXiv 2206.06501"};
  method.passes.push_back(clipSearchPass());
  method.setup = [](const Plan& bits, const ModelConfig&) { return MethodSetup{.stack = {{.pass = "clip-search"}}, .plan = bits}; };
  return method;
}

}  // namespace bitscape
