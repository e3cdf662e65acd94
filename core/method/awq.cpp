// AWQ: weight channels whose inputs are large are scaled up before rounding, then ranges of groups are clipped; both by search.
//
// J. Lin, J. Tang, H. Tang, S. Yang, W. Chen, W. Wang, G. Xiao, X. Dang, C. Gan, S. Han: AWQ, MLSys 2024, arXiv 2306.00978.
//   awq-scale  s = m^r,  m_c = mean |X_c|,  s / sqrt(max s min s);  r in {0, 0.05 .. 0.95} with the least error of the output
//              || X W' - (X / s) Q(W s)' ||^2 over the sampled rows
//   awq-clip   per granule the ratio in {1, 0.95 .. 0.55} with the least error of the granule's part of the output; not for q and k,
//              whose product would double the error
// The released code measures awq-scale on the whole attention or MLP module; here, on the linears that read the scaled input, which needs
// no run of the model. It leaves o alone where query heads share value heads; here o's factors are shared by the group, so they fold into
// v. It clamps weights to +-ratio max|w| before an asymmetric grid is fit; here the ratio multiplies both ends of the range. Where a plan
// quantizes inputs as well, awq-scale judges by quantized inputs.
#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "core/calib/map_stats.h"
#include "core/method/method.h"
#include "core/method/seam_choice.h"
#include "core/method/smoothing.h"
#include "core/quant/quantizer.h"

namespace bitscape {
namespace {

Tensor rowsOf(const BlockContext& context, SeamKind seam) {
  return sampleOf(context.input(seam)).to(context.weight(consumers(seam).front()).options());
}

// Rounded and back, on the weight's device.
Tensor fakeQuantize(const Tensor& weight, const Format& format, const Tensor& clip = {}) {
  return dequantize(quantizeWeight(weight, format, clip)).to(weight.options());
}

Tensor fakeInput(const Tensor& x, const std::optional<Format>& format) {
  return format && format->dynamic ? fakeQuantizeInput(x, *format) : x;
}

bool searchable(const std::optional<Format>& weight) { return weight && !weight->grid.learned; }

// Sum over the seam's linears of the squared error that rounding leaves when columns are scaled by s.
double errorWith(const BlockContext& context, SeamKind seam, const Tensor& x, const Tensor& s) {
  double error = 0;
  for (const Role role : consumers(seam)) {
    const LinearPlan& plan = context.format(role);
    const Tensor& weight = context.weight(role);
    const Tensor scaled = weight * s, rounded = searchable(plan.weight) ? fakeQuantize(scaled, *plan.weight) : scaled;
    error += (at::mm(fakeInput(x / s, plan.input), rounded.t()) - at::mm(x, weight.t())).square().sum(at::kDouble).item<double>();
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
    const Tensor x = rowsOf(context, seam);
    // The random rows alone stand for the text; the rows of the largest values would not.
    const std::int64_t typical = context.input(seam).randomRows;
    const Tensor mean = (typical > 0 ? x.slice(0, 0, typical) : x).abs().mean(0);
    double least = std::numeric_limits<double>::infinity();
    Tensor best;
    for (std::int64_t k = 0; k < grid; ++k) {
      Tensor s = factorsOf(mean, static_cast<double>(k) / static_cast<double>(grid));
      if (seam == SeamKind::AttentionOutput) s = sharedByGroups(s, context.config);
      const double error = errorWith(context, seam, x, s);
      if (error >= least) continue;
      least = error;
      best = k == 0 ? Tensor() : s;
    }
    if (best.defined()) steps.push_back({.seam = seam, .step = Scale{.factor = best.cpu(), .shift = {}}, .linear = {}});
  }
  return steps;
}

// The squared error of each granule's part of the output, [out, granules]: e H e' with H = X'X of the granule's channels.
Tensor granuleErrors(const Tensor& error, const Tensor& gram) {
  const std::int64_t granules = gram.size(0), width = gram.size(1);
  const Tensor parts = error.reshape({-1, granules, width}).transpose(0, 1);  // [granules, out, width]
  return (at::bmm(parts, gram) * parts).sum(2).t();
}

Tensor clipRatios(const Tensor& weight, const Format& format, const Tensor& x, std::int64_t steps, double smallest) {
  const Packed whole = quantizeWeight(weight, format);
  const std::int64_t granules = whole.granules(), width = weight.size(1) / granules;
  const Tensor runs = x.reshape({x.size(0), granules, width}).permute({1, 2, 0});  // [granules, width, rows]
  const Tensor gram = at::bmm(runs, runs.transpose(1, 2));
  Tensor least = granuleErrors(dequantize(whole).to(weight.options()) - weight, gram), best = at::ones_like(least);
  for (std::int64_t step = 1; step < steps; ++step) {
    const double ratio = 1 - (1 - smallest) * static_cast<double>(step) / static_cast<double>(steps);
    const Tensor errors = granuleErrors(fakeQuantize(weight, format, at::full({1}, ratio, at::kFloat)) - weight, gram);
    best = at::where(errors < least, at::full_like(best, ratio), best);
    least = at::minimum(errors, least);
  }
  return best.cpu().contiguous();
}

BlockSteps clip(const BlockContext& context, const ParamValues& values, const Progress& progress) {
  BlockSteps steps;
  const std::vector<SeamKind> seams = chosenSeams(values);
  for (std::size_t i = 0; i < seams.size(); ++i) {
    const Tensor x = rowsOf(context, seams[i]);
    for (const Role role : consumers(seams[i])) {
      progress.checkpoint(static_cast<double>(i) / static_cast<double>(seams.size()));
      const std::optional<Format>& format = context.format(role).weight;
      if (!searchable(format) || format->granularity == Granularity::Rows || (!values.flag("qk") && (role == Role::Q || role == Role::K)))
        continue;
      const Tensor ratio = clipRatios(context.weight(role), *format, x, values.integer("grid"), values.number("smallest"));
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
       .parameters = {integerParam("grid", "Ratios", "How many ratios between the smallest one and 1 are tried.", 2, 100, 10),
                      numberParam("smallest", "Smallest ratio", "Where the search ends (it is not tried itself).", 0.05, 0.95, 0.5),
                      flagParam("qk", "Also q and k", "The released code leaves out q and k: their errors multiply.", false), seamsParam()},
       .needs = {.stats = true},
       .solve = clip});
  method.setup = [](const Plan& bits, const ModelConfig&) {
    return MethodSetup{.stack = {{.pass = "awq-scale"}, {.pass = "awq-clip"}}, .plan = bits, .rounding = {}};
  };
  return method;
}

}  // namespace bitscape
