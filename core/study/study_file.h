// The study file: HDF5, complete or not there.
//
//   /               attributes "bitscape_study" (format version), "program" (version), "id"
//   /state          the StudyState as JSON
//   /stats/...      ActivationStats (stats_store.h); absent when not kept
//   /effects        linear and component effects as JSON; absent when there are none
// Behind the HDF5 file, where HDF5 looks no further, stands a seal of kSealBytes bytes: "\nbitscape_study FORMAT BYTES HASH\n", FORMAT with
// 10 digits, BYTES (the length of what is before the seal) with 20, and HASH: XXH3-128 over those bytes and the seal up to HASH. A study
// is read only when its seal is right, so no damaged byte ever reaches HDF5 or is taken for a number.
// Put together in memory, written to a temporary name beside the target, synced, renamed; the folder is synced. One call at a time:
// HDF5's library has one lock. Thread-safe.
#pragma once

#include <cstddef>
#include <string>

#include "core/base/progress.h"
#include "core/study/study.h"

namespace bitscape {

inline constexpr int kStudyFormat = 1;
inline constexpr std::size_t kSealBytes = 81;

// Throws Error when the folder is missing or not writable or the disk is full, and Cancelled: the old file is then untouched.
// The statistics' Hessians are left out: they would be many times the rest, and are captured again where a method asks for them.
void writeStudy(const std::string& path, const Study& study, const Progress& progress);
// Throws Error: no such file, not HDF5, HDF5 of another program, a newer format, damaged.
Study readStudy(const std::string& path, const Progress& progress);
// The recipe, runs and the rest of the state alone: fast whatever is kept beside them. Throws Error likewise.
StudyState readStudyState(const std::string& path);
// True when the file begins as HDF5 does: worth trying readStudy on.
bool isStudyFile(const std::string& path);

}  // namespace bitscape
