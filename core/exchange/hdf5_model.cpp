#include "core/exchange/hdf5_model.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <span>
#include <tuple>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/hdf5_file.h"
#include "core/base/mapped_file.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/codes_folder.h"
#include "core/exchange/decoded_source.h"
#include "core/exchange/model_files.h"
#include "core/model/config.h"
#include "core/model/name_match.h"
#include "core/quant/packed_file.h"
#include "core/quant/step_file.h"

namespace bitscape {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVersionKey = "bitscape_packed";
const std::vector<std::string> kTexts{"plan", "formats", "steps", "recipe"};

constexpr const char* kConfigKey = "quantization_config";
constexpr const char* kHashKey = "xxh128";

fs::path fileOf(const fs::path& folder) { return folder / "model.h5"; }

std::string hashOf(std::span<const std::byte> bytes) { return Hasher().bytes(bytes.data(), bytes.size()).hex(); }

// ---- tensors in memory, under their names ----

class MemorySource final : public TensorSource {
 public:
  MemorySource(std::string file, std::map<std::string, Tensor> tensors) : m_files{std::move(file)}, m_values(std::move(tensors)) {
    for (const auto& [name, tensor] : m_values) m_tensors.push_back({.name = name, .type = typeOf(tensor), .shape = tensor.sizes().vec(), .bytes = tensor.nbytes()});
  }
  const std::vector<std::string>& files() const override { return m_files; }
  const std::vector<TensorInfo>& tensors() const override { return m_tensors; }
  const TensorInfo* find(const std::string& name) const override {
    const auto found = m_values.find(name);
    return found == m_values.end() ? nullptr : &m_tensors[static_cast<std::size_t>(std::distance(m_values.begin(), found))];
  }
  Tensor load(const std::string& name) const override { return value(name).to(at::kFloat, false, true); }
  std::optional<Tensor> loadNative(const std::string& name) const override { return value(name); }

 private:
  static std::string typeOf(const Tensor& tensor) {
    return tensor.scalar_type() == at::kFloat ? "F32" : tensor.scalar_type() == at::kDouble ? "F64" : tensor.scalar_type() == at::kLong ? "I64" : "U8";
  }
  const Tensor& value(const std::string& name) const {
    const auto found = m_values.find(name);
    if (found == m_values.end()) throw Error("\"" + m_files.front() + "\" has no tensor \"" + name + "\"");
    return found->second;
  }
  std::vector<std::string> m_files;
  std::map<std::string, Tensor> m_values;
  std::vector<TensorInfo> m_tensors;  // in the order of m_values
};

template <class Value>
void addTensor(const Hdf5Group& group, const std::string& name, const Tensor& tensor) {
  const ArrayShape shape(tensor.sizes().begin(), tensor.sizes().end());
  group.addArray<Value>(name, {tensor.const_data_ptr<Value>(), static_cast<std::size_t>(tensor.numel())}, shape);
}

void addTensor(const Hdf5Group& group, const std::string& name, const Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kByte:
      return addTensor<std::uint8_t>(group, name, tensor);
    case at::kLong:
      return addTensor<std::int64_t>(group, name, tensor);
    case at::kDouble:
      return addTensor<double>(group, name, tensor);
    default:
      return addTensor<float>(group, name, tensor);
  }
}

template <class Value>
Tensor takeTensor(const Hdf5Group& group, const std::string& name, const ArrayShape& shape, c10::ScalarType type) {
  const std::vector<Value> values = group.array<Value>(name, shape);
  Tensor tensor = at::empty(std::vector<std::int64_t>(shape.begin(), shape.end()), type);
  std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<Value>());
  return tensor;
}

Tensor takeTensor(const Hdf5Group& group, const std::string& name) {
  const ArrayShape shape = group.shapeOf(name);
  switch (group.typeOf(name)) {
    case ArrayType::UInt8:
      return takeTensor<std::uint8_t>(group, name, shape, at::kByte);
    case ArrayType::Int64:
      return takeTensor<std::int64_t>(group, name, shape, at::kLong);
    case ArrayType::Float64:
      return takeTensor<double>(group, name, shape, at::kDouble);
    case ArrayType::Float32:
      break;
  }
  return takeTensor<float>(group, name, shape, at::kFloat);
}

// ---- what stays online ----

// Steps that a fold of the block found no place for, and clip ratios of its inputs.
BlockSteps remainingSteps(const FoldedBlock& block) {
  BlockSteps steps;
  for (std::size_t i = 0; i < kLinearSeams.size(); ++i) {
    for (const Step& step : block.online[i]) steps.push_back({kLinearSeams[i], step, {}});
    if (block.inputClip[i] != 1) steps.push_back({kLinearSeams[i], Clip{at::full({1}, block.inputClip[i], at::kDouble)}, {}});
  }
  for (const Step& step : block.queryKey) steps.push_back({SeamKind::QueryKey, step, {}});
  return steps;
}

