// Tiny random models, written as a folder of safetensors, config.json and tokenizer.json for tests of every room.
//
// Weights depend on the options alone (fixed seed). They are large enough that attention, rotary positions and the gate all matter:
// a wrong sign or head shows in the logits. Not thread-safe: writes files.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/base/tensor.h"

namespace bitscape {

struct TinyModelOptions {
  std::string family = "llama";  // "llama", "mistral", "qwen2" (bias on q, k, v), "qwen3" (norm on q and k)
  std::int64_t hidden = 64, blocks = 2, heads = 4, kvHeads = 2, ffn = 96, vocabulary = 128, context = 512;
  std::int64_t headDim = 0;  // 0: hidden / heads
  bool tied = false;         // no lm_head in the file
  bool bfloat16 = false;     // how weights are stored; else float32
  int shards = 1;            // above 1: model-0000i-of-0000n.safetensors and their index
  std::optional<std::int64_t> slidingWindow;
  std::uint64_t seed = 1;
  // Last changes before writing: a test plants an outlier, a NaN, a wrong shape, or drops a key.
  std::function<void(Json& config, std::map<std::string, Tensor>& tensors)> edit;
};

// Writes the model into `folder` (made when absent) and returns `folder`. The tokenizer is byte-level BPE without merges: one token per
// byte, ids 0..127 are ASCII (all 256 bytes when the vocabulary has room).
std::string writeTinyModel(const std::string& folder, const TinyModelOptions& options = {});

// One safetensors file, written without the product's own writer. Types: float32, bfloat16, float16, int64.
void writePlainSafetensors(const std::string& path, const std::map<std::string, Tensor>& tensors);

}  // namespace bitscape
