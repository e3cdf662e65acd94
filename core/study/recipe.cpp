#include "core/study/recipe.h"

#include <algorithm>
#include <limits>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/method/method.h"

namespace bitscape {
namespace {

constexpr const char* kVersionKey = "bitscape_recipe";
constexpr std::size_t kMostEntries = 1000;
constexpr std::size_t kMostBytes = std::size_t{16} << 20;

// The same value with the keys of every object in alphabetical order.
Json sorted(const Json& value) {
  if (value.is_array()) {
    Json result = Json::array();
    for (const Json& item : value) result.push_back(sorted(item));
    return result;
  }
  if (!value.is_object()) return value;
  std::vector<std::string> keys;
  for (const auto& item : value.items()) keys.push_back(item.key());
  std::sort(keys.begin(), keys.end());
  Json result = Json::object();
  for (const std::string& key : keys) result[key] = sorted(value.at(key));
  return result;
}

Json parametersFromJson(const JsonView& json) {
  if (!json.has("parameters")) return Json::object();
  const JsonView parameters = json.at("parameters");
  if (!parameters.raw().is_object()) throw Error(parameters.source() + " is an array, an object is needed");
  return sorted(parameters.raw());
}

StackEntry entryFromJson(const JsonView& json) {
  json.onlyKeys({"pass", "parameters", "enabled"});
  StackEntry entry{.pass = json.string("pass"), .parameters = parametersFromJson(json), .enabled = json.boolean("enabled", true)};
  // A disabled entry may come from a program that knows more: it is kept as it is and does nothing.
  if (entry.enabled) {
    const Pass* pass = nullptr;
    try {
      pass = &passNamed(entry.pass);
    } catch (const Error& error) {
      throw error.within(json.source());
    }
    checkParameters(pass->parameters, JsonView(entry.parameters, json.source() + ": \"parameters\""));
  }
  return entry;
}

RoundingChoice roundingFromJson(const JsonView& json) {
  json.onlyKeys({"id", "parameters"});
  RoundingChoice choice{.id = json.string("id", "rtn"), .parameters = parametersFromJson(json)};
  try {
    checkParameters(roundingNamed(choice.id).parameters, JsonView(choice.parameters, "\"parameters\""));
  } catch (const Error& error) {
    throw error.within(json.source());
  }
  return choice;
}

Json toJson(const CaptureOptions& options) {
  Json json = Json::object();
  json["sample_rows"] = options.sampleRows;
  json["top_values"] = options.topValues;
  json["seed"] = options.seed;
  json["hessian"] = options.hessian;
  json["heads"] = options.heads;
  json["batch_tokens"] = options.batchTokens;
  return json;
}

CaptureOptions captureFromJson(const JsonView& json) {
  json.onlyKeys({"sample_rows", "top_values", "seed", "hessian", "heads", "batch_tokens"});
  CaptureOptions options;
  options.sampleRows = json.integer("sample_rows", 0, 1'000'000, options.sampleRows);
  options.topValues = json.integer("top_values", 1, 100'000, options.topValues);
  options.seed =
      static_cast<std::uint64_t>(json.integer("seed", 0, std::numeric_limits<long long>::max(), static_cast<long long>(options.seed)));
  options.hessian = json.boolean("hessian", options.hessian);
  options.heads = json.boolean("heads", options.heads);
  options.batchTokens = json.integer("batch_tokens", 1, 1 << 24, options.batchTokens);
  return options;
}

Json toJson(const CorpusOptions& text) {
  Json json = Json::object();
  json["text"] = text.path;
  if (text.windows) json["windows"] = *text.windows;
  json["length"] = text.length;
  if (text.seed) json["seed"] = *text.seed;
  return json;
}

CorpusOptions calibrationFromJson(const JsonView& json) {
  constexpr long long kMost = std::numeric_limits<long long>::max();
  json.onlyKeys({"text", "windows", "length", "seed"});
  CorpusOptions text;
  text.path = json.string("text");
  if (json.has("windows")) text.windows = json.integer("windows", 1, kMost);
  text.length = json.integer("length", 2, 1 << 24, text.length);
  if (json.has("seed")) text.seed = static_cast<std::uint64_t>(json.integer("seed", 0, kMost));
  return text;
}

}  // namespace

Json toJson(const Recipe& recipe) {
  Json json = Json::object();
  json[kVersionKey] = Recipe::kVersion;
  json["stack"] = Json::array();
  for (const StackEntry& entry : recipe.stack) {
    Json item = Json::object();
    item["pass"] = entry.pass;
    item["parameters"] = sorted(entry.parameters);
    item["enabled"] = entry.enabled;
    json["stack"].push_back(std::move(item));
  }
  json["plan"] = toJson(recipe.plan);
  json["rounding"] = Json::object();
  json["rounding"]["id"] = recipe.rounding.id;
  json["rounding"]["parameters"] = sorted(recipe.rounding.parameters);
  json["propagate"] = recipe.propagate;
  json["capture"] = toJson(recipe.capture);
  if (recipe.calibration) json["calibration"] = toJson(*recipe.calibration);
  return json;
}

Recipe recipeFromJson(const Json& json, const std::string& source) {
  const JsonView view(json, source);
  if (!json.is_object() || !view.has(kVersionKey)) {
    throw Error(source + " is no recipe: an object with \"" + kVersionKey + "\": " + std::to_string(Recipe::kVersion) + " is needed");
  }
  // The version first: a newer file may well have keys that are unknown here.
  const long long version = view.integer(kVersionKey, 1, std::numeric_limits<int>::max());
  if (version > Recipe::kVersion) {
    throw Error(source + " is a recipe of version " + std::to_string(version) + ", this program reads up to " +
                std::to_string(Recipe::kVersion) + "; update Bitscape");
  }
  view.onlyKeys({kVersionKey, "stack", "plan", "rounding", "propagate", "capture", "calibration"});
  Recipe recipe;
  if (view.has("stack")) {
    const JsonView stack = view.at("stack");
    if (!stack.raw().is_array()) throw Error(stack.source() + " is an object, an array of passes is needed");
    if (stack.raw().size() > kMostEntries)
      throw Error(stack.source() + " has more than " + std::to_string(kMostEntries) + " passes; shorten it");
    for (std::size_t i = 0; i < stack.raw().size(); ++i) {
      recipe.stack.push_back(entryFromJson(JsonView(stack.raw()[i], stack.source() + " entry " + std::to_string(i))));
    }
  }
  if (view.has("plan") && json.at("plan").is_string()) {
    recipe.plan = withContext(source + ": \"plan\"", [&] { return planFromName(view.string("plan")); });
  } else if (view.has("plan")) {
    recipe.plan = planFromJson(view.at("plan"));
  }
  if (view.has("rounding")) recipe.rounding = roundingFromJson(view.at("rounding"));
  recipe.propagate = view.boolean("propagate", false);
  if (view.has("capture")) recipe.capture = captureFromJson(view.at("capture"));
  if (view.has("calibration")) recipe.calibration = calibrationFromJson(view.at("calibration"));
  return recipe;
}

Recipe readRecipe(const std::string& path) { return recipeFromJson(readJson(path, kMostBytes), "\"" + path + "\""); }

void writeRecipe(const std::string& path, const Recipe& recipe) { writeFileAtomically(path, toJson(recipe).dump(2) + "\n"); }

std::string hashOf(const Recipe& recipe) { return hashOf(sorted(toJson(recipe)).dump()); }

std::string versionsOf(const Recipe& recipe) {
  std::string versions;
  for (const Method& method : methods()) {
    bool used = false;
    for (const Rounding& rounding : method.roundings) used = used || rounding.id == recipe.rounding.id;
    for (const Pass& pass : method.passes) {
      for (const StackEntry& entry : recipe.stack) used = used || (entry.enabled && entry.pass == pass.id);
    }
    if (used) versions += method.id + std::to_string(method.version) + " ";
  }
  return versions;
}

}  // namespace bitscape
