// One token through all blocks of a quantized model without tensors in between: what generation spends its time on.
//
//   the same arithmetic as forwardBlock with the "cpu" backend: h = x + o(attention(q, k, v)), y = h + down(silu(gate) * up)
// All blocks run in one team of threads, which meet five times a block; norms, steps and quantization of an input are done by every member
// for itself, which is cheaper than meeting. Keys and values live in the same caches as forwardBlock's, which round them where the plan
// has a format, so that prompts can go through either. Float32. Thread-compatible.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "core/engine/cpu/seam.h"
#include "core/model/forward.h"

namespace bitscape::cpu {

struct DecoderSeam {
  const IntegerSeam* seam = nullptr;
  std::vector<std::size_t> places;  // of the seam's consumers in consumers(kind)
};
struct DecoderBlock {
  Tensor attentionNorm, ffnNorm, qNorm, kNorm;  // the last two undefined where the model has none
  std::array<std::vector<DecoderSeam>, kLinearSeams.size()> seams;
  std::vector<Step> queryKey;                   // on q and k after RoPE
  std::optional<Format> query;                  // of integers; what keys and values are rounded to is the caches' business
  std::optional<std::int64_t> slidingWindow;
};

class Decoder {
 public:
  // What `blocks` refers to must outlive the decoder. Throws Error when a part is missing.
  Decoder(const ModelConfig& config, const std::vector<DecoderBlock>& blocks);
  ~Decoder();
  // x [hidden] before the first block becomes x after the last; `rope` of the token's position; the caches, one a block and such as can
  // attend(), grow by it. Throws Error when an input holds NaN or infinity.
  void run(float* x, const Rope& rope, std::vector<KvCache>& caches);

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace bitscape::cpu
