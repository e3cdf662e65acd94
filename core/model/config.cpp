#include "core/model/config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "core/base/error.h"
#include "core/model/tensor_source.h"

namespace bitscape {
namespace {

// Bounds far above every published model: a number beyond them is a damaged file, and products of two stay below 2^63.
constexpr long long kMaxWidth = 1 << 24, kMaxBlocks = 1 << 14, kMaxHeads = 1 << 16, kMaxHeadDim = 1 << 16, kMaxContext = 1LL << 32;

constexpr std::string_view kSupported =
    "the forward pass knows LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM and Qwen3ForCausalLM (in GGUF: llama, qwen2, qwen3); "
    "this model can be inspected and tokenized, but not run";

std::string inQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string unknownArchitecture(const std::string& found) {
  return "the architecture is " + (found.empty() ? "not named" : inQuotes(found)) + "; " + std::string(kSupported);
}

// Keeps the first reason.
void refuse(ModelConfig& config, const std::string& reason) {
  if (!config.unsupported) config.unsupported = reason;
}

// What both file formats demand of a known family. `headDimGiven`: the file names it, so hidden need not be a multiple of heads.
void finishShape(ModelConfig& config, bool headDimGiven, const std::string& source) {
  const auto fail = [&](const std::string& message) {
    throw Error(source + ": " + message + "; the file is damaged or incomplete, get it again");
  };
  if (!headDimGiven) {
    if (config.hidden % config.heads != 0)
      fail("the hidden size " + std::to_string(config.hidden) + " is not a multiple of the " + std::to_string(config.heads) +
           " attention heads, and no head dimension is given");
    config.headDim = config.hidden / config.heads;
  }
  if (config.headDim % 2 != 0) fail("the head dimension " + std::to_string(config.headDim) + " is odd, rotary positions need pairs");
  if (config.kvHeads > config.heads || config.heads % config.kvHeads != 0)
    fail(std::to_string(config.heads) + " attention heads cannot share " + std::to_string(config.kvHeads) +
         " key/value heads evenly, the second must divide the first");
  if (!(config.normEpsilon >= 0 && config.normEpsilon <= 0.1))
    fail("the norm's epsilon is " + std::to_string(config.normEpsilon) + ", it must lie in 0..0.1");
  if (!(config.ropeTheta > 1 && config.ropeTheta < 1e15))
    fail("the rotary base is " + std::to_string(config.ropeTheta) + ", it must lie in 1..1e15");
  if (!(config.ropeLinearFactor >= 1e-3 && config.ropeLinearFactor <= 1e6))
    fail("the rotary scaling factor is " + std::to_string(config.ropeLinearFactor) + ", it must lie in 0.001..1000000");
  if (config.llama3Rope) {
    const Llama3RopeScaling& rope = *config.llama3Rope;
    if (!(rope.factor >= 1 && rope.factor <= 1e6 && rope.lowFrequencyFactor > 0 && rope.highFrequencyFactor > rope.lowFrequencyFactor))
      fail("the llama3 rotary scaling needs factor >= 1 and 0 < low_freq_factor < high_freq_factor");
  }
}

// ---- config.json ----

struct FamilyRow {
  std::string_view architecture, modelType;
};
constexpr std::array kFamilies{FamilyRow{"LlamaForCausalLM", "llama"}, FamilyRow{"MistralForCausalLM", "mistral"},
                               FamilyRow{"Qwen2ForCausalLM", "qwen2"}, FamilyRow{"Qwen3ForCausalLM", "qwen3"}};

// The first of `keys` that holds a plausible count, else 0: unknown architectures are described, never refused here.
std::int64_t countOrZero(const Json& json, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_number_integer()) continue;
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxContext)) continue;
    const std::int64_t value = found->get<std::int64_t>();
    if (value > 0 && value <= kMaxContext) return value;
  }
  return 0;
}

void describeUnknown(ModelConfig& config, const Json& json) {
  config.vocabulary = countOrZero(json, {"vocab_size"});
  config.hidden = countOrZero(json, {"hidden_size", "n_embd", "d_model"});
  config.blocks = countOrZero(json, {"num_hidden_layers", "n_layer", "num_layers"});
  config.heads = countOrZero(json, {"num_attention_heads", "n_head", "num_heads"});
  config.kvHeads = countOrZero(json, {"num_key_value_heads"});
  config.headDim = countOrZero(json, {"head_dim"});
  config.ffn = countOrZero(json, {"intermediate_size", "n_inner", "ffn_dim", "d_ff"});
  config.context = countOrZero(json, {"max_position_embeddings", "n_positions", "n_ctx"});
}

