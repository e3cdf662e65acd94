#include "core/model/forward.h"

#include <ATen/ATen.h>

#include "core/model/attention.h"
#include "core/model/block_kernels.h"
#include "core/model/linear.h"

namespace bitscape {

LinearFn floatLinears(const BlockWeights& weights) {
  return [weights](SeamId seam, const Tensor& x) {
    std::vector<Tensor> results;
    for (const Role role : consumers(seam.kind)) {
      results.push_back(applyLinear(x, weights.of(role), weights.biasOf(role)));
    }
    return results;
  };
}

Tensor forwardBlock(const ModelConfig& config, int block, const BlockWeights& weights, const Tensor& x, const Rope& rope,
                    const LinearFn& linears, KvCache* cache, Tap* tap) {
  const auto apply = [&](SeamKind kind, const Tensor& input) {
    const SeamId seam{block, kind};
    if (tap) tap->linearInput(seam, input);
    return linears(seam, input);
  };
  // Qwen3 normalizes every head of q and k by itself.
  const auto perHead = [&](const Tensor& value, const Tensor& norm) {
    if (!norm.defined()) return value;
    return rmsNorm(value.reshape({value.size(0), value.size(1), -1, config.headDim}), norm, config.normEpsilon).view(value.sizes());
  };
  const std::vector<Tensor> qkv = apply(SeamKind::AttentionInput, rmsNorm(x, weights.attentionNorm, config.normEpsilon));
  const Tensor q = rotate(perHead(qkv[0], weights.qNorm), config.heads, rope);
  Tensor k = rotate(perHead(qkv[1], weights.kNorm), config.kvHeads, rope);
  Tensor v = qkv[2].reshape({x.size(0), x.size(1), config.kvHeads, config.headDim}).transpose(1, 2);
  if (cache) {
    append(*cache, k, v);
    k = cache->key;
    v = cache->value;
  }

  std::optional<std::int64_t> slidingWindow = config.slidingWindow;
  if (!config.slidingBlocks.empty() && !config.slidingBlocks[static_cast<std::size_t>(block)]) slidingWindow.reset();
  if (tap && !cache) tap->attention(block, q, k);
  const Tensor mixed = attend(q, k, v, slidingWindow);

  const Tensor h = x + apply(SeamKind::AttentionOutput, mixed)[0];
  const std::vector<Tensor> gateUp = apply(SeamKind::FfnInput, rmsNorm(h, weights.ffnNorm, config.normEpsilon));
  const Tensor y = h + apply(SeamKind::FfnDown, gated(gateUp[0], gateUp[1]))[0];
  if (tap) tap->blockOutput(block, x, y);
  return y;
}

Tensor embed(const Tensor& embedding, const Tensor& ids) { return at::embedding(embedding, ids); }

Tensor logits(const ModelConfig& config, const Tensor& x, const Tensor& finalNorm, const Tensor& lmHead) {
  return applyLinear(rmsNorm(x, finalNorm, config.normEpsilon), lmHead).to(at::kFloat);
}

}  // namespace bitscape
