// A Recipe: everything the user decided, as a small value that can be compared, hashed, saved and undone.
//
//   {"bitscape_recipe": 1, "stack": [{"pass", "parameters", "enabled"}], "plan": {...} or "w4a8",
//    "rounding": {"id", "parameters"}, "propagate": true, "capture": {...}, "calibration": {"text", "windows", "length", "seed"}}
// Only the version is required; what is absent has its default. Plain value; functions are pure and thread-safe (files aside).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/calib/capture.h"
#include "core/calib/corpus.h"
#include "core/method/method.h"
#include "core/quant/plan.h"

namespace bitscape {

struct Recipe {
  static constexpr int kVersion = 1;
  std::vector<StackEntry> stack;
  Plan plan;
  RoundingChoice rounding;
  bool propagate = false;                     // solve each block on what the quantized blocks before it leave
  CaptureOptions capture;
  std::optional<CorpusOptions> calibration;   // the text whose statistics passes, roundings and static input formats need
  bool operator==(const Recipe&) const = default;
};

Json toJson(const Recipe& recipe);                                  // with "bitscape_recipe": kVersion; parameters with sorted keys
// Throws Error: newer version, unknown key, pass (of an enabled entry) or rounding, bad value. Parameters come with sorted keys.
Recipe recipeFromJson(const Json& json, const std::string& source);
Recipe readRecipe(const std::string& path);
void writeRecipe(const std::string& path, const Recipe& recipe);    // atomically
std::string hashOf(const Recipe& recipe);                           // of the values, whatever the order of keys was
// The methods that the recipe uses with their versions, "duquant1 rtn1 ": what they give changes with these.
std::string versionsOf(const Recipe& recipe);

}  // namespace bitscape