// transformers 4 writes "rope_theta" and "rope_scaling", transformers 5 "rope_parameters" with both (modeling_rope_utils.py).
void readRope(ModelConfig& config, const JsonView& view, const std::string& source) {
  config.ropeTheta = view.number("rope_theta", 1e4);
  if (view.number("partial_rotary_factor", 1) != 1)
    refuse(config, "only a part of each head is rotated (partial_rotary_factor); " + std::string(kSupported));
  const char* key = view.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
  if (!view.has(key)) return;
  if (!view.raw()[key].is_object()) throw Error(source + ": \"" + key + "\" must be an object or null");
  const JsonView rope = view.at(key);
  for (const auto& [name, value] : rope.raw().items()) {
    if (!value.is_object()) continue;
    refuse(config, "rotary positions differ between layers (" + inQuotes(name) + "); " + std::string(kSupported));
    return;
  }
  config.ropeTheta = rope.number("rope_theta", config.ropeTheta);
  if (rope.number("partial_rotary_factor", 1) != 1)
    refuse(config, "only a part of each head is rotated (partial_rotary_factor); " + std::string(kSupported));
  const std::string type = rope.string("rope_type", rope.string("type", "default"));
  if (type == "default") return;
  if (type == "linear") {
    config.ropeLinearFactor = rope.number("factor");
  } else if (type == "llama3") {
    config.llama3Rope = Llama3RopeScaling{
        .factor = rope.number("factor"),
        .lowFrequencyFactor = rope.number("low_freq_factor"),
        .highFrequencyFactor = rope.number("high_freq_factor"),
        .originalContext = rope.integer("original_max_position_embeddings", 1, kMaxContext, std::max<long long>(1, config.context))};
  } else {
    refuse(config, "the rotary scaling is " + inQuotes(type) + "; the forward pass knows default, linear and llama3");
  }
}

// Mistral slides in every block; Qwen2 and Qwen3 only when told to, from block max_window_layers on or where layer_types says so.
void readSlidingWindow(ModelConfig& config, const JsonView& view, const std::string& source) {
  if (config.family == "llama") return;
  const bool mistral = config.family == "mistral";
  const bool named = view.raw().contains("sliding_window");
  if (mistral ? named && !view.has("sliding_window") : !view.boolean("use_sliding_window", false)) return;
  if (named && !view.has("sliding_window")) return;
  const std::int64_t window = view.integer("sliding_window", 1, kMaxContext, 4096);
  if (mistral) {
    config.slidingWindow = window;
    return;
  }
  std::vector<bool> blocks(static_cast<std::size_t>(config.blocks));
  if (view.has("layer_types")) {
    const Json& types = view.raw()["layer_types"];
    if (!types.is_array() || types.size() != blocks.size())
      throw Error(source + ": \"layer_types\" must list one type for each of the " + std::to_string(config.blocks) + " blocks");
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const std::string type = types[i].is_string() ? types[i].get<std::string>() : std::string();
      if (type != "full_attention" && type != "sliding_attention")
        refuse(config, "block " + std::to_string(i) + " has the attention type " + inQuotes(type) +
                           "; the forward pass knows full_attention and sliding_attention");
      blocks[i] = type == "sliding_attention";
    }
  } else {
    const long long first = view.integer("max_window_layers", 0, kMaxBlocks, 28);
    for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i] = static_cast<long long>(i) >= first;
  }
  if (std::find(blocks.begin(), blocks.end(), true) == blocks.end()) return;
  config.slidingWindow = window;
  config.slidingBlocks = std::move(blocks);
}

}  // namespace

