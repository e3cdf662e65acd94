#include "core/exchange/gptq_import.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/gptq_config.h"
#include "core/exchange/lint_rules.h"
#include "core/model/name_match.h"
#include "core/model/tensor_file.h"

namespace bitscape {
namespace {

std::map<std::string, Tensor> tensorsOf(const TensorSource& source, const std::string& module) {
  std::map<std::string, Tensor> tensors;
  for (const char* name : {"qweight", "qzeros", "scales", "g_idx"}) {
    if (!source.find(module + "." + name)) continue;
    auto native = source.loadNative(module + "." + name);
    if (!native) throw Error("the tensor \"" + module + "." + name + "\" has a type that is not read");
    tensors.emplace(name, std::move(*native));
  }
  return tensors;
}

// What is no packed weight must be there in floating point.
void requireOthers(const TensorSource& source, const ModelConfig& config, const std::map<LinearId, GptqScheme>& schemes) {
  std::map<std::string, bool> packed;
  for (const auto& [id, scheme] : schemes) packed[weightName(Naming::Transformers, id)] = true;
  for (const NeededTensor& needed : neededTensors(config, Naming::Transformers)) {
    if (packed.contains(needed.name)) continue;
    const TensorInfo* info = source.find(needed.name);
    if (!info)
      throw Error("the tensor \"" + needed.name + "\" (" + needed.purpose + ") is missing; the files are incomplete, get them again");
    if (info->shape != needed.shape) {
      throw Error("the tensor \"" + needed.name + "\" (" + needed.purpose + ") has the shape " + shapeText(info->shape) +
                  ", the configuration needs " + shapeText(needed.shape));
    }
  }
}

Json quantizationOf(const std::filesystem::path& folder, const Json& config) {
  if (config.is_object() && config.contains("quantization_config")) return config["quantization_config"];
  const std::filesystem::path path = folder / "quantize_config.json";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    throw Error("neither config.json nor quantize_config.json says how the model is quantized; open it as any other");
  return readJson(path.string());
}

}  // namespace

ImportedCodes importGptq(const std::filesystem::path& folder, const Progress& progress) {
  return withContext("cannot read \"" + folder.string() + "\"", [&] {
    const std::string configPath = (folder / "config.json").string();
    Json json = readJson(configPath);
    const Json quantization = quantizationOf(folder, json);
    json.erase("quantization_config");
    ImportedCodes result;
    result.config = readConfig(json, configPath);
    if (result.config.unsupported) throw Error(*result.config.unsupported);
    const GptqConfig config = readGptqConfig(JsonView(quantization, "the GPTQ configuration"), result.config);

    const auto source = openSafetensors(folder.string());
    requireOthers(*source, result.config, config.schemes);
    std::size_t done = 0;
    for (const auto& [id, scheme] : config.schemes) {
      progress.checkpoint(static_cast<double>(done++) / static_cast<double>(config.schemes.size()), "read " + toString(id));
      withContext(toString(id), [&, id = id, &scheme = scheme] {
        Packed packed = packedFromGptq(scheme, config.version, tensorsOf(*source, moduleName(id)), shapeOf(result.config, id.role));
        result.plan.overrides[id] = {.weight = packed.format, .input = {}};
        result.linears.emplace(id, std::move(packed));
      });
    }
    for (int block = 0; block < result.config.blocks; ++block) {
      for (const Role role : kBlockRoles) result.plan.overrides.try_emplace({block, role});
    }
    result.plan = simplified(std::move(result.plan), result.config);
    return result;
  });
}

}  // namespace bitscape
