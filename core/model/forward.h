// One decoder block as a function, with the linears and the observer injected; embedding and head around it.
//
//   h = x + o(attention(q, k, v)),  q,k,v = linears(norm(x));   y = h + down(silu(gate) * up),  gate,up = linears(norm(h))
//
// x is [windows, tokens, hidden] in the compute type; norms and softmax accumulate in float32 (float64 for float64). Stateless: thread-compatible.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/model/kv_cache.h"
#include "core/model/model.h"

namespace bitscape {

// Results of all consumers of one seam, in the order of consumers(kind): each [windows, tokens, out], bias included.
using LinearFn = std::function<std::vector<Tensor>(SeamId, const Tensor& x)>;

// The linears of `weights` in their own type.
LinearFn floatLinears(const BlockWeights& weights);

// One block ready to run: the stored one, or one that a room above transformed and quantized. Empty functions do nothing.
struct BlockRun {
  Tensor attentionNorm, ffnNorm, qNorm, kNorm;  // as in BlockWeights
  LinearFn linears;
  // The same transformed block with nothing rounded: each of its linears may stand in for one of `linears`. Empty: there is none.
  LinearFn plain;
  // What the quantizer of a seam sees of its input, the online steps applied: for observers.
  std::function<Tensor(SeamId, const Tensor& x)> seen;
  // Changes query, key and value after RoPE, before they are cached and multiplied: [windows, heads or kvHeads, tokens, headDim].
  std::function<void(Tensor& query, Tensor& key, Tensor& value)> heads;
  // Then rounds keys, or values. Not called where a cache keeps codes, which are these roundings themselves.
  std::function<Tensor(const Tensor&)> rounded;
  // The residual stream from the model's own basis into the block's, and back.
  std::function<Tensor(const Tensor&)> enter, leave;
};
BlockRun floatRun(const BlockWeights& weights);

// How the blocks run, made when each is reached. Empty stands for floatRun.
using BlocksOf = std::function<BlockRun(int block, const BlockWeights&)>;

// What watches a block at work. Every method may be ignored; tensors are not copies and must not be changed.
class Tap {
 public:
  virtual ~Tap() = default;
  // As the linears' quantizer sees it (BlockRun::seen).
  virtual void linearInput(SeamId, const Tensor& /*x: [windows, tokens, in]*/) {}
  // The attention product's two sides after q/k norm and RoPE: query [windows, heads, tokens, headDim], key [windows, kvHeads, tokens,
  // headDim] (head h reads key head h * kvHeads / heads); any strides. Scores are query key' / sqrt(headDim), causal. An observer that
  // wants them computes them, in pieces: whole score matrices would cost more than the block itself. Not called with a cache.
  virtual void attention(int /*block*/, const Tensor& /*query*/, const Tensor& /*key*/) {}
  virtual void blockOutput(int /*block*/, const Tensor& /*input*/, const Tensor& /*output*/) {}
};

// Cosines and sines of the rotary embedding for positions start..start+tokens-1: each [tokens, headDim/2], float32.
struct Rope {
  Tensor cos, sin;
};
Rope makeRope(const Model& model, std::int64_t start, std::int64_t tokens, const ComputeOptions& options);

// Runs one block. With `cache`, x holds the new tokens alone and the cache grows by them.
Tensor forwardBlock(const ModelConfig& config, int block, const BlockRun& run, const Tensor& x, const Rope& rope, KvCache* cache = nullptr,
                    Tap* tap = nullptr);

// Rows of the embedding for ids ([windows, tokens], int64): [windows, tokens, hidden].
Tensor embed(const Tensor& embedding, const Tensor& ids);
// x / rms(x) * weight over the last dimension, accumulated in float32.
Tensor rmsNorm(const Tensor& x, const Tensor& weight, double epsilon);
// Final norm and head: float32 logits [..., vocabulary].
Tensor logits(const ModelConfig& config, const Tensor& x, const Tensor& finalNorm, const Tensor& lmHead);

}  // namespace bitscape
