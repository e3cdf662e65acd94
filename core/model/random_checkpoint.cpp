#include "core/model/random_checkpoint.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/safetensors_header.h"

namespace bitscape {
namespace {

namespace fs = std::filesystem;

constexpr double kDeviation = 0.02;
constexpr std::uint16_t kOne = 0x3F80;    // 1.0 in bfloat16
constexpr std::int64_t kChunk = 1 << 16;  // numbers drawn from one generator, whatever the number of threads

// The sum of four random bytes is close to a normal distribution (Irwin and Hall): mean 510, variance 4 (256^2 - 1) / 12.
using BellTable = std::array<std::uint16_t, 4 * 255 + 1>;

BellTable bellTable() {
  const double width = std::sqrt(4.0 * (256.0 * 256.0 - 1.0) / 12.0);
  BellTable table{};
  for (std::size_t sum = 0; sum < table.size(); ++sum) {
    const float value = static_cast<float>((static_cast<double>(sum) - 510.0) / width * kDeviation);
    table[sum] = static_cast<std::uint16_t>((std::bit_cast<std::uint32_t>(value) + 0x8000u) >> 16);  // rounded to the nearest bfloat16
  }
  return table;
}

// SplitMix64 (Steele, Lea and Flood 2014).
std::uint64_t nextRandom(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

void fillRandom(std::span<std::uint16_t> numbers, const BellTable& table, std::uint64_t seed) {
  const auto size = static_cast<std::int64_t>(numbers.size());
  at::parallel_for(0, (size + kChunk - 1) / kChunk, 1, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t chunk = from; chunk < to; ++chunk) {
      std::uint64_t start = seed + static_cast<std::uint64_t>(chunk);
      std::uint64_t state = nextRandom(start);  // mixed, so that neighbouring chunks do not overlap
      const std::int64_t end = std::min(size, (chunk + 1) * kChunk);
      for (std::int64_t i = chunk * kChunk; i < end; i += 2) {
        const std::uint64_t bits = nextRandom(state);
        // Adds the bytes of each half: pairs first, then the two pairs.
        const std::uint64_t pairs = (bits & 0x00FF00FF00FF00FFu) + (bits >> 8 & 0x00FF00FF00FF00FFu);
        const std::uint64_t sums = (pairs & 0x0000FFFF0000FFFFu) + (pairs >> 16 & 0x0000FFFF0000FFFFu);
        numbers[static_cast<std::size_t>(i)] = table[sums & 0xFFFF];
        if (i + 1 < end) numbers[static_cast<std::size_t>(i + 1)] = table[sums >> 32];
      }
    }
  });
}

void checkShape(const RandomCheckpointShape& shape) {
  const auto check = [](const char* name, std::int64_t value, std::int64_t high) {
    if (value < 1 || value > high) {
      throw Error(std::string(name) + " is " + std::to_string(value) + ", it must lie between 1 and " + std::to_string(high));
    }
  };
  check("hidden", shape.hidden, 1 << 20);
  check("blocks", shape.blocks, 10'000);
  check("heads", shape.heads, 1 << 16);
  check("kvHeads", shape.kvHeads, 1 << 16);
  check("ffn", shape.ffn, 1 << 22);
  check("vocabulary", shape.vocabulary, 1 << 24);
  check("context", shape.context, 1 << 30);
  if (shape.hidden % (2 * shape.heads) != 0)
    throw Error("hidden is " + std::to_string(shape.hidden) + ", a multiple of 2 x heads (" + std::to_string(2 * shape.heads) +
                ") is needed");
  if (shape.heads % shape.kvHeads != 0)
    throw Error("heads is " + std::to_string(shape.heads) + ", a multiple of kvHeads (" + std::to_string(shape.kvHeads) + ") is needed");
}

TensorInfo tensorOf(std::string name, std::vector<std::int64_t> shape) {
  TensorInfo info{.name = std::move(name), .type = "BF16", .shape = std::move(shape)};
  info.bytes = static_cast<std::uint64_t>(info.elements()) * 2;
  return info;
}

std::vector<TensorInfo> tensorsOf(const RandomCheckpointShape& s) {
  const std::int64_t kv = s.hidden / s.heads * s.kvHeads;
  std::vector<TensorInfo> tensors{tensorOf("model.embed_tokens.weight", {s.vocabulary, s.hidden})};
  for (std::int64_t block = 0; block < s.blocks; ++block) {
    const std::string prefix = "model.layers." + std::to_string(block) + ".";
    tensors.push_back(tensorOf(prefix + "input_layernorm.weight", {s.hidden}));
    tensors.push_back(tensorOf(prefix + "self_attn.q_proj.weight", {s.hidden, s.hidden}));
    tensors.push_back(tensorOf(prefix + "self_attn.k_proj.weight", {kv, s.hidden}));
    tensors.push_back(tensorOf(prefix + "self_attn.v_proj.weight", {kv, s.hidden}));
    tensors.push_back(tensorOf(prefix + "self_attn.o_proj.weight", {s.hidden, s.hidden}));
    tensors.push_back(tensorOf(prefix + "post_attention_layernorm.weight", {s.hidden}));
    tensors.push_back(tensorOf(prefix + "mlp.gate_proj.weight", {s.ffn, s.hidden}));
    tensors.push_back(tensorOf(prefix + "mlp.up_proj.weight", {s.ffn, s.hidden}));
    tensors.push_back(tensorOf(prefix + "mlp.down_proj.weight", {s.hidden, s.ffn}));
  }
  tensors.push_back(tensorOf("model.norm.weight", {s.hidden}));
  tensors.push_back(tensorOf("lm_head.weight", {s.vocabulary, s.hidden}));
  return tensors;
}

std::vector<std::vector<TensorInfo>> splitIntoShards(std::vector<TensorInfo> tensors, std::uint64_t maxBytes) {
  std::vector<std::vector<TensorInfo>> shards(1);
  std::uint64_t filled = 0;
  for (TensorInfo& tensor : tensors) {
    if (!shards.back().empty() && filled + tensor.bytes > maxBytes) {
      shards.emplace_back();
      filled = 0;
    }
    filled += tensor.bytes;
    shards.back().push_back(std::move(tensor));
  }
  return shards;
}

std::string shardName(std::size_t shard, std::size_t count) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "model-%05zu-of-%05zu.safetensors", shard + 1, count);
  return text.data();
}

