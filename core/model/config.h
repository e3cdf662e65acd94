// The shape of a decoder-only transformer, read from config.json or from GGUF metadata.
//
// Families that the forward pass knows: LLaMA 1/2/3, Vicuna, SmolLM (llama), Mistral, Qwen2, Qwen3. Any other architecture is
// described as far as its keys allow, and `unsupported` says why the forward pass refuses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/gguf_file.h"

namespace bitscape {

// Llama 3.1's frequency-dependent stretching of RoPE (transformers, modeling_rope_utils.py, "llama3").
struct Llama3RopeScaling {
  double factor = 8, lowFrequencyFactor = 1, highFrequencyFactor = 4;
  std::int64_t originalContext = 8192;
  bool operator==(const Llama3RopeScaling&) const = default;
};

struct ModelConfig {
  std::string architecture;            // as the file says: "LlamaForCausalLM", "llama"
  std::string family;                  // "llama", "mistral", "qwen2", "qwen3"; empty when unknown
  std::string name;                    // for people
  std::optional<std::string> unsupported;  // why forward refuses: a whole sentence naming what was found and what is supported

  std::int64_t vocabulary = 0, hidden = 0, blocks = 0, heads = 0, kvHeads = 0, headDim = 0, ffn = 0, context = 0;
  double normEpsilon = 1e-5, ropeTheta = 1e4;
  double ropeLinearFactor = 1;         // "linear" scaling: positions divided by this
  std::optional<Llama3RopeScaling> llama3Rope;
  std::optional<std::int64_t> slidingWindow;   // a query sees this many latest keys, itself included
  std::vector<bool> slidingBlocks;     // per block; empty: every block slides when slidingWindow is set
  bool qkvBias = false, oBias = false, mlpBias = false, qkNorm = false, tiedEmbeddings = false;
};

// Reads a Hugging Face config.json. Throws Error on missing or contradictory values of a known family.
ModelConfig readConfig(const Json& config, const std::string& source);
// Reads GGUF metadata; tolerant of a vocabulary-only file (counts stay 0, `unsupported` says so).
ModelConfig readConfig(const GgufFile& file);

}  // namespace bitscape
