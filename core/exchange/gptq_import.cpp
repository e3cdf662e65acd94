#include "core/exchange/gptq_import.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/codes_folder.h"
#include "core/exchange/gptq_config.h"
#include "core/exchange/lint_rules.h"
#include "core/model/name_match.h"
#include "core/model/tensor_file.h"

namespace bitscape {
namespace {

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
    std::set<LinearId> packed;
    for (const auto& [id, scheme] : config.schemes) packed.insert(id);
    requireOtherTensors(*source, result.config, packed);
    std::size_t done = 0;
    for (const auto& [id, scheme] : config.schemes) {
      progress.checkpoint(static_cast<double>(done++) / static_cast<double>(config.schemes.size()), "read " + toString(id));
      withContext(toString(id), [&, id = id, &scheme = scheme] {
        Packed packed = packedFromGptq(scheme, config.version, moduleTensors(*source, moduleName(id), {"qweight", "qzeros", "scales", "g_idx"}),
                                       shapeOf(result.config, id.role));
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
