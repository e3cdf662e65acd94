#include "core/quant/quantized_model.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <charconv>
#include <filesystem>

#include "core/base/error.h"
#include "core/model/tensor_file.h"
#include "core/quant/packed_file.h"
#include "core/quant/step_file.h"

namespace bitscape {
namespace {

constexpr const char* kVersionKey = "bitscape_quantized";
constexpr const char* kPartKey = "bitscape_block_part";
constexpr const char* kPartVersion = "1";
const std::vector<std::string> kCheckedKeys{"fingerprint", "plan", "recipe", "formats", "steps"};
const std::vector<std::string> kCheckedPartKeys{kPartKey, "key", "formats", "steps"};

// Metadata of a file of ours; throws Error when it is foreign or newer.
struct CheckedMetadata {
  Metadata metadata;
  int version = 0;
};
CheckedMetadata metadataOf(const std::string& path) {
  Metadata metadata = safetensorsMetadata(path);
  const auto version = metadata.find(kVersionKey);
  if (version == metadata.end()) {
    throw Error("\"" + path + "\" is no model quantized by Bitscape (its metadata has no \"" + kVersionKey +
                "\"); make one with quantize --out");
  }
  int number = 0;
  const std::string& text = version->second;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size() || number < 1) {
    throw Error("\"" + path + "\": the layout version \"" + text.substr(0, 32) + "\" is no number; the file is damaged, quantize again");
  }
  if (number > QuantizedModel::kFileVersion) {
    throw Error("\"" + path + "\" has layout version " + text + ", this program reads up to " +
                std::to_string(QuantizedModel::kFileVersion) + "; update Bitscape");
  }
  for (const char* key : {"fingerprint", "plan", "recipe", "checksum"}) {
    if (!metadata.contains(key)) throw Error("\"" + path + "\": the metadata lacks \"" + key + "\"; the file is damaged, quantize again");
  }
  return {std::move(metadata), number};
}

std::vector<LinearId> linearsOf(const ModelConfig& config) {
  std::vector<LinearId> ids;
  for (const Role role : {Role::LmHead, Role::Embedding}) ids.push_back({-1, role});
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) ids.push_back({block, role});
  }
  return ids;
}

std::vector<LinearId> linearsOfBlock(int block) {
  std::vector<LinearId> ids;
  for (const Role role : kBlockRoles) ids.push_back({block, role});
  return ids;
}

// The formats that the file tells beside its plan.
Formats readFormats(const Metadata& metadata, const std::string& path, const std::vector<LinearId>& ids, const ModelConfig& config) {
  const auto found = metadata.find("formats");
  if (found == metadata.end()) return {};
  const std::string source = "\"" + path + "\": the formats";
  const Json json = parseJson(found->second, source);
  return formatsFromJson(JsonView(json, source), ids, config);
}

std::vector<BlockSteps> readAllSteps(const Metadata& metadata, CheckedReader& reader, int first, std::size_t blocks,
                                     const ModelConfig& config) {
  const auto found = metadata.find("steps");
  if (found == metadata.end()) return {};
  const std::string source = "\"" + reader.path() + "\": the steps";
  const Json json = parseJson(found->second, source);
  return readSteps(JsonView(json, source), reader, first, blocks, config);
}

}  // namespace

const Packed* QuantizedModel::find(LinearId id) const {
  const auto found = linears.find(id);
  return found == linears.end() ? nullptr : &found->second;
}

std::optional<InputRange> QuantizedModel::inputRange(LinearId id) const {
  const auto found = inputRanges.find(id);
  return found == inputRanges.end() ? std::nullopt : std::optional(found->second);
}

void writeQuantized(const std::string& path, const QuantizedModel& quantized, const Progress& progress) {
  c10::NoGradGuard noGrad;
  NamedTensors tensors;
  Formats formats;
  std::size_t done = 0;
  for (const auto& [id, packed] : quantized.linears) {
    progress.checkpoint(0.8 * static_cast<double>(done++) / static_cast<double>(quantized.linears.size()), "pack " + toString(id));
    appendTensors(tensors, id, packed);
    if (quantized.plan.of(id).weight != packed.format) formats.emplace(id, packed.format);
  }
  for (const auto& [id, range] : quantized.inputRanges) appendTensors(tensors, id, range);
  progress.checkpoint(0.8, "write");
  Metadata metadata{{kVersionKey, std::to_string(QuantizedModel::kFileVersion)},
                    {"fingerprint", quantized.model->fingerprint()},
                    {"model", quantized.model->config().name},
                    {"model_path", std::filesystem::absolute(quantized.model->path()).string()},
                    {"plan", toJson(quantized.plan).dump()},
                    {"recipe", quantized.recipeJson}};
  if (!formats.empty()) metadata["formats"] = formatsToJson(formats).dump();
  if (!quantized.steps.empty()) metadata["steps"] = storeSteps(quantized.steps, 0, tensors).dump();
  metadata["checksum"] = checksumOf(metadata, kCheckedKeys, {tensors.begin(), tensors.end()});
  writeSafetensors(path, tensors, metadata);
  progress.checkpoint(1.0, "write");
}

