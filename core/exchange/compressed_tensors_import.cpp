#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/codes_folder.h"
#include "core/exchange/compressed_tensors_config.h"
#include "core/exchange/importer.h"
#include "core/model/name_match.h"
#include "core/model/tensor_file.h"

namespace bitscape {
namespace {

// The plan whose uniform part is what the most linears of blocks have.
Plan planOf(const std::map<LinearId, CtScheme>& schemes, const ModelConfig& config) {
  std::vector<std::pair<LinearPlan, int>> counts;
  std::map<LinearId, LinearPlan> all;
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) {
      const auto found = schemes.find({block, role});
      const LinearPlan& plan = all[{block, role}] = found == schemes.end() ? LinearPlan{} : planOf(found->second);
      const auto count = std::find_if(counts.begin(), counts.end(), [&](const auto& entry) { return entry.first == plan; });
      if (count == counts.end()) {
        counts.emplace_back(plan, 1);
      } else {
        ++count->second;
      }
    }
  }
  Plan plan;
  const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most != counts.end()) plan.uniform = most->first;
  for (const auto& [id, own] : all) {
    if (own != plan.uniform) plan.overrides.emplace(id, own);
  }
  for (const auto& [id, scheme] : schemes) {
    if (id.block < 0) plan.overrides.emplace(id, planOf(scheme));
  }
  plan.name = nameOf(plan);
  return plan;
}

std::map<std::string, Tensor> tensorsOf(const TensorSource& source, const std::string& module) {
  auto tensors = moduleTensors(source, module, {"weight", "weight_packed", "weight_scale", "weight_shape", "weight_zero_point",
                                                "weight_g_idx", "input_scale", "input_zero_point"});
  if (tensors.contains("weight_g_idx")) throw Error("columns are reordered (weight_g_idx), which this program does not read");
  return tensors;
}

InputRange rangeFrom(const CtInput& input, const Format& format, const std::map<std::string, Tensor>& tensors) {
  const auto scale = tensors.find("input_scale");
  if (scale == tensors.end() || scale->second.numel() != 1 || !scale->second.is_floating_point()) {
    throw Error("the tensor \"input_scale\" is missing or is not one number; the files are incomplete, get them again");
  }
  const float step = scale->second.to(at::kFloat).item<float>();
  if (input.isFloat) return {-step * format.grid.table.back(), step * format.grid.table.back()};
  const auto last = static_cast<float>(format.grid.levels - 1), half = static_cast<float>(format.grid.levels / 2);
  if (input.symmetric) return {-step * (last * 0.5f), step * (last * 0.5f)};
  const auto zero = tensors.find("input_zero_point");
  const float lowest = zero == tensors.end() ? half : zero->second.to(at::kFloat).item<float>() + half;
  return {-step * lowest, step * (last - lowest)};
}

}  // namespace

ImportedCodes importCompressedTensors(const std::filesystem::path& folder, const Progress& progress) {
  return withContext("cannot read \"" + folder.string() + "\"", [&] {
    const std::string configPath = (folder / "config.json").string();
    Json json = readJson(configPath);
    if (!json.is_object() || !json.contains("quantization_config")) {
      throw Error("config.json has no \"quantization_config\": the model is not quantized; open it as any other");
    }
    const Json quantization = json["quantization_config"];
    json.erase("quantization_config");
    ImportedCodes result;
    result.config = readConfig(json, configPath);
    if (result.config.unsupported) throw Error(*result.config.unsupported);
    const CtConfig config = readQuantization(JsonView(quantization, "config.json: quantization_config"), result.config);
    result.plan = planOf(config.schemes, result.config);
    result.steps = stepsOf(config.transforms);

    const auto source = openSafetensors(folder.string());
    std::set<LinearId> packed;
    for (const auto& [id, scheme] : config.schemes) packed.insert(id);
    requireOtherTensors(*source, result.config, packed);
    std::size_t done = 0;
    for (const auto& [id, scheme] : config.schemes) {
      progress.checkpoint(static_cast<double>(done++) / static_cast<double>(config.schemes.size()), "read " + toString(id));
      withContext(toString(id), [&, id = id, &scheme = scheme] {
        const auto tensors = tensorsOf(*source, moduleName(id));
        Packed packed = packedFrom(scheme, tensors, config.padded);
        const LinearShape shape = shapeOf(result.config, id.role);
        if (packed.out() != shape.out || packed.in() != shape.in) {
          throw Error("the weight is " + std::to_string(packed.out()) + " x " + std::to_string(packed.in()) + ", the configuration needs " +
                      std::to_string(shape.out) + " x " + std::to_string(shape.in));
        }
        if (scheme.input && !scheme.input->dynamic) {
          result.inputRanges.emplace(id, rangeFrom(*scheme.input, *result.plan.of(id).input, tensors));
        }
        result.linears.emplace(id, std::move(packed));
      });
    }
    return result;
  });
}

}  // namespace bitscape
