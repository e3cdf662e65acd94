#include "core/quant/packed_file.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/model/tensor_file.h"
#include "core/quant/plan.h"

namespace bitscape {
namespace {

std::string textOf(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + (shape[i] < 0 ? "any" : std::to_string(shape[i]));
  return text + "]";
}

void requireIndices(const CheckedReader& reader, const std::string& name, const Tensor& indices, std::int64_t end) {
  if (indices.numel() > 0 && (indices.min().item<std::int64_t>() < 0 || indices.max().item<std::int64_t>() >= end)) {
    reader.fail(name, "holds an index outside 0 to " + std::to_string(end - 1));
  }
}

}  // namespace

std::string checksumOf(const Metadata& metadata, const std::vector<std::string>& keys, const std::map<std::string, Tensor>& tensors) {
  Hasher hasher;
  for (const std::string& key : keys) {
    if (const auto found = metadata.find(key); found != metadata.end()) hasher.text(found->second);
  }
  for (const auto& [name, tensor] : tensors) hasher.text(name).bytes(tensor.const_data_ptr(), tensor.nbytes());
  return hasher.hex();
}

CheckedReader::CheckedReader(const std::string& path) : m_path(path), m_source(openSafetensors(path)) {}

Tensor CheckedReader::read(const std::string& name, const TensorInfo& info) {
  std::optional<Tensor> tensor = m_source->loadNative(name);
  if (!tensor) fail(name, "cannot be read as " + info.type);
  m_taken.insert(name);
  const Tensor values = tensor->contiguous();
  m_tensors.emplace(name, values);
  if (at::isFloatingType(values.scalar_type()) && !at::isfinite(values).all().item<bool>()) fail(name, "holds NaN or infinity");
  return values;
}

Tensor CheckedReader::take(const std::string& name, c10::ScalarType type, const std::vector<std::int64_t>& shape) {
  const TensorInfo* info = m_source->find(name);
  if (!info) fail(name, "is missing");
  const auto wanted = std::map<c10::ScalarType, std::string>{{at::kByte, "U8"}, {at::kFloat, "F32"}, {at::kLong, "I64"}}.at(type);
  if (info->type != wanted) fail(name, "has type " + info->type + " instead of " + wanted);
  bool fits = info->shape.size() == shape.size();
  for (std::size_t i = 0; fits && i < shape.size(); ++i) fits = shape[i] < 0 || shape[i] == info->shape[i];
  if (!fits) fail(name, "has shape " + textOf(info->shape) + " instead of " + textOf(shape));
  return read(name, *info);
}

Tensor CheckedReader::takeReal(const std::string& name) {
  const TensorInfo* info = m_source->find(name);
  if (!info) fail(name, "is missing");
  if (info->type != "F32" && info->type != "F64") fail(name, "has type " + info->type + " instead of F32 or F64");
  return read(name, *info);
}

void CheckedReader::finish(const Metadata& metadata, const std::vector<std::string>& keys) const {
  for (const TensorInfo& info : m_source->tensors()) {
    if (!m_taken.contains(info.name)) fail(info.name, "does not belong to the plan");
  }
  if (checksumOf(metadata, keys, m_tensors) != metadata.at("checksum")) {
    throw Error("\"" + m_path + "\": the checksum is wrong; the file is damaged, quantize again");
  }
}

void CheckedReader::fail(const std::string& name, const std::string& why) const {
  throw Error("\"" + m_path + "\": tensor \"" + name + "\" " + why + "; the file is damaged, quantize again");
}

std::string prefixOf(LinearId id) {
  const std::string role(roleName(id.role));
  return id.block < 0 ? role + "." : "block." + std::to_string(id.block) + "." + role + ".";
}

void appendTensors(NamedTensors& tensors, LinearId id, const Packed& packed) {
  const auto append = [&](const char* name, const Tensor& tensor) { tensors.emplace_back(prefixOf(id) + name, tensor.cpu().contiguous()); };
  append("codes", packCodes(packed.codes, packed.format));
  append("scale", packed.scale);
  append("offset", packed.offset);
  if (packed.rowTable.defined()) append("row_table", packed.rowTable);
  if (packed.lowRankLeft.defined()) {
    append("low_rank_left", packed.lowRankLeft);
    append("low_rank_right", packed.lowRankRight);
  }
  if (packed.sparse.defined()) {
    const Tensor sparse = packed.sparse.coalesce();
    append("sparse_indices", sparse.indices());
    append("sparse_values", sparse.values());
  }
  if (packed.keptColumns.defined()) {
    append("kept_columns", packed.keptColumns);
    append("kept_weights", packed.keptWeights);
  }
}

void appendTensors(NamedTensors& tensors, LinearId id, const InputRange& range) {
  tensors.emplace_back(prefixOf(id) + "input_range", at::tensor({range.low, range.high}, at::kFloat));
}

Packed readPacked(CheckedReader& reader, LinearId id, const Format& format, LinearShape shape, bool baseFive) {
  const std::string prefix = prefixOf(id);
  const std::int64_t granules = format.granularity == Granularity::Group ? shape.in / format.group : 1;
  Packed packed;
  packed.format = format;
  const Tensor stream = reader.take(prefix + "codes", at::kByte, {shape.out, -1});
  withContext("\"" + reader.path() + "\": tensor \"" + prefix + "codes\" has shape " + textOf(stream.sizes().vec()),
              [&] { packed.codes = baseFive ? unpackCodes(stream, format, shape.in) : unpackBits(stream, format.bits(), shape.in); });
  if (packed.codes.numel() > 0 && packed.codes.max().item<int>() >= format.grid.levels)
    reader.fail(prefix + "codes", "holds a code beyond the grid");
  packed.scale = reader.take(prefix + "scale", at::kFloat, {shape.out, granules});
  packed.offset = reader.take(prefix + "offset", at::kFloat, {shape.out, granules});
  if (format.grid.learned) {
    packed.rowTable = reader.take(prefix + "row_table", at::kFloat, {shape.out, format.grid.levels});
    if (!(packed.rowTable.diff() >= 0).all().item<bool>()) reader.fail(prefix + "row_table", "holds values that do not ascend");
  }
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

bool hasRange(const CheckedReader& reader, LinearId id) { return reader.has(prefixOf(id) + "input_range"); }

InputRange readRange(CheckedReader& reader, LinearId id) {
  const std::string name = prefixOf(id) + "input_range";
  const Tensor values = reader.take(name, at::kFloat, {2});
  const InputRange range{.low = values[0].item<float>(), .high = values[1].item<float>()};
  if (range.low > range.high) reader.fail(name, "says a low end above its high end");
  return range;
}

namespace {

std::string keyOf(LinearId id) {
  const std::string prefix = prefixOf(id);
  return prefix.substr(0, prefix.size() - 1);
}

}  // namespace

Json formatsToJson(const Formats& formats) {
  Json json = Json::object();
  for (const auto& [id, format] : formats) json[keyOf(id)] = toJson(format);
  return json;
}

Formats formatsFromJson(const JsonView& json, const std::vector<LinearId>& ids, const ModelConfig& config) {
  Formats formats;
  for (const LinearId id : ids) {
    const std::string key = keyOf(id);
    if (!json.has(key)) continue;
    const JsonView entry = json.at(key);
    const Format format = formatFromJson(entry);
    if (const auto fault = weightFault(format)) throw Error(entry.source() + ": " + *fault);
    if (format.granularity == Granularity::Group && shapeOf(config, id.role).in % format.group != 0) {
      throw Error(entry.source() + ": a group of " + std::to_string(format.group) + " does not divide the inputs; quantize again");
    }
    formats.emplace(id, format);
  }
  if (formats.size() != json.raw().size()) throw Error(json.source() + " names linears that the model does not have; quantize again");
  return formats;
}

}  // namespace bitscape
