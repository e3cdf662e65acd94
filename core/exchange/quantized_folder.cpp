#include "core/exchange/quantized_folder.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/decoded_source.h"
#include "core/exchange/exporter.h"
#include "core/exchange/gptq_import.h"
#include "core/exchange/importer.h"
#include "core/model/tensor_file.h"

namespace bitscape {
namespace {

constexpr const char* kKey = "quantization_config";

std::filesystem::path configOf(const std::filesystem::path& folder) { return folder / "config.json"; }
bool hasGptqSettings(const std::filesystem::path& folder) {
  std::error_code fault;
  return std::filesystem::is_regular_file(folder / "quantize_config.json", fault);
}

ImportedCodes importFolder(const std::filesystem::path& folder, const Json& config, const Progress& progress) {
  if (!config.contains(kKey)) return importGptq(folder, progress);
  const std::string method = JsonView(config.at(kKey), "config.json: quantization_config").string("quant_method", "");
  if (method == "gptq") return importGptq(folder, progress);
  if (method == "compressed-tensors") return importCompressedTensors(folder, progress);
  throw Error("its \"quant_method\" is \"" + method + "\"; what can be opened is \"compressed-tensors\" and \"gptq\"");
}

}  // namespace

bool isQuantizedFolder(const std::filesystem::path& path) {
  std::error_code fault;
  if (!std::filesystem::is_directory(path, fault) || !std::filesystem::is_regular_file(configOf(path), fault)) return false;
  if (hasGptqSettings(path)) return true;
  try {
    const Json config = readJson(configOf(path).string());
    return config.is_object() && config.contains(kKey) && config.at(kKey).is_object();
  } catch (const Error&) {
    return false;  // whoever opens it says what is wrong
  }
}

std::shared_ptr<const QuantizedModel> openQuantizedFolder(const std::filesystem::path& folder, const Progress& progress) {
  return withContext("cannot open \"" + folder.string() + "\"", [&] {
    Json config = readJson(configOf(folder).string());
    if (!config.is_object()) throw Error("config.json is not an object");
    ImportedCodes codes = importFolder(folder, config, progress);
    auto packed = std::make_shared<std::map<std::string, Packed>>();
    for (const auto& [id, weight] : codes.linears) packed->emplace(moduleName(id), weight);  // shares the tensors
    config.erase(kKey);
    auto model = std::make_shared<QuantizedModel>();
    model->model = Model::fromTensors(folder.string(), config, decodedSource(openSafetensors(folder.string()), std::move(packed)));
    model->model->requireForward();
    model->plan = std::move(codes.plan);
    // Named by its formats, whatever type their scales are stored in.
    if (const std::string name = nameOf(withScaleType(model->plan, ScaleType::Float32)); name != "custom") model->plan.name = name;
    model->linears = std::move(codes.linears);
    model->inputRanges = std::move(codes.inputRanges);
    model->recipeJson = Json{{"bitscape_recipe", 1}, {"plan", toJson(model->plan)}}.dump();
    return std::shared_ptr<const QuantizedModel>(std::move(model));
  });
}

std::shared_ptr<const Model> openModelAt(const std::filesystem::path& path) {
  return isQuantizedFolder(path) ? openQuantizedFolder(path, {})->model : Model::open(path.string());
}

}  // namespace bitscape
