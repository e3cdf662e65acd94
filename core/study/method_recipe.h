// Recipes in words: a method's usual setup for the bits of a format, then settings by hand.
//
// A setting is KEY=VALUE. KEY is PASS.PARAMETER or ROUNDING.PARAMETER, of every entry with that pass; the parameter alone where it means
// the same in every entry that has it (then it is set in all of them); PASS.enabled; "grid" (of the weights) and "input-grid"
// (quant/plan.h, withGrid); "propagate". What the command line, the presets, the table and the window's menus ask for. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/study/recipe.h"

namespace bitscape {

struct RecipeRequest {
  std::string method = "rtn";
  std::string format = "float";       // a plan's name: the bits
  std::optional<int> qkvBits;         // of queries, keys and values, 16: float; absent: as the format says
  std::optional<std::string> stack;   // in place of the method's: passes joined by commas; empty: no pass
  std::string rounding;               // in place of the method's; empty: the method's
  std::vector<std::string> settings;  // in this order
};

// Without calibration text. Throws Error: an unknown name, a format that the method has no setup for, a setting that cannot be.
Recipe recipeOf(const RecipeRequest& request, const ModelConfig& config);

// Throws Error: an unknown key (with those that there are), an ambiguous one, a value out of range.
Recipe withSetting(Recipe recipe, const std::string& setting);
// Every PASS.PARAMETER and ROUNDING.PARAMETER of the recipe, in its order, each once.
std::vector<std::string> settingKeys(const Recipe& recipe);

// The text that methods are calibrated on unless asked otherwise: 32 windows of 2,048 tokens at random places, seed 2.
CorpusOptions usualCalibration(const std::string& path);

}  // namespace bitscape
