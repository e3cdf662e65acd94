// SmoothQuant: outlier channels of the inputs are divided away, the weights take the factors.
//
// G. Xiao, J. Lin, M. Seznec, H. Wu, J. Demouth, S. Han: SmoothQuant, ICML 2023, arXiv 2211.10438.
//   s_c = max|X_c|^alpha / max|W_c|^(1 - alpha),  X' = X / s,  W' = W s;  both maxima and s are kept above a floor
// X_c is input channel c over the calibration text, W_c column c over the linears that read it. The paper smooths what norms feed; o and
// down (seams = all) come from DuQuant, ABQ-LLM and OmniQuant, whose setups smooth them too. Left out: static per-tensor inputs and 8-bit
// attention products, which are formats of a plan here.
#include <ATen/ATen.h>

#include "core/method/method.h"
#include "core/method/seam_choice.h"
#include "core/method/smoothing.h"

namespace bitscape {
namespace {

// Column maxima of |W| over the linears that read the seam.
Tensor columnMaxima(const BlockContext& context, SeamKind seam, bool all) {
  // DuQuant's released code (and ABQ-LLM's) asks one linear per seam: q, o, up or down.
  if (!all) return context.weight(seam == SeamKind::FfnInput ? Role::Up : consumers(seam).front()).abs().amax(0);
  Tensor maxima;
  for (const Role role : consumers(seam)) {
    const Tensor own = context.weight(role).abs().amax(0);
    maxima = maxima.defined() ? at::maximum(maxima, own) : own;
  }
  return maxima;
}

BlockSteps smooth(const BlockContext& context, const ParamValues& values, const Progress&) {
  BlockSteps steps;
  for (const SeamKind seam : chosenSeams(values)) {
    const Tensor inputs = at::tensor(at::ArrayRef<float>(context.input(seam).absmax), at::kFloat);
    Tensor factor = smoothingFactors(inputs, columnMaxima(context, seam, values.choice("weights") == "all").cpu(), values.number("alpha"),
                                     values.number("floor"));
    if (seam == SeamKind::AttentionOutput && values.choice("grouped") == "fold") factor = sharedByGroups(factor, context.config);
    steps.push_back({.seam = seam, .step = Scale{.factor = factor, .shift = {}}, .linear = {}});
  }
  return steps;
}

}  // namespace

Method smoothquantMethod() {
  Method method{.id = "smoothquant",
                .title = "SmoothQuant",
                .citation =
                    "Xiao, Lin, Seznec, Wu, Demouth, Han: SmoothQuant: Accurate and Efficient Post-Training Quantization for Large "
                    "Language Models, ICML 2023, arXiv 2211.10438"};
  method.passes.push_back(
      {.id = "smooth",
       .title = "Smooth",
       .help = "Divides large input channels by a factor and multiplies the weights that read them by it, so that inputs have a smaller "
               "range. The factors vanish in the weights before; the float model stays the same.",
       .parameters =
           {numberParam(
                "alpha", "Alpha",
                "How much of the difficulty moves from inputs to weights: 0 evens out the weights' columns, 1 the inputs' channels.", 0, 1,
                0.5),
            seamsParam(SeamChoice::Norms),
            choiceParam("weights", "Weights",
                        "Whose columns count: of all linears that read the input (SmoothQuant), or of one of them: q, o, up, down "
                        "(DuQuant's released code).",
                        {"all", "one"}),
            choiceParam("grouped", "Grouped heads",
                        "Where several query heads share a value head, o's inputs come from the same rows of v. fold: they share the "
                        "largest factor of the group, which then costs nothing at run time. online: each channel its own, divided at "
                        "run time (DuQuant's released code).",
                        {"fold", "online"}),
            numberParam("floor", "Smallest factor",
                        "Smaller factors are raised to this: 0.00001 in SmoothQuant, 0.01 in DuQuant's released code.", 1e-5, 1, 1e-5)},
       .needs = {.stats = true},
       .solve = smooth});
  method.setup = [](const Plan& bits, const ModelConfig&) {
    return MethodSetup{.stack = {{.pass = "smooth"}}, .plan = bits, .rounding = {}};
  };
  return method;
}

}  // namespace bitscape
