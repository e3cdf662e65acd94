#include "core/model/safetensors_header.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <tuple>
#include <utility>

#include "core/base/error.h"
#include "core/base/json.h"

namespace bitscape {
namespace {

constexpr const char* kRemedy = "; the file is damaged or cut off: download it again";
constexpr std::uint64_t kMaxHeader = 100'000'000;
constexpr std::size_t kMaxDimensions = 64;  // what LibTorch's operators take

[[noreturn]] void fail(const std::string& what) { throw Error(what + kRemedy); }

std::optional<std::int64_t> bitsOf(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 22> kBits{
      {{"BOOL", 8}, {"U8", 8},   {"I8", 8},   {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8},
       {"I16", 16}, {"U16", 16}, {"F16", 16}, {"BF16", 16},   {"I32", 32},    {"U32", 32},    {"F32", 32},        {"F64", 64},
       {"I64", 64}, {"U64", 64}, {"C64", 64}, {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6}}};
  for (const auto& [name, bits] : kBits) {
    if (name == type) return bits;
  }
  return std::nullopt;
}

// A whole number from 0 to 2^63 - 1.
std::int64_t whole(const Json& value, const std::string& what) {
  const bool fits = value.is_number_unsigned() && value.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX);
  if (!fits)
    fail(what + " is " + value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 80) +
         ", an integer from 0 to 2^63 - 1 is needed");
  return value.get<std::int64_t>();
}

const Json& arrayAt(const Json& entry, const char* key, const std::string& where) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_array()) fail(where + " has no array \"" + key + "\"");
  return *found;
}

// One entry, its offset still counted from the start of the data.
TensorInfo readTensor(const std::string& name, const Json& entry) {
  const std::string where = "tensor \"" + name + "\"";
  if (!entry.is_object()) fail(where + " is not described by an object");
  TensorInfo tensor;
  tensor.name = name;
  const auto type = entry.find("dtype");
  if (type == entry.end() || !type->is_string()) fail(where + " has no text \"dtype\"");
  tensor.type = type->get<std::string>();
  const auto bitsPerElement = bitsOf(tensor.type);
  if (!bitsPerElement) throw Error(where + " has the dtype \"" + tensor.type + "\", which is unknown; convert it to BF16, F16 or F32");

  std::int64_t bits = *bitsPerElement;
  const Json& shape = arrayAt(entry, "shape", where);
  if (shape.size() > kMaxDimensions)
    fail(where + " has " + std::to_string(shape.size()) + " dimensions, at most " + std::to_string(kMaxDimensions) + " are allowed");
  for (const Json& extent : shape) {
    tensor.shape.push_back(whole(extent, where + ": an extent of \"shape\""));
    if (__builtin_mul_overflow(bits, tensor.shape.back(), &bits)) fail(where + ": its shape has more than 2^63 bits");
  }
  if (bits % 8 != 0) fail(where + " has " + std::to_string(bits) + " bits, which are no whole bytes");
  tensor.bytes = static_cast<std::uint64_t>(bits / 8);

  const Json& offsets = arrayAt(entry, "data_offsets", where);
  if (offsets.size() != 2) fail(where + ": \"data_offsets\" has " + std::to_string(offsets.size()) + " numbers, begin and end are needed");
  const std::int64_t begin = whole(offsets[0], where + ": its begin"), end = whole(offsets[1], where + ": its end");
  if (end < begin) fail(where + " ends at " + std::to_string(end) + ", before it begins at " + std::to_string(begin));
  if (static_cast<std::uint64_t>(end - begin) != tensor.bytes) {
    fail(where + " occupies " + std::to_string(end - begin) + " bytes, but its shape and type need " + std::to_string(tensor.bytes));
  }
  tensor.offset = static_cast<std::uint64_t>(begin);
  return tensor;
}

std::map<std::string, std::string> readMetadata(const Json& entry) {
  if (!entry.is_object()) fail("\"__metadata__\" is not an object");
  std::map<std::string, std::string> metadata;
  for (const auto& item : entry.items()) {
    if (!item.value().is_string()) fail("\"__metadata__\": the value of \"" + item.key() + "\" is not a string");
    metadata.emplace(item.key(), item.value().get<std::string>());
  }
  return metadata;
}

// Sorted by begin, every tensor starts where the previous one ends, and the last ends with the file.
void checkOrder(const std::vector<TensorInfo>& tensors, std::uint64_t dataSize) {
  std::uint64_t expected = 0;
  for (const TensorInfo& tensor : tensors) {
    if (tensor.offset != expected) {
      fail("tensor \"" + tensor.name + "\" begins at byte " + std::to_string(tensor.offset) + " of the data, the one before ends at " +
           std::to_string(expected) + (tensor.offset < expected ? " (they overlap)" : " (there is a hole)"));
    }
    expected += tensor.bytes;
    if (expected > dataSize) {
      fail("tensor \"" + tensor.name + "\" ends at byte " + std::to_string(expected) + " of the data, but the file has " +
           std::to_string(dataSize));
    }
  }
  if (expected != dataSize) fail(std::to_string(dataSize - expected) + " bytes follow after the last tensor");
}

}  // namespace

SafetensorsHeader readSafetensorsHeader(std::span<const std::byte> file) {
  if (file.size() < 8) fail("it has " + std::to_string(file.size()) + " bytes, a header needs 8 at least");
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), sizeof length);
  if (length > kMaxHeader)
    fail("its header claims " + std::to_string(length) + " bytes, at most " + std::to_string(kMaxHeader) + " are allowed");
  if (length > file.size() - 8)
    fail("its header claims " + std::to_string(length) + " bytes, but the file has " + std::to_string(file.size()));
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + 8, static_cast<std::size_t>(length));
  if (text.empty() || text.front() != '{') fail("its header does not begin with \"{\"");
  const Json json = parseJson(text, "header", 8);

  SafetensorsHeader header;
  for (const auto& item : json.items()) {
    if (item.key() == "__metadata__") {
      header.metadata = readMetadata(item.value());
    } else {
      header.tensors.push_back(readTensor(item.key(), item.value()));
    }
  }
  // Empty tensors share their begin with the next one and come before it.
  std::sort(header.tensors.begin(), header.tensors.end(),
            [](const TensorInfo& a, const TensorInfo& b) { return std::tie(a.offset, a.bytes) < std::tie(b.offset, b.bytes); });
  checkOrder(header.tensors, file.size() - 8 - length);
  for (TensorInfo& tensor : header.tensors) tensor.offset += 8 + length;
  return header;
}

std::string makeSafetensorsHeader(const std::vector<TensorInfo>& tensors, const std::map<std::string, std::string>& metadata) {
  Json json = Json::object();
  auto& members = json.get_ref<Json::object_t&>();  // appended unchecked: looking every name up would be quadratic
  if (!metadata.empty()) members.push_back({"__metadata__", Json(metadata)});
  std::uint64_t offset = 0;
  for (const TensorInfo& tensor : tensors) {
    members.push_back({tensor.name, {{"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + tensor.bytes}}}});
    offset += tensor.bytes;
  }
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t length = text.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + text;
}

}  // namespace bitscape
