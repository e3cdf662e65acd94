#include "views/stack/stack_edit.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "views/recipe/plan_edit.h"

namespace bitscape {
namespace {

// Recipes are equal when their values are: keys stand in alphabetical order.
void sortKeys(Json& parameters) {
  const std::map<std::string, Json> sorted(parameters.get<std::map<std::string, Json>>());
  parameters = Json::object();
  for (const auto& [key, value] : sorted) parameters[key] = value;
}

void setParameter(Json& parameters, const ParamSpec& spec, const Json& value) {
  if (value.is_null() || value == fallbackOf(spec)) {
    parameters.erase(spec.id);
  } else {
    parameters[spec.id] = value;
    sortKeys(parameters);
  }
}

void take(Recipe& recipe, MethodSetup setup) {
  recipe.stack = std::move(setup.stack);
  recipe.plan = std::move(setup.plan);
  recipe.rounding = std::move(setup.rounding);
  recipe.propagate = setup.propagate;
  for (auto& entry : recipe.stack) sortKeys(entry.parameters);
  sortKeys(recipe.rounding.parameters);
}

LinearPlan plain(LinearPlan plan) {
  if (plan.weight) {
    const bool groups = plan.weight->granularity == Granularity::Group;
    plan.weight = integerFormat(plan.weight->bits() > 8 || plan.weight->grid.levels == 5 ? 2 : plan.weight->bits(), Symmetry::Asymmetric,
                                groups ? Granularity::Group : Granularity::Channel, groups ? plan.weight->group : 0);
  }
  if (plan.input) plan.input = integerFormat(plan.input->bits(), Symmetry::Asymmetric, Granularity::Token, 0, true);
  return plan;
}

}  // namespace

Recipe withEntry(Recipe recipe, StackEntry entry, std::size_t at) {
  recipe.stack.insert(recipe.stack.begin() + static_cast<std::ptrdiff_t>(std::min(at, recipe.stack.size())), std::move(entry));
  return recipe;
}

Recipe withoutEntry(Recipe recipe, std::size_t index) {
  if (index < recipe.stack.size()) recipe.stack.erase(recipe.stack.begin() + static_cast<std::ptrdiff_t>(index));
  return recipe;
}

Recipe withMoved(Recipe recipe, std::size_t from, std::size_t to) {
  if (from >= recipe.stack.size() || to >= recipe.stack.size()) return recipe;
  const auto first = recipe.stack.begin();
  const auto a = static_cast<std::ptrdiff_t>(from), b = static_cast<std::ptrdiff_t>(to);
  if (a < b) std::rotate(first + a, first + a + 1, first + b + 1);
  if (b < a) std::rotate(first + b, first + a, first + a + 1);
  return recipe;
}

Recipe withDuplicate(Recipe recipe, std::size_t index) {
  if (index >= recipe.stack.size()) return recipe;
  auto copy = recipe.stack[index];
  return withEntry(std::move(recipe), std::move(copy), index + 1);
}

Recipe withEnabled(Recipe recipe, std::size_t index, bool enabled) {
  if (index < recipe.stack.size()) recipe.stack[index].enabled = enabled;
  return recipe;
}

Recipe withParameter(Recipe recipe, std::size_t index, const ParamSpec& spec, const Json& value) {
  if (index < recipe.stack.size()) setParameter(recipe.stack[index].parameters, spec, value);
  return recipe;
}

Recipe withDefaults(Recipe recipe, std::size_t index) {
  if (index < recipe.stack.size()) recipe.stack[index].parameters = Json::object();
  return recipe;
}

Recipe withRounding(Recipe recipe, const std::string& id) {
  if (recipe.rounding.id == id) return recipe;
  RoundingChoice next{id, Json::object()};
  for (const auto& spec : roundingNamed(id).parameters) {
    const auto kept = recipe.rounding.parameters.find(spec.id);
    if (kept == recipe.rounding.parameters.end()) continue;
    const Json one = {{spec.id, *kept}};
    if (faultsOf({spec}, one).empty()) setParameter(next.parameters, spec, *kept);
  }
  recipe.rounding = std::move(next);
  return recipe;
}

Recipe withRoundingParameter(Recipe recipe, const ParamSpec& spec, const Json& value) {
  setParameter(recipe.rounding.parameters, spec, value);
  return recipe;
}

Recipe withSetup(Recipe recipe, const Method& method, const ModelConfig& config) {
  if (!method.setup) return recipe;
  take(recipe, method.setup(plainBits(recipe.plan), config));
  return recipe;
}

Recipe withPreset(Recipe recipe, const Preset& preset, const ModelConfig& config) {
  auto wanted = recipeOf(preset.request, config);
  take(recipe, {std::move(wanted.stack), std::move(wanted.plan), std::move(wanted.rounding), wanted.propagate});
  return recipe;
}

Plan plainBits(Plan plan) {
  plan.uniform = plain(plan.uniform);
  for (auto& [id, entry] : plan.overrides) entry = plain(entry);
  std::erase_if(plan.overrides, [&](const auto& entry) { return entry.first.block >= 0 && entry.second == plan.uniform; });
  plan.name = planNameOf(plan);
  return plan;
}

std::vector<int> matchEntries(const std::vector<StackEntry>& before, const std::vector<StackEntry>& now) {
  std::vector<int> match(now.size(), -1);
  std::vector<bool> used(before.size(), false);
  const auto take = [&](std::size_t to, std::size_t from) {
    match[to] = static_cast<int>(from);
    used[from] = true;
  };
  for (const bool equal : {true, false}) {
    const auto fits = [&](std::size_t to, std::size_t from) {
      return !used[from] && (equal ? before[from] == now[to] : before[from].pass == now[to].pass);
    };
    for (std::size_t i = 0; i < std::min(before.size(), now.size()); ++i) {
      if (match[i] < 0 && fits(i, i)) take(i, i);
    }
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (match[i] >= 0) continue;
      std::optional<std::size_t> nearest;
      const auto distance = [&](std::size_t j) { return std::abs(static_cast<std::ptrdiff_t>(j) - static_cast<std::ptrdiff_t>(i)); };
      for (std::size_t j = 0; j < before.size(); ++j) {
        if (fits(i, j) && (!nearest || distance(j) < distance(*nearest))) nearest = j;
      }
      if (nearest) take(i, *nearest);
    }
  }
  return match;
}

}  // namespace bitscape
