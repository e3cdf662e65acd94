#include "core/quant/quantized_model.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <charconv>
#include <filesystem>
#include <set>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/model/tensor_file.h"

namespace bitscape {
namespace {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
using Metadata = std::map<std::string, std::string>;

constexpr const char* kVersionKey = "bitscape_quantized";

std::string prefixOf(LinearId id) {
  const std::string role(roleName(id.role));
  return id.block < 0 ? role + "." : "block." + std::to_string(id.block) + "." + role + ".";
}

// Of everything that the file says: texts and tensors.
std::string checksumOf(const Metadata& metadata, const std::map<std::string, Tensor>& tensors) {
  Hasher hasher;
  for (const char* key : {"fingerprint", "plan", "recipe"}) hasher.text(metadata.at(key));
  for (const auto& [name, tensor] : tensors) hasher.text(name).bytes(tensor.const_data_ptr(), tensor.nbytes());
  return hasher.hex();
}

NamedTensors tensorsOf(LinearId id, const Packed& packed) {
  const std::string prefix = prefixOf(id);
  NamedTensors tensors{{prefix + "codes", packBits(packed.codes, packed.format.bits())},
                       {prefix + "scale", packed.scale},
                       {prefix + "offset", packed.offset}};
  if (packed.lowRankLeft.defined()) {
    tensors.emplace_back(prefix + "low_rank_left", packed.lowRankLeft);
    tensors.emplace_back(prefix + "low_rank_right", packed.lowRankRight);
  }
  if (packed.sparse.defined()) {
    const Tensor sparse = packed.sparse.coalesce();
    tensors.emplace_back(prefix + "sparse_indices", sparse.indices());
    tensors.emplace_back(prefix + "sparse_values", sparse.values());
  }
  if (packed.keptColumns.defined()) {
    tensors.emplace_back(prefix + "kept_columns", packed.keptColumns);
    tensors.emplace_back(prefix + "kept_weights", packed.keptWeights);
  }
  for (auto& [name, tensor] : tensors) tensor = tensor.cpu().contiguous();
  return tensors;
}

// Metadata of a file of ours; throws Error when it is foreign or newer.
Metadata metadataOf(const std::string& path) {
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
  return metadata;
}

// Takes tensors out of a file with their type and shape checked, and remembers which.
class CheckedReader {
 public:
  explicit CheckedReader(const std::string& path) : m_path(path), m_source(openSafetensors(path)) {}

  bool has(const std::string& name) const { return m_source->find(name) != nullptr; }

  // -1 in `shape` allows any size.
  Tensor take(const std::string& name, c10::ScalarType type, const std::vector<std::int64_t>& shape) {
    const TensorInfo* info = m_source->find(name);
    if (!info) fail(name, "is missing");
    const auto wanted = std::map<c10::ScalarType, std::string>{{at::kByte, "U8"}, {at::kFloat, "F32"}, {at::kLong, "I64"}}.at(type);
    if (info->type != wanted) fail(name, "has type " + info->type + " instead of " + wanted);
    bool fits = info->shape.size() == shape.size();
    for (std::size_t i = 0; fits && i < shape.size(); ++i) fits = shape[i] < 0 || shape[i] == info->shape[i];
    if (!fits) fail(name, "has shape " + textOf(info->shape) + " instead of " + textOf(shape));
    std::optional<Tensor> tensor = m_source->loadNative(name);
    if (!tensor) fail(name, "cannot be read as " + wanted);
    m_taken.insert(name);
    const Tensor values = tensor->contiguous();
    m_tensors.emplace(name, values);
    if (type == at::kFloat && !at::isfinite(values).all().item<bool>()) fail(name, "holds NaN or infinity");
    return values;
  }

  // Everything in the file was asked for, and its bytes are those that were written.
  void finish(const Metadata& metadata) const {
    for (const TensorInfo& info : m_source->tensors()) {
      if (!m_taken.contains(info.name)) fail(info.name, "does not belong to the plan");
    }
    if (checksumOf(metadata, m_tensors) != metadata.at("checksum")) {
      throw Error("\"" + m_path + "\": the checksum is wrong; the file is damaged, quantize again");
    }
  }

  [[noreturn]] void fail(const std::string& name, const std::string& why) const {
    throw Error("\"" + m_path + "\": tensor \"" + name + "\" " + why + "; the file is damaged, quantize again");
  }