std::vector<Step> stepsAt(const BlockSteps& steps, SeamKind seam) {
  std::vector<Step> found;
  for (const PlacedStep& placed : steps) {
    if (placed.seam == seam && isTransform(placed.step)) found.push_back(placed.step);
  }
  return found;
}

// The weight before the steps, and what these add to a bias.
std::pair<Tensor, Tensor> undone(Tensor weight, const std::vector<Step>& steps) {
  Tensor bias;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    weight = undoOnWeight(*step, weight);
    if (const Tensor own = biasFrom(*step, weight); own.defined()) bias = bias.defined() ? bias + own : own;
  }
  return {weight, bias};
}

}  // namespace

void writeHdf5Model(const QuantizedModel& quantized, const fs::path& folder, const Progress& progress) {
  c10::NoGradGuard noGrad;
  const FoldedModel model(quantized);
  const ModelConfig& config = quantized.model->config();
  NamedTensors tensors;
  Formats formats;
  const auto addPlain = [&](const std::string& name, const Tensor& value) {
    if (value.defined()) tensors.emplace_back(name, value.to(at::kFloat).contiguous());
  };
  const auto addLinear = [&](LinearId id, const Tensor& weight, const Tensor& bias, const std::vector<Step>& steps) {
    const Packed* packed = quantized.find(id);
    Tensor before, shifted;  // looked at for float weights and for biases alone
    if (!packed || bias.defined()) std::tie(before, shifted) = undone(packed ? dequantize(*packed) : weight, steps);
    if (bias.defined() && !hasBias(config, id.role))
      throw Error("a shift stays online before " + toString(id) + ", which has no bias to take it back; leave out the pass that made it");
    if (packed) {
      appendTensors(tensors, id, *packed);
      formats.emplace(id, packed->format);
    } else {
      addPlain(moduleName(id) + ".weight", before);
    }
    if (const auto range = quantized.inputRange(id)) appendTensors(tensors, id, *range);
    if (bias.defined()) addPlain(moduleName(id) + ".bias", shifted.defined() ? bias - shifted : bias);
  };

  const FoldedEnds ends = model.ends();
  addLinear({-1, Role::Embedding}, ends.embedding, {}, {});
  addPlain(normName(Naming::Transformers, Norm::Final, -1), ends.finalNorm);
  if (!model.tied()) addLinear({-1, Role::LmHead}, ends.lmHead, {}, {});
  std::vector<BlockSteps> steps;
  bool any = false;
  for (int block = 0; block < config.blocks; ++block) {
    progress.checkpoint(0.6 * block / static_cast<double>(config.blocks), "block " + std::to_string(block));
    const FoldedBlock folded = model.block(block);
    steps.push_back(remainingSteps(folded));
    any = any || !steps.back().empty();
    addPlain(normName(Naming::Transformers, Norm::Attention, block), folded.weights.attentionNorm);
    addPlain(normName(Naming::Transformers, Norm::Ffn, block), folded.weights.ffnNorm);
    addPlain(normName(Naming::Transformers, Norm::Q, block), folded.weights.qNorm);
    addPlain(normName(Naming::Transformers, Norm::K, block), folded.weights.kNorm);
    for (const Role role : kBlockRoles)
      addLinear({block, role}, folded.weights.of(role), folded.weights.biasOf(role), stepsAt(steps.back(), seamOf(role)));
  }

  Metadata texts{{"plan", toJson(quantized.plan).dump()}, {"formats", formatsToJson(formats).dump()}, {"recipe", quantized.recipeJson}};
  texts["steps"] = (any ? storeSteps(steps, 0, tensors) : Json::array()).dump();
  texts["checksum"] = checksumOf(texts, kTexts, {tensors.begin(), tensors.end()});
  Json method{{"quant_method", kHdf5Method}, {"version", kHdf5Version}, {"file", fileOf({}).string()}};
  {
    const Hdf5Image image;
    const Hdf5Group root = image.root();
    root.setNumber(kVersionKey, std::int64_t{kHdf5Version});
    for (const auto& [name, text] : texts) root.addText(name, text);
    const Hdf5Group group = root.addGroup("tensors");
    std::size_t done = 0;
    for (auto& [name, tensor] : tensors) {
      progress.checkpoint(0.6 + 0.3 * static_cast<double>(done++) / static_cast<double>(tensors.size()), "pack");
      addTensor(group, name, tensor);
      tensor = Tensor();  // twice in memory no longer than needed
    }
    progress.checkpoint(0.9, "write");
    const std::span<const std::byte> bytes = image.bytes();
    method[kHashKey] = hashOf(bytes);
    writeFileAtomically(fileOf(folder).string(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  writeModelFiles(*quantized.model, {.quantization = method, .tied = model.tied(), .type = at::kFloat}, folder);
  progress.checkpoint(1.0, "write");
}

std::shared_ptr<QuantizedModel> openHdf5Model(const fs::path& folder, Json configJson, const Progress& progress) {
  c10::NoGradGuard noGrad;
  const std::string path = fileOf(folder).string();
  const JsonView whole(configJson, "config.json");
  const JsonView method = whole.at(kConfigKey);
  if (const std::int64_t version = method.integer("version", 1, 1 << 20); version > kHdf5Version) {
    throw Error("\"" + path + "\" has layout version " + std::to_string(version) + ", this program reads up to " +
                std::to_string(kHdf5Version) + "; update Bitscape");
  }
  if (hashOf(MappedFile(path).bytes()) != method.string(kHashKey)) {
    throw Error("\"" + path + "\" is not the HDF5 file that config.json was written for; the folder is damaged, export again");
  }
  configJson.erase(kConfigKey);
  Metadata texts;
  std::map<std::string, Tensor> values;
  {
    const Hdf5File file(path);
    const Hdf5Group root = file.root();
    root.integer(kVersionKey, 1, kHdf5Version);
    for (const std::string& name : kTexts) texts[name] = root.text(name);
    texts["checksum"] = root.text("checksum");
    const Hdf5Group group = root.group("tensors");
    const std::vector<std::string> names = group.names();
    for (const std::string& name : names) {
      progress.checkpoint(0.8 * static_cast<double>(values.size()) / static_cast<double>(names.size()), "read");
      values.emplace(name, takeTensor(group, name));
    }
  }
  const auto jsonOf = [&](const char* name) { return parseJson(texts.at(name), "\"" + path + "\": " + name); };
  const ModelConfig config = readConfig(configJson, "\"" + folder.string() + "\": config.json");
  auto quantized = std::make_shared<QuantizedModel>();
  const Json plan = jsonOf("plan"), formatTable = jsonOf("formats"), steps = jsonOf("steps");
  quantized->plan = planFromJson(JsonView(plan, "\"" + path + "\": plan"));
  withContext("\"" + path + "\"", [&] { requireFits(quantized->plan, config); });
  quantized->recipeJson = texts.at("recipe");

  std::vector<LinearId> ids{{-1, Role::LmHead}, {-1, Role::Embedding}};
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) ids.push_back({block, role});
  }
  CheckedReader reader(path, std::make_shared<MemorySource>(path, std::move(values)));
  const Formats formats = formatsFromJson(JsonView(formatTable, "\"" + path + "\": formats"), ids, config);
  quantized->steps = readSteps(JsonView(steps, "\"" + path + "\": steps"), reader, 0, static_cast<std::size_t>(config.blocks), config);
  CodedModules modules;
  for (const LinearId id : ids) {
    const auto format = formats.find(id);
    if (quantized->plan.of(id).weight.has_value() != (format != formats.end()))
      throw Error("\"" + path + "\": the formats and the plan disagree about " + toString(id) + "; the file is damaged, export again");
    if (quantized->plan.of(id).needsRange()) quantized->inputRanges.emplace(id, readRange(reader, id));
    if (format == formats.end()) continue;
    const Packed& weight = quantized->linears.emplace(id, readPacked(reader, id, format->second, shapeOf(config, id.role))).first->second;
    modules.packed.emplace(moduleName(id), weight);
    if (id.block >= 0 && !quantized->steps.empty())
      modules.steps.emplace(moduleName(id), stepsAt(quantized->steps[static_cast<std::size_t>(id.block)], seamOf(id.role)));
  }
  std::map<std::string, Tensor> plain;
  for (const NeededTensor& needed : neededTensors(config, Naming::Transformers)) {
    const std::string module = needed.name.substr(0, needed.name.rfind('.'));
    if (needed.name.ends_with(".weight") && modules.packed.contains(module)) continue;
    plain.emplace(needed.name, reader.take(needed.name, at::kFloat, needed.shape));
  }
  reader.finish(texts, kTexts);
  quantized->model = Model::fromTensors(folder.string(), configJson,
                                        decodedSource(std::make_shared<MemorySource>(path, std::move(plain)), std::move(modules)));
  quantized->model->requireForward();
  progress.checkpoint(1.0, "read");
  return quantized;
}

}  // namespace bitscape
