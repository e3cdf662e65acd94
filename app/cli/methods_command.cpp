// `methods`: what --method and --recipe take.
#include <set>

#include "app/cli/commands.h"
#include "core/base/error.h"
#include "core/study/method_recipe.h"
#include "core/study/presets.h"

namespace bitscape::cli {
namespace {

// A model of ordinary proportions: defaults may depend on widths.
ModelConfig ordinaryModel() {
  ModelConfig config;
  config.architecture = config.family = "llama";
  config.vocabulary = 32000, config.hidden = 4096, config.blocks = 32, config.heads = 32, config.kvHeads = 32, config.headDim = 128;
  config.ffn = 11008, config.context = 4096;
  return config;
}

const char* nameOf(ParamSpec::Kind kind) {
  switch (kind) {
    case ParamSpec::Kind::Number:
      return "number";
    case ParamSpec::Kind::Integer:
      return "integer";
    case ParamSpec::Kind::Flag:
      return "flag";
    case ParamSpec::Kind::Choice:
      return "choice";
  }
  return "";
}

// Parameters of the method's usual setup, each once, then of what the method offers beyond it.
class Parameters {
 public:
  void add(const std::string& owner, const std::vector<ParamSpec>& specs, const Json& given) {
    for (const ParamSpec& spec : specs) {
      const std::string id = owner + "." + spec.id;
      if (!m_seen.insert(id).second) continue;
      const bool numeric = spec.kind == ParamSpec::Kind::Number || spec.kind == ParamSpec::Kind::Integer;
      const bool integer = spec.kind == ParamSpec::Kind::Integer;
      const auto limit = [&](double value) {
        return !numeric ? Json(nullptr) : integer ? Json(static_cast<std::int64_t>(value)) : Json(value);
      };
      m_list.push_back({{"id", id},
                        {"title", spec.title},
                        {"help", spec.help},
                        {"kind", nameOf(spec.kind)},
                        {"low", limit(spec.low)},
                        {"high", limit(spec.high)},
                        {"default", given.contains(spec.id) ? given[spec.id] : fallbackOf(spec)},
                        {"choices", spec.choices}});
    }
  }
  Json take() { return std::move(m_list); }

 private:
  std::set<std::string> m_seen;
  Json m_list = Json::array();
};

Json describe(const Method& method) {
  Parameters parameters;
  if (method.setup) {
    // W4A4 where the method knows it: that is where most methods have the most to set.
    for (const char* format : {"w4a4", "w4a16", "w8a8", "w2ba8"}) {
      try {
        const MethodSetup setup = method.setup(planFromName(format), ordinaryModel());
        for (const StackEntry& entry : setup.stack) parameters.add(entry.pass, passNamed(entry.pass).parameters, entry.parameters);
        parameters.add(setup.rounding.id, roundingNamed(setup.rounding.id).parameters, setup.rounding.parameters);
        break;
      } catch (const Error&) {
        // not of these bits
      }
    }
  }
  for (const Pass& pass : method.passes) parameters.add(pass.id, pass.parameters, Json::object());
  for (const Rounding& rounding : method.roundings) parameters.add(rounding.id, rounding.parameters, Json::object());
  return {{"id", method.id}, {"title", method.title}, {"citation", method.citation}, {"params", parameters.take()}};
}

std::string rangeText(const Json& parameter) {
  if (parameter["kind"] == "flag") return "true, false";
  if (parameter["kind"] != "choice") return parameter["low"].dump() + " .. " + parameter["high"].dump();
  std::string words;
  for (const Json& word : parameter["choices"]) words += (words.empty() ? "" : ", ") + word.get<std::string>();
  return words;
}

}  // namespace

void listMethods(const MethodsArguments&, Console& console) {
  Json list = Json::array();
  for (const Method& method : methods()) list.push_back(describe(method));
  if (console.json()) return console.printJson(list);
  for (const Json& method : list) {
    console.line(method["id"].get<std::string>() + ": " + method["title"].get<std::string>() + " (" +
                 method["citation"].get<std::string>() + ")");
    Table table({"  --set", "default", "allowed", ""});
    for (const Json& parameter : method["params"]) {
      const Json& fallback = parameter["default"];
      table.add({"  " + parameter["id"].get<std::string>(), fallback.is_string() ? fallback.get<std::string>() : fallback.dump(),
                 rangeText(parameter), parameter["title"]});
    }
    if (!method["params"].empty()) console.print(table.text());
    console.line("");
  }
  console.line("every method: --set grid=NAME, --set input-grid=NAME, --set propagate=true|false, --set PASS.enabled=true|false");
  std::string grids;
  for (const std::string& name : gridNames()) grids += (grids.empty() ? "" : ", ") + name;
  console.line("grids: " + grids + "\n\npresets (--recipe)");
  Table presetTable({"preset", ""});
  for (const Preset& preset : presets()) presetTable.add({preset.id, preset.help});
  console.print(presetTable.text());
}

}  // namespace bitscape::cli
