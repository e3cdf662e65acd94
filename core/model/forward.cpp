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

BlockRun floatRun(const BlockWeights& weights) {
  BlockRun run{.attentionNorm = weights.attentionNorm, .ffnNorm = weights.ffnNorm, .qNorm = weights.qNorm, .kNorm = weights.kNorm};
  run.linears = run.plain = floatLinears(weights);
  return run;
}

Tensor forwardBlock(const ModelConfig& config, int block, const BlockRun& run, const Tensor& input, const Rope& rope, KvCache* cache,
                    Tap* tap) {
  const auto apply = [&](SeamKind kind, const Tensor& x) {
    const SeamId seam{block, kind};
    if (tap) tap->linearInput(seam, run.seen ? run.seen(seam, x) : x);
    return run.linears(seam, x);
  };
  // Qwen3 normalizes every head of q and k by itself.
  const auto perHead = [&](const Tensor& value, const Tensor& norm) {
    if (!norm.defined()) return value;
    return rmsNorm(value.reshape({value.size(0), value.size(1), -1, config.headDim}), norm, config.normEpsilon).view(value.sizes());
  };
  const Tensor x = run.enter ? run.enter(input) : input;
  const std::vector<Tensor> qkv = apply(SeamKind::AttentionInput, rmsNorm(x, run.attentionNorm, config.normEpsilon));
  Tensor q = rotate(perHead(qkv[0], run.qNorm), config.heads, rope);
  Tensor k = rotate(perHead(qkv[1], run.kNorm), config.kvHeads, rope);
  Tensor v = qkv[2].reshape({x.size(0), x.size(1), config.kvHeads, config.headDim}).transpose(1, 2);
  if (run.heads) run.heads(q, k, v);
  if (run.rounded && !(cache && cache->packs())) {
    k = run.rounded(k);
    v = run.rounded(v);
  }
  if (cache) cache->append(k, v);

  std::optional<std::int64_t> slidingWindow = config.slidingWindow;
  if (!config.slidingBlocks.empty() && !config.slidingBlocks[static_cast<std::size_t>(block)]) slidingWindow.reset();
  if (tap && !cache) tap->attention(block, q, k);
  const Tensor mixed = cache ? attend(q, *cache, slidingWindow) : attend(q, k, v, slidingWindow);

  const Tensor h = x + apply(SeamKind::AttentionOutput, mixed)[0];
  const std::vector<Tensor> gateUp = apply(SeamKind::FfnInput, rmsNorm(h, run.ffnNorm, config.normEpsilon));
  Tensor y = h + apply(SeamKind::FfnDown, gated(gateUp[0], gateUp[1]))[0];
  if (run.leave) y = run.leave(y);
  if (tap) tap->blockOutput(block, input, y);
  return y;
}

Tensor embed(const Tensor& embedding, const Tensor& ids) { return at::embedding(embedding, ids); }

Tensor logits(const ModelConfig& config, const Tensor& x, const Tensor& finalNorm, const Tensor& lmHead) {
  return applyLinear(rmsNorm(x, finalNorm, config.normEpsilon), lmHead).to(at::kFloat);
}

}  // namespace bitscape
