// GPTQ: rounding that makes up for its own errors, by the second derivatives of each linear's output error.
//
// E. Frantar, S. Ashkboos, T. Hoefler, D. Alistarh: GPTQ, ICLR 2023, arXiv 2210.17323; released code gptq.py.
// Minimizes ||W X - Q X||^2 greedily, column by column (hessian_solver.h has the formula). The code's factor 2 and its running mean over
// sequences cancel: the solution does not depend on H's scale. As in the code: damping of 1 % of the mean diagonal, blocks of 128 columns,
// groups fitted on the way unless static. Different: channels that calibration never reached are rounded to nearest where the code sets
// their weights to zero; with an order by activations groups are always static, so that they stay runs of inputs; the search of scales
// takes squared errors where the code takes the power 2.4. Left out: the order of linears within a block (all see the inputs of the float
// block; between blocks the quantized ones are propagated).
#include "core/method/hessian_solver.h"
#include "core/method/method.h"

namespace bitscape {
namespace {

Packed round(const RoundingInput& input, const Format& format, const ParamValues& values, const Progress& progress) {
  const std::string& scales = values.choice("scales");
  return solveByHessian(input.weight, *input.input->hessian, format, input.clip,
                        {.damping = values.number("damping"),
                         .block = values.integer("block"),
                         .activationOrder = values.flag("act_order"),
                         .staticGroups = values.flag("static_groups"),
                         .scales = scales == "range" ? ScaleChoice::Range
                                   : scales == "mse" ? ScaleChoice::Squares
                                                     : ScaleChoice::Weighted,
                         .keptColumns = {}},
                        progress);
}

MethodSetup setup(const Plan& bits, const ModelConfig&) { return {.plan = bits, .rounding = {.id = "gptq"}, .propagate = true}; }

}  // namespace

Method gptqMethod() {
  Method method{.id = "gptq",
                .title = "GPTQ",
                .citation =
                    "Frantar, Ashkboos, Hoefler, Alistarh: GPTQ: Accurate Post-Training Quantization for Generative Pre-trained "
                    "Transformers, ICLR 2023, arXiv 2210.17323",
                .setup = setup};
  method.roundings.push_back(
      {.id = "gptq",
       .title = "GPTQ",
       .help = "Rounds column by column; the columns that follow make up for each error at the linear's output. Needs a calibration text.",
       .parameters = {numberParam("damping", "Damping",
                                  "Added to the Hessian's diagonal, as a share of its mean. More makes the solution safer and closer to "
                                  "rounding to nearest.",
                                  0, 1, 0.01),
                      integerParam("block", "Block",
                                   "Columns that are finished before the others hear of their errors; affects time alone.", 1, 1024, 128),
                      flagParam("act_order", "Order by activations",
                                "Rounds the columns of the largest inputs first. Groups then take their scales from the weights as given.",
                                false),
                      flagParam("static_groups", "Static groups",
                                "Takes the scales of groups from the weights as given, not from what they have become when their group is "
                                "reached.",
                                false),
                      choiceParam("scales", "Scales",
                                  "range: from each granule's range. mse: the share of the range that leaves the least squared error. "
                                  "weighted: the same, errors weighted by the inputs' squares.",
                                  {"range", "mse", "weighted"})},
       .needs = {.stats = true, .hessian = true},
       .round = round});
  return method;
}

}  // namespace bitscape
