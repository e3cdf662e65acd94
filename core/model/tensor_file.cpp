#include "core/model/tensor_file.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <unordered_map>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/mapped_file.h"
#include "core/model/safetensors_header.h"

namespace bitscape {
namespace {

namespace fs = std::filesystem;

// Tensor name -> file name, as an index says.
using WeightMap = std::unordered_map<std::string, std::string>;

// One or several mapped files with one directory.
class MappedSafetensors final : public TensorSource {
 public:
  explicit MappedSafetensors(const std::string& path) { addFile(path, nullptr, {}); }

  MappedSafetensors(const fs::path& index, const WeightMap& weightMap) {
    std::set<std::string> shards;
    for (const auto& [tensor, shard] : weightMap) shards.insert(shard);
    for (const std::string& shard : shards) {
      const fs::path path = index.parent_path() / shard;
      if (std::error_code ignored; !fs::exists(path, ignored)) {
        throw Error("\"" + index.string() + "\" names the shard \"" + shard +
                    "\", which is not beside it; download it into the same folder");
      }
      addFile(path.string(), &weightMap, shard);
    }
    for (const auto& [tensor, shard] : weightMap) {
      if (find(tensor) == nullptr) {
        throw Error("\"" + index.string() + "\": tensor \"" + tensor + "\" is missing in its shard \"" + shard +
                    "\"; download index and shards again");
      }
    }
  }

  const std::vector<std::string>& files() const override { return m_files; }
  const std::vector<TensorInfo>& tensors() const override { return m_tensors; }

  const TensorInfo* find(const std::string& name) const override {
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : &m_tensors[found->second];
  }

  Tensor load(const std::string& name) const override {
    const TensorInfo& info = known(name);
    const auto type = plainType(info.type);
    if (!type)
      throw Error("tensor \"" + name + "\" is stored as " + info.type + ", which cannot be decoded; convert it to BF16, F16 or F32");
    return copy(info, *type, c10::ScalarType::Float);
  }

  std::optional<Tensor> loadNative(const std::string& name) const override {
    const TensorInfo& info = known(name);
    const auto type = plainType(info.type);
    if (!type) return std::nullopt;
    return copy(info, *type, *type);
  }

 private:
  const TensorInfo& known(const std::string& name) const {
    const TensorInfo* info = find(name);
    if (info == nullptr) throw Error("\"" + m_files.front() + "\" holds no tensor \"" + name + "\"");
    return *info;
  }

  Tensor copy(const TensorInfo& info, c10::ScalarType stored, c10::ScalarType wanted) const {
    return withContext("tensor \"" + info.name + "\"", [&] {
      const MappedFile& map = m_maps[info.file];
      Tensor result = copyPlain(map.bytes().subspan(info.offset, info.bytes), info.shape, stored, wanted);
      map.release(info.offset, info.bytes);
      return result;
    });
  }

  // Maps a file and appends its tensors; with a weight map those alone that it places in `shard`.
  void addFile(const std::string& path, const WeightMap* weightMap, const std::string& shard) {
    const MappedFile& map = m_maps.emplace_back(path);
    m_files.push_back(path);
    SafetensorsHeader header = withContext("cannot open \"" + path + "\"", [&] { return readSafetensorsHeader(map.bytes()); });
    for (TensorInfo& tensor : header.tensors) {
      if (weightMap != nullptr) {
        const auto entry = weightMap->find(tensor.name);
        if (entry == weightMap->end() || entry->second != shard) continue;
      }
      tensor.file = m_files.size() - 1;
      m_byName.emplace(tensor.name, m_tensors.size());
      m_tensors.push_back(std::move(tensor));
    }
  }

