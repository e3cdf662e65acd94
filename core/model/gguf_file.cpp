#include "core/model/gguf_file.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <array>
#include <cstdio>
#include <unordered_map>
#include <utility>

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/model/ggml_blocks.h"
#include "core/model/gguf_reader.h"

namespace bitscape {
namespace {

constexpr std::int64_t kMaxParts = 9999;

// One or several mapped files with one directory.
class MappedGguf final : public GgufFile {
 public:
  explicit MappedGguf(const std::string& path) {
    m_metadata = addPart(path);
    const std::int64_t parts = integer("split.count").value_or(1);
    if (parts > 1) openSiblings(path, parts);
  }

  const std::map<std::string, GgufValue, std::less<>>& metadata() const override { return m_metadata; }
  const std::vector<std::string>& files() const override { return m_files; }
  const std::vector<TensorInfo>& tensors() const override { return m_tensors; }

  const TensorInfo* find(const std::string& name) const override {
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : &m_tensors[found->second];
  }

  Tensor load(const std::string& name) const override {
    const TensorInfo& info = known(name);
    const GgmlType* type = ggmlType(info.type);
    if (type->decode == nullptr) {
      throw Error("tensor \"" + name + "\" is stored as " + info.type +
                  ", which cannot be decoded; convert the model to a supported type such as Q8_0 or Q4_K");
    }
    return withContext("tensor \"" + name + "\"", [&] {
      const at::NoGradGuard noGrad;
      Tensor result = at::empty(info.shape, at::kFloat);
      decodeBlocks(*type, bytesOf(info).data(), result.data_ptr<float>(), info.elements() / type->elements);
      m_maps[info.file].release(info.offset, info.bytes);
      return result;
    });
  }

  std::optional<Tensor> loadNative(const std::string& name) const override {
    const TensorInfo& info = known(name);
    const auto type = plainType(info.type);
    if (!type) return std::nullopt;
    return withContext("tensor \"" + name + "\"", [&] {
      Tensor result = copyPlain(bytesOf(info), info.shape, *type, *type);
      m_maps[info.file].release(info.offset, info.bytes);
      return result;
    });
  }

 private:
  const TensorInfo& known(const std::string& name) const {
    const TensorInfo* info = find(name);
    if (info == nullptr) throw Error("\"" + m_files.front() + "\" holds no tensor \"" + name + "\"");
    return *info;
  }

  std::span<const std::byte> bytesOf(const TensorInfo& info) const { return m_maps[info.file].bytes().subspan(info.offset, info.bytes); }

  // Maps a file and appends its tensors; returns its metadata.
  std::map<std::string, GgufValue, std::less<>> addPart(const std::string& path) {
    const MappedFile& map = m_maps.emplace_back(path);
    m_files.push_back(path);
    return withContext("cannot open \"" + path + "\"", [&] {
      GgufDirectory directory = readGgufDirectory(map.bytes());
      for (TensorInfo& tensor : directory.tensors) {
        tensor.file = m_files.size() - 1;
        if (!m_byName.emplace(tensor.name, m_tensors.size()).second) {
          throw Error("tensor \"" + tensor.name + "\" is in an earlier part as well; download the parts again");
        }
        m_tensors.push_back(std::move(tensor));
      }
      return std::move(directory.metadata);
    });
  }

  // Parts are named NAME-00001-of-00003.gguf; the first holds the metadata (gguf-split in ggml-org/llama.cpp).
  void openSiblings(const std::string& path, std::int64_t parts) {
    const std::string quoted = "cannot open \"" + path + "\": ";
    if (parts > kMaxParts)
      throw Error(quoted + "\"split.count\" is " + std::to_string(parts) + ", at most " + std::to_string(kMaxParts) + " parts are allowed");
    if (integer("split.no").value_or(0) != 0) {
      throw Error(quoted + "it is part " + std::to_string(*integer("split.no") + 1) + " of " + std::to_string(parts) +
                  "; open the first part instead");
    }
    const auto ending = [&](std::int64_t part) {
      std::array<char, 64> text{};
      std::snprintf(text.data(), text.size(), "-%05lld-of-%05lld.gguf", static_cast<long long>(part), static_cast<long long>(parts));
      return std::string(text.data());
    };
    if (!path.ends_with(ending(1))) {
      throw Error(quoted + "it is the first of " + std::to_string(parts) + " parts, but its name does not end with \"" + ending(1) +
                  "\"; give the parts their names back");
    }
    const std::string stem = path.substr(0, path.size() - ending(1).size());
    for (std::int64_t part = 2; part <= parts; ++part) addPart(stem + ending(part));
    const auto total = integer("split.tensors.count");
    if (total && *total != static_cast<std::int64_t>(m_tensors.size())) {
      throw Error(quoted + "its parts hold " + std::to_string(m_tensors.size()) + " tensors, \"split.tensors.count\" is " +
                  std::to_string(*total) + "; download the parts again");
    }
  }

  std::vector<std::string> m_files;
  std::vector<MappedFile> m_maps;
  std::map<std::string, GgufValue, std::less<>> m_metadata;
  std::vector<TensorInfo> m_tensors;
  std::unordered_map<std::string, std::size_t> m_byName;
};

[[noreturn]] void wrongType(const GgufFile& file, std::string_view key, const char* needed) {
  throw Error("\"" + file.files().front() + "\": metadata \"" + std::string(key) + "\" is not " + needed + "; convert the model again");
}

const GgufValue* valueOf(const GgufFile& file, std::string_view key) {
  const auto found = file.metadata().find(key);
  return found == file.metadata().end() ? nullptr : &found->second;
}

}  // namespace

std::shared_ptr<const GgufFile> GgufFile::open(const std::string& path) { return std::make_shared<MappedGguf>(path); }

std::optional<std::int64_t> GgufFile::integer(std::string_view key) const {
  const GgufValue* value = valueOf(*this, key);
  if (value == nullptr) return std::nullopt;
  const auto* number = std::get_if<std::int64_t>(value);
  if (number == nullptr) wrongType(*this, key, "an integer below 2^63");
  return *number;
}

std::optional<double> GgufFile::number(std::string_view key) const {
  const GgufValue* value = valueOf(*this, key);
  if (value == nullptr) return std::nullopt;
  if (const auto* fraction = std::get_if<double>(value)) return *fraction;
  if (const auto* whole = std::get_if<std::int64_t>(value)) return static_cast<double>(*whole);
  wrongType(*this, key, "a number");
}

std::optional<bool> GgufFile::boolean(std::string_view key) const {
  const GgufValue* value = valueOf(*this, key);
  if (value == nullptr) return std::nullopt;
  const auto* truth = std::get_if<bool>(value);
  if (truth == nullptr) wrongType(*this, key, "true or false");
  return *truth;
}

std::optional<std::string> GgufFile::string(std::string_view key) const {
  const GgufValue* value = valueOf(*this, key);
  if (value == nullptr) return std::nullopt;
  const auto* text = std::get_if<std::string_view>(value);
  if (text == nullptr) wrongType(*this, key, "a string");
  return std::string(*text);
}

const GgufArray* GgufFile::array(std::string_view key) const {
  const GgufValue* value = valueOf(*this, key);
  if (value == nullptr) return nullptr;
  const auto* values = std::get_if<GgufArray>(value);
  if (values == nullptr) wrongType(*this, key, "an array");
  return values;
}

}  // namespace bitscape
