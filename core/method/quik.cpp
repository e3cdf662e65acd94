// QUIK: 4-bit weights and inputs beside a few columns that stay float.
//
// S. Ashkboos, I. Markov, E. Frantar, T. Zhong, X. Wang, J. Ren, T. Hoefler, D. Alistarh: QUIK, arXiv 2310.09259; released code
// (experiments/fake_quant).
//   outliers  the channels of the largest max|x| over the calibration text: 256 of 4096 inputs, in proportion for other widths.
//             Their weights are not rounded, and their inputs neither: quantized inputs take their ranges from the other channels. q, k
//             and v choose alike, for they see one input
//   rounding  GPTQ with these columns last, so that they make up for the errors of all others; scales from the others alone, with the
//             least squared error (hessian_solver.h)
//   down      8-bit weights and inputs: its inputs are hardest
// The code takes 256 columns of every layer and int(in / hidden) times as many of a wider one when asked to; here the share is the same
// everywhere, because at 576 channels 256 would be nearly half. Layers whose inputs all stay below a threshold keep none, as in the code
// (default 0: every layer keeps some).
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/method/hessian_solver.h"
#include "core/method/method.h"
#include "core/method/plan_formats.h"

namespace bitscape {
namespace {

constexpr double kWidth = 4096;  // that the number of outlier columns is given for

// The channels of the largest |x|, ascending; of equals the first ones.
Tensor outlierColumns(const InputStats& input, std::int64_t perWidth, double threshold) {
  const std::vector<float>& largest = input.absmax;
  const auto channels = std::ssize(largest);
  if (channels == 0 || *std::max_element(largest.begin(), largest.end()) <= threshold) return at::empty({0}, at::kLong);
  const std::int64_t count = std::clamp<std::int64_t>(std::llround(static_cast<double>(perWidth * channels) / kWidth), 0, channels - 1);
  std::vector<std::int64_t> order(static_cast<std::size_t>(channels));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return largest[static_cast<std::size_t>(a)] > largest[static_cast<std::size_t>(b)];
  });
  order.resize(static_cast<std::size_t>(count));
  std::sort(order.begin(), order.end());
  return at::tensor(order, at::kLong);
}

Packed round(const RoundingInput& input, const Format& format, const ParamValues& values, const Progress& progress) {
  return solveByHessian(input.weight, *input.input->hessian, format, input.clip,
                        {.damping = values.number("damping"),
                         .staticGroups = true,
                         .scales = values.flag("search") ? ScaleChoice::Squares : ScaleChoice::Range,
                         .keptColumns = outlierColumns(*input.input, values.integer("outliers"), values.number("threshold"))},
                        progress);
}

MethodSetup setup(const Plan& bits, const ModelConfig& config) {
  const auto symmetric = [](Format& weight) {
    if (weight.grid.isInteger()) weight.symmetry = Symmetry::Symmetric;
  };
  MethodSetup setup{.plan = withFormats(bits, symmetric, {}), .rounding = {.id = "quik"}, .propagate = true};
  const LinearPlan asked = setup.plan.uniform;
  if (!asked.weight || !asked.input || asked.weight->bits() > 4 || asked.input->bits() > 4) return setup;
  if (!asked.weight->grid.isInteger() || !asked.input->grid.isInteger()) return setup;
  setup.plan = withRole(std::move(setup.plan), config, Role::Down, [&](LinearPlan& linear) {
    if (linear == asked) linear.weight->grid.levels = linear.input->grid.levels = 256;  // what was set by hand stays
  });
  return setup;
}

}  // namespace

Method quikMethod() {
  Method method{
      .id = "quik",
      .title = "QUIK",
      .citation =
          "Ashkboos, Markov, Frantar, Zhong, Wang, Ren, Hoefler, Alistarh: QUIK: Towards End-to-End 4-Bit Inference on Generative "
          "Large Language Models, EMNLP 2024, arXiv 2310.09259",
      .setup = setup};
  method.roundings.push_back(
      {.id = "quik",
       .title = "QUIK",
       .help = "GPTQ beside a few columns of outliers that stay float, in weights and inputs. Needs a calibration text.",
       .parameters = {integerParam("outliers", "Outlier columns", "How many columns stay float of 4096 inputs; other widths in proportion.",
                                   0, 2048, 256),
                      numberParam("threshold", "Threshold", "A linear whose inputs all stay at or below this keeps no column.", 0, 1e6, 0),
                      numberParam("damping", "Damping", "Added to the Hessian's diagonal, as a share of its mean.", 0, 1, 0.01),
                      flagParam("search", "Search scales",
                                "Takes the share of each row's range that leaves the least squared error, instead of all of it.", true)},
       .needs = {.stats = true, .hessian = true},
       .round = round});
  return method;
}

}  // namespace bitscape
