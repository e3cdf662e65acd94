// One decoder block as a function, with the linears and the observer injected; embedding and head around it.
//
//   h = x + o(attention(q, k, v)),  q,k,v = linears(norm(x));   y = h + down(silu(gate) * up),  gate,up = linears(norm(h))
//
// x is [windows, tokens, hidden] in the compute type; norms and softmax accumulate in float32. Stateless: thread-compatible.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/model/model.h"

namespace bitscape {

// Results of all consumers of one seam, in the order of consumers(kind): each [windows, tokens, out], bias included.
using LinearFn = std::function<std::vector<Tensor>(SeamId, const Tensor& x)>;

// How the linears of a block run, made when the block is reached: float, or quantized by a room above. Empty stands for floatLinears.
using LinearsOf = std::function<LinearFn(int block, const BlockWeights&)>;

// The linears of `weights` in their own type.
LinearFn floatLinears(const BlockWeights& weights);

// What watches a block at work. Every method may be ignored; tensors are not copies and must not be changed.
class Tap {
 public:
  virtual ~Tap() = default;
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

// Keys (after RoPE) and values of one block for generation: [windows, kvHeads, tokens, headDim].
struct KvCache {
  Tensor key, value;
};

// Runs one block. With `cache`, x holds the new tokens alone and the cache grows by them.
Tensor forwardBlock(const ModelConfig& config, int block, const BlockWeights& weights, const Tensor& x, const Rope& rope,
                    const LinearFn& linears, KvCache* cache = nullptr, Tap* tap = nullptr);

// Rows of the embedding for ids ([windows, tokens], int64): [windows, tokens, hidden].
Tensor embed(const Tensor& embedding, const Tensor& ids);
// x / rms(x) * weight over the last dimension, accumulated in float32.
Tensor rmsNorm(const Tensor& x, const Tensor& weight, double epsilon);
// Final norm and head: float32 logits [..., vocabulary].
Tensor logits(const ModelConfig& config, const Tensor& x, const Tensor& finalNorm, const Tensor& lmHead);

}  // namespace bitscape
