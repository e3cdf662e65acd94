#include "tests/support/tiny_models.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace bitscape {
namespace {

using Tensors = std::map<std::string, Tensor>;

void writeText(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string typeName(c10::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return "F32";
    case at::kBFloat16:
      return "BF16";
    case at::kHalf:
      return "F16";
    case at::kLong:
      return "I64";
    default:
      throw std::runtime_error("tiny models hold float32, float16, bfloat16 and int64 alone");
  }
}

std::string utf8(int code) {
  if (code < 0x80) return std::string(1, static_cast<char>(code));
  return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
}

// The printable stand-in for a byte in byte-level BPE (openai/gpt-2, src/encoder.py, bytes_to_unicode).
std::string byteSymbol(int byte) {
  const auto printable = [](int b) { return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || (b >= 174 && b <= 255); };
  if (printable(byte)) return utf8(byte);
  int rank = 0;
  for (int b = 0; b < byte; ++b) rank += !printable(b);
  return utf8(256 + rank);
}

Json tokenizerJson(std::int64_t vocabulary) {
  Json vocab = Json::object();
  for (int byte = 0; byte < (vocabulary >= 256 ? 256 : 128) && byte < vocabulary; ++byte) vocab[byteSymbol(byte)] = byte;
  const Json byteLevel = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}};
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", Json::array()},
          {"normalizer", nullptr},
          {"pre_tokenizer", byteLevel},
          {"post_processor", nullptr},
          {"decoder", byteLevel},
          {"model",
           {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", nullptr},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", false},
            {"byte_fallback", false},
            {"vocab", vocab},
            {"merges", Json::array()}}}};
}

Json configJson(const TinyModelOptions& o, std::int64_t headDim) {
  static const std::map<std::string, std::string> kArchitectures{
      {"llama", "LlamaForCausalLM"}, {"mistral", "MistralForCausalLM"}, {"qwen2", "Qwen2ForCausalLM"}, {"qwen3", "Qwen3ForCausalLM"}};
  Json config = {{"architectures", {kArchitectures.at(o.family)}},
                 {"model_type", o.family},
                 {"hidden_act", "silu"},
                 {"hidden_size", o.hidden},
                 {"intermediate_size", o.ffn},
                 {"num_hidden_layers", o.blocks},
                 {"num_attention_heads", o.heads},
                 {"num_key_value_heads", o.kvHeads},
                 {"head_dim", headDim},
                 {"vocab_size", o.vocabulary},
                 {"max_position_embeddings", o.context},
                 {"rms_norm_eps", 1e-5},
                 {"rope_theta", 10000.0},
                 {"tie_word_embeddings", o.tied},
                 {"torch_dtype", o.bfloat16 ? "bfloat16" : "float32"}};
  config["sliding_window"] = o.slidingWindow ? Json(*o.slidingWindow) : Json(nullptr);
  if (o.slidingWindow && o.family != "mistral") {
    config["use_sliding_window"] = true;
    config["max_window_layers"] = 0;
  }
  return config;
}

Tensors makeTensors(const TinyModelOptions& o, std::int64_t headDim) {
  const at::Generator generator = at::detail::createCPUGenerator(o.seed);
  Tensors tensors;
  const auto random = [&](const std::string& name, std::vector<std::int64_t> shape, double spread, double mean = 0) {
    tensors[name] = at::randn(shape, generator, at::TensorOptions(at::kFloat)).mul_(spread).add_(mean);
  };
  const auto linear = [&](const std::string& name, std::int64_t out, std::int64_t in, double gain, bool bias) {
    random(name + ".weight", {out, in}, gain / std::sqrt(static_cast<double>(in)));
    if (bias) random(name + ".bias", {out}, 0.3);
  };
  random("model.embed_tokens.weight", {o.vocabulary, o.hidden}, 1.0);
  for (std::int64_t block = 0; block < o.blocks; ++block) {
    const std::string prefix = "model.layers." + std::to_string(block) + ".";
    const bool bias = o.family == "qwen2";
    linear(prefix + "self_attn.q_proj", o.heads * headDim, o.hidden, 1.5, bias);
    linear(prefix + "self_attn.k_proj", o.kvHeads * headDim, o.hidden, 1.5, bias);
    linear(prefix + "self_attn.v_proj", o.kvHeads * headDim, o.hidden, 1.0, bias);
    linear(prefix + "self_attn.o_proj", o.hidden, o.heads * headDim, 1.0, false);
    linear(prefix + "mlp.gate_proj", o.ffn, o.hidden, 1.0, false);
    linear(prefix + "mlp.up_proj", o.ffn, o.hidden, 1.0, false);
    linear(prefix + "mlp.down_proj", o.hidden, o.ffn, 1.0, false);
    random(prefix + "input_layernorm.weight", {o.hidden}, 0.2, 1.0);
    random(prefix + "post_attention_layernorm.weight", {o.hidden}, 0.2, 1.0);
    if (o.family == "qwen3") {
      random(prefix + "self_attn.q_norm.weight", {headDim}, 0.2, 1.0);
      random(prefix + "self_attn.k_norm.weight", {headDim}, 0.2, 1.0);
    }
  }
  random("model.norm.weight", {o.hidden}, 0.2, 1.0);
  if (!o.tied) linear("lm_head", o.vocabulary, o.hidden, 1.5, false);
  if (o.bfloat16) {
    for (auto& [name, tensor] : tensors) tensor = tensor.to(at::kBFloat16);
  }
  return tensors;
}

}  // namespace

void writePlainSafetensors(const std::string& path, const Tensors& tensors) {
  Json header = {{"__metadata__", {{"format", "pt"}}}};
  std::int64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::int64_t end = offset + static_cast<std::int64_t>(tensor.nbytes());
    header[name] = {{"dtype", typeName(tensor.scalar_type())}, {"shape", tensor.sizes().vec()}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const std::uint64_t size = text.size();
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(&size), sizeof size) << text;
  for (const auto& [name, tensor] : tensors) {
    const Tensor plain = tensor.contiguous();
    file.write(static_cast<const char*>(plain.const_data_ptr()), static_cast<std::streamsize>(plain.nbytes()));
  }
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

std::string writeTinyModel(const std::string& folder, const TinyModelOptions& options) {
  const std::int64_t headDim = options.headDim > 0 ? options.headDim : options.hidden / options.heads;
  Json config = configJson(options, headDim);
  Tensors tensors = makeTensors(options, headDim);
  if (options.edit) options.edit(config, tensors);

  const std::filesystem::path place(folder);
  std::filesystem::create_directories(place);
  writeText(place / "config.json", config.dump(2));
  writeText(place / "tokenizer.json", tokenizerJson(options.vocabulary).dump());
  if (options.shards <= 1) {
    writePlainSafetensors((place / "model.safetensors").string(), tensors);
    return folder;
  }
  Json map = Json::object();
  std::vector<Tensors> shards(static_cast<std::size_t>(options.shards));
  const auto fileName = [&](std::size_t shard) {
    char name[64];
    std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", shard + 1, shards.size());
    return std::string(name);
  };
  std::size_t next = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t shard = next++ % shards.size();
    shards[shard][name] = tensor;
    map[name] = fileName(shard);
  }
  for (std::size_t shard = 0; shard < shards.size(); ++shard) writePlainSafetensors((place / fileName(shard)).string(), shards[shard]);
  writeText(place / "model.safetensors.index.json", Json{{"metadata", Json::object()}, {"weight_map", map}}.dump(2));
  return folder;
}

}  // namespace bitscape
