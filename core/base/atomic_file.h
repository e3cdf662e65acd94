// A file that appears under its name only when it is complete.
//
// Bytes go to a temporary name beside the target; commit() flushes them to the disk, renames, and flushes the folder. A file that is destroyed before
// commit() (an Error, a cancel) leaves nothing behind, and what stood under the name before is untouched. Thread-compatible.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bitscape {

class AtomicFile {
 public:
  // Throws Error when the folder is missing or not writable, or when `path` is a folder or a device.
  explicit AtomicFile(const std::string& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Appends; throws Error when the disk is full or fails.
  void write(const void* data, std::size_t size);
  void write(std::string_view text) { write(text.data(), text.size()); }
  // Flushes, renames, flushes the folder; the object is done afterwards.
  void commit();

 private:
  std::string m_target, m_temporary;
  int m_file = -1;
};

// Removes the temporary files that killed writers of `path` left beside it: those of processes that are gone, untouched for ten minutes.
void removeAbandonedParts(const std::string& path);

// The whole of `text` as the file `path`, or nothing.
void writeFileAtomically(const std::string& path, std::string_view text);

}  // namespace bitscape
