// One evaluation as a study keeps it: what was run, how far it came, what it found. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/eval/report.h"

namespace bitscape {

enum class RunState { Running, Done, Cancelled, Failed };

// What was known once so many windows were done: the charts of a run, kept in the study.
struct RunPoint {
  std::int64_t windows = 0;
  double ppl = 0, pplStderr = 0, pplFloat = 0, klMean = 0;
  bool operator==(const RunPoint&) const = default;
};

// How fast the evaluated model decodes, one token at a time, on the backend of its run.
//   floor: weightBytes / readGbps of time per token, below which no token can be had that reads every weight from memory once
struct DecodeSpeed {
  double tokensPerSecond = 0;        // median
  double weightBytes = 0;            // as packed: the blocks' linears, the head, norms
  double readGbps = 0;               // measured on the same machine; 0: not known
  bool operator==(const DecodeSpeed&) const = default;
  std::optional<double> floorShare() const;   // 1: as fast as memory is read
};

struct Run {
  int id = 0;                        // within one study, from 1
  std::string plan;                  // "w4a8", "float"
  std::string label;                 // "propagated, fake-quant": what the numbers are
  std::string backend;               // "fake"
  std::string text;                  // path of the text
  std::int64_t windows = 0, length = 0;   // as asked for
  std::string recipe;                // its JSON
  std::string started;               // UTC, ISO 8601
  RunState state = RunState::Running;
  Report report;                     // windows == 0: nothing known yet
  std::vector<RunPoint> curve;       // windows strictly grow
  std::optional<DecodeSpeed> decode; // absent: not measured
  std::string message;               // why it failed
};

// Takes a report of a run that goes on: the last word, and one more point of the curve when more windows are done.
void addReport(Run& run, const Report& report);
// Standard error of the mean KL after the first `points` points of the curve, from the spread between the batches of windows that they
// end; absent for fewer than two batches.
//   b_j: mean of batch j of n_j windows, k: mean of all N windows;   s^2 = sum n_j (b_j - k)^2 / (batches - 1);   stderr = s / sqrt(N)
std::optional<double> klStderr(const std::vector<RunPoint>& curve, std::size_t points);

Json toJson(const Run& run);
// A run that was Running comes back as Cancelled: its process is gone. Throws Error on what toJson does not write.
Run runFromJson(const JsonView& json);

}  // namespace bitscape
