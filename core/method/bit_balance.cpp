// Bit balance: five levels for 2-bit weights, so that zero has as many values below as above.
//
// C. Zeng, S. Liu, Y. Xie, H. Liu, X. Wang, M. Wei, S. Yang, F. Chen, X. Mei: ABQ-LLM, AAAI 2025, arXiv 2408.08554.
// Weights of a trained model are nearly symmetric; {-2, -1, 0, 1} has no code for what lies at +2.
//   paper          {-2, -1, 0, 1, 2} s,  s = max|W_o| / 2
//   released code  codes 0 .. 4 around an integer zero point,  s = (max - min) / 4: symmetric only where the zero point happens to be 2
// Two methods that differ in this alone. With the best clipping ratio per row both leave the same error on SmolLM2-135M's weights (relative
// squared error 0.093 and 0.092), so the paper's grid bears the name: a zero point fixed at the middle is what lets an engine leave it out.
// Files store five levels in base 5, 27 codes in 64 bits (2.37 bits a weight; the paper's engine takes three bit planes).
// The paper trains clipping ranges, smoothing and, for a few down projections, a rank-1 compensation. What stands in for the training here
// is closed form: smoothing at its initial value (alpha 0.5; only where inputs are quantized), searched clipping ranges, GPTQ. Weights of
// other bits keep their grids.
#include "core/method/method.h"
#include "core/method/plan_formats.h"

namespace bitscape {
namespace {

template <Symmetry Levels>
MethodSetup setup(const Plan& bits, const ModelConfig&) {
  const auto balance = [](Format& weight) {
    const bool twoBits = weight.grid.table.empty() && !weight.grid.learned && (weight.grid.levels == 4 || weight.grid.levels == 5);
    if (!twoBits) return;
    const Format balanced = balancedTwoBit(Levels);
    weight.grid = balanced.grid;
    weight.symmetry = balanced.symmetry;
  };
  MethodSetup setup{.plan = withFormats(bits, balance, {}), .rounding = {.id = "gptq"}, .propagate = true};
  if (bits.uniform.input) setup.stack.push_back({.pass = "smooth"});
  setup.stack.push_back({.pass = "clip-search", .parameters = Json{{"what", "weights"}}});
  return setup;
}

Method method(std::string id, std::string title, MethodSetup (*setup)(const Plan&, const ModelConfig&)) {
  return {.id = std::move(id),
          .title = std::move(title),
          .citation =
              "Zeng, Liu, Xie, Liu, Wang, Wei, Yang, Chen, Mei: ABQ-LLM: Arbitrary-Bit Quantized Inference Acceleration for Large "
              "Language Models, AAAI 2025, arXiv 2408.08554",
          .setup = setup};
}

}  // namespace

Method bitBalanceMethod() { return method("bitbalance", "Bit balance (five levels)", setup<Symmetry::Symmetric>); }
Method bitBalanceCodeMethod() {
  return method("bitbalance-code", "Bit balance, five levels around a zero point", setup<Symmetry::Asymmetric>);
}

}  // namespace bitscape
