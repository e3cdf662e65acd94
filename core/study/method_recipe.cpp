#include "core/study/method_recipe.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>

#include "core/base/error.h"
#include "core/method/method.h"

namespace bitscape {
namespace {

std::string quoted(const std::string& text) { return "\"" + text.substr(0, 64) + "\""; }

std::string listOf(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

const Pass* findPass(const std::string& id) {
  for (const Method& method : methods()) {
    for (const Pass& pass : method.passes) {
      if (pass.id == id) return &pass;
    }
  }
  return nullptr;  // a disabled entry of a newer program
}

// A parameter of one entry of the recipe, or of its rounding.
struct Target {
  std::string owner;
  const ParamSpec* spec;
  Json* parameters;
  std::string key() const { return owner + "." + spec->id; }
};

std::vector<Target> targetsOf(Recipe& recipe) {
  std::vector<Target> targets;
  for (StackEntry& entry : recipe.stack) {
    if (const Pass* pass = findPass(entry.pass)) {
      for (const ParamSpec& spec : pass->parameters) targets.push_back({entry.pass, &spec, &entry.parameters});
    }
  }
  for (const ParamSpec& spec : roundingNamed(recipe.rounding.id).parameters) {
    targets.push_back({recipe.rounding.id, &spec, &recipe.rounding.parameters});
  }
  return targets;
}

bool flagFrom(const std::string& key, const std::string& text) {
  if (text == "true" || text == "on" || text == "1") return true;
  if (text == "false" || text == "off" || text == "0") return false;
  throw Error("the setting " + quoted(key) + " is " + quoted(text) + "; true or false is needed");
}

template <class Number>
Number numberFrom(const std::string& key, const std::string& text, const char* what) {
  Number value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || text.empty() || !std::isfinite(static_cast<double>(value)))
    throw Error("the setting " + quoted(key) + " is " + quoted(text) + "; " + what + " is needed");
  return value;
}

Json valueOf(const ParamSpec& spec, const std::string& key, const std::string& text) {
  Json value;
  switch (spec.kind) {
    case ParamSpec::Kind::Number:
      value = numberFrom<double>(key, text, "a number");
      break;
    case ParamSpec::Kind::Integer:
      value = numberFrom<long long>(key, text, "an integer");
      break;
    case ParamSpec::Kind::Flag:
      value = flagFrom(key, text);
      break;
    case ParamSpec::Kind::Choice:
      value = text;
      break;
  }
  Json parameters = Json::object();
  parameters[spec.id] = value;
  const std::vector<Issue> faults = faultsOf(std::vector<ParamSpec>{spec}, parameters);
  if (!faults.empty()) throw Error("the setting " + quoted(key) + ": " + faults.front().message);
  return value;
}

// With keys in alphabetical order, as recipes hold them.
Json with(const Json& object, const std::string& key, const Json& value) {
  std::map<std::string, Json> members;
  for (const auto& item : object.items()) members[item.key()] = item.value();
  members[key] = value;
  Json result = Json::object();
  for (const auto& [name, member] : members) result[name] = member;
  return result;
}

std::vector<std::string> passesOf(const std::string& list) {
  std::vector<std::string> ids;
  std::istringstream stream(list);
  for (std::string id; std::getline(stream, id, ',');) {
    if (!id.empty()) ids.push_back(passNamed(id).id);
  }
  return ids;
}

Plan planOf(const RecipeRequest& request) {
  Plan plan = planFromName(request.format);
  if (!request.qkvBits) return plan;
  const int bits = *request.qkvBits;
  if (bits != 16 && (bits < 1 || bits > 8))
    throw Error("queries, keys and values of " + std::to_string(bits) + " bits do not exist; 1 to 8, or 16 for float");
  plan.query = bits == 16 ? std::nullopt : std::optional<Format>(headFormat(bits));
  plan.kv = plan.query;
  plan.name = nameOf(plan);
  return plan;
}

MethodSetup setupOf(const Method& method, const Plan& plan, const ModelConfig& config) {
  if (method.setup) return withContext(method.id, [&] { return method.setup(plan, config); });
  if (method.roundings.empty())
    throw Error("the method " + quoted(method.id) +
                " is a collection of single steps without a usual setup; choose another, or name a stack of its passes");
  MethodSetup setup;
  setup.plan = plan;
  setup.rounding.id = method.roundings.front().id;
  return setup;
}

}  // namespace

Recipe recipeOf(const RecipeRequest& request, const ModelConfig& config) {
  MethodSetup setup = setupOf(methodNamed(request.method), planOf(request), config);
  Recipe recipe;
  recipe.stack = std::move(setup.stack);
  recipe.plan = std::move(setup.plan);
  recipe.rounding = std::move(setup.rounding);
  recipe.propagate = setup.propagate;
  if (request.stack) {
    // An entry of the method's own stack keeps the parameters that the method gives it.
    const std::vector<StackEntry> usual = std::move(recipe.stack);
    recipe.stack.clear();
    for (const std::string& id : passesOf(*request.stack)) {
      const auto found = std::find_if(usual.begin(), usual.end(), [&](const StackEntry& entry) { return entry.pass == id; });
      recipe.stack.push_back(found == usual.end() ? StackEntry{.pass = id} : *found);
    }
  }
  if (!request.rounding.empty() && request.rounding != recipe.rounding.id) recipe.rounding = {.id = roundingNamed(request.rounding).id};
  for (const std::string& setting : request.settings) recipe = withSetting(std::move(recipe), setting);
  return recipeFromJson(toJson(recipe), "the method \"" + request.method + "\"");  // checked, keys sorted
}

std::vector<std::string> settingKeys(const Recipe& recipe) {
  Recipe copy = recipe;
  std::vector<std::string> keys;
  for (const Target& target : targetsOf(copy)) {
    if (std::find(keys.begin(), keys.end(), target.key()) == keys.end()) keys.push_back(target.key());
  }
  return keys;
}

Recipe withSetting(Recipe recipe, const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error("the setting " + quoted(setting) + " has no value; write KEY=VALUE, such as alpha=0.6");
  const std::string key = setting.substr(0, equals), text = setting.substr(equals + 1);
  if (key == "grid") {
    recipe.plan = withGrid(std::move(recipe.plan), text, false);
    return recipe;
  }
  if (key == "input-grid") {
    // withGrid changes weights alone or both: the weights keep theirs.
    const Plan before = recipe.plan;
    recipe.plan = withGrid(std::move(recipe.plan), text, true);
    recipe.plan.uniform.weight = before.uniform.weight;
    for (auto& [id, linear] : recipe.plan.overrides) linear.weight = before.overrides.at(id).weight;
    return recipe;
  }
  if (key == "propagate") {
    recipe.propagate = flagFrom(key, text);
    return recipe;
  }
  constexpr std::string_view kEnabled = ".enabled";
  if (key.ends_with(kEnabled)) {
    const std::string pass = key.substr(0, key.size() - kEnabled.size());
    bool found = false;
    for (StackEntry& entry : recipe.stack) {
      if (entry.pass == pass) entry.enabled = flagFrom(key, text), found = true;
    }
    if (!found) throw Error("the setting " + quoted(key) + ": the stack has no pass " + quoted(pass));
    return recipe;
  }

  const std::vector<Target> targets = targetsOf(recipe);
  std::vector<std::string> owners;
  const ParamSpec* first = nullptr;
  bool same = true;  // passes share some parameters, such as one block size for rotations and permutations; a rounding shares none
  for (const Target& target : targets) {
    if (target.spec->id != key) continue;
    if (!first) first = target.spec;
    const bool fits =
        target.parameters != &recipe.rounding.parameters && target.spec->kind == first->kind && target.spec->title == first->title;
    same = same && (target.spec == first || fits);
    if (std::find(owners.begin(), owners.end(), target.key()) == owners.end()) owners.push_back(target.key());
  }
  if (!same) throw Error("the setting " + quoted(key) + " could be " + listOf(owners) + "; say which");
  bool found = false;
  for (const Target& target : targets) {
    if (target.key() != key && target.spec->id != key) continue;
    *target.parameters = with(*target.parameters, target.spec->id, valueOf(*target.spec, key, text));
    found = true;
  }
  if (found) return recipe;
  std::vector<std::string> known = settingKeys(recipe);
  known.insert(known.end(), {"grid", "input-grid", "propagate"});
  if (!recipe.stack.empty()) known.emplace_back("PASS.enabled");
  throw Error("the setting " + quoted(key) + " is unknown; there are " + listOf(known));
}

CorpusOptions usualCalibration(const std::string& path) { return {.path = path, .windows = 32, .length = 2048, .seed = 2}; }

}  // namespace bitscape
