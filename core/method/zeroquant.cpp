// ZeroQuant: weights in groups of rows, inputs by token.
//
// Z. Yao, R. Y. Aminabadi, M. Zhang, X. Wu, C. Li, Y. He: ZeroQuant, NeurIPS 2022, arXiv 2206.01861; DeepSpeed's compression library.
//   weights  s = 2 max|W_g| / 2^b over a group g of whole rows, code = clamp(round(w / s), -2^(b-1), 2^(b-1) - 1): the largest value
//            saturates one step below (DeepSpeed divides by 2^b, not by 2^b - 1)
//   inputs   one scale per token, found at run time
//   W4/8A8   with 4-bit weights and 8-bit inputs the attention's weights keep 8 bits, as in the paper's mixed setting
// DeepSpeed cuts a weight into a number of groups (48 for 768 x 768: 16 rows each); here a group is 16 rows, or what divides all outputs,
// so that groups never cut a row. Left out: layer-by-layer distillation, which trains; the ternary and binary rules for 2 and 1 bits (2
// bits get the grid above); quantized embeddings. Inputs take the range's own scale (DeepSpeed's would saturate their largest value, too).
#include "core/method/method.h"
#include "core/method/plan_formats.h"

namespace bitscape {
namespace {

constexpr std::int64_t kRowsPerGroup = 16;

MethodSetup setup(const Plan& bits, const ModelConfig& config) {
  const std::int64_t rows = sharedRows(config, kRowsPerGroup);
  const auto groupRows = [&](Format& weight) {
    if (!weight.grid.table.empty() || weight.grid.learned) return;
    weight.symmetry = Symmetry::Symmetric;
    weight.scaleRule = ScaleRule::ZeroQuant;
    if (weight.granularity == Granularity::Group) return;  // groups of inputs that were asked for
    weight.granularity = Granularity::Rows;
    weight.group = rows;
  };
  MethodSetup setup{.plan = withFormats(bits, groupRows, {})};
  const LinearPlan& uniform = bits.uniform;
  if (uniform.weight && uniform.weight->grid.levels == 16 && uniform.weight->grid.table.empty() && uniform.input &&
      uniform.input->bits() == 8) {
    const LinearPlan asked = setup.plan.uniform;
    for (const Role role : {Role::Q, Role::K, Role::V, Role::O}) {
      setup.plan = withRole(std::move(setup.plan), config, role, [&](LinearPlan& linear) {
        if (linear == asked) linear.weight->grid.levels = 256;  // what was set by hand stays
      });
    }
  }
  return setup;
}

}  // namespace

Method zeroQuantMethod() {
  return {.id = "zeroquant",
          .title = "ZeroQuant",
          .citation =
              "Yao, Aminabadi, Zhang, Wu, Li, He: ZeroQuant: Efficient and Affordable Post-Training Quantization for Large-Scale "
              "Transformers, NeurIPS 2022, arXiv 2206.01861",
          .setup = setup};
}

}  // namespace bitscape
