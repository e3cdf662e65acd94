// A folder of safetensors with transformers' names: shards of bounded size, and the tensors of a folded model one block at a time.
//
// One file is model.safetensors; more are model-0000i-of-0000n.safetensors with their index. At most one shard is held in memory.
// Thread-compatible; throws Error.
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange/folded_model.h"

namespace bitscape {

class ShardWriter {
 public:
  explicit ShardWriter(std::filesystem::path folder, std::uint64_t shardBytes = std::uint64_t{2} << 30);
  void add(std::string name, Tensor tensor);
  void finish();  // the last shard, final names, the index

 private:
  void flush();
  std::string shardName(std::size_t index, std::size_t count) const;

  std::filesystem::path m_folder;
  std::uint64_t m_shardBytes, m_bytes = 0, m_total = 0;
  std::vector<std::pair<std::string, Tensor>> m_tensors;
  std::vector<std::vector<std::string>> m_shards;  // names of the tensors of each written one
};

// "model.layers.3.mlp.down_proj", "lm_head", "model.embed_tokens"
std::string moduleName(LinearId id);

// The float tensor in `type`. Throws Error with `what` when a value is too large for it.
Tensor inType(const Tensor& value, c10::ScalarType type, const std::string& what);

// Everything that a folder's reader needs: float tensors in `type`; for each linear that is packed, `addPacked` adds what stands for its
// weight (`folded`: the block's, null for head and embedding). Blocks are decoded one at a time.
using AddPacked = std::function<void(LinearId id, const Packed& packed, const FoldedBlock* folded, ShardWriter& writer)>;
void writeCheckpoint(const QuantizedModel& quantized, c10::ScalarType type, const std::filesystem::path& folder, const AddPacked& addPacked,
                     const Progress& progress);

}  // namespace bitscape
