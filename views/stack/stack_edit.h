// Edits of a recipe's stack as people make them: a value in, a value out; and which row of a list an entry was before an edit.
//
// Indices are those of Recipe::stack; one that does not exist leaves the recipe as it is. Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "core/study/presets.h"

namespace bitscape {

Recipe withEntry(Recipe recipe, StackEntry entry, std::size_t at);  // at most at the end
Recipe withoutEntry(Recipe recipe, std::size_t index);
Recipe withMoved(Recipe recipe, std::size_t from, std::size_t to);  // `to`: its index afterwards
Recipe withDuplicate(Recipe recipe, std::size_t index);             // the copy comes right after
Recipe withEnabled(Recipe recipe, std::size_t index, bool enabled);
// A value equal to the parameter's default is left out: a recipe says only what was decided. Null takes the parameter out.
Recipe withParameter(Recipe recipe, std::size_t index, const ParamSpec& spec, const Json& value);
Recipe withDefaults(Recipe recipe, std::size_t index);      // all parameters of the entry
Recipe withRounding(Recipe recipe, const std::string& id);  // parameters that the other rounding shares stay
Recipe withRoundingParameter(Recipe recipe, const ParamSpec& spec, const Json& value);
// The method as its paper sets it up for the recipe's bits: stack, grids, rounding, propagation. Calibration and capture stay.
Recipe withSetup(Recipe recipe, const Method& method, const ModelConfig& config);
// Another recipe's stack, plan, rounding and propagation. Both throw Error where the method cannot be set up for these bits.
Recipe withPreset(Recipe recipe, const Preset& preset, const ModelConfig& config);
// The plan's bits on plain integer grids: what a setup starts from, whatever grids the method before it left.
Plan plainBits(Plan plan);

// For each entry of `now` the index in `before` of the entry that it was: an equal one first (at its own place, then anywhere), then
// one of the same pass. -1: it is new. No index occurs twice.
std::vector<int> matchEntries(const std::vector<StackEntry>& before, const std::vector<StackEntry>& now);

}  // namespace bitscape
