// ZeroQuant-HERO: which linears run on integers, and which of their inputs have static scales.
//
// Z. Yao, R. Y. Aminabadi, S. Youn, X. Wu, E. Zheng, Y. He: ZeroQuant-HERO, arXiv 2310.17723. Three modes, each on top of the one before:
//   M1  q, k, v and the first FFN linears (gate and up): inputs by token at run time, as the norm before them leaves them
//   M2  + queries, keys and values, and o, whose input channels have calibrated scales folded into v (feature-wise)
//   M3  + down, whose input channels have calibrated scales folded into up
// A feature-wise input is divided by its channels' maxima and has one static symmetric scale. Weights are symmetric per output channel.
// Left out: the softmax's own 8-bit codes and the residual additions in 8 bits (no step reaches them here), the embedding's codes. Queries,
// keys and values are quantized by token and head at run time, where the paper has one static scale. There is no released code:
// what belongs to which mode is our reading of the paper. Meant for 8 bits; others do what they can.
#include "core/method/feature_scale.h"
#include "core/method/plan_formats.h"

namespace bitscape {
namespace {

void makeStatic(LinearPlan& linear) {
  if (!linear.input) return;
  linear.input = integerFormat(linear.input->bits(), Symmetry::Symmetric, Granularity::Tensor);
}

template <int Mode>
MethodSetup setup(const Plan& bits, const ModelConfig& config) {
  MethodSetup setup{.plan = withFormats(bits,
                                        [](Format& weight) {
                                          if (weight.grid.table.empty()) weight.symmetry = Symmetry::Symmetric;
                                        },
                                        {})};
  const bool inputs = bits.uniform.input.has_value();
  const auto leaveFloat = [](LinearPlan& linear) { linear = {}; };
  const auto featureWise = [&](Role role, const char* seam) {
    setup.plan = withRole(std::move(setup.plan), config, role, makeStatic);
    if (inputs) setup.stack.push_back({.pass = "feature-scale", .parameters = Json{{"seams", seam}}});
  };
  if (Mode == 1) {
    setup.plan = withRole(std::move(setup.plan), config, Role::O, leaveFloat);
  } else {
    featureWise(Role::O, "o");
    if (inputs && !setup.plan.query) setup.plan.query = headFormat(bits.uniform.input->bits());
    if (inputs && !setup.plan.kv) setup.plan.kv = headFormat(bits.uniform.input->bits());
  }
  if (Mode < 3) {
    setup.plan = withRole(std::move(setup.plan), config, Role::Down, leaveFloat);
  } else {
    featureWise(Role::Down, "down");
  }
  return setup;
}

Method method(std::string id, std::string title, MethodSetup (*setup)(const Plan&, const ModelConfig&)) {
  return {.id = std::move(id),
          .title = std::move(title),
          .citation =
              "Yao, Aminabadi, Youn, Wu, Zheng, He: ZeroQuant-HERO: Hardware-Enhanced Robust Optimized Post-Training Quantization "
              "Framework for W8A8 Transformers, arXiv 2310.17723",
          .setup = setup};
}

}  // namespace

Method zeroQuantHeroM1Method() { return method("zeroquant-hero-m1", "ZeroQuant-HERO, mode M1", setup<1>); }
Method zeroQuantHeroM2Method() { return method("zeroquant-hero-m2", "ZeroQuant-HERO, mode M2", setup<2>); }

// The mode in which all linears run on integers bears the paper's name.
Method zeroQuantHeroMethod() {
  Method hero = method("zeroquant-hero", "ZeroQuant-HERO, mode M3", setup<3>);
  hero.passes.push_back(featureScalePass());
  return hero;
}

}  // namespace bitscape
