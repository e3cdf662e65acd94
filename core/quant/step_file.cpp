#include "core/quant/step_file.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/error.h"

namespace bitscape {
namespace {

constexpr std::array kSeamNames{"attention-input", "attention-output", "ffn-input", "ffn-down", "query-key", "residual"};
constexpr std::array kKindNames{"scale", "permute", "rotate", "hadamard", "clip", "compensate"};  // in the order of Step
constexpr std::size_t kMostSteps = 1000;

using Fields = std::vector<std::pair<const char*, Tensor*>>;
Fields fieldsOf(Scale& step) { return {{"factor", &step.factor}, {"shift", &step.shift}}; }
Fields fieldsOf(Permute& step) { return {{"source", &step.source}}; }
Fields fieldsOf(Rotate& step) { return {{"matrix", &step.matrix}}; }
Fields fieldsOf(Hadamard& step) { return {{"signs", &step.signs}}; }
Fields fieldsOf(Clip& step) { return {{"ratio", &step.ratio}}; }
Fields fieldsOf(Compensate& step) { return {{"left", &step.left}, {"right", &step.right}}; }
Fields fieldsOf(Step& step) {
  return std::visit([](auto& kind) { return fieldsOf(kind); }, step);
}

Step emptyStep(std::size_t kind) {
  const std::array<Step, kKindNames.size()> steps{Scale{}, Permute{}, Rotate{}, Hadamard{}, Clip{}, Compensate{}};
  return steps[kind];
}

bool sameTensors(Step a, Step b) {
  if (a.index() != b.index()) return false;
  const Fields one = fieldsOf(a), other = fieldsOf(b);
  return std::equal(one.begin(), one.end(), other.begin(), [](const auto& x, const auto& y) {
    if (x.second->defined() != y.second->defined()) return false;
    return !x.second->defined() || (x.second->scalar_type() == y.second->scalar_type() && at::equal(*x.second, *y.second));
  });
}

std::string nameOf(int block, std::size_t step, const std::string& field) {
  return "block." + std::to_string(block) + ".step." + std::to_string(step) + "." + field;
}

template <std::size_t N>
std::size_t indexOf(const JsonView& json, const std::string& key, const std::array<const char*, N>& names) {
  const std::string value = json.string(key);
  const auto found = std::find(names.begin(), names.end(), value);
  if (found == names.end())
    throw Error(json.source() + ": \"" + key + "\" is \"" + value.substr(0, 32) + "\", which is unknown; quantize again");
  return static_cast<std::size_t>(found - names.begin());
}

// The channels that the step stands on.
std::int64_t widthOf(const ModelConfig& config, SeamKind seam, const Step& step) {
  if (seam == SeamKind::QueryKey) {
    const auto* scale = std::get_if<Scale>(&step);
    return scale && scale->factor.defined() && scale->factor.numel() != config.headDim ? config.heads * config.headDim : config.headDim;
  }
  if (seam == SeamKind::Residual) return config.hidden;
  return shapeOf(config, consumers(seam).front()).in;
}

const JsonView& requireArray(const JsonView& json, std::size_t most) {
  if (!json.raw().is_array() || json.raw().size() > most)
    throw Error(json.source() + " is no list of at most " + std::to_string(most) + "; quantize again");
  return json;
}

PlacedStep readStep(const JsonView& json, CheckedReader& reader, int block, std::size_t index, int first,
                    const std::vector<BlockSteps>& before, const ModelConfig& config) {
  json.onlyKeys({"kind", "seam", "linear", "size", "tensors", "of"});
  PlacedStep placed;
  placed.seam = static_cast<SeamKind>(indexOf(json, "seam", kSeamNames));
  const std::size_t kind = indexOf(json, "kind", kKindNames);
  placed.step = emptyStep(kind);
  if (json.has("linear")) {
    placed.linear = roleFromName(json.string("linear"));
    if (!placed.linear) throw Error(json.source() + ": \"linear\" names no linear; quantize again");
  }
  if (json.has("of")) {
    const auto at = static_cast<std::size_t>(json.integer("of", first, block - 1) - first);
    if (before[at].size() <= index || before[at][index].step.index() != kind)
      throw Error(json.source() + ": \"of\" names another step; quantize again");
    placed.step = before[at][index].step;
  } else {
    const JsonView names = json.at("tensors");
    requireArray(names, 2);
    std::size_t found = 0;
    for (const auto& [field, tensor] : fieldsOf(placed.step)) {
      if (std::none_of(names.raw().begin(), names.raw().end(), [&](const Json& name) { return name == field; })) continue;
      const std::string name = nameOf(block, index, field);
      *tensor = std::holds_alternative<Permute>(placed.step) ? reader.take(name, at::kLong, {-1}) : reader.takeReal(name);
      ++found;
    }
    if (found != names.raw().size()) throw Error(json.source() + ": \"tensors\" names what the step does not have; quantize again");
  }
  if (auto* hadamard = std::get_if<Hadamard>(&placed.step)) hadamard->size = json.integer("size", 1, 1 << 24);
  withContext(json.source(), [&] { check(placed.step, widthOf(config, placed.seam, placed.step)); });
  return placed;
}

}  // namespace

Json storeSteps(const std::vector<BlockSteps>& blocks, int first, NamedTensors& tensors) {
  Json all = Json::array();
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    Json list = Json::array();
    for (std::size_t i = 0; i < blocks[b].size(); ++i) {
      const PlacedStep& placed = blocks[b][i];
      Json json = Json::object();
      json["kind"] = kKindNames[placed.step.index()];
      json["seam"] = kSeamNames[static_cast<std::size_t>(placed.seam)];
      if (placed.linear) json["linear"] = std::string(roleName(*placed.linear));
      if (const auto* hadamard = std::get_if<Hadamard>(&placed.step)) json["size"] = hadamard->size;
      if (placed.seam == SeamKind::Residual && b > 0 && blocks[0].size() > i && sameTensors(blocks[0][i].step, placed.step)) {
        json["of"] = first;
      } else {
        Json names = Json::array();
        Step step = placed.step;
        for (const auto& [field, tensor] : fieldsOf(step)) {
          if (!tensor->defined()) continue;
          names.push_back(field);
          tensors.emplace_back(nameOf(first + static_cast<int>(b), i, field), tensor->cpu().contiguous());
        }
        json["tensors"] = std::move(names);
      }
      list.push_back(std::move(json));
    }
    all.push_back(std::move(list));
  }
  return all;
}

std::vector<BlockSteps> readSteps(const JsonView& json, CheckedReader& reader, int first, std::size_t blocks, const ModelConfig& config) {
  requireArray(json, blocks);
  if (json.raw().size() != blocks && !json.raw().empty()) {
    throw Error(json.source() + " has " + std::to_string(json.raw().size()) + " blocks but the model " + std::to_string(blocks) +
                "; quantize again");
  }
  std::vector<BlockSteps> steps;
  for (std::size_t b = 0; b < json.raw().size(); ++b) {
    const int block = first + static_cast<int>(b);
    const JsonView list(json.raw()[b], json.source() + ", block " + std::to_string(block));
    requireArray(list, kMostSteps);
    BlockSteps own;
    for (std::size_t i = 0; i < list.raw().size(); ++i) {
      const JsonView entry(list.raw()[i], list.source() + ", step " + std::to_string(i));
      own.push_back(readStep(entry, reader, block, i, first, steps, config));
    }
    steps.push_back(std::move(own));
  }
  return steps;
}

}  // namespace bitscape
