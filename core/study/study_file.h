// The study file: HDF5, complete or not there.
//
//   /               attributes "bitscape_study" (format version), "program" (version), "id"
//   /state          the StudyState as JSON
//   /stats/...      ActivationStats, chunked, shuffled and deflated; absent when not kept
//   /effects/...    linear and component effects
// Written to a temporary name beside the target, flushed (H5Fflush, fsync), renamed; the folder is synced. What HDF5 says is turned into
// sentences with a remedy. One call at a time: HDF5's library has one lock. Thread-safe.
#pragma once

#include <string>

#include "core/base/progress.h"
#include "core/study/study.h"

namespace bitscape {

inline constexpr int kStudyFormat = 1;

// Throws Error when the folder is missing or not writable or the disk is full: the old file is then untouched. Cancelled likewise.
void writeStudy(const std::string& path, const Study& study, const Progress& progress);
// Throws Error: no such file, not HDF5, HDF5 of another program, a newer format, damaged (with what cannot be read).
Study readStudy(const std::string& path, const Progress& progress);
// True when the file begins as HDF5 does.
bool isStudyFile(const std::string& path);

}  // namespace bitscape
