// Formats and plans as JSON. A linear's plan is its name ("w4a8") where one fits, else {"weight": format or null, "input": ...}.
#include <array>
#include <limits>

#include "core/quant/plan.h"
#include "core/quant/value_tables.h"

namespace bitscape {
namespace {

constexpr std::array kSymmetryNames{"symmetric", "asymmetric"};
constexpr std::array kGranularityNames{"tensor", "channel", "group", "token", "rows"};
constexpr std::array kScaleRuleNames{"range", "zeroquant", "power-of-two", "power-of-two-ratio"};
constexpr std::array kScaleTypeNames{"float32", "float16", "bfloat16"};
constexpr std::size_t kMostOverrides = 1'000'000;

// The index of a named choice.
template <std::size_t N>
std::size_t choice(const JsonView& json, const std::string& key, const std::array<const char*, N>& names, std::size_t fallback) {
  if (!json.has(key)) return fallback;
  const std::string value = json.string(key);
  std::string allowed;
  for (std::size_t i = 0; i < N; ++i) {
    if (value == names[i]) return i;
    allowed += (i ? ", \"" : "\"") + std::string(names[i]) + "\"";
  }
  throw Error(json.source() + ": \"" + key + "\" is \"" + value + "\"; allowed are " + allowed);
}

std::vector<float> tableFromJson(const JsonView& json) {
  const Json& values = json.raw();
  if (!values.is_array() || values.size() < 2 || values.size() > 256) {
    throw Error(json.source() + " must be an array of 2 to 256 numbers; list the grid's values");
  }
  std::vector<float> table;
  for (const Json& value : values) {
    if (!value.is_number()) throw Error(json.source() + " holds " + value.dump() + "; numbers alone are allowed");
    table.push_back(value.get<float>());
  }
  return table;
}

// Grids that are no integers: a name alone stands for its table; values are spelled out where the name says nothing.
void gridFromJson(const JsonView& json, Grid& grid) {
  grid.name = json.string("grid", "");
  grid.learned = json.boolean("learned", false);
  const std::optional<NamedTable> named = tableNamed(grid.name);
  if (json.has("table")) {
    grid.table = tableFromJson(json.at("table"));
  } else if (named) {
    grid.table = named->values;
    if (grid.levels != static_cast<std::int64_t>(grid.table.size())) {
      throw Error(json.source() + ": \"levels\" is " + std::to_string(grid.levels) + " but the grid \"" + grid.name + "\" has " +
                  std::to_string(grid.table.size()) + " values; they must be equal");
    }
  } else if (!grid.name.empty() && !grid.learned) {
    throw Error(json.source() + ": the grid \"" + grid.name.substr(0, 32) + "\" is unknown and has no \"table\"; list its values");
  }
}

Json toJson(const LinearPlan& plan) {
  const std::string name = nameOf(plan);
  if (name != "custom") return name;
  Json json = Json::object();
  json["weight"] = plan.weight ? bitscape::toJson(*plan.weight) : Json();
  json["input"] = plan.input ? bitscape::toJson(*plan.input) : Json();
  return json;
}

LinearPlan linearPlanFromJson(const JsonView& json, const std::string& key) {
  if (json.has(key) && json.raw().at(key).is_string()) {
    try {
      return linearPlanFromName(json.string(key));
    } catch (const Error& error) {
      throw error.within(json.source() + ": \"" + key + "\"");
    }
  }
  const JsonView entry = json.at(key);
  entry.onlyKeys({"weight", "input"});
  LinearPlan plan;
  if (entry.has("weight")) plan.weight = formatFromJson(entry.at("weight"));
  if (entry.has("input")) plan.input = formatFromJson(entry.at("input"));
  if (plan.weight) {
    if (auto fault = weightFault(*plan.weight)) throw Error(entry.source() + ": \"weight\": " + *fault);
  }
  if (plan.input) {
    if (auto fault = inputFault(*plan.input)) throw Error(entry.source() + ": \"input\": " + *fault);
  }
  return plan;
}

}  // namespace

Json toJson(const Format& format) {
  Json json = Json::object();
  json["levels"] = format.grid.levels;
  if (!format.grid.name.empty()) json["grid"] = format.grid.name;
  if (format.grid.learned) json["learned"] = true;
  const std::optional<NamedTable> named = tableNamed(format.grid.name);
  if (!format.grid.table.empty() && !(named && named->values == format.grid.table)) json["table"] = format.grid.table;
  json["symmetry"] = kSymmetryNames[static_cast<std::size_t>(format.symmetry)];
  json["granularity"] = kGranularityNames[static_cast<std::size_t>(format.granularity)];
  json["group"] = format.group;
  json["dynamic"] = format.dynamic;
  json["clip"] = format.clipRatio;
  if (format.scaleRule != ScaleRule::Range) json["scale_rule"] = kScaleRuleNames[static_cast<std::size_t>(format.scaleRule)];
  if (format.scaleType != ScaleType::Float32) json["scale_type"] = kScaleTypeNames[static_cast<std::size_t>(format.scaleType)];
  return json;
}

Format formatFromJson(const JsonView& json) {
  json.onlyKeys({"levels", "grid", "learned", "table", "symmetry", "granularity", "group", "dynamic", "clip", "scale_rule", "scale_type"});
  Format format;
  format.grid.levels = json.integer("levels", 2, 256);
  gridFromJson(json, format.grid);
  format.symmetry = static_cast<Symmetry>(choice(json, "symmetry", kSymmetryNames, static_cast<std::size_t>(Symmetry::Asymmetric)));
  format.granularity =
      static_cast<Granularity>(choice(json, "granularity", kGranularityNames, static_cast<std::size_t>(Granularity::Channel)));
  format.group = json.integer("group", 0, 1 << 20, 0);
  format.dynamic = json.boolean("dynamic", false);
  format.clipRatio = json.number("clip", 1.0);
  if (!(format.clipRatio >= kSmallestClip && format.clipRatio <= 1.0)) {
    throw Error(json.source() + ": \"clip\" is " + std::to_string(format.clipRatio) + ", it must lie between 0.01 and 1");
  }
  format.scaleRule = static_cast<ScaleRule>(choice(json, "scale_rule", kScaleRuleNames, static_cast<std::size_t>(ScaleRule::Range)));
  format.scaleType = static_cast<ScaleType>(choice(json, "scale_type", kScaleTypeNames, static_cast<std::size_t>(ScaleType::Float32)));
  const bool grouped = format.granularity == Granularity::Group || format.granularity == Granularity::Rows;
  if (grouped != (format.group > 0)) {
    throw Error(json.source() + ": \"group\" is " + std::to_string(format.group) + " with granularity \"" +
                kGranularityNames[static_cast<std::size_t>(format.granularity)] +
                "\"; a group size goes with granularity \"group\" or \"rows\" and with no other");
  }
  return format;
}

Json toJson(const Plan& plan) {
  Json json = Json::object();
  json["name"] = plan.name;
  json["uniform"] = toJson(plan.uniform);
  if (!plan.overrides.empty()) {
    Json overrides = Json::array();
    for (const auto& [id, entry] : plan.overrides) {
      Json item = Json::object();
      item["block"] = id.block;
      item["role"] = std::string(roleName(id.role));
      item["plan"] = toJson(entry);
      overrides.push_back(std::move(item));
    }
    json["overrides"] = std::move(overrides);
  }
  if (plan.query) json["query"] = toJson(*plan.query);
  if (plan.kv) json["kv"] = toJson(*plan.kv);
  return json;
}

Plan planFromJson(const JsonView& json) {
  json.onlyKeys({"name", "uniform", "overrides", "query", "kv"});
  Plan plan;
  if (json.has("uniform")) {
    plan.uniform = linearPlanFromJson(json, "uniform");
  } else if (json.has("name")) {  // a plan by name alone
    try {
      plan = planFromName(json.string("name"));
    } catch (const Error& error) {
      throw error.within(json.source() + ": \"name\"");
    }
  }
  plan.name = json.string("name", nameOf(plan.uniform));
  if (json.has("query")) plan.query = formatFromJson(json.at("query"));
  if (json.has("kv")) plan.kv = formatFromJson(json.at("kv"));
  if (!json.has("overrides")) return plan;
  const JsonView list = json.at("overrides");
  if (!list.raw().is_array()) throw Error(list.source() + " is an object, an array of {\"block\", \"role\", \"plan\"} is needed");
  if (list.raw().size() > kMostOverrides) throw Error(list.source() + " has more entries than any model has linears; shorten it");
  for (std::size_t i = 0; i < list.raw().size(); ++i) {
    const JsonView item(list.raw()[i], list.source() + " entry " + std::to_string(i));
    item.onlyKeys({"block", "role", "plan"});
    const std::string name = item.string("role");
    const std::optional<Role> role = roleFromName(name);
    if (!role) throw Error(item.source() + ": \"role\" is \"" + name + "\"; allowed are q, k, v, o, gate, up, down, lm_head, embedding");
    const bool outside = *role == Role::LmHead || *role == Role::Embedding;
    const LinearId id{static_cast<int>(outside ? item.integer("block", -1, -1, -1) : item.integer("block", 0, 100'000)), *role};
    if (!plan.overrides.emplace(id, linearPlanFromJson(item, "plan")).second) {
      throw Error(item.source() + ": " + toString(id) + " has an entry already; remove one of them");
    }
  }
  return plan;
}

}  // namespace bitscape
