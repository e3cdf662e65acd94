#include "core/base/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/base/error.h"

namespace bitscape {
namespace {

[[noreturn]] void fail(const std::string& path, int code) {
  std::string reason = std::strerror(code);
  if (code == ENOSPC || code == EDQUOT) reason = "the disk is full; free some space or choose another folder";
  if (code == ENOENT) reason = "its folder does not exist; create it first";
  if (code == EACCES || code == EROFS) reason = "you may not write there; choose another folder";
  throw Error("cannot write \"" + path + "\": " + reason);
}

// So that the new name survives a power cut. Some file systems refuse it for folders: the file itself is complete all the same.
void syncFolderOf(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const int handle = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return;
  ::fsync(handle);
  ::close(handle);
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path) : m_target(path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  // A link keeps pointing where it points: the file behind it is replaced.
  if (fs::is_symlink(path, ignored)) {
    const fs::path behind = fs::weakly_canonical(path, ignored);
    if (!ignored) m_target = behind.string();
  }
  const fs::file_status status = fs::status(m_target, ignored);
  if (fs::is_directory(status)) throw Error("cannot write \"" + path + "\": it is a folder, a file name is needed");
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw Error("cannot write \"" + path + "\": it is a device, a file name is needed");

  // Two writers of one target (two processes, two threads) never share a temporary name.
  for (int attempt = 0; m_file < 0; ++attempt) {
    m_temporary = m_target + "." + std::to_string(::getpid()) + "." + std::to_string(attempt) + ".tmp";
    m_file = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (m_file < 0 && (errno != EEXIST || attempt == 999)) fail(path, errno);
  }
}

AtomicFile::~AtomicFile() {
  if (m_file < 0) return;
  ::close(m_file);
  ::unlink(m_temporary.c_str());
}

void AtomicFile::write(const void* data, std::size_t size) {
  const char* from = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::write(m_file, from, std::min<std::size_t>(size, std::size_t{1} << 30));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(m_target, errno);
    from += written;
    size -= static_cast<std::size_t>(written);
  }
}

void AtomicFile::commit() {
  if (::fsync(m_file) != 0) fail(m_target, errno);
  if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) fail(m_target, errno);
  ::close(m_file);
  m_file = -1;
  syncFolderOf(m_target);
}

void removeAbandonedParts(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path target(path);
  const std::string begin = target.filename().string() + ".";
  std::error_code fault;
  for (fs::directory_iterator file(target.has_parent_path() ? target.parent_path() : ".", fault), end; !fault && file != end;
       file.increment(fault)) {
    const std::string name = file->path().filename().string();
    if (!name.starts_with(begin) || !name.ends_with(".tmp")) continue;
    int process = 0, attempt = 0, read = 0;
    const std::string rest = name.substr(begin.size());
    if (std::sscanf(rest.c_str(), "%d.%d.tmp%n", &process, &attempt, &read) != 2 || read != static_cast<int>(rest.size())) continue;
    std::error_code unknown;
    const auto age = fs::file_time_type::clock::now() - file->last_write_time(unknown);
    const bool gone = process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
    if (!unknown && gone && age > std::chrono::minutes(10)) fs::remove(file->path(), unknown);
  }
}

void writeFileAtomically(const std::string& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

}  // namespace bitscape
