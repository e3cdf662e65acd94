#include "core/exchange/compressed_tensors_transform.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/compressed_tensors_targets.h"
#include "core/exchange/folded_model.h"

namespace bitscape {
namespace {

bool isPowerOfTwo(std::int64_t size) { return size > 1 && (size & (size - 1)) == 0; }

// The linears that a transform's inputs belong to.
std::vector<LinearId> linearsAt(int block, SeamKind seam) {
  std::vector<LinearId> ids;
  for (const Role role : consumers(seam)) ids.push_back({block, role});
  return ids;
}

std::optional<CtBlockTransforms> transformsOf(const FoldedBlock& block) {
  if (!block.queryKey.empty()) return std::nullopt;
  CtBlockTransforms found;
  for (std::size_t i = 0; i < kLinearSeams.size(); ++i) {
    if (block.online[i].empty()) continue;
    const auto* hadamard = std::get_if<Hadamard>(&block.online[i].front());
    if (block.online[i].size() > 1 || !hadamard || hadamard->signs.defined() || !isPowerOfTwo(hadamard->size)) return std::nullopt;
    found.emplace(kLinearSeams[i], hadamard->size);
  }
  return found;
}

}  // namespace

std::optional<CtTransforms> transformsOf(const QuantizedModel& quantized) {
  CtTransforms transforms;
  if (quantized.steps.empty()) return transforms;
  const FoldedModel folded(quantized);
  bool any = false;
  for (int block = 0; block < quantized.model->config().blocks; ++block) {
    const auto own = transformsOf(folded.block(block));
    if (!own) return std::nullopt;
    any = any || !own->empty();
    transforms.push_back(*own);
  }
  return any ? transforms : CtTransforms{};
}

std::vector<BlockSteps> stepsOf(const CtTransforms& transforms) {
  std::vector<BlockSteps> steps;
  for (const CtBlockTransforms& own : transforms) {
    BlockSteps& block = steps.emplace_back();
    for (const auto& [seam, size] : own) block.push_back({seam, Hadamard{.size = size, .signs = {}}, {}});
  }
  return steps;
}

Json transformJson(const CtTransforms& transforms) {
  std::map<std::int64_t, std::vector<LinearId>> linears;  // by size
  for (std::size_t block = 0; block < transforms.size(); ++block) {
    for (const auto& [seam, size] : transforms[block]) {
      for (const LinearId id : linearsAt(static_cast<int>(block), seam)) linears[size].push_back(id);
    }
  }
  if (linears.empty()) return Json::object();
  Json groups = Json::object();
  for (const auto& [size, ids] : linears) {
    const Json targets = ctTargets(ids, static_cast<std::int64_t>(transforms.size()));
    const auto apply = [&](const char* location, bool inverse) {
      return Json{{"targets", targets}, {"location", location}, {"inverse", inverse}, {"ignore", Json::array()}};
    };
    groups["hadamard_" + std::to_string(size)] = {{"type", "hadamard"},
                                                  {"apply", {apply("input", false), apply("weight_input", true)}},
                                                  {"randomize", false},
                                                  {"requires_grad", false},
                                                  {"head_dim", size},
                                                  {"precision", "torch.float32"}};
  }
  return {{"config_groups", groups}};
}

CtTransforms readTransforms(const JsonView& json, const ModelConfig& config) {
  json.onlyKeys({"config_groups"});
  const JsonView groups = json.at("config_groups");
  if (!groups.raw().is_object()) throw Error(groups.source() + " holds no groups");
  CtTransforms transforms(static_cast<std::size_t>(config.blocks));
  for (const auto& [name, value] : groups.raw().items()) {
    const JsonView group = groups.at(name);
    group.onlyKeys({"type", "apply", "randomize", "requires_grad", "head_dim", "precision"});
    if (const std::string type = group.string("type"); type != "hadamard" || group.boolean("randomize", false))
      throw Error(group.source() + ": a transform \"" + type.substr(0, 40) + "\"" + (type == "hadamard" ? " of random order" : "") + " is not read here");
    const JsonView apply = group.at("apply");
    if (!apply.raw().is_array()) throw Error(apply.source() + " is no list");
    for (std::size_t i = 0; i < apply.raw().size(); ++i) {
      const JsonView entry(apply.raw()[i], apply.source() + ", entry " + std::to_string(i));
      entry.onlyKeys({"targets", "location", "inverse", "ignore"});
      const std::string location = entry.string("location");
      if (location == "weight_input" || location == "weight_output") continue;  // what the weights hold already
      if (location != "input") throw Error(entry.source() + ": a transform at \"" + location.substr(0, 40) + "\" is not read here");
      const ModuleMatcher targets(entry.at("targets").raw(), entry.source() + ": \"targets\"");
      const Json nobody = Json::array();
      const ModuleMatcher ignored(entry.has("ignore") ? entry.at("ignore").raw() : nobody, entry.source() + ": \"ignore\"");
      for (int block = 0; block < config.blocks; ++block) {
        for (const SeamKind seam : kLinearSeams) {
          const std::vector<LinearId> ids = linearsAt(block, seam);
          const auto has = [&](LinearId id) { return targets.namesIt(moduleName(id)) && !ignored.namesIt(moduleName(id)); };
          const auto count = std::count_if(ids.begin(), ids.end(), has);
          if (count == 0) continue;
          const std::int64_t width = shapeOf(config, ids.front().role).in;
          const std::int64_t size = group.has("head_dim") ? group.integer("head_dim", 2, width) : width;
          const std::string at = group.source() + ": block " + std::to_string(block) + ", " + std::string(seamName(seam));
          if (count != std::ssize(ids)) throw Error(at + ": the transform is not that of all linears that share this input");
          if (!isPowerOfTwo(size) || width % size != 0)
            throw Error(at + ": a Hadamard transform of " + std::to_string(size) + " does not fit " + std::to_string(width) + " inputs");
          if (!transforms[static_cast<std::size_t>(block)].emplace(seam, size).second) throw Error(at + ": two transforms; one is read");
        }
      }
    }
  }
  return transforms;
}

}  // namespace bitscape
