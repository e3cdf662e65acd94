// One evaluation as a study keeps it: what was run, how far it came, what it found. Plain values.
#pragma once

#include <cstdint>
#include <string>

#include "core/eval/report.h"

namespace bitscape {

enum class RunState { Running, Done, Cancelled, Failed };

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
  std::string message;               // why it failed
};

Json toJson(const Run& run);
// A run that was Running comes back as Cancelled: its process is gone. Throws Error on what toJson does not write.
Run runFromJson(const JsonView& json);

}  // namespace bitscape
