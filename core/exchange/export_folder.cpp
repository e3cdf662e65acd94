#include "core/exchange/export_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <limits>
#include <system_error>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/exchange/model_card.h"
#include "core/exchange/sha256.h"

namespace bitscape {
namespace fs = std::filesystem;
namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kManifestKey = "bitscape_export";

std::string quoted(const fs::path& path) { return '"' + path.string() + '"'; }

void flush(const fs::path& path, int flags) {
  const int handle = ::open(path.c_str(), flags | O_CLOEXEC);
  if (handle < 0) throw Error("cannot flush " + quoted(path) + ": " + std::strerror(errno));
  const int failure = ::fsync(handle) == 0 ? 0 : errno;
  ::close(handle);
  // Some file systems refuse it for folders; their entries are safe all the same.
  if (failure != 0 && !(flags & O_DIRECTORY)) throw Error("cannot flush " + quoted(path) + ": " + std::strerror(failure));
}

fs::path absoluteOf(const fs::path& folder) {
  fs::path path = fs::absolute(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "name/"
  return path;
}

std::string temporaryPrefix(const fs::path& target) {
  std::string name(".");  // (a literal before a temporary string makes GCC 12 warn of copies that never are)
  name += target.filename().string();
  return name + ".exporting-";
}

// What killed exports to this target left: folders named by a process that is gone.
void removeAbandoned(const fs::path& target) {
  const std::string prefix = temporaryPrefix(target);
  std::error_code ignored;
  std::vector<fs::path> dead;
  for (const fs::directory_entry& entry : fs::directory_iterator(target.parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    int process = 0;
    const char* end = name.data() + name.size();
    const auto [at, fault] = std::from_chars(name.data() + prefix.size(), end, process);
    if (fault != std::errc{} || at != end || process <= 0) continue;
    if (::kill(process, 0) != 0 && errno == ESRCH) dead.push_back(entry.path());
  }
  for (const fs::path& path : dead) fs::remove_all(path, ignored);
}

// A folder that goes with its object.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const fs::path& target) : m_path(target.parent_path() / (temporaryPrefix(target) + std::to_string(::getpid()))) {
    std::error_code failure;
    fs::remove_all(m_path, failure);
    if (!fs::create_directory(m_path, failure)) {
      throw Error("cannot write beside " + quoted(target) + ": " +
                  (failure ? failure.message() : std::string("the folder cannot be made")) + "; choose another place");
    }
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return m_path; }

 private:
  fs::path m_path;
};

// `made` takes the name `target`; what had it is under the name of `made` afterwards.
void changePlaces(const fs::path& made, const fs::path& target) {
  std::error_code failure;
  if (!fs::exists(target, failure) || fs::is_empty(target, failure)) {
    if (::rename(made.c_str(), target.c_str()) == 0) return;
  } else {
    if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
    if (errno == EINVAL || errno == ENOSYS) {
      throw Error("cannot replace " + quoted(target) +
                  " in one step: this file system does not exchange folders; remove that folder, or choose another name");
    }
  }
  throw Error("cannot rename " + quoted(made) + " to " + quoted(target) + ": " + std::strerror(errno));
}

std::vector<ExportedFile> listFiles(const fs::path& folder, const Progress& progress) {
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<ExportedFile> files;
  for (const fs::path& path : paths) {
    progress.checkpoint(static_cast<double>(files.size()) / static_cast<double>(paths.size()), "hash " + path.filename().string());
    flush(path, O_RDONLY);
    files.push_back({path.lexically_relative(folder).generic_string(), fs::file_size(path), sha256OfFile(path.string())});
  }
  return files;
}

Json manifestJson(const ExportTarget& target, const QuantizedModel& quantized, const std::vector<ExportedFile>& files,
                  const ExportNotes& notes) {
  Json list = Json::array();
  for (const ExportedFile& file : files) list.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  Json recipe = Json::parse(quantized.recipeJson, nullptr, false);
  if (recipe.is_discarded()) recipe = nullptr;
  return {{kManifestKey, kManifestVersion},
          {"program", notes.program},
          {"target", target.id},
          {"model", {{"name", quantized.model->config().name}, {"fingerprint", quantized.model->fingerprint()}}},
          {"bits_per_weight", sizeOf(quantized.plan, quantized.model->config()).bitsPerWeight},
          {"recipe", recipe},
          {"metrics", notes.metrics},
          {"command", notes.commandLine},
          {"files", list}};
}

}  // namespace

