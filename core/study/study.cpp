#include "core/study/study.h"

#include <algorithm>
#include <limits>
#include <random>

#include "core/base/error.h"

namespace bitscape {
namespace {

constexpr std::size_t kIdDigits = 32;

Json toJson(const ModelReference& model) { return {{"path", model.path}, {"fingerprint", model.fingerprint}, {"title", model.title}}; }

ModelReference modelFromJson(const JsonView& json) {
  return {.path = json.string("path", ""), .fingerprint = json.string("fingerprint", ""), .title = json.string("title", "")};
}

const Json& arrayOf(const JsonView& json) {
  if (!json.raw().is_array()) throw Error(json.source() + " is an object, an array is needed");
  return json.raw();
}

void addTo(Json& json, const Effect& effect) {
  json["kl"] = effect.kl;
  json["kl_stderr"] = effect.klStderr;
  json["top1"] = effect.top1;
}

Effect effectFromJson(const JsonView& json) {
  const auto real = [&](const std::string& key) {
    constexpr double kInfinite = std::numeric_limits<double>::infinity();  // null in a text
    const bool isReal = json.has(key) && json.raw().at(key).is_number_float();
    return isReal ? json.raw().at(key).get<double>() : json.number(key, kInfinite);
  };
  return {.kl = real("kl"), .klStderr = real("kl_stderr"), .top1 = real("top1")};
}

Role roleNamed(const std::string& name, const std::string& source) {
  const auto role = roleFromName(name);
  if (!role) throw Error(source + ": \"" + name + "\" names no linear");
  return *role;
}

}  // namespace

std::string newStudyId() {
  constexpr const char* kDigits = "0123456789abcdef";
  std::random_device random;
  std::string id;
  while (id.size() < kIdDigits) {
    for (auto [bits, i] = std::pair(random(), 0); i < 8; ++i, bits >>= 4) id += kDigits[bits & 15];
  }
  return id;
}

bool isStudyId(const std::string& text) {
  return text.size() == kIdDigits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string compactText(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json toJson(const StudyState& state) {
  Json json{{"model", toJson(state.model)}};
  if (state.other) json["other"] = toJson(*state.other);
  json["recipe"] = toJson(state.recipe);
  json["prompt"] = state.prompt;
  json["text"] = state.textPath;
  json["view"] = state.view;
  json["runs"] = Json::array();
  for (const Run& run : state.runs) json["runs"].push_back(toJson(run));
  return json;
}

StudyState studyStateFromJson(const JsonView& json) {
  StudyState state;
  state.model = modelFromJson(json.at("model"));
  if (json.has("other")) state.other = modelFromJson(json.at("other"));
  const JsonView recipe = json.at("recipe");
  state.recipe = recipeFromJson(recipe.raw(), recipe.source());
  state.prompt = json.string("prompt", "");
  state.textPath = json.string("text", "");
  if (json.has("view")) state.view = json.at("view").raw();
  if (!json.has("runs")) return state;
  const JsonView runs = json.at("runs");
  for (const Json& run : arrayOf(runs)) {
    state.runs.push_back(runFromJson(JsonView(run, runs.source() + ": run " + std::to_string(state.runs.size() + 1))));
  }
  return state;
}

Json effectsToJson(const StudyArtifacts& artifacts) {
  Json json{{"recipe", artifacts.effectsRecipe}, {"linears", Json::array()}, {"components", Json::array()}};
  for (const LinearEffect& linear : artifacts.linearEffects) {
    Json item{{"block", linear.id.block}, {"role", roleName(linear.id.role)}};
    addTo(item, linear.effect);
    json["linears"].push_back(std::move(item));
  }
  for (const ComponentEffect& component : artifacts.componentEffects) {
    Json item{{"name", component.name}, {"roles", Json::array()}};
    for (const Role role : component.roles) item["roles"].push_back(roleName(role));
    addTo(item, component.effect);
    json["components"].push_back(std::move(item));
  }
  return json;
}

void effectsFromJson(const JsonView& json, StudyArtifacts& artifacts) {
  artifacts.effectsRecipe = json.string("recipe", "");
  const JsonView linears = json.at("linears"), components = json.at("components");
  for (const Json& item : arrayOf(linears)) {
    const JsonView linear(item, linears.source());
    const int block = static_cast<int>(linear.integer("block", -1, std::numeric_limits<int>::max()));
    artifacts.linearEffects.push_back({{block, roleNamed(linear.string("role"), linear.source())}, effectFromJson(linear)});
  }
  for (const Json& item : arrayOf(components)) {
    const JsonView component(item, components.source());
    ComponentEffect effect{.name = component.string("name"), .roles = {}, .effect = effectFromJson(component)};
    for (const Json& role : arrayOf(component.at("roles"))) {
      if (!role.is_string()) throw Error(component.source() + ": a role is not named by a string");
      effect.roles.push_back(roleNamed(role.get<std::string>(), component.source()));
    }
    artifacts.componentEffects.push_back(std::move(effect));
  }
}

}  // namespace bitscape
