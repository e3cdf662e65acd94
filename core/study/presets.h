// Recipes worth starting from, by name: what `--recipe NAME` and the window's menu share.
//
// A preset is a request (method_recipe.h), so that it adapts to the model it is used on. Plain values; thread-safe.
#pragma once

#include <string_view>

#include "core/study/method_recipe.h"

namespace bitscape {

struct Preset {
  std::string id, title, help;
  RecipeRequest request;
};

const std::vector<Preset>& presets();           // in the order that menus show
const Preset* findPreset(std::string_view id);  // null when there is none

}  // namespace bitscape
