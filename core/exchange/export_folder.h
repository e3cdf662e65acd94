// Writes an export as one whole: the target folder is what it was, or the finished export, whenever the program stops.
//
// Files go to a temporary folder beside the target, are flushed, read back and compared by the target's own verify, and listed in
// manifest.json with their SHA-256; README.md is the model card. Then both folders change places in one step of the file system and what
// stood there before is removed. A folder that is neither empty nor an export of ours is never replaced.
// Thread-compatible; one writer per target. Throws Error (disk full, foreign folder, what does not read back) and Cancelled; the
// temporary folder goes in every case, those of killed programs at the next export beside them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/exchange/exporter.h"

namespace bitscape {

struct ExportNotes {
  std::string program;      // "Bitscape 1.0"
  std::string commandLine;  // what was asked for, for the reader
  Json metrics;             // of an evaluation, as eval --json prints it; null: none
};

struct ExportedFile {
  std::string name;
  std::uint64_t bytes = 0;
  std::string sha256;
};
struct ExportResult {
  std::vector<ExportedFile> files;  // without manifest.json
  std::uint64_t bytes = 0;
};

inline constexpr int kManifestVersion = 1;

// Why `folder` cannot become an export, as Error; asked before long work.
void requireReplaceable(const std::filesystem::path& folder);

ExportResult exportTo(const ExportTarget& target, const QuantizedModel& quantized, const std::filesystem::path& folder,
                      const std::vector<Finding>& findings, const ExportNotes& notes, const Progress& progress);

// Throws Error when manifest.json is missing, or a file that it lists is missing, was cut or changed.
void checkManifest(const std::filesystem::path& folder, const Progress& progress);

}  // namespace bitscape
