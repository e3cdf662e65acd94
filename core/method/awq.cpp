// AWQ: weight channels whose inputs are large are scaled up before rounding, then ranges of groups are clipped; both by search.
//
// J. Lin, J. Tang, H. Tang, S. Yang, W. Chen, W. Wang, G. Xiao, X. Dang, C. Gan, S. Han: AWQ, MLSys 2024, arXiv 2306.00978.
//   awq-scale  s = m^r,  m_c = mean |X_c|,  s / sqrt(max s min s);  r in {0, 0.05 .. 0.95} with the least error of the output
//              || X W' - (X / s) Q(W s)' ||^2 over the sampled rows
//   awq-clip   per granule the ratio in {1, 0.95 .. 0.55} with the least error of the granule's part of the output (clip_search.h); not
//              for q and k, whose errors multiply
// The released code measures awq-scale on the whole attention or MLP module; here, on the linears that read the scaled input, which needs
// no run of the model. It leaves o alone where query heads share value heads; here o's factors are shared by the group, so they fold into
// v. It clamps weights to +-ratio max|w| before an asymmetric grid is fit; here the ratio multiplies both ends of the range. Where a plan
// quantizes inputs as well, awq-scale judges by quantized inputs.
#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "core/method/clip_search.h"
#include "core/method/method.h"
#include "core/method/sampled_rows.h"
#include "core/method/seam_choice.h"
#include "core/method/smoothing.h"
#include "core/quant/quantizer.h"

namespace bitscape {
namespace {

constexpr std::int64_t kRows = 512;  // random rows to judge by, at most: the released code's number

SampledRows rowsOf(const BlockContext& context, SeamKind seam) {
  return sampledRows(context.input(seam), kRows, context.weight(consumers(seam).front()));
}

Tensor fakeInput(const Tensor& x, const std::optional<Format>& format) {
  return format && format->dynamic ? fakeQuantizeInput(x, *format) : x;
}

bool searchable(const std::optional<Format>& weight) { return weight && !weight->grid.learned; }

// Sum over the seam's linears of the mean squared error that rounding leaves when columns are scaled by s. `wanted`: their outputs.
double errorWith(const BlockContext& context, SeamKind seam, const SampledRows& x, const std::vector<Tensor>& wanted, const Tensor& s) {
  double error = 0;
  std::size_t linear = 0;
  for (const Role role : consumers(seam)) {
    const LinearPlan& plan = context.format(role);
    const Tensor& weight = context.weight(role);
    const Tensor scaled = weight * s;
    const Tensor rounded = searchable(plan.weight) ? dequantize(quantizeWeight(scaled, *plan.weight)).to(weight.options()) : scaled;
    const Tensor away = at::mm(fakeInput(x.rows / s, plan.input), rounded.t()) - wanted[linear++];
    error += (away.square().sum(1) * x.share).sum(at::kDouble).item<double>();
  }
  return error;
}

// m^r, centred so that the largest and the smallest are each other's reciprocal.
Tensor factorsOf(const Tensor& mean, double r) {
  const Tensor s = mean.pow(r).clamp_min(1e-4);
  return s / (s.max() * s.min()).sqrt();
}

BlockSteps scale(const BlockContext& context, const ParamValues& values, const Progress& progress) {
  BlockSteps steps;
  const std::vector<SeamKind> seams = chosenSeams(values);
  const std::int64_t grid = values.integer("grid");
  for (std::size_t i = 0; i < seams.size(); ++i) {
    const SeamKind seam = seams[i];
    progress.checkpoint(static_cast<double>(i) / static_cast<double>(seams.size()));
    const auto& readers = consumers(seam);
    if (std::none_of(readers.begin(), readers.end(), [&](Role role) { return searchable(context.format(role).weight); })) continue;
    const SampledRows x = rowsOf(context, seam);
    const Tensor mean = at::mv(x.rows.abs().t(), x.share);
    std::vector<Tensor> wanted;
    for (const Role role : readers) wanted.push_back(at::mm(x.rows, context.weight(role).t()));
    double least = std::numeric_limits<double>::infinity();
    Tensor best;
    for (std::int64_t k = 0; k < grid; ++k) {
      Tensor s = factorsOf(mean, static_cast<double>(k) / static_cast<double>(grid));
      if (seam == SeamKind::AttentionOutput) s = sharedByGroups(s, context.config);
      const double error = errorWith(context, seam, x, wanted, s);
      if (error >= least) continue;
      least = error;
      best = k == 0 ? Tensor() : s;
    }
    if (best.defined()) steps.push_back({.seam = seam, .step = Scale{.factor = best.cpu(), .shift = {}}, .linear = {}});
  }
  return steps;
}

BlockSteps clip(const BlockContext& context, const ParamValues& values, const Progress& progress) {
  BlockSteps steps;
  const std::vector<SeamKind> seams = chosenSeams(values);
  const std::vector<double> ratios = clipRatios(values.number("smallest"), values.integer("grid"));
  for (std::size_t i = 0; i < seams.size(); ++i) {
    const Tensor rows = rowsOf(context, seams[i]).weighted();
    for (const Role role : consumers(seams[i])) {
      progress.checkpoint(static_cast<double>(i) / static_cast<double>(seams.size()));
      const std::optional<Format>& format = context.format(role).weight;
      if (!searchable(format) || (!values.flag("qk") && (role == Role::Q || role == Role::K))) continue;
      const Tensor ratio = bestWeightClip(context.weight(role), rows, *format, {}, ratios, /*diagonal=*/false).ratio;
      steps.push_back({.seam = seams[i], .step = Clip{.ratio = ratio}, .linear = role});
    }
  }
  return steps;
}

}  // namespace

Method awqMethod() {
  Method method{.id = "awq",
                .title = "AWQ",
                .citation =
                    "Lin, Tang, Tang, Yang, Chen, Wang, Xiao, Dang, Gan, Han: AWQ: Activation-aware Weight Quantization for "
                    "On-Device LLM Compression and Acceleration, MLSys 2024, arXiv 2306.00978"};
  method.passes.push_back(
      {.id = "awq-scale",
       .title = "AWQ scale search",
       .help = "Scales weight columns up where inputs are large on average, so that they are rounded finer; the exponent is the one with "
               "the least output error. The factors vanish in the weights before.",
       .parameters = {integerParam("grid", "Exponents", "How many exponents between 0 and 1 are tried.", 2, 200, 20), seamsParam()},
       .needs = {.stats = true},
       .solve = scale});
  method.passes.push_back(
      {.id = "awq-clip",
       .title = "AWQ clip search",
       .help = "Finds for every group of weights the part of its range whose rounding leaves the least output error.",
       .parameters = {integerParam("grid", "Ratios", "How many ratios from 1 down to the smallest are tried.", 2, 100, 10),
                      numberParam("smallest", "Smallest ratio", "Where the search ends.", 0.05, 0.95, 0.55),
                      flagParam("qk", "Also q and k", "The released code leaves out q and k: their errors multiply.", false), seamsParam()},
       .needs = {.stats = true},
       .solve = clip});
  method.setup = [](const Plan& bits, const ModelConfig&) {
    return MethodSetup{.stack = {{.pass = "awq-scale"}, {.pass = "awq-clip"}}, .plan = bits, .rounding = {}};
  };
  return method;
}

}  // namespace bitscape
