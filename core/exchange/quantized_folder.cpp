#include "core/exchange/quantized_folder.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/decoded_source.h"
#include "core/exchange/exporter.h"
#include "core/exchange/gptq_import.h"
#include "core/exchange/hdf5_model.h"
#include "core/exchange/importer.h"
#include "core/model/tensor_file.h"

namespace bitscape {
namespace {

constexpr const char* kKey = "quantization_config";

std::filesystem::path configOf(const std::filesystem::path& folder) { return folder / "config.json"; }

// A folder of codes beside float tensors.
template <ImportedCodes (*kImport)(const std::filesystem::path&, const Progress&)>
std::shared_ptr<QuantizedModel> openCodes(const std::filesystem::path& folder, Json config, const Progress& progress) {
  ImportedCodes codes = kImport(folder, progress);
  config.erase(kKey);
  CodedModules modules;
  for (const auto& [id, weight] : codes.linears) modules.packed.emplace(moduleName(id), weight);  // shares the tensors
  for (std::size_t block = 0; block < codes.steps.size(); ++block) {
    for (const PlacedStep& placed : codes.steps[block]) {
      for (const Role role : consumers(placed.seam)) modules.steps[moduleName({static_cast<int>(block), role})].push_back(placed.step);
    }
  }
  auto model = std::make_shared<QuantizedModel>();
  model->model = Model::fromTensors(folder.string(), config, decodedSource(openSafetensors(folder.string()), std::move(modules)));
  model->model->requireForward();
  model->plan = std::move(codes.plan);
  // Named by its formats, whatever type their scales are stored in.
  if (const std::string name = nameOf(withScaleType(model->plan, ScaleType::Float32)); name != "custom") model->plan.name = name;
  model->linears = std::move(codes.linears);
  model->inputRanges = std::move(codes.inputRanges);
  model->steps = std::move(codes.steps);
  model->recipeJson = Json{{"bitscape_recipe", 1}, {"plan", toJson(model->plan)}}.dump();
  return model;
}

using Open = std::shared_ptr<QuantizedModel> (*)(const std::filesystem::path&, Json config, const Progress&);
// Who reads the folder; null: nobody here.
Open readerOf(const std::filesystem::path& folder, const Json& config) {
  std::error_code fault;
  if (!config.is_object()) return nullptr;
  if (!config.contains(kKey)) return std::filesystem::is_regular_file(folder / "quantize_config.json", fault) ? openCodes<importGptq> : nullptr;
  if (!config.at(kKey).is_object()) return nullptr;
  const std::string method = JsonView(config.at(kKey), "config.json: quantization_config").string("quant_method", "");
  return method == "gptq"                 ? openCodes<importGptq>
         : method == "compressed-tensors" ? openCodes<importCompressedTensors>
         : method == kHdf5Method          ? openHdf5Model
                                          : nullptr;
}

}  // namespace

bool isQuantizedFolder(const std::filesystem::path& path) {
  std::error_code fault;
  if (!std::filesystem::is_directory(path, fault) || !std::filesystem::is_regular_file(configOf(path), fault)) return false;
  try {
    return readerOf(path, readJson(configOf(path).string())) != nullptr;
  } catch (const Error&) {
    return false;  // Model::open says what is wrong
  }
}

std::shared_ptr<const QuantizedModel> openQuantizedFolder(const std::filesystem::path& folder, const Progress& progress) {
  return withContext("cannot open \"" + folder.string() + "\"", [&] {
    const Json config = readJson(configOf(folder).string());
    const Open reader = readerOf(folder, config);
    if (!reader) throw Error("it is quantized neither as compressed-tensors nor as GPTQ nor by this program; open it as any other model");
    return std::shared_ptr<const QuantizedModel>(reader(folder, config, progress));
  });
}

std::shared_ptr<const Model> openModelAt(const std::filesystem::path& path) {
  return isQuantizedFolder(path) ? openQuantizedFolder(path, {})->model : Model::open(path.string());
}

}  // namespace bitscape
