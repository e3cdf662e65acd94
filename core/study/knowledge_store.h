// What a calibration text tells about the blocks of a model, kept so that many recipes, or a second try of one, walk its windows once.
//
// Statistics (and mean sequences) of the float model's own inputs are kept in memory, of one text at a time, up to a bound of bytes; a
// block beyond it is collected again. Fisher diagonals, as large as the model, lie in files of bfloat16 where there is a folder, so that
// none is held and a killed solve does not repeat the gradients; else in memory. Keys are any text that tells model, text, capture
// settings and device. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/method/solve.h"

namespace bitscape {

class KnowledgeStore {
 public:
  // `folder` empty: no files. It must exist when it is first written to.
  explicit KnowledgeStore(std::string folder = {}, std::int64_t mostBytes = std::int64_t{2} << 30);

  // Whether all that `needs` asks for of inputs and mean rows is known.
  bool has(const std::string& key, int block, const Needs& needs) const;
  // That; nullopt unless all of it is known.
  std::optional<BlockKnowledge> find(const std::string& key, int block, const Needs& needs) const;
  // Adds what is known of a block; what was kept under another key goes.
  void keep(const std::string& key, int block, const BlockKnowledge& known);

  // True when the diagonals of all blocks 0 .. blocks - 1 are there.
  bool hasFisher(const std::string& key, int blocks) const;
  // float32 on the CPU. Throws Error when they are not there (any more) or the file is damaged.
  std::map<Role, Tensor> fisher(const std::string& key, int block) const;
  void keepFisher(const std::string& key, int block, const std::map<Role, Tensor>& diagonals);
  // Diagonals in memory that are larger than the bound go: a solve that needed them is over.
  void trimFisher();

 private:
  const BlockKnowledge* known(const std::string& key, int block, const Needs& needs) const;  // under the guard
  std::string fisherPath(const std::string& key, int block) const;

  const std::string m_folder;
  const std::int64_t m_mostBytes;
  mutable std::mutex m_guard;
  std::string m_key, m_fisherKey;
  std::map<int, BlockKnowledge> m_blocks;
  std::map<int, std::map<Role, Tensor>> m_fisher;  // bfloat16 on the CPU
  std::int64_t m_bytes = 0;                        // of m_blocks
};

}  // namespace bitscape
