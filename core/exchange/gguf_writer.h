// A GGUF file, version 3, written from the front to the back: keys, the list of tensors, their data one after the other.
//
// Layout: "GGUF" | u32 3 | i64 tensors | i64 keys | keys with values | name, dimensions, type and offset of each tensor | padding to 32 |
// data, every tensor padded to 32 bytes (ggml/docs/gguf.md). Nothing but the directory is held in memory; the file appears under its name
// at commit(), complete (atomic_file.h). Thread-compatible; throws Error on a key or tensor that no reader would take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/atomic_file.h"
#include "core/model/ggml_blocks.h"

namespace bitscape {

// A value with its type as the file holds it.
struct GgufBytes {
  std::uint32_t type = 0;
  std::string bytes;
  static GgufBytes of(std::uint32_t value);
  static GgufBytes of(float value);
  static GgufBytes of(bool value);
  static GgufBytes of(std::string_view value);
  static GgufBytes of(const char* value) { return of(std::string_view(value)); }
  static GgufBytes of(const std::vector<std::string>& values);
  static GgufBytes of(const std::vector<float>& values);
  static GgufBytes of(const std::vector<std::int32_t>& values);
  bool operator==(const GgufBytes&) const = default;
};

struct GgufKey {
  std::string name;
  GgufBytes value;
};
using GgufKeys = std::vector<GgufKey>;
// Replaces the value of this name, or adds it at the end.
void setKey(GgufKeys& keys, const std::string& name, GgufBytes value);

// The keys of a file as they lie there, so that a copy keeps every type (programs ask for u32 where our reader takes any integer).
GgufKeys readGgufKeys(const std::string& path);

class GgufWriter {
 public:
  struct Entry {
    std::string name;
    const GgmlType* type = nullptr;
    std::vector<std::int64_t> shape;  // outermost first; empty never
    std::uint64_t bytes() const;
  };

  // Writes everything before the data.
  GgufWriter(const std::string& path, const GgufKeys& keys, std::vector<Entry> tensors);
  // The next tensor's data, in the order of the list; its length must be the entry's.
  void write(std::string_view name, std::span<const std::byte> data);
  // Throws Error unless every tensor was written.
  void commit();

 private:
  AtomicFile m_file;
  std::vector<Entry> m_tensors;
  std::size_t m_next = 0;
};

}  // namespace bitscape
