#include "core/exchange/compressed_tensors_config.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "core/base/error.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/compressed_tensors_targets.h"

namespace bitscape {
namespace {

std::vector<LinearId> linearsOf(const ModelConfig& config) {
  std::vector<LinearId> ids{{-1, Role::Embedding}, {-1, Role::LmHead}};
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) ids.push_back({block, role});
  }
  return ids;
}

// Version numbers by their first two parts.
bool isBefore(const std::string& version, const std::string& limit) {
  const auto parts = [](const std::string& text) {
    std::vector<int> numbers;
    const char* at = text.data();
    const char* end = at + text.size();
    while (numbers.size() < 2) {
      int number = 0;
      const auto [next, fault] = std::from_chars(at, end, number);
      if (fault != std::errc{}) break;
      numbers.push_back(number);
      at = next;
      if (at != end) ++at;
    }
    return numbers;
  };
  return parts(version) < parts(limit);
}

const Json& memberOr(const Json& object, const char* key, const Json& otherwise) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? otherwise : *found;
}

}  // namespace

Json quantizationJson(const std::map<LinearId, CtScheme>& schemes, const CtTransforms& transforms, const ModelConfig& config) {
  std::vector<std::pair<CtScheme, std::vector<LinearId>>> groups;
  std::vector<LinearId> plain;
  for (const LinearId id : linearsOf(config)) {
    const auto found = schemes.find(id);
    if (found == schemes.end()) {
      plain.push_back(id);
      continue;
    }
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& entry) { return entry.first == found->second; });
    if (group == groups.end()) {
      groups.push_back({found->second, {id}});
    } else {
      group->second.push_back(id);
    }
  }
  const bool uniform = groups.size() == 1 && groups.front().second.size() == 7 * static_cast<std::size_t>(config.blocks) &&
                       groups.front().second.front().block >= 0;
  std::set<CtStorage> storages;
  Json groupsJson = Json::object();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto& [scheme, ids] = groups[i];
    storages.insert(scheme.storage);
    groupsJson["group_" + std::to_string(i)] =
        groupJson(scheme, uniform ? std::vector<std::string>{"Linear"} : ctTargets(ids, config.blocks));
  }
  std::erase_if(plain, [](LinearId id) { return id.role == Role::Embedding; });  // no Linear: nothing targets it
  return {{"quant_method", "compressed-tensors"},
          {"version", kCtVersion},
          {"quantization_status", "compressed"},
          {"format", storages.size() == 1 ? std::string(ctStorageName(*storages.begin())) : "mixed-precision"},
          {"global_compression_ratio", nullptr},
          {"kv_cache_scheme", nullptr},
          {"sparsity_config", Json::object()},
          {"transform_config", transformJson(transforms)},
          {"ignore", ctTargets(plain, config.blocks)},
          {"config_groups", groupsJson}};
}

CtConfig readQuantization(const JsonView& quantization, const ModelConfig& config) {
  const std::string method = quantization.string("quant_method", "unnamed");
  if (method != "compressed-tensors") {
    throw Error(quantization.source() + ": the method is \"" + method.substr(0, 40) + "\", compressed-tensors is read here");
  }
  const Json none = Json::object(), nobody = Json::array();
  for (const char* key : {"sparsity_config", "kv_cache_scheme"}) {
    if (!memberOr(quantization.raw(), key, none).empty()) {
      throw Error(quantization.source() + ": \"" + key + "\" is set, which this program does not read");
    }
  }
  const std::string status = quantization.string("quantization_status", "compressed");
  if (status != "compressed")
    throw Error(quantization.source() + ": the status is \"" + status.substr(0, 40) + "\"; \"compressed\" is read");
  CtConfig result;
  if (!memberOr(quantization.raw(), "transform_config", none).empty())
    result.transforms = readTransforms(quantization.at("transform_config"), config);
  result.padded = isBefore(quantization.string("version", "0"), kCtVersion);
  const std::string format = quantization.string("format", "");
  const ModuleMatcher ignored(memberOr(quantization.raw(), "ignore", nobody), quantization.source() + ": \"ignore\"");
  struct Group {
    CtScheme scheme;
    ModuleMatcher targets;
  };
  std::vector<Group> groups;
  const JsonView all = quantization.at("config_groups");
  if (!all.raw().is_object() || all.raw().empty()) throw Error(quantization.source() + ": \"config_groups\" holds no group");
  for (const auto& [name, value] : all.raw().items()) {
    const JsonView group = all.at(name);
    group.onlyKeys({"targets", "format", "weights", "input_activations", "output_activations"});
    for (const char* key : {"weights", "input_activations"}) {
      if (!group.has(key)) continue;
      group.at(key).onlyKeys({"num_bits", "type", "symmetric", "group_size", "strategy", "block_structure", "dynamic", "actorder",
                              "observer", "observer_kwargs", "scale_dtype", "zp_dtype"});
    }
    if (!group.has("weights")) throw Error(group.source() + ": \"weights\" is missing");
    groups.push_back({schemeFromJson(group, format), ModuleMatcher(group.at("targets").raw(), group.source() + ": \"targets\"")});
  }
  for (const LinearId id : linearsOf(config)) {
    const std::string module = moduleName(id);
    if (ignored.namesIt(module)) continue;
    const Group* chosen = nullptr;
    for (const Group& group : groups) {
      if (!group.targets.namesIt(module)) continue;
      if (chosen) throw Error(quantization.source() + ": two groups name the module \"" + module + "\"; one is needed");
      chosen = &group;
    }
    if (!chosen && id.role != Role::Embedding && !ignored.hasClass("Linear")) {
      const auto byClass = std::find_if(groups.begin(), groups.end(), [](const Group& group) { return group.targets.hasClass("Linear"); });
      if (byClass != groups.end()) chosen = &*byClass;
    }
    if (chosen) result.schemes.emplace(id, chosen->scheme);
  }
  return result;
}

}  // namespace bitscape