void requireReplaceable(const fs::path& folder) {
  const fs::path target = absoluteOf(folder);
  std::error_code failure;
  const fs::file_status status = fs::symlink_status(target, failure);
  if (!fs::exists(status)) {
    if (!fs::is_directory(target.parent_path(), failure)) {
      throw Error("cannot write " + quoted(folder) + ": there is no folder " + quoted(target.parent_path()) + "; create it first");
    }
    return;
  }
  if (!fs::is_directory(status)) throw Error("cannot write " + quoted(folder) + ": it is no folder; name a folder");
  if (fs::is_empty(target, failure)) return;
  try {
    if (readJson((target / kManifest).string(), std::size_t{64} << 20).contains(kManifestKey)) return;
  } catch (const Error&) {
  }
  throw Error("cannot write " + quoted(folder) + ": it holds files that no export of this program made; name a new or empty folder");
}

ExportResult exportTo(const ExportTarget& target, const QuantizedModel& quantized, const fs::path& folder,
                      const std::vector<Finding>& findings, const ExportNotes& notes, const Progress& progress) {
  requireReplaceable(folder);
  const fs::path place = absoluteOf(folder);
  removeAbandoned(place);
  const auto needed = static_cast<std::uintmax_t>(sizeOf(quantized.plan, quantized.model->config()).totalBytes);
  std::error_code unknown;
  if (const fs::space_info space = fs::space(place.parent_path(), unknown); !unknown && space.available < needed) {
    throw Error("cannot write " + quoted(folder) + ": about " + std::to_string(needed / 1'000'000 + 1) + " MB are needed and " +
                std::to_string(space.available / 1'000'000) + " MB are free; free some space or choose another folder");
  }
  return withContext("export to " + quoted(folder), [&] {
    const TemporaryFolder made(place);
    target.write(quantized, made.path(), progress.part(0, 0.5));
    target.verify(quantized, made.path(), progress.part(0.5, 0.8));
    ExportResult result;
    const auto count = [&](const std::vector<ExportedFile>& files) {
      result.bytes = 0;
      for (const ExportedFile& file : files) result.bytes += file.bytes;
    };
    result.files = listFiles(made.path(), progress.part(0.8, 0.95));
    count(result.files);
    const std::string card = modelCard(target, quantized, findings, notes, result.bytes);
    writeFileAtomically((made.path() / "README.md").string(), card);
    result.files.push_back({"README.md", card.size(), sha256(card)});
    count(result.files);
    writeFileAtomically((made.path() / kManifest).string(), manifestJson(target, quantized, result.files, notes).dump(2) + "\n");
    progress.checkpoint(0.98, "rename");  // the last moment to stop
    flush(made.path(), O_RDONLY | O_DIRECTORY);
    changePlaces(made.path(), place);
    flush(place.parent_path(), O_RDONLY | O_DIRECTORY);
    return result;
  });
}

void checkManifest(const fs::path& folder, const Progress& progress) {
  const std::string source = (folder / kManifest).string();
  const Json manifest = readJson(source, std::size_t{64} << 20);
  const JsonView view(manifest, source);
  view.integer(kManifestKey, 1, kManifestVersion);
  const JsonView files = view.at("files");
  if (!files.raw().is_array()) throw Error(source + ": \"files\" is no array");
  for (std::size_t i = 0; i < files.raw().size(); ++i) {
    progress.checkpoint(static_cast<double>(i) / static_cast<double>(files.raw().size()), "check files");
    const JsonView file(files.raw()[i], source + ": files[" + std::to_string(i) + "]");
    const std::string name = file.string("name");
    const fs::path relative(name);
    if (relative.is_absolute() || std::find(relative.begin(), relative.end(), "..") != relative.end()) {
      throw Error(source + ": the file \"" + name + "\" lies outside the folder");
    }
    const fs::path path = folder / relative;
    std::error_code failure;
    const std::uintmax_t bytes = fs::file_size(path, failure);
    if (failure) throw Error(quoted(path) + " is listed in the manifest but missing; get the folder again");
    if (static_cast<long long>(bytes) != file.integer("bytes", 0, std::numeric_limits<long long>::max()) ||
        sha256OfFile(path.string()) != file.string("sha256")) {
      throw Error(quoted(path) + " is not the file that the manifest lists; get the folder again");
    }
  }
}

}  // namespace bitscape
