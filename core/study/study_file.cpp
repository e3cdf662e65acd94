#include "core/study/study_file.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/mapped_file.h"
#include "core/base/hdf5_file.h"
#include "core/study/stats_store.h"

namespace bitscape {
namespace {

constexpr std::string_view kSignature("\x89HDF\r\n\x1a\n", 8);
constexpr const char* kVersionName = "bitscape_study";
constexpr std::size_t kUnhashedSeal = 33;  // HASH and the line's end

std::string_view charactersOf(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// The seal of `image`, see the header.
std::string sealOf(std::span<const std::byte> image, int format) {
  std::array<char, kSealBytes + 1> begin{};
  std::snprintf(begin.data(), begin.size(), "\n%s %010d %020llu ", kVersionName, format, static_cast<unsigned long long>(image.size()));
  std::string seal(begin.data());
  seal += Hasher().bytes(image.data(), image.size()).text(seal).hex() + "\n";
  return seal;
}

// The format of a file whose seal is right.
std::optional<int> sealedFormat(std::span<const std::byte> file) {
  if (file.size() < kSealBytes) return std::nullopt;
  const auto image = file.first(file.size() - kSealBytes);
  const std::string_view seal = charactersOf(file.last(kSealBytes));
  int format = 0;
  const std::string begin(seal.substr(0, seal.size() - kUnhashedSeal));
  if (std::sscanf(begin.c_str(), "\nbitscape_study %10d", &format) != 1) return std::nullopt;
  if (seal != sealOf(image, format)) return std::nullopt;
  return format;
}

// Throws Error unless `file` is a whole study of a format that is known here.
void requireSound(std::span<const std::byte> file) {
  const std::string_view text = charactersOf(file);
  if (!text.starts_with(kSignature)) throw Error("it is not a study (no HDF5 file); open a file that Bitscape saved");
  const std::optional<int> format = sealedFormat(file);
  if (!format) {
    // HDF5 keeps names as they are, so a study says what it is even where it is damaged.
    if (text.find(kVersionName) == std::string_view::npos) {
      throw Error("it is not a study but an HDF5 file of another program; open a file that Bitscape saved");
    }
    throw Error(
        "the study is damaged: its content does not match its checksum (cut off, changed by another program, or a failing disk); restore "
        "it "
        "from a copy");
  }
  if (*format > kStudyFormat) {
    throw Error("it was written by a newer Bitscape (format " + std::to_string(*format) + ", this one reads up to " +
                std::to_string(kStudyFormat) + "); update Bitscape");
  }
}

void writeArtifacts(const Hdf5Group& root, const StudyArtifacts& artifacts, const Progress& progress) {
  if (!artifacts.linearEffects.empty() || !artifacts.componentEffects.empty()) {
    root.addText("effects", compactText(effectsToJson(artifacts)));
  }
  if (artifacts.stats) writeStats(root, *artifacts.stats, artifacts.statsNote, progress);
}

Study readBasics(const Hdf5Group& root) {
  Study study;
  study.id = root.label("id");
  if (!isStudyId(study.id)) throw Error("\"id\" is no study id");
  const Json state = parseJson(root.text("state"), "\"/state\"", kStateDepth);
  study.state = studyStateFromJson(JsonView(state, "\"/state\""));
  return study;
}

void readArtifacts(const Hdf5Group& root, StudyArtifacts& artifacts, const Progress& progress) {
  if (root.has("effects")) {
    const Json effects = parseJson(root.text("effects"), "\"/effects\"");
    effectsFromJson(JsonView(effects, "\"/effects\""), artifacts);
  }
  if (root.has("stats")) {
    StoredStats stored = readStats(root, progress);
    artifacts.stats = std::move(stored.stats);
    artifacts.statsNote = std::move(stored.note);
  }
}

// `read` with the root of the study at `path`, once its seal was found right.
template <class Read>
auto opened(const std::string& path, Read&& read) {
  return withContext("cannot open the study \"" + path + "\"", [&] {
    std::error_code fault;
    if (!std::filesystem::exists(path, fault)) throw Error("there is no such file; it may have been moved or renamed");
    if (std::filesystem::is_directory(path, fault)) throw Error("it is a folder; open a file that Bitscape saved");
    requireSound(MappedFile(path).bytes());
    try {
      const Hdf5File file(path);
      return read(file.root());
    } catch (const Error& error) {
      throw Error(std::string(error.what()) + "; restore the study from a copy, or update Bitscape if a newer one wrote it");
    }
  });
}

}  // namespace

void writeStudy(const std::string& path, const Study& study, const Progress& progress) {
  withContext("the study \"" + path + "\" was not saved", [&] {
    if (!isStudyId(study.id)) throw Error("\"" + study.id + "\" is no study id (32 hexadecimal digits)");
    const Hdf5Image image;
    const Hdf5Group root = image.root();
    root.setNumber(kVersionName, std::int64_t{kStudyFormat});
    root.setLabel("program", std::string("Bitscape ") + BITSCAPE_VERSION);
    root.setLabel("id", study.id);
    root.addText("state", compactText(toJson(study.state)));
    writeArtifacts(root, study.artifacts, progress.part(0.0, 0.9));
    const auto bytes = image.bytes();
    removeAbandonedParts(path);
    AtomicFile file(path);
    file.write(bytes.data(), bytes.size());
    file.write(sealOf(bytes, kStudyFormat));
    progress.checkpoint(0.95, "flush");
    file.commit();
  });
  progress.checkpoint(1.0);
}

Study readStudy(const std::string& path, const Progress& progress) {
  return opened(path, [&](const Hdf5Group& root) {
    Study study = readBasics(root);
    progress.checkpoint(0.05);
    readArtifacts(root, study.artifacts, progress.part(0.05, 1.0));
    return study;
  });
}

StudyState readStudyState(const std::string& path) {
  return opened(path, [](const Hdf5Group& root) { return readBasics(root).state; });
}

bool isStudyFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string begin(kSignature.size(), '\0');
  return file.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == kSignature;
}

}  // namespace bitscape
