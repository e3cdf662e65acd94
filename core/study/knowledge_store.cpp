#include "core/study/knowledge_store.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <utility>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/model/tensor_file.h"

namespace bitscape {
namespace {

template <class T>
std::int64_t bytesOf(const std::vector<T>& values) {
  return static_cast<std::int64_t>(values.size() * sizeof(T));
}

std::int64_t bytesOf(const BlockKnowledge& known) {
  std::int64_t bytes = 0;
  if (known.inputs) {
    for (const InputStats& stats : *known.inputs) {
      bytes += bytesOf(stats.sample) + 4 * bytesOf(stats.absmax) + 3 * bytesOf(stats.mean);
      bytes += bytesOf(stats.histogram.counts()) + bytesOf(stats.tokenMax.counts());
      if (stats.hessian) bytes += static_cast<std::int64_t>(stats.hessian->nbytes());
    }
  }
  if (known.meanRows) {
    for (const Tensor& rows : *known.meanRows) bytes += static_cast<std::int64_t>(rows.nbytes());
  }
  return bytes;
}

std::string nameOf(Role role) { return std::string(roleName(role)); }

}  // namespace

KnowledgeStore::KnowledgeStore(std::string folder, std::int64_t mostBytes) : m_folder(std::move(folder)), m_mostBytes(mostBytes) {}

const BlockKnowledge* KnowledgeStore::known(const std::string& key, int block, const Needs& needs) const {
  if (key != m_key) return nullptr;
  const auto found = m_blocks.find(block);
  if (found == m_blocks.end()) return nullptr;
  const BlockKnowledge& known = found->second;
  if ((needs.stats || needs.hessian) && !known.inputs) return nullptr;
  if (needs.hessian && !known.inputs->front().hessian) return nullptr;
  if (needs.meanSequence && !known.meanRows) return nullptr;
  return &known;
}

bool KnowledgeStore::has(const std::string& key, int block, const Needs& needs) const {
  const std::lock_guard lock(m_guard);
  return known(key, block, needs) != nullptr;
}

std::optional<BlockKnowledge> KnowledgeStore::find(const std::string& key, int block, const Needs& needs) const {
  const std::lock_guard lock(m_guard);
  const BlockKnowledge* found = known(key, block, needs);
  return found ? std::optional(*found) : std::nullopt;
}

void KnowledgeStore::keep(const std::string& key, int block, const BlockKnowledge& known) {
  const std::lock_guard lock(m_guard);
  if (key != m_key) {
    m_blocks.clear();
    m_bytes = 0;
    m_key = key;
  }
  BlockKnowledge merged;
  if (const auto before = m_blocks.find(block); before != m_blocks.end()) {
    m_bytes -= bytesOf(before->second);
    merged = std::move(before->second);
    m_blocks.erase(before);
  }
  const bool loses = merged.inputs && known.inputs && merged.inputs->front().hessian && !known.inputs->front().hessian;
  if (known.inputs && !loses) merged.inputs = known.inputs;
  if (known.meanRows) merged.meanRows = known.meanRows;
  const std::int64_t bytes = bytesOf(merged);
  if (m_bytes + bytes > m_mostBytes) return;
  m_bytes += bytes;
  m_blocks.emplace(block, std::move(merged));
}

std::string KnowledgeStore::fisherPath(const std::string& key, int block) const {
  return (std::filesystem::path(m_folder) / ("fisher-" + hashOf(key).substr(0, 16) + "-" + std::to_string(block) + ".safetensors")).string();
}

bool KnowledgeStore::hasFisher(const std::string& key, int blocks) const {
  if (m_folder.empty()) {
    const std::lock_guard lock(m_guard);
    return key == m_fisherKey && std::ssize(m_fisher) == blocks;
  }
  for (int block = 0; block < blocks; ++block) {
    std::error_code fault;
    if (!std::filesystem::is_regular_file(fisherPath(key, block), fault)) return false;
  }
  return true;
}

std::map<Role, Tensor> KnowledgeStore::fisher(const std::string& key, int block) const {
  std::map<Role, Tensor> diagonals;
  if (!m_folder.empty()) {
    const auto source = openSafetensors(fisherPath(key, block));
    for (const Role role : kBlockRoles) {
      const auto values = source->loadNative(nameOf(role));
      if (!values) throw Error("\"" + fisherPath(key, block) + "\" lacks \"" + nameOf(role) + "\"; remove the file and solve again");
      diagonals[role] = values->to(at::kFloat);
    }
    return diagonals;
  }
  const std::lock_guard lock(m_guard);
  const auto found = m_fisher.find(block);
  if (key != m_fisherKey || found == m_fisher.end()) throw Error("the gradients of block " + std::to_string(block) + " are gone; solve again");
  for (const auto& [role, values] : found->second) diagonals[role] = values.to(at::kFloat);
  return diagonals;
}

void KnowledgeStore::keepFisher(const std::string& key, int block, const std::map<Role, Tensor>& diagonals) {
  std::map<Role, Tensor> halved;
  for (const auto& [role, values] : diagonals) halved[role] = values.to(at::kCPU, at::kBFloat16).contiguous();
  if (!m_folder.empty()) {
    std::vector<std::pair<std::string, Tensor>> tensors;
    for (auto& [role, values] : halved) tensors.emplace_back(nameOf(role), values);
    return writeSafetensors(fisherPath(key, block), tensors, {{"made_of", key}});
  }
  const std::lock_guard lock(m_guard);
  if (key != m_fisherKey) m_fisher.clear();
  m_fisherKey = key;
  m_fisher[block] = std::move(halved);
}

void KnowledgeStore::trimFisher() {
  const std::lock_guard lock(m_guard);
  std::int64_t bytes = 0;
  for (const auto& [block, diagonals] : m_fisher) {
    for (const auto& [role, values] : diagonals) bytes += static_cast<std::int64_t>(values.nbytes());
  }
  if (bytes > m_mostBytes) m_fisher.clear();
}

}  // namespace bitscape
