#include "core/exchange/gptq_config.h"

#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/model/regex.h"

namespace bitscape {
namespace {

std::string expressionOf(LinearId id) {
  std::string text = "^";
  for (const char c : moduleName(id)) text += c == '.' ? std::string("\\.") : std::string(1, c);
  return text + "$";
}

// What most linears of the blocks have.
GptqScheme usualScheme(const std::map<LinearId, GptqScheme>& schemes) {
  std::vector<std::pair<GptqScheme, int>> counts;
  for (const auto& [id, scheme] : schemes) {
    const auto found = std::find_if(counts.begin(), counts.end(), [&, &own = scheme](const auto& count) { return count.first == own; });
    if (found == counts.end())
      counts.emplace_back(scheme, 1);
    else
      ++found->second;
  }
  if (counts.empty()) throw Error("nothing is quantized; give the plan a format, or copy the model's own files");
  return std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
}

bool matches(const Regex& expression, const std::string& module) {
  std::vector<TextRange> found;
  expression.findAll(module, found);
  return !found.empty() && found.front().begin == 0;
}

// The settings of `json` over those of `base`.
GptqScheme schemeFrom(const JsonView& json, const GptqScheme& base) {
  GptqScheme scheme{.bits = static_cast<int>(json.integer("bits", 1, 8, base.bits)),
                    .symmetric = json.boolean("sym", base.symmetric),
                    .group = json.integer("group_size", -1, 1 << 20, base.group)};
  if (scheme.bits != 2 && scheme.bits != 3 && scheme.bits != 4 && scheme.bits != 8)
    throw Error(json.source() + ": \"bits\" is " + std::to_string(scheme.bits) + "; 2, 3, 4 and 8 are read");
  if (scheme.group == 0) throw Error(json.source() + ": \"group_size\" is 0; a positive number is needed, or -1 for one group");
  return scheme;
}

struct Rule {
  Regex expression;
  bool leavesOut = false;
  GptqScheme scheme;
};

std::vector<Rule> rulesOf(const JsonView& json, const GptqScheme& base) {
  std::vector<Rule> rules;
  if (!json.has("dynamic")) return rules;
  const JsonView dynamic = json.at("dynamic");
  if (!dynamic.raw().is_object()) throw Error(dynamic.source() + " must be an object of expressions and settings");
  for (const auto& [key, settings] : dynamic.raw().items()) {
    const bool leavesOut = key.starts_with("-:");
    const std::string pattern = leavesOut || key.starts_with("+:") ? key.substr(2) : key;
    rules.push_back({Regex(pattern, dynamic.source()), leavesOut, base});
    if (!leavesOut) rules.back().scheme = schemeFrom(dynamic.at(key), base);
  }
  return rules;
}

}  // namespace

Json gptqJson(const GptqConfig& config, const ModelConfig& model) {
  const GptqScheme usual = usualScheme(config.schemes);
  Json dynamic = Json::object();
  for (int block = 0; block < model.blocks; ++block) {
    for (const Role role : kBlockRoles) {
      const LinearId id{block, role};
      const auto found = config.schemes.find(id);
      if (found == config.schemes.end()) {
        dynamic["-:" + expressionOf(id)] = Json::object();
      } else if (found->second != usual) {
        dynamic["+:" + expressionOf(id)] = {
            {"bits", found->second.bits}, {"group_size", found->second.group}, {"sym", found->second.symmetric}, {"desc_act", false}};
      }
    }
  }
  const auto head = config.schemes.find({-1, Role::LmHead});
  if (head != config.schemes.end() && head->second != usual) {
    dynamic["+:" + expressionOf({-1, Role::LmHead})] = {
        {"bits", head->second.bits}, {"group_size", head->second.group}, {"sym", head->second.symmetric}, {"desc_act", false}};
  }
  Json json{{"quant_method", "gptq"},
            {"bits", usual.bits},
            {"group_size", usual.group},
            {"desc_act", false},
            {"static_groups", false},
            {"sym", usual.symmetric},
            {"lm_head", head != config.schemes.end()},
            {"checkpoint_format", config.version == GptqVersion::V1 ? "gptq" : "gptq_v2"},
            {"pack_dtype", "int32"},
            {"meta", {{"quantizer", {std::string("bitscape:") + BITSCAPE_VERSION}}}}};
  if (!dynamic.empty()) json["dynamic"] = dynamic;
  return json;
}

GptqConfig readGptqConfig(const JsonView& json, const ModelConfig& model) {
  const std::string method = json.string("quant_method", "gptq");
  if (method != "gptq") throw Error(json.source() + ": the method is \"" + method.substr(0, 40) + "\", gptq is read here");
  const std::string format = json.string("checkpoint_format", json.string("format", "gptq"));
  if (format != "gptq" && format != "gptq_v2")
    throw Error(json.source() + ": the layout is \"" + format.substr(0, 40) + "\"; gptq and gptq_v2 are read");
  const std::string words = json.string("pack_dtype", "int32");
  if (words != "int32") throw Error(json.source() + ": codes are packed in \"" + words.substr(0, 40) + "\"; int32 is read");
  json.integer("bits", 1, 8);  // must be there
  const GptqScheme base = schemeFrom(json, {});
  const std::vector<Rule> rules = rulesOf(json, base);
  GptqConfig config;
  config.version = format == "gptq" ? GptqVersion::V1 : GptqVersion::V2;
  const auto add = [&](LinearId id) {
    for (const Rule& rule : rules) {
      if (!matches(rule.expression, moduleName(id))) continue;
      if (!rule.leavesOut) config.schemes.emplace(id, rule.scheme);
      return;
    }
    config.schemes.emplace(id, base);
  };
  for (int block = 0; block < model.blocks; ++block) {
    for (const Role role : kBlockRoles) add({block, role});
  }
  if (json.boolean("lm_head", false)) add({-1, Role::LmHead});
  return config;
}

}  // namespace bitscape
