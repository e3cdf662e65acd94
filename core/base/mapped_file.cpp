#include "core/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/error.h"

namespace bitscape {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& reason) { throw Error("cannot open \"" + path + "\": " + reason); }

std::string reasonOf(int code) {
  switch (code) {
    case ENOENT:
      return "there is no such file; check the path";
    case EACCES:
      return "you may not read it; change its permissions";
    default:
      return std::strerror(code);
  }
}

// Closes the descriptor on every way out: a mapping outlives it.
struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

}  // namespace

MappedFile::MappedFile(const std::string& path) : m_path(path) {
  // Not blocking, so that a named pipe is refused below instead of being waited for.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.value < 0) fail(path, reasonOf(errno));
  struct stat status {};
  if (::fstat(file.value, &status) != 0) fail(path, reasonOf(errno));
  if (S_ISDIR(status.st_mode)) fail(path, "it is a folder, a file is needed");
  if (!S_ISREG(status.st_mode)) fail(path, "it is a device or a pipe, a regular file is needed");
  m_size = static_cast<std::size_t>(status.st_size);
  if (m_size == 0) return;
  void* data = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, file.value, 0);
  if (data == MAP_FAILED) fail(path, std::string("mapping it into memory failed: ") + std::strerror(errno));
  m_data = static_cast<const std::byte*>(data);
}

MappedFile::~MappedFile() {
  if (m_data != nullptr) ::munmap(const_cast<std::byte*>(m_data), m_size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) {}

void MappedFile::release(std::size_t offset, std::size_t size) const {
  if (m_data == nullptr || offset >= m_size) return;
  const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  // Whole pages inside the range only: the edges belong to neighbours as well.
  const std::size_t first = (offset + page - 1) / page * page;
  const std::size_t last = std::min(offset + std::min(size, m_size - offset), m_size) / page * page;
  // Advice: a failure changes nothing that anyone relies on.
  if (first < last) ::madvise(const_cast<std::byte*>(m_data) + first, last - first, MADV_DONTNEED);
}

}  // namespace bitscape
