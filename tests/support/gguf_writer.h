// Small GGUF files built in memory, well-formed or deliberately not, for tests.
//
// Values are appended as the format lays them out (ggml/docs/gguf.md), so that a test can stop or lie anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace bitscape::test {

// Little-endian bytes, appended.
class ByteWriter {
 public:
  template <class Number>
  requires std::is_arithmetic_v<Number> ByteWriter& number(Number value) {
    m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  ByteWriter& raw(std::string_view bytes) {
    m_bytes.append(bytes);
    return *this;
  }
  // Length and bytes.
  ByteWriter& string(std::string_view text) { return number<std::uint64_t>(text.size()).raw(text); }
  ByteWriter& padTo(std::size_t alignment) {
    m_bytes.resize((m_bytes.size() + alignment - 1) / alignment * alignment);
    return *this;
  }
  const std::string& bytes() const { return m_bytes; }

 private:
  std::string m_bytes;
};

// A whole file: metadata() and tensor() in any number, then bytes().
class GgufWriter {
 public:
  enum Type : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };

  explicit GgufWriter(std::uint32_t alignment = 32) : m_alignment(alignment) {}

  GgufWriter& u32(std::string_view key, std::uint32_t value) {
    return entry(key, U32, [&](ByteWriter& w) { w.number(value); });
  }
  GgufWriter& u16(std::string_view key, std::uint16_t value) {
    return entry(key, U16, [&](ByteWriter& w) { w.number(value); });
  }
  GgufWriter& i32(std::string_view key, std::int32_t value) {
    return entry(key, I32, [&](ByteWriter& w) { w.number(value); });
  }
  GgufWriter& u64(std::string_view key, std::uint64_t value) {
    return entry(key, U64, [&](ByteWriter& w) { w.number(value); });
  }
  GgufWriter& f32(std::string_view key, float value) {
    return entry(key, F32, [&](ByteWriter& w) { w.number(value); });
  }
  GgufWriter& boolean(std::string_view key, bool value) {
    return entry(key, Bool, [&](ByteWriter& w) { w.number<std::uint8_t>(value); });
  }
  GgufWriter& string(std::string_view key, std::string_view value) {
    return entry(key, String, [&](ByteWriter& w) { w.string(value); });
  }
  GgufWriter& strings(std::string_view key, const std::vector<std::string>& values) {
    return entry(key, Array, [&](ByteWriter& w) {
      w.number<std::uint32_t>(String).number<std::uint64_t>(values.size());
      for (const std::string& value : values) w.string(value);
    });
  }
  GgufWriter& floats(std::string_view key, const std::vector<float>& values) { return numbers(key, F32, values); }
  GgufWriter& integers(std::string_view key, const std::vector<std::int32_t>& values) { return numbers(key, I32, values); }
  // Key, type and value bytes as given.
  GgufWriter& rawKey(std::string_view key, std::uint32_t type, std::string_view value) {
    return entry(key, type, [&](ByteWriter& w) { w.raw(value); });
  }

  // `shape` outermost first, as PyTorch prints it; `type` is ggml's id (0: F32, 1: F16, 3: Q4_1, ...); `data` as stored.
  GgufWriter& tensor(std::string_view name, const std::vector<std::int64_t>& shape, std::uint32_t type, std::string data) {
    return rawTensor(name, shape, type, align(m_data.size()), std::move(data));
  }
  GgufWriter& tensorF32(std::string_view name, const std::vector<std::int64_t>& shape, const std::vector<float>& values) {
    return tensor(name, shape, 0, std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)));
  }
  // With an offset of the test's choice.
  GgufWriter& rawTensor(std::string_view name, const std::vector<std::int64_t>& shape, std::uint32_t type, std::uint64_t offset,
                        std::string data) {
    m_tensors.string(name).number<std::uint32_t>(static_cast<std::uint32_t>(shape.size()));
    for (auto extent = shape.rbegin(); extent != shape.rend(); ++extent) m_tensors.number<std::int64_t>(*extent);
    m_tensors.number(type).number(offset);
    m_data.resize(align(m_data.size()));
    m_data += data;
    ++m_tensorCount;
    return *this;
  }

  std::string bytes(std::uint32_t version = 3) const { return bytes(version, m_tensorCount, m_keyCount); }
  // With counts of the test's choice.
  std::string bytes(std::uint32_t version, std::uint64_t tensorCount, std::uint64_t keyCount) const {
    ByteWriter file;
    file.raw("GGUF").number(version).number(tensorCount).number(keyCount).raw(m_keys.bytes()).raw(m_tensors.bytes());
    if (!m_data.empty()) file.padTo(m_alignment).raw(m_data);
    return file.bytes();
  }

 private:
  template <class Write>
  GgufWriter& entry(std::string_view key, std::uint32_t type, Write write) {
    m_keys.string(key).number(type);
    write(m_keys);
    ++m_keyCount;
    return *this;
  }
  template <class Number>
  GgufWriter& numbers(std::string_view key, Type type, const std::vector<Number>& values) {
    return entry(key, Array, [&](ByteWriter& w) {
      w.number<std::uint32_t>(type).template number<std::uint64_t>(values.size());
      for (const Number value : values) w.number(value);
    });
  }
  std::size_t align(std::size_t size) const { return (size + m_alignment - 1) / m_alignment * m_alignment; }

  std::uint32_t m_alignment;
  ByteWriter m_keys, m_tensors;
  std::string m_data;
  std::uint64_t m_keyCount = 0, m_tensorCount = 0;
};

}  // namespace bitscape::test
