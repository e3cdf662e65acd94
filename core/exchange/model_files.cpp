#include "core/exchange/model_files.h"

#include <ATen/ATen.h>

#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <numbers>
#include <string>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/exchange/gguf_tokenizer.h"

namespace bitscape {
namespace fs = std::filesystem;
namespace {

// What is copied from beside the weights, where it is there.
constexpr std::array kCopied{"tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
                             "vocab.json",     "merges.txt",      "chat_template.jinja",   "generation_config.json",  "chat_template.json"};

std::string typeName(c10::ScalarType type) { return type == at::kHalf ? "float16" : type == at::kBFloat16 ? "bfloat16" : "float32"; }

// GGUF keeps 32-bit numbers: 1e-5 is meant where 9.9999997e-06 would be read.
double asWritten(double value) {
  std::array<char, 64> text{};
  const auto single = static_cast<float>(value);
  if (static_cast<double>(single) != value) return value;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), single).ptr;
  double result = value;
  std::from_chars(text.data(), end, result);
  return result;
}

// The llama3 scaling that has these factors; GGUF keeps the factors alone. Those of the models that were published are tried.
std::optional<Llama3RopeScaling> scalingWith(const Tensor& factors, const ModelConfig& config) {
  const std::int64_t count = factors.numel();
  const float* stored = factors.const_data_ptr<float>();
  for (const double factor : {8.0, 32.0, 16.0, 4.0, 2.0, 64.0}) {
    const Llama3RopeScaling scaling{.factor = factor, .lowFrequencyFactor = 1, .highFrequencyFactor = 4, .originalContext = 8192};
    bool same = true;
    for (std::int64_t i = 0; same && i < count; ++i) {
      const double wave =
          2 * std::numbers::pi * std::pow(config.ropeTheta, 2.0 * static_cast<double>(i) / static_cast<double>(config.headDim));
      const double turns = static_cast<double>(scaling.originalContext) / wave;
      double expected = 1;
      if (turns < scaling.lowFrequencyFactor) {
        expected = factor;
      } else if (turns <= scaling.highFrequencyFactor) {
        const double smooth = (turns - scaling.lowFrequencyFactor) / (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
        expected = 1 / ((1 - smooth) / factor + smooth);
      }
      same = std::fabs(stored[i] - expected) <= 1e-3 * expected;
    }
    if (same) return scaling;
  }
  return std::nullopt;
}

Json ropeScaling(const Model& model) {
  const ModelConfig& config = model.config();
  std::optional<Llama3RopeScaling> llama3 = config.llama3Rope;
  if (const auto factors = model.ropeFactors(); factors && !llama3) {
    llama3 = scalingWith(*factors, config);
    if (!llama3) {
      throw Error(
          "the rotary factors of \"" + model.path() +
          "\" (rope_freqs) are not those of a llama3 scaling that is known, and config.json has no words for them; export the model from "
          "its original folder");
    }
  }
  if (llama3) {
    return {{"rope_type", "llama3"},
            {"factor", llama3->factor},
            {"low_freq_factor", llama3->lowFrequencyFactor},
            {"high_freq_factor", llama3->highFrequencyFactor},
            {"original_max_position_embeddings", llama3->originalContext}};
  }
  if (config.ropeLinearFactor != 1) return {{"rope_type", "linear"}, {"factor", asWritten(config.ropeLinearFactor)}};
  return {};
}

Json configOfGguf(const Model& model) {
  const ModelConfig& config = model.config();
  const std::string family = config.family == "llama" && config.slidingWindow ? "mistral" : config.family;
  const std::map<std::string, std::string> architectures{
      {"llama", "LlamaForCausalLM"}, {"mistral", "MistralForCausalLM"}, {"qwen2", "Qwen2ForCausalLM"}, {"qwen3", "Qwen3ForCausalLM"}};
  const auto architecture = architectures.find(family);
  if (architecture == architectures.end()) {
    throw Error("config.json cannot be made for the architecture \"" + config.architecture +
                "\"; llama, mistral, qwen2 and qwen3 are known");
  }
  Json json{{"architectures", {architecture->second}},
            {"model_type", family},
            {"vocab_size", config.vocabulary},
            {"hidden_size", config.hidden},
            {"intermediate_size", config.ffn},
            {"num_hidden_layers", config.blocks},
            {"num_attention_heads", config.heads},
            {"num_key_value_heads", config.kvHeads},
            {"head_dim", config.headDim},
            {"hidden_act", "silu"},
            {"max_position_embeddings", config.context},
            {"rms_norm_eps", asWritten(config.normEpsilon)},
            {"rope_theta", asWritten(config.ropeTheta)},
            {"rope_scaling", ropeScaling(model)}};
  if (family == "llama") {
    json["attention_bias"] = config.qkvBias;
    json["mlp_bias"] = config.mlpBias;
  }
  if (family == "qwen3") json["attention_bias"] = config.oBias;
  if (family == "mistral") json["sliding_window"] = *config.slidingWindow;
  if (family.starts_with("qwen")) json["use_sliding_window"] = false;
  const std::string key = "tokenizer.ggml.";
  for (const char* token : {"bos", "eos"}) {
    const auto id = model.gguf()->integer(key + token + "_token_id");
    if (id && *id >= 0 && *id < config.vocabulary) json[std::string(token) + "_token_id"] = *id;
  }
  return json;
}

fs::path folderOf(const Model& model) {
  const fs::path path(model.path());
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return path;
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void writeJson(const fs::path& path, const Json& json) { writeFileAtomically(path.string(), json.dump(2) + "\n"); }

}  // namespace

c10::ScalarType exportType(const Model& model) {
  std::map<std::string, std::uint64_t> bytes;
  for (const TensorInfo& info : model.source().tensors()) {
    if (info.shape.size() == 2) bytes[info.type] += info.bytes;
  }
  return bytes["BF16"] > bytes["F16"] ? at::kBFloat16 : at::kHalf;
}

Json configOf(const Model& model, const ConfigChanges& changes) {
  Json config = model.gguf() ? configOfGguf(model) : readJson((folderOf(model) / "config.json").string());
  config["tie_word_embeddings"] = changes.tied;
  // Whichever of its two names the file uses.
  config.erase("torch_dtype");
  config.erase("dtype");
  config["torch_dtype"] = typeName(changes.type);
  config.erase("quantization_config");
  if (changes.quantization) config["quantization_config"] = *changes.quantization;
  return config;
}

void writeModelFiles(const Model& model, const ConfigChanges& changes, const fs::path& folder) {
  writeJson(folder / "config.json", configOf(model, changes));
  if (!model.gguf()) {
    for (const char* name : kCopied) {
      std::error_code failure;
      const fs::path from = folderOf(model) / name;
      if (!fs::is_regular_file(from, failure)) continue;
      fs::copy_file(from, folder / name, failure);
      if (failure) throw Error("cannot copy \"" + from.string() + "\": " + failure.message());
    }
    return;
  }
  const auto files = tokenizerFilesOf(*model.gguf(), model.config().context, "\"" + model.path() + "\"");
  if (!files) return;
  writeJson(folder / "tokenizer.json", files->tokenizer);
  writeJson(folder / "tokenizer_config.json", files->tokenizerConfig);
  writeJson(folder / "generation_config.json", files->generation);
}

}  // namespace bitscape
