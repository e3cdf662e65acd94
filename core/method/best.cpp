// The best recipe without training found so far for few bits in weights, inputs, queries, keys and values.
//
// Smoothing at all four seams, the largest Hadamard matrix that each width allows (within a head before o, so that it folds into v), inputs
// clipped by search, GPTQ with activation order on what the quantized blocks before leave. Found on calibration text alone, by KL divergence
// on windows that solving did not see; README.md has the comparison. A collection of other papers' parts: smoothquant.cpp, quarot.cpp,
// clip_search.cpp, gptq.cpp.
#include "core/method/method.h"
#include "core/transform/hadamard.h"

namespace bitscape {
namespace {

MethodSetup setup(const Plan& bits, const ModelConfig& config) {
  MethodSetup setup{.plan = bits, .propagate = true};
  setup.stack.push_back({.pass = "smooth", .parameters = {{"alpha", 0.6}, {"floor", 0.01}, {"seams", "all"}}});
  const auto turn = [&](const char* seams, std::int64_t width, std::int64_t block) {
    if (hadamardDividing(width, block) < 2) return;  // no matrix for this width: the seam stays as it is
    setup.stack.push_back({.pass = "hadamard", .parameters = {{"block", hadamardDividing(width, block)}, {"seams", seams}}});
  };
  turn("norms", config.hidden, config.hidden);
  turn("o", config.headDim, config.headDim);
  turn("down", config.ffn, config.ffn);
  if ((bits.query || bits.kv) && hasHadamard(config.headDim)) setup.stack.push_back({.pass = "r3"});
  if (bits.uniform.input) setup.stack.push_back({.pass = "clip-search", .parameters = {{"what", "inputs"}}});
  setup.rounding = {.id = "gptq", .parameters = {{"act_order", true}, {"static_groups", true}, {"scales", "mse"}}};
  return setup;
}

}  // namespace

Method bestMethod() {
  return {.id = "best",
          .title = "Best closed form",
          .citation = "new here; parts of SmoothQuant (arXiv 2211.10438), QuaRot (arXiv 2404.00456), GPTQ (arXiv 2210.17323)",
          .setup = setup};
}

}  // namespace bitscape
