#include "tests/support/run_model.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace bitscape {

Tensor wholeLogits(const Model& model, const Tensor& ids, const ComputeOptions& options) {
  at::NoGradGuard noGrad;
  Tensor x = embed(model.loadEmbedding(options), ids.to(options.device));
  const Rope rope = makeRope(model, 0, ids.size(1), options);
  for (int block = 0; block < model.config().blocks; ++block) {
    const BlockWeights weights = model.loadBlock(block, options);
    x = forwardBlock(model.config(), block, floatRun(weights), x, rope);
  }
  return logits(model.config(), x, model.loadFinalNorm(options), model.loadLmHead(options));
}

double relativeDifference(const Tensor& a, const Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>() / b.to(at::kDouble).abs().max().item<double>();
}

}  // namespace bitscape
