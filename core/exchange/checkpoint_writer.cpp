#include "core/exchange/checkpoint_writer.h"

#include <ATen/ATen.h>

#include <cstdio>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/name_match.h"
#include "core/model/tensor_file.h"

namespace bitscape {
namespace fs = std::filesystem;

ShardWriter::ShardWriter(fs::path folder, std::uint64_t shardBytes) : m_folder(std::move(folder)), m_shardBytes(shardBytes) {}

void ShardWriter::add(std::string name, Tensor tensor) {
  const std::uint64_t bytes = static_cast<std::uint64_t>(tensor.numel()) * tensor.element_size();
  if (!m_tensors.empty() && m_bytes + bytes > m_shardBytes) flush();
  m_bytes += bytes;
  m_total += bytes;
  m_tensors.emplace_back(std::move(name), std::move(tensor));
}

std::string ShardWriter::shardName(std::size_t index, std::size_t count) const {
  if (count == 1) return "model.safetensors";
  char name[64];
  std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", index + 1, count);
  return name;
}

void ShardWriter::flush() {
  if (m_tensors.empty()) return;
  writeSafetensors((m_folder / shardName(m_shards.size(), 0)).string(), m_tensors, {{"format", "pt"}});
  std::vector<std::string>& names = m_shards.emplace_back();
  for (const auto& [name, tensor] : m_tensors) names.push_back(name);
  m_tensors.clear();
  m_bytes = 0;
}

void ShardWriter::finish() {
  flush();
  Json weightMap = Json::object();
  for (std::size_t shard = 0; shard < m_shards.size(); ++shard) {
    const std::string name = shardName(shard, m_shards.size());
    fs::rename(m_folder / shardName(shard, 0), m_folder / name);
    for (const std::string& tensor : m_shards[shard]) weightMap[tensor] = name;
  }
  if (m_shards.size() < 2) return;
  const Json index{{"metadata", {{"total_size", m_total}}}, {"weight_map", weightMap}};
  writeFileAtomically((m_folder / "model.safetensors.index.json").string(), index.dump(2) + "\n");
}

std::string moduleName(LinearId id) {
  const std::string weight = weightName(Naming::Transformers, id);
  return weight.substr(0, weight.rfind('.'));
}

Tensor inType(const Tensor& value, c10::ScalarType type, const std::string& what) {
  const Tensor result = value.to(type).contiguous();
  if (type == at::kHalf && !at::isfinite(result).all().item<bool>()) {
    throw Error(what + " holds values above 65504, the largest of float16; take a recipe that scales less, or a source in bfloat16");
  }
  return result;
}

void writeCheckpoint(const QuantizedModel& quantized, c10::ScalarType type, const fs::path& folder, const AddPacked& addPacked,
                     const Progress& progress) {
  const FoldedModel model(quantized);
  const ModelConfig& config = quantized.model->config();
  ShardWriter writer(folder);
  const auto addLinear = [&](LinearId id, const Tensor& weight, const FoldedBlock* folded) {
    const Packed* packed = quantized.find(id);
    withContext(toString(id), [&] {
      if (packed) return addPacked(id, *packed, folded, writer);
      writer.add(moduleName(id) + ".weight", inType(weight, type, "the weight"));
    });
  };
  const auto addPlain = [&](const std::string& name, const Tensor& value) {
    if (value.defined()) writer.add(name, inType(value, type, "\"" + name + "\""));
  };

  {
    const FoldedEnds ends = model.ends();
    addLinear({-1, Role::Embedding}, ends.embedding, nullptr);
    addPlain(normName(Naming::Transformers, Norm::Final, -1), ends.finalNorm);
    if (!model.tied()) addLinear({-1, Role::LmHead}, ends.lmHead, nullptr);
  }
  for (int block = 0; block < config.blocks; ++block) {
    progress.checkpoint(static_cast<double>(block) / static_cast<double>(config.blocks), "block " + std::to_string(block));
    const FoldedBlock folded = model.block(block);
    const BlockWeights& weights = folded.weights;
    addPlain(normName(Naming::Transformers, Norm::Attention, block), weights.attentionNorm);
    addPlain(normName(Naming::Transformers, Norm::Ffn, block), weights.ffnNorm);
    addPlain(normName(Naming::Transformers, Norm::Q, block), weights.qNorm);
    addPlain(normName(Naming::Transformers, Norm::K, block), weights.kNorm);
    for (const Role role : kBlockRoles) {
      addLinear({block, role}, weights.of(role), &folded);
      addPlain(moduleName({block, role}) + ".bias", weights.biasOf(role));
    }
  }
  writer.finish();
  progress.checkpoint(1.0, "write");
}

}  // namespace bitscape
