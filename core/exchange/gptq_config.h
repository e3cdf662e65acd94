// The configuration of a GPTQ checkpoint: quantize_config.json, and "quantization_config" in config.json.
//
// One scheme for most linears of the blocks; others by "dynamic", whose keys are "+:" with an expression and the settings that differ, or
// "-:" for linears that stay float. An expression must match from a module's name on; the first that does, in the order of the file,
// decides (ModelCloud/GPTQModel, quantization/config.py). Pure, thread-safe; throws Error.
#pragma once

#include <map>

#include "core/base/json.h"
#include "core/exchange/gptq_tensors.h"
#include "core/model/config.h"

namespace bitscape {

struct GptqConfig {
  std::map<LinearId, GptqScheme> schemes;  // of the linears that are quantized
  GptqVersion version = GptqVersion::V1;
};

Json gptqJson(const GptqConfig& config, const ModelConfig& model);
// Every linear of the blocks has a scheme unless "dynamic" leaves it out; the head where "lm_head" is true.
GptqConfig readGptqConfig(const JsonView& json, const ModelConfig& model);

}  // namespace bitscape
