#include "core/exchange/gguf_writer.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/model/gguf_reader.h"

namespace bitscape {
namespace {

constexpr std::uint64_t kAlignment = 32;
constexpr std::size_t kMaxName = 63, kMaxDimensions = 4;
enum ValueType : std::uint32_t { kU32 = 4, kI32 = 5, kF32 = 6, kBool = 7, kString = 8, kArray = 9 };
// Bytes of a value by its type; 0: a string or an array.
constexpr std::uint64_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

std::uint64_t padded(std::uint64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

template <class Number>
void put(std::string& to, Number value) {
  static_assert(std::is_arithmetic_v<Number>);
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void putString(std::string& to, std::string_view text) {
  put<std::uint64_t>(to, text.size());
  to.append(text);
}

template <class Value, class Put>
GgufBytes arrayOf(std::uint32_t type, const std::vector<Value>& values, Put putOne) {
  GgufBytes result{kArray, {}};
  put<std::uint32_t>(result.bytes, type);
  put<std::uint64_t>(result.bytes, values.size());
  for (const Value& value : values) putOne(result.bytes, value);
  return result;
}

// Walks over keys whose extent the reader has checked.
class Walk {
 public:
  explicit Walk(std::span<const std::byte> bytes) : m_bytes(bytes) {}
  template <class Number>
  Number number() {
    Number value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string_view take(std::uint64_t size) {
    if (size > m_bytes.size() - m_at) throw Error("the file ends within its keys; download it again");
    const auto* from = reinterpret_cast<const char*>(m_bytes.data() + m_at);
    m_at += static_cast<std::size_t>(size);
    return {from, static_cast<std::size_t>(size)};
  }
  std::string_view string() { return take(number<std::uint64_t>()); }
  void skip(std::uint32_t type) {
    if (type == kArray) {
      const auto element = number<std::uint32_t>();
      const auto count = number<std::uint64_t>();
      for (std::uint64_t i = 0; i < count; ++i) skip(element);
    } else if (type == kString) {
      string();
    } else {
      take(kSizes[type]);
    }
  }
  std::size_t position() const { return m_at; }
  std::string between(std::size_t from) const { return {reinterpret_cast<const char*>(m_bytes.data() + from), m_at - from}; }

 private:
  std::span<const std::byte> m_bytes;
  std::size_t m_at = 0;
};

void requireEntry(const GgufWriter::Entry& entry, std::set<std::string>& names) {
  const std::string quoted = "tensor \"" + entry.name + "\"";
  if (entry.name.empty() || entry.name.size() > kMaxName)
    throw Error(quoted + " has a name of " + std::to_string(entry.name.size()) + " bytes, GGUF allows 1 to " + std::to_string(kMaxName));
  if (!names.insert(entry.name).second) throw Error(quoted + " would be written twice");
  if (entry.shape.empty() || entry.shape.size() > kMaxDimensions)
    throw Error(quoted + " has " + std::to_string(entry.shape.size()) + " dimensions, GGUF allows 1 to " + std::to_string(kMaxDimensions));
  if (entry.shape.back() % entry.type->elements != 0) {
    throw Error(quoted + " has rows of " + std::to_string(entry.shape.back()) + " elements, " + std::string(entry.type->name) +
                " needs a multiple of " + std::to_string(entry.type->elements));
  }
}

}  // namespace

GgufBytes GgufBytes::of(std::uint32_t value) {
  GgufBytes result{kU32, {}};
  put(result.bytes, value);
  return result;
}
GgufBytes GgufBytes::of(float value) {
  GgufBytes result{kF32, {}};
  put(result.bytes, value);
  return result;
}
GgufBytes GgufBytes::of(bool value) { return {kBool, std::string(1, value ? '\1' : '\0')}; }
GgufBytes GgufBytes::of(std::string_view value) {
  GgufBytes result{kString, {}};
  putString(result.bytes, value);
  return result;
}
GgufBytes GgufBytes::of(const std::vector<std::string>& values) {
  return arrayOf(kString, values, [](std::string& to, const std::string& value) { putString(to, value); });
}
GgufBytes GgufBytes::of(const std::vector<float>& values) { return arrayOf(kF32, values, put<float>); }
GgufBytes GgufBytes::of(const std::vector<std::int32_t>& values) { return arrayOf(kI32, values, put<std::int32_t>); }

void setKey(GgufKeys& keys, const std::string& name, GgufBytes value) {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const GgufKey& key) { return key.name == name; });
  if (found != keys.end())
    found->value = std::move(value);
  else
    keys.push_back({name, std::move(value)});
}

GgufKeys readGgufKeys(const std::string& path) {
  const MappedFile file(path);
  return withContext("cannot read the keys of \"" + path + "\"", [&] {
    readGgufDirectory(file.bytes());  // every check; the walk below repeats none but the file's end
    Walk walk(file.bytes());
    walk.take(4 + 4 + 8);
    const auto count = walk.number<std::uint64_t>();
    GgufKeys keys;
    for (std::uint64_t i = 0; i < count; ++i) {
      GgufKey key;
      key.name = walk.string();
      key.value.type = walk.number<std::uint32_t>();
      const std::size_t from = walk.position();
      walk.skip(key.value.type);
      key.value.bytes = walk.between(from);
      keys.push_back(std::move(key));
    }
    return keys;
  });
}

std::uint64_t GgufWriter::Entry::bytes() const {
  std::uint64_t elements = 1;
  for (const std::int64_t extent : shape) elements *= static_cast<std::uint64_t>(extent);
  return elements / static_cast<std::uint64_t>(type->elements) * static_cast<std::uint64_t>(type->bytes);
}

GgufWriter::GgufWriter(const std::string& path, const GgufKeys& keys, std::vector<Entry> tensors)
    : m_file(path), m_tensors(std::move(tensors)) {
  std::string head = "GGUF";
  put<std::uint32_t>(head, 3);
  put<std::uint64_t>(head, m_tensors.size());
  put<std::uint64_t>(head, keys.size());
  std::set<std::string> names;
  for (const GgufKey& key : keys) {
    if (key.name.empty() || !names.insert(key.name).second) throw Error("the key \"" + key.name + "\" is empty or would be written twice");
    putString(head, key.name);
    put(head, key.value.type);
    head += key.value.bytes;
  }
  names.clear();
  std::uint64_t offset = 0;
  for (const Entry& entry : m_tensors) {
    requireEntry(entry, names);
    putString(head, entry.name);
    put(head, static_cast<std::uint32_t>(entry.shape.size()));
    for (auto extent = entry.shape.rbegin(); extent != entry.shape.rend(); ++extent) put<std::int64_t>(head, *extent);
    put(head, entry.type->id);
    put(head, offset);
    offset += padded(entry.bytes());
  }
  head.resize(padded(head.size()));
  m_file.write(head);
}

void GgufWriter::write(std::string_view name, std::span<const std::byte> data) {
  if (m_next == m_tensors.size() || m_tensors[m_next].name != name || m_tensors[m_next].bytes() != data.size()) {
    const std::string expected = m_next == m_tensors.size()
                                     ? "nothing more"
                                     : "\"" + m_tensors[m_next].name + "\" with " + std::to_string(m_tensors[m_next].bytes()) + " bytes";
    throw Error("tensor \"" + std::string(name) + "\" with " + std::to_string(data.size()) + " bytes comes where the list has " + expected);
  }
  m_file.write(data.data(), data.size());
  constexpr char kZeros[kAlignment] = {};
  m_file.write(kZeros, padded(data.size()) - data.size());
  ++m_next;
}

void GgufWriter::commit() {
  if (m_next != m_tensors.size()) throw Error("tensor \"" + m_tensors[m_next].name + "\" was not written");
  m_file.commit();
}

}  // namespace bitscape