std::string configText(const RandomCheckpointShape& shape) {
  const Json config = {{"architectures", {"LlamaForCausalLM"}},
                       {"model_type", "llama"},
                       {"torch_dtype", "bfloat16"},
                       {"vocab_size", shape.vocabulary},
                       {"hidden_size", shape.hidden},
                       {"intermediate_size", shape.ffn},
                       {"num_hidden_layers", shape.blocks},
                       {"num_attention_heads", shape.heads},
                       {"num_key_value_heads", shape.kvHeads},
                       {"max_position_embeddings", shape.context},
                       {"hidden_act", "silu"},
                       {"rms_norm_eps", 1e-5},
                       {"rope_theta", 10000.0},
                       {"attention_bias", false},
                       {"mlp_bias", false},
                       {"tie_word_embeddings", false},
                       {"bos_token_id", 1},
                       {"eos_token_id", 2}};
  return config.dump(2) + "\n";
}

std::string indexText(const std::vector<std::vector<TensorInfo>>& shards, std::uint64_t totalBytes) {
  Json map = Json::object();
  auto& members = map.get_ref<Json::object_t&>();
  for (std::size_t i = 0; i < shards.size(); ++i) {
    for (const TensorInfo& tensor : shards[i]) members.push_back({tensor.name, shardName(i, shards.size())});
  }
  return Json{{"metadata", {{"total_size", totalBytes}}}, {"weight_map", std::move(map)}}.dump(2) + "\n";
}

// The target folder: new or empty, and gone again when it was new and the work fails.
class Folder {
 public:
  explicit Folder(const std::string& path) : m_path(path) {
    std::error_code error;
    m_isNew = fs::create_directory(m_path, error);
    if (error) throw Error("cannot create the folder \"" + path + "\": " + error.message() + "; choose another one");
    if (!m_isNew && !fs::is_empty(m_path, error)) throw Error("the folder \"" + path + "\" is not empty; choose a new one");
  }
  ~Folder() {
    std::error_code ignored;
    if (m_isNew && !m_kept) fs::remove(m_path, ignored);  // only when it is empty
  }
  std::string file(const std::string& name) const { return (m_path / name).string(); }
  void requireRoom(std::uint64_t bytes) const {
    std::error_code error;
    const fs::space_info space = fs::space(m_path, error);
    if (!error && space.available < bytes) {
      throw Error("\"" + m_path.string() + "\" has room for " + std::to_string(space.available >> 20) + " MiB, " +
                  std::to_string(bytes >> 20) + " MiB are needed; free some space or choose another folder");
    }
  }
  void keep() { m_kept = true; }

 private:
  fs::path m_path;
  bool m_isNew = false, m_kept = false;
};

}  // namespace

void writeRandomCheckpoint(const std::string& folderPath, const RandomCheckpointShape& shape, const Progress& progress) {
  checkShape(shape);
  const auto shards = splitIntoShards(tensorsOf(shape), shape.maxShardBytes);
  std::uint64_t totalBytes = 0, largest = 0;
  for (const auto& shard : shards) {
    for (const TensorInfo& tensor : shard) {
      totalBytes += tensor.bytes;
      largest = std::max(largest, tensor.bytes);
    }
  }
  Folder folder(folderPath);
  folder.requireRoom(totalBytes + (std::uint64_t{1} << 20));

  const BellTable table = bellTable();
  std::vector<std::uint16_t> numbers(largest / 2);
  std::vector<std::unique_ptr<AtomicFile>> files;  // committed together at the end: no shard without the others
  std::uint64_t written = 0, seed = shape.seed;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    AtomicFile& file = *files.emplace_back(std::make_unique<AtomicFile>(folder.file(shardName(i, shards.size()))));
    file.write(makeSafetensorsHeader(shards[i], {{"format", "pt"}}));
    for (const TensorInfo& tensor : shards[i]) {
      progress.checkpoint(static_cast<double>(written) / static_cast<double>(totalBytes), tensor.name);
      const std::span<std::uint16_t> values(numbers.data(), tensor.bytes / 2);
      const std::uint64_t tensorSeed = nextRandom(seed);
      if (tensor.shape.size() == 1)
        std::fill(values.begin(), values.end(), kOne);
      else
        fillRandom(values, table, tensorSeed);
      file.write(values.data(), tensor.bytes);
      written += tensor.bytes;
    }
  }
  progress.checkpoint(1.0, "writing to the disk");
  files.push_back(std::make_unique<AtomicFile>(folder.file("config.json")));
  files.back()->write(configText(shape));
  files.push_back(std::make_unique<AtomicFile>(folder.file("model.safetensors.index.json")));
  files.back()->write(indexText(shards, totalBytes));
  for (const auto& file : files) file->commit();
  folder.keep();
}

}  // namespace bitscape