ModelConfig readConfig(const Json& json, const std::string& source) {
  if (!json.is_object()) throw Error(source + ": not a JSON object; a model's config.json is needed");
  const JsonView view(json, source);
  ModelConfig config;
  const std::string modelType = view.string("model_type", "");
  config.architecture = modelType;
  if (const auto list = json.find("architectures"); list != json.end() && list->is_array() && !list->empty() && list->front().is_string())
    config.architecture = list->front().get<std::string>();
  config.name = view.string("_name_or_path", "");
  const auto* family = std::find_if(kFamilies.begin(), kFamilies.end(), [&](const FamilyRow& row) {
    return config.architecture == row.architecture || (config.architecture == modelType && config.architecture == row.modelType);
  });
  if (family == kFamilies.end()) {
    refuse(config, unknownArchitecture(config.architecture));
    describeUnknown(config, json);
    return config;
  }
  config.family = family->modelType;

  config.vocabulary = view.integer("vocab_size", 1, kMaxWidth);
  config.hidden = view.integer("hidden_size", 1, kMaxWidth);
  config.blocks = view.integer("num_hidden_layers", 1, kMaxBlocks);
  config.heads = view.integer("num_attention_heads", 1, kMaxHeads);
  // Only LLaMA configs predate grouped heads; for the others transformers assumes a number that no published model leaves out.
  config.kvHeads = config.family == "llama" ? view.integer("num_key_value_heads", 1, kMaxHeads, config.heads)
                                            : view.integer("num_key_value_heads", 1, kMaxHeads);
  config.ffn = view.integer("intermediate_size", 1, kMaxWidth);
  config.context = view.integer("max_position_embeddings", 1, kMaxContext, 2048);
  // Qwen3's head dimension is independent of the hidden size, 128 when absent (transformers, configuration_qwen3.py).
  const bool headDimGiven = view.has("head_dim") || config.family == "qwen3";
  if (headDimGiven) config.headDim = view.integer("head_dim", 1, kMaxHeadDim, 128);
  config.normEpsilon = view.number("rms_norm_eps", 1e-6);
  readRope(config, view, source);
  finishShape(config, headDimGiven, source);
  readSlidingWindow(config, view, source);

  const bool attentionBias = (config.family == "llama" || config.family == "qwen3") && view.boolean("attention_bias", false);
  config.qkvBias = attentionBias || config.family == "qwen2";
  config.oBias = attentionBias;
  config.mlpBias = config.family == "llama" && view.boolean("mlp_bias", false);
  config.qkNorm = config.family == "qwen3";
  config.tiedEmbeddings = view.boolean("tie_word_embeddings", false);

  const std::string activation = view.string("hidden_act", "silu");
  if (activation != "silu" && activation != "swish")
    refuse(config, "the activation is " + inQuotes(activation) + "; the forward pass knows silu");
  if (view.has("quantization_config")) {
    const Json& how = json["quantization_config"];
    const std::string method = how.is_object() && how.contains("quant_method") && how["quant_method"].is_string()
                                   ? how["quant_method"].get<std::string>()
                                   : "unnamed";
    refuse(config, "the weights are already quantized (method " + inQuotes(method) + "); open the float model that they were made from");
  }
  return config;
}

// ---- GGUF ----

namespace {

// Look-ups that never fail, for architectures that are only described.
std::int64_t countOrZero(const GgufFile& file, const std::string& key) {
  try {
    const std::int64_t value = file.integer(key).value_or(0);
    return value > 0 && value <= kMaxContext ? value : 0;
  } catch (const Error&) {
    return 0;
  }
}

std::int64_t count(const GgufFile& file, const std::string& key, std::int64_t high, std::optional<std::int64_t> fallback = std::nullopt) {
  const std::optional<std::int64_t> value = file.integer(key);
  const std::string& path = file.files().front();
  if (!value && !fallback) throw Error(path + ": the metadata " + inQuotes(key) + " is missing; the file is incomplete, get it again");
  if (!value) return *fallback;
  if (*value < 1 || *value > high)
    throw Error(path + ": the metadata " + inQuotes(key) + " is " + std::to_string(*value) + ", allowed are 1 to " + std::to_string(high) +
                "; the file is damaged, get it again");
  return *value;
}

std::int64_t vocabularyOf(const GgufFile& file, const std::string& arch) {
  if (const TensorInfo* embedding = file.find("token_embd.weight"); embedding && embedding->shape.size() == 2) return embedding->shape[0];
  if (const std::int64_t named = countOrZero(file, arch + ".vocab_size")) return named;
  const GgufArray* tokens = file.array("tokenizer.ggml.tokens");
  return tokens ? std::visit([](const auto& values) { return static_cast<std::int64_t>(values.size()); }, *tokens) : 0;
}

void readRope(ModelConfig& config, const GgufFile& file, const std::string& arch) {
  config.ropeTheta = file.number(arch + ".rope.freq_base").value_or(1e4);
  const std::string type = file.string(arch + ".rope.scaling.type").value_or("none");
  if (type == "linear") {
    config.ropeLinearFactor = file.number(arch + ".rope.scaling.factor").value_or(1);
  } else if (type != "none") {
    refuse(config, "the rotary scaling is " + inQuotes(type) + "; the forward pass knows none, linear and llama3 (rope_freqs)");
  } else if (const auto linear = file.number(arch + ".rope.scale_linear")) {  // files of 2023
    config.ropeLinearFactor = *linear;
  }
}

}  // namespace

