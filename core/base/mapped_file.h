// A file mapped read-only into memory.
//
// Pages arrive on demand and belong to the page cache. Immutable and thread-safe once open; the file must not shrink while mapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace bitscape {

class MappedFile {
 public:
  // Throws Error (with the path and the system's reason) when the file is missing, a folder, or cannot be mapped. An empty file
  // maps to an empty span.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;

  const std::string& path() const { return m_path; }
  std::span<const std::byte> bytes() const { return {m_data, m_size}; }
  // Tells the system that `size` bytes from `offset` will not be needed soon (their pages may go).
  void release(std::size_t offset, std::size_t size) const;

 private:
  std::string m_path;
  const std::byte* m_data = nullptr;
  std::size_t m_size = 0;
};

}  // namespace bitscape
