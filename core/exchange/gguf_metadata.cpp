#include "core/exchange/gguf_metadata.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/base/error.h"
#include "core/exchange/gguf_tensors.h"
#include "core/exchange/gguf_tokenizer_keys.h"

namespace bitscape {
namespace {

// llama.cpp's numbers for "mostly of this type" (llama_ftype); programs show them, nothing depends on them.
std::uint32_t fileType(const std::vector<GgufWriter::Entry>& tensors) {
  static const std::map<std::string_view, std::uint32_t> kNumbers{{"F32", 0},   {"F16", 1},   {"Q4_0", 2},  {"Q4_1", 3},  {"Q8_0", 7},
                                                                  {"Q5_0", 8},  {"Q5_1", 9},  {"Q2_K", 10}, {"Q3_K", 12}, {"Q4_K", 15},
                                                                  {"Q5_K", 17}, {"Q6_K", 18}, {"BF16", 32}};
  std::map<std::string_view, std::uint64_t> bytes;
  for (const GgufWriter::Entry& entry : tensors) {
    if (entry.shape.size() == 2 && entry.name.starts_with("blk.")) bytes[entry.type->name] += entry.bytes();
  }
  std::string_view most = "F32";
  for (const auto& [type, size] : bytes) {
    if (size > bytes[most]) most = type;
  }
  const auto found = kNumbers.find(most);
  return found == kNumbers.end() ? 1 : found->second;
}

GgufKeys copiedKeys(const Model& model) {
  GgufKeys keys = readGgufKeys(model.source().files().front());
  std::erase_if(keys, [](const GgufKey& key) {
    return key.name.starts_with("split.") || key.name.starts_with("quantize.") || key.name == "general.alignment";
  });
  return keys;
}

std::uint32_t number(std::int64_t value) { return static_cast<std::uint32_t>(value); }

GgufKeys madeKeys(const Model& model) {
  const ModelConfig& config = model.config();
  const std::string arch = ggufArchitecture(model).value_or("llama"), under = arch + ".";
  GgufKeys keys{{"general.architecture", GgufBytes::of(std::string_view(arch))},
                {"general.type", GgufBytes::of("model")},
                {"general.name", GgufBytes::of(std::string_view(config.name.empty() ? "model" : config.name))},
                {under + "block_count", GgufBytes::of(number(config.blocks))},
                {under + "context_length", GgufBytes::of(number(config.context))},
                {under + "embedding_length", GgufBytes::of(number(config.hidden))},
                {under + "feed_forward_length", GgufBytes::of(number(config.ffn))},
                {under + "attention.head_count", GgufBytes::of(number(config.heads))},
                {under + "attention.head_count_kv", GgufBytes::of(number(config.kvHeads))},
                {under + "attention.key_length", GgufBytes::of(number(config.headDim))},
                {under + "attention.value_length", GgufBytes::of(number(config.headDim))},
                {under + "attention.layer_norm_rms_epsilon", GgufBytes::of(static_cast<float>(config.normEpsilon))},
                {under + "rope.dimension_count", GgufBytes::of(number(config.headDim))},
                {under + "rope.freq_base", GgufBytes::of(static_cast<float>(config.ropeTheta))},
                {under + "vocab_size", GgufBytes::of(number(config.vocabulary))}};
  if (config.ropeLinearFactor != 1) {
    setKey(keys, under + "rope.scaling.type", GgufBytes::of("linear"));
    setKey(keys, under + "rope.scaling.factor", GgufBytes::of(static_cast<float>(config.ropeLinearFactor)));
  }
  for (GgufKey& key : tokenizerKeys(model).keys) keys.push_back(std::move(key));
  return keys;
}

}  // namespace

GgufKeys ggufKeys(const QuantizedModel& quantized, const std::vector<GgufWriter::Entry>& tensors) {
  const Model& model = *quantized.model;
  GgufKeys keys = model.gguf() ? copiedKeys(model) : madeKeys(model);
  setKey(keys, "general.file_type", GgufBytes::of(fileType(tensors)));
  setKey(keys, "general.quantization_version", GgufBytes::of(std::uint32_t{2}));
  return keys;
}

}  // namespace bitscape