 private:
  static std::string textOf(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + (shape[i] < 0 ? "any" : std::to_string(shape[i]));
    return text + "]";
  }
  std::string m_path;
  std::shared_ptr<const TensorSource> m_source;
  std::set<std::string> m_taken;
  std::map<std::string, Tensor> m_tensors;  // by name: the order of the checksum
};

void requireIndices(const CheckedReader& reader, const std::string& name, const Tensor& indices, std::int64_t end) {
  if (indices.numel() > 0 && (indices.min().item<std::int64_t>() < 0 || indices.max().item<std::int64_t>() >= end)) {
    reader.fail(name, "holds an index outside 0 to " + std::to_string(end - 1));
  }
}

Packed readPacked(CheckedReader& reader, LinearId id, const Format& format, LinearShape shape) {
  const std::string prefix = prefixOf(id);
  const int bits = format.bits();
  const std::int64_t granules = format.granularity == Granularity::Group ? shape.in / format.group : 1;
  Packed packed;
  packed.format = format;
  packed.codes = unpackBits(reader.take(prefix + "codes", at::kByte, {shape.out, (shape.in * bits + 7) / 8}), bits, shape.in);
  if (packed.codes.numel() > 0 && packed.codes.max().item<int>() >= format.grid.levels)
    reader.fail(prefix + "codes", "holds a code beyond the grid");
  packed.scale = reader.take(prefix + "scale", at::kFloat, {shape.out, granules});
  packed.offset = reader.take(prefix + "offset", at::kFloat, {shape.out, granules});
  if (reader.has(prefix + "low_rank_left")) {
    packed.lowRankLeft = reader.take(prefix + "low_rank_left", at::kFloat, {shape.out, -1});
    packed.lowRankRight = reader.take(prefix + "low_rank_right", at::kFloat, {packed.lowRankLeft.size(1), shape.in});
  }
  if (reader.has(prefix + "sparse_indices")) {
    const Tensor indices = reader.take(prefix + "sparse_indices", at::kLong, {2, -1});
    const Tensor values = reader.take(prefix + "sparse_values", at::kFloat, {indices.size(1)});
    requireIndices(reader, prefix + "sparse_indices", indices[0], shape.out);
    requireIndices(reader, prefix + "sparse_indices", indices[1], shape.in);
    packed.sparse = at::sparse_coo_tensor(indices, values, {shape.out, shape.in}).coalesce();
  }
  if (reader.has(prefix + "kept_columns")) {
    packed.keptColumns = reader.take(prefix + "kept_columns", at::kLong, {-1});
    packed.keptWeights = reader.take(prefix + "kept_weights", at::kFloat, {shape.out, packed.keptColumns.size(0)});
    requireIndices(reader, prefix + "kept_columns", packed.keptColumns, shape.in);
  }
  return packed;
}

InputRange readRange(CheckedReader& reader, LinearId id) {
  const std::string name = prefixOf(id) + "input_range";
  const Tensor values = reader.take(name, at::kFloat, {2});
  const InputRange range{.low = values[0].item<float>(), .high = values[1].item<float>()};
  if (range.low > range.high) reader.fail(name, "says a low end above its high end");
  return range;
}

std::vector<LinearId> linearsOf(const ModelConfig& config) {
  std::vector<LinearId> ids;
  for (const Role role : {Role::LmHead, Role::Embedding}) ids.push_back({-1, role});
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) ids.push_back({block, role});
  }
  return ids;
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
  std::size_t done = 0;
  for (const auto& [id, packed] : quantized.linears) {
    progress.checkpoint(0.8 * static_cast<double>(done++) / static_cast<double>(quantized.linears.size()), "pack " + toString(id));
    for (auto& entry : tensorsOf(id, packed)) tensors.push_back(std::move(entry));
  }
  for (const auto& [id, range] : quantized.inputRanges)
    tensors.emplace_back(prefixOf(id) + "input_range", at::tensor({range.low, range.high}, at::kFloat));
  progress.checkpoint(0.8, "write");
  Metadata metadata{{kVersionKey, std::to_string(QuantizedModel::kFileVersion)},
                    {"fingerprint", quantized.model->fingerprint()},
                    {"model", quantized.model->config().name},
                    {"model_path", std::filesystem::absolute(quantized.model->path()).string()},
                    {"plan", toJson(quantized.plan).dump()},
                    {"recipe", quantized.recipeJson}};
  metadata["checksum"] = checksumOf(metadata, {tensors.begin(), tensors.end()});
  writeSafetensors(path, tensors, metadata);
  progress.checkpoint(1.0, "write");
}

std::shared_ptr<const QuantizedModel> readQuantized(const std::string& path, std::shared_ptr<const Model> model) {
  c10::NoGradGuard noGrad;
  const Metadata metadata = metadataOf(path);
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
  for (const LinearId id : linearsOf(model->config())) {
    const LinearPlan& plan = quantized->plan.of(id);
    if (plan.weight) quantized->linears.emplace(id, readPacked(reader, id, *plan.weight, shapeOf(model->config(), id.role)));
    if (plan.needsRange()) quantized->inputRanges.emplace(id, readRange(reader, id));
  }
  reader.finish(metadata);
  quantized->model = std::move(model);
  return quantized;
}

std::string recipeOfQuantized(const std::string& path) { return metadataOf(path).at("recipe"); }

bool isQuantizedFile(const std::string& path) {
  try {
    return safetensorsMetadata(path).contains(kVersionKey);
  } catch (const Error&) {
    return false;
  }
}

}  // namespace bitscape