std::shared_ptr<const QuantizedModel> readQuantized(const std::string& path, std::shared_ptr<const Model> model) {
  c10::NoGradGuard noGrad;
  const auto [metadata, version] = metadataOf(path);
  if (metadata.at("fingerprint") != model->fingerprint()) {
    const auto name = metadata.find("model");
    throw Error("\"" + path + "\" was quantized from another model" +
                (name != metadata.end() && !name->second.empty() ? " (\"" + name->second.substr(0, 100) + "\")" : "") + " than \"" +
                model->path() + "\"; open it with the model it was made from, or quantize again");
  }
  auto quantized = std::make_shared<QuantizedModel>();
  const Json planJson = parseJson(metadata.at("plan"), "\"" + path + "\": the plan");
  quantized->plan = planFromJson(JsonView(planJson, "\"" + path + "\": the plan"));
  withContext("\"" + path + "\"", [&] { requireFits(quantized->plan, model->config()); });
  quantized->recipeJson = metadata.at("recipe");

  CheckedReader reader(path);
  const ModelConfig& config = model->config();
  const std::vector<LinearId> ids = linearsOf(config);
  const Formats formats = readFormats(metadata, path, ids, config);
  for (const LinearId id : ids) {
    const LinearPlan& plan = quantized->plan.of(id);
    if (plan.weight) {
      const auto own = formats.find(id);
      const Format& format = own == formats.end() ? *plan.weight : own->second;
      quantized->linears.emplace(id, readPacked(reader, id, format, shapeOf(config, id.role), version > 1));
    }
    if (plan.needsRange()) quantized->inputRanges.emplace(id, readRange(reader, id));
  }
  quantized->steps = readAllSteps(metadata, reader, 0, static_cast<std::size_t>(config.blocks), config);
  reader.finish(metadata, kCheckedKeys);
  quantized->model = std::move(model);
  return quantized;
}

void writeBlockPart(const std::string& path, const std::string& key, const QuantizedBlockPart& part) {
  c10::NoGradGuard noGrad;
  NamedTensors tensors;
  Formats formats;
  for (const auto& [id, packed] : part.linears) {
    appendTensors(tensors, id, packed);
    formats.emplace(id, packed.format);
  }
  for (const auto& [id, range] : part.inputRanges) appendTensors(tensors, id, range);
  Metadata metadata{{kPartKey, kPartVersion}, {"key", key}, {"formats", formatsToJson(formats).dump()}};
  metadata["steps"] = storeSteps({part.steps}, 0, tensors).dump();
  metadata["checksum"] = checksumOf(metadata, kCheckedPartKeys, {tensors.begin(), tensors.end()});
  writeSafetensors(path, tensors, metadata);
}

std::optional<QuantizedBlockPart> readBlockPart(const std::string& path, const std::string& key, int block, const Plan& plan,
                                                const ModelConfig& config) {
  c10::NoGradGuard noGrad;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
  try {
    const Metadata metadata = safetensorsMetadata(path);
    const auto says = [&](const char* name, const std::string& value) {
      const auto found = metadata.find(name);
      return found != metadata.end() && found->second == value;
    };
    if (!says(kPartKey, kPartVersion) || !says("key", key) || !metadata.contains("checksum")) return std::nullopt;
    CheckedReader reader(path);
    const std::vector<LinearId> ids = linearsOfBlock(block);
    const Formats formats = readFormats(metadata, path, ids, config);
    QuantizedBlockPart part;
    for (const LinearId id : ids) {
      if (plan.of(id).weight.has_value() != formats.contains(id)) return std::nullopt;
      if (const auto own = formats.find(id); own != formats.end())
        part.linears.emplace(id, readPacked(reader, id, own->second, shapeOf(config, id.role)));
      if (hasRange(reader, id)) part.inputRanges.emplace(id, readRange(reader, id));
    }
    std::vector<BlockSteps> steps = readAllSteps(metadata, reader, 0, 1, config);
    if (!steps.empty()) part.steps = std::move(steps.front());
    reader.finish(metadata, kCheckedPartKeys);
    return part;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string recipeOfQuantized(const std::string& path) { return metadataOf(path).metadata.at("recipe"); }

bool isQuantizedFile(const std::string& path) {
  try {
    return safetensorsMetadata(path).contains(kVersionKey);
  } catch (const Error&) {
    return false;
  }
}

}  // namespace bitscape