  std::vector<std::string> m_files;
  std::vector<MappedFile> m_maps;
  std::vector<TensorInfo> m_tensors;
  std::unordered_map<std::string, std::size_t> m_byName;
};

// A shard lies beside its index or below: an index from the network must not name files elsewhere.
void checkShardName(const std::string& shard, const std::string& source) {
  const fs::path path(shard);
  const bool climbs = std::any_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
  if (shard.empty() || path.is_absolute() || climbs || shard.find('\0') != std::string::npos) {
    throw Error("\"" + source + "\" names the shard \"" + shard + "\"; a file name without \"..\" and without a leading \"/\" is needed");
  }
}

WeightMap readIndex(const std::string& path) {
  const Json json = readJson(path);
  const JsonView index(json, "\"" + path + "\"");
  const Json& entries = index.at("weight_map").raw();
  if (!entries.is_object() || entries.empty())
    throw Error("\"" + path + "\": \"weight_map\" is empty or no object; download the index again");
  // The total is only read for its form: published indexes count tensors that their shards leave out.
  if (index.has("metadata")) index.at("metadata").number("total_size", 0);
  WeightMap weightMap;
  for (const auto& item : entries.items()) {
    if (!item.value().is_string())
      throw Error("\"" + path + "\": \"weight_map\" gives \"" + item.key() + "\" no file name; download the index again");
    const std::string shard = item.value().get<std::string>();
    checkShardName(shard, path);
    weightMap.emplace(item.key(), shard);
  }
  return weightMap;
}

// The file of a folder that stands for the whole checkpoint.
std::string entryOf(const std::string& folder) {
  for (const char* name : {"model.safetensors.index.json", "model.safetensors"}) {
    if (fs::exists(fs::path(folder) / name)) return (fs::path(folder) / name).string();
  }
  std::vector<std::string> indexes, files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string path = entry.path().string();
    if (path.ends_with(".safetensors.index.json")) indexes.push_back(path);
    if (path.ends_with(".safetensors")) files.push_back(path);
  }
  if (indexes.size() == 1) return indexes.front();
  if (indexes.empty() && files.size() == 1) return files.front();
  throw Error("the folder \"" + folder + "\" holds " + std::to_string(files.size()) + " .safetensors files and " +
              std::to_string(indexes.size()) + " indexes; one file, or shards with one model.safetensors.index.json are needed");
}

std::string checkedEntry(const std::string& path) {
  try {
    return fs::is_directory(path) ? entryOf(path) : path;
  } catch (const fs::filesystem_error& error) {
    throw Error("cannot open \"" + path + "\": " + error.code().message());
  }
}

std::string storedName(c10::ScalarType type) {
  for (const char* name : {"F64", "F32", "F16", "BF16", "U8", "I8", "I16", "I32", "I64", "BOOL", "F8_E4M3"}) {
    if (plainType(name) == type) return name;
  }
  throw Error(std::string("tensors of type ") + c10::toString(type) + " cannot be written as safetensors; convert them to float32 first");
}

}  // namespace

std::shared_ptr<const TensorSource> openSafetensors(const std::string& path) {
  const std::string entry = checkedEntry(path);
  if (entry.ends_with(".index.json")) return std::make_shared<MappedSafetensors>(entry, readIndex(entry));
  return std::make_shared<MappedSafetensors>(entry);
}

std::map<std::string, std::string> safetensorsMetadata(const std::string& path) {
  const MappedFile file(path);
  return withContext("cannot open \"" + path + "\"", [&] { return readSafetensorsHeader(file.bytes()).metadata; });
}

void writeSafetensors(const std::string& path, const std::vector<std::pair<std::string, Tensor>>& tensors,
                      const std::map<std::string, std::string>& metadata) {
  // Wide types first, then by name, as the reference writer does: every tensor is aligned to its element.
  std::vector<const std::pair<std::string, Tensor>*> ordered;
  for (const auto& tensor : tensors) ordered.push_back(&tensor);
  std::sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) {
    const auto widthA = a->second.element_size(), widthB = b->second.element_size();
    return widthA != widthB ? widthA > widthB : a->first < b->first;
  });

  std::vector<TensorInfo> infos;
  std::set<std::string_view> names;
  for (const auto* entry : ordered) {
    const auto& [name, tensor] = *entry;
    if (name == "__metadata__" || !names.insert(name).second)
      throw Error("cannot write \"" + path + "\": the tensor name \"" + name + "\" is taken; use another");
    infos.push_back({.name = name,
                     .type = withContext("cannot write \"" + path + "\": tensor \"" + name + "\"",
                                         [&tensor = tensor] { return storedName(tensor.scalar_type()); }),
                     .shape = tensor.sizes().vec(),
                     .bytes = static_cast<std::uint64_t>(tensor.numel()) * tensor.element_size()});
  }

  AtomicFile file(path);
  file.write(makeSafetensorsHeader(infos, metadata));
  for (const auto* entry : ordered) {
    const Tensor plain = entry->second.detach().cpu().contiguous();
    file.write(plain.data_ptr(), static_cast<std::size_t>(plain.numel()) * plain.element_size());
  }
  file.commit();
}

}  // namespace bitscape
