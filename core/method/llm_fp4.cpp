// LLM-FP4: 4-bit floating-point weights and inputs with searched formats and biases.
//
// S. Liu, Z. Liu, X. Huang, P. Dong, K.-T. Cheng: LLM-FP4, EMNLP 2023, arXiv 2310.16836.
// A real-valued exponent bias is a scale: value = scale * (grid of E exponent and M mantissa bits).
//   weights  per linear the grid (E3M0, E2M1 or E1M2) and per output row the scale r max|w| / max grid that leave the least squared
//            error of the linear's output on sampled rows
//   inputs   per-channel biases b_c restricted to whole numbers k_c = 0 .. 3 above the tensor's own: a channel times 2^k_c, folded away by
//            the pass feature-scale
// Paper and code search 100 multiples of the *bias* from 0.01 to 1.2, in three rounds that alternate with the inputs' bias and format. Here
// r runs over multiples of the *range*, which is what the bias stands for, evenly and once; inputs are E2M1 with a scale per token found at
// run time where the paper calibrates one for all. Left out: the embedding's 4-bit codes. 8-bit formats (E4M3, E5M2) are searched alike.
// Other bits have no floating-point grid and stay integers, symmetric, with searched scales.
#include "core/method/llm_fp4.h"

#include <ATen/ATen.h>

#include <limits>

#include "core/method/clip_search.h"
#include "core/method/plan_formats.h"
#include "core/quant/quantizer.h"

namespace bitscape {

std::vector<Format> floatFormatsLike(const Format& format) {
  const std::string& name = format.grid.name;
  const auto all = [&](std::initializer_list<const char*> grids) {
    std::vector<Format> formats;
    for (const char* grid : grids) formats.push_back(onGrid(format, grid));
    return formats;
  };
  if (name == "e2m1" || name == "e1m2" || name == "e3m0") return all({"e2m1", "e1m2", "e3m0"});
  if (name == "e4m3" || name == "e5m2") return all({"e4m3", "e5m2"});
  return {format};
}

Packed searchFloatFormat(const Tensor& weight, const Tensor& rows, const std::vector<Format>& formats, const Tensor& clip,
                         const std::vector<double>& ratios) {
  double lowest = std::numeric_limits<double>::infinity();
  const Format* best = &formats.front();
  Tensor ratio;
  for (const Format& format : formats) {
    const WeightClip found = bestWeightClip(weight, rows, format, clip, ratios, false);
    const double cost = found.cost.sum().item<double>();
    if (cost < lowest || !ratio.defined()) lowest = cost, best = &format, ratio = found.ratio;
  }
  return quantizeWeight(weight, *best, clip.defined() ? ratio * clip.cpu() : ratio);
}

namespace {

Packed round(const RoundingInput& input, const Format& format, const ParamValues& values, const Progress&) {
  const SampledRows rows = sampledRows(*input.input, values.integer("rows"), input.weight);
  return searchFloatFormat(input.weight, rows.weighted(), values.flag("formats") ? floatFormatsLike(format) : std::vector<Format>{format},
                           input.clip, clipRatios(values.number("lowest"), values.integer("candidates")));
}

void setFloatGrid(Format& format) {
  if (format.grid.levels == 16 || format.grid.levels == 256) {
    format = onGrid(format, format.grid.levels == 16 ? "e2m1" : "e4m3");
  } else {
    format.symmetry = Symmetry::Symmetric;
  }
}

MethodSetup setup(const Plan& bits, const ModelConfig&) {
  MethodSetup setup{.plan = withFormats(bits, setFloatGrid, setFloatGrid), .rounding = {.id = "fpq"}, .propagate = true};
  // E2M1 has three exponents below its largest.
  if (bits.uniform.input)
    setup.stack.push_back({.pass = "feature-scale", .parameters = Json{{"most", 8}, {"powers", true}, {"seams", "all"}}});
  return setup;
}

}  // namespace

Method llmFp4Method() {
  Method method{
      .id = "llm-fp4",
      .title = "LLM-FP4",
      .citation = "Liu, Liu, Huang, Dong, Cheng: LLM-FP4: 4-Bit Floating-Point Quantized Transformers, EMNLP 2023, arXiv 2310.16836",
      .setup = setup};
  method.roundings.push_back(
      {.id = "fpq",
       .title = "Floating-point search",
       .help =
           "Tries floating-point grids for each linear and scales for each of its rows, and takes those that leave the least error at the "
           "output on sampled rows of the calibration text.",
       .parameters = {flagParam("formats", "Search the grid",
                                "Whether E3M0, E2M1 and E1M2 (or E4M3 and E5M2) compete; otherwise the plan's grid stays.", true),
                      numberParam("lowest", "Lowest ratio", "The smallest share of the range that is tried as a scale; the largest is 1.",
                                  0.1, 0.99, 0.5),
                      integerParam("candidates", "Candidates", "How many scales are tried, evenly spaced; time grows with them.", 2, 101,
                                   12),
                      integerParam("rows", "Rows",
                                   "How many random rows of the calibration text are looked at, beside those of the largest values.", 16,
                                   4096, 128)},
       .needs = {.stats = true},
       .round = round});
  return method;
}

}  // namespace bitscape