ModelConfig readConfig(const GgufFile& file) {
  ModelConfig config;
  const std::string arch = file.string("general.architecture").value_or("");
  config.architecture = arch;
  config.name = file.string("general.name").value_or("");
  config.vocabulary = vocabularyOf(file, arch);
  const bool known = arch == "llama" || arch == "qwen2" || arch == "qwen3";
  if (known) config.family = arch;
  if (!known || file.tensors().empty()) {
    refuse(config, known ? "the file holds a vocabulary alone, no weights; it can be inspected and tokenized, but not run"
                         : unknownArchitecture(arch));
    config.hidden = countOrZero(file, arch + ".embedding_length");
    config.blocks = countOrZero(file, arch + ".block_count");
    config.heads = countOrZero(file, arch + ".attention.head_count");
    config.kvHeads = countOrZero(file, arch + ".attention.head_count_kv");
    config.headDim = countOrZero(file, arch + ".attention.key_length");
    config.ffn = countOrZero(file, arch + ".feed_forward_length");
    config.context = countOrZero(file, arch + ".context_length");
    return config;
  }
  const std::string& source = file.files().front();
  if (config.vocabulary < 1 || config.vocabulary > kMaxWidth)
    throw Error(source + ": the vocabulary's size is " + std::to_string(config.vocabulary) + ", allowed are 1 to " +
                std::to_string(kMaxWidth) + "; the file is damaged, get it again");
  config.hidden = count(file, arch + ".embedding_length", kMaxWidth);
  config.blocks = count(file, arch + ".block_count", kMaxBlocks);
  config.heads = count(file, arch + ".attention.head_count", kMaxHeads);
  config.kvHeads = count(file, arch + ".attention.head_count_kv", kMaxHeads, config.heads);
  config.ffn = count(file, arch + ".feed_forward_length", kMaxWidth);
  config.context = count(file, arch + ".context_length", kMaxContext, 2048);
  const bool headDimGiven = file.integer(arch + ".attention.key_length").has_value();
  if (headDimGiven) config.headDim = count(file, arch + ".attention.key_length", kMaxHeadDim);
  config.normEpsilon = file.number(arch + ".attention.layer_norm_rms_epsilon").value_or(1e-5);
  readRope(config, file, arch);
  finishShape(config, headDimGiven, source);
  if (const auto window = file.integer(arch + ".attention.sliding_window"); window && *window > 0) config.slidingWindow = *window;

  const auto has = [&](const char* name) { return file.find(name) != nullptr; };
  config.qkvBias = has("blk.0.attn_q.bias");
  config.oBias = has("blk.0.attn_output.bias");
  config.mlpBias = has("blk.0.ffn_gate.bias");
  config.qkNorm = has("blk.0.attn_q_norm.weight");
  config.tiedEmbeddings = !has("output.weight");

  if (file.integer(arch + ".expert_count").value_or(0) > 0) refuse(config, "the model is a mixture of experts; " + std::string(kSupported));
  if (count(file, arch + ".attention.value_length", kMaxHeadDim, config.headDim) != config.headDim)
    refuse(config, "keys and values differ in width; " + std::string(kSupported));
  if (count(file, arch + ".rope.dimension_count", kMaxHeadDim, config.headDim) != config.headDim)
    refuse(config, "only a part of each head is rotated; " + std::string(kSupported));
  return config;
}

}  // namespace bitscape
