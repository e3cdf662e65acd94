// How fast a recipe's model decodes on a backend: the speed that stands beside its accuracy.
//
// Thread-safe.
#pragma once

#include <optional>

#include "core/eval/run.h"
#include "core/study/pipeline.h"

namespace bitscape {

// Feeds one token after another for about a second and a half. Absent when memory is short or the model cannot run so; the bandwidth of
// reading (0: not known) goes into the result as it is. Throws Cancelled.
std::optional<DecodeSpeed> measureDecode(Pipeline& pipeline, const Recipe& recipe, const Backend& backend, double readGbps, const Progress& progress);

}  // namespace bitscape
