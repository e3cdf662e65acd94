// Whether every path of the CPU engine gives exact sums on this processor.
//
// Every path and instruction set that can run here multiplies codes of all (w, a) in 1..8 x 1..8: odd shapes, one and several granules,
// the longest row, smallest and largest codes, random ones. Its sums of 32 bits must equal plain sums; results are poisoned before.
// Needs no model and no files; takes a few seconds on one thread. Thread-safe; throws Cancelled.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/progress.h"

namespace bitscape::cpu {

struct CheckedPath {
  std::string name;            // "panels/avx512-vnni"
  std::string reason;          // why it was not run; empty: it was
  std::int64_t cases = 0, failed = 0;
};
struct Conformance {
  std::vector<CheckedPath> paths;
  std::vector<std::string> faults;   // the first failures, a sentence each
  std::int64_t cases() const;
  std::int64_t failed() const;
};
Conformance checkConformance(std::uint64_t seed, const Progress& progress);

}  // namespace bitscape::cpu
