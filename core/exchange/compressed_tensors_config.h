// The "quantization_config" of compressed-tensors: which module is stored how. Written, and read with its rules of matching.
//
// One scheme for all linears of the blocks is the target "Linear"; several are written as expressions over block numbers and roles, which
// name every linear exactly once (compressed_tensors_targets.h). Pure, thread-safe.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/exchange/compressed_tensors_scheme.h"
#include "core/exchange/compressed_tensors_transform.h"
#include "core/model/config.h"

namespace bitscape {

// The first version that packs codes densely, which is how they are written here.
inline constexpr const char* kCtVersion = "0.18.0";

Json quantizationJson(const std::map<LinearId, CtScheme>& schemes, const CtTransforms& transforms, const ModelConfig& config);

struct CtConfig {
  std::map<LinearId, CtScheme> schemes;  // of the linears that are quantized
  CtTransforms transforms;
  bool padded = false;                   // written before kCtVersion: unused bits at the end of words
};
// Throws Error: another quantization, a setting that is not read, a key outside those that schemes may have, two groups that both name a
// linear by name or expression.
CtConfig readQuantization(const JsonView& quantization, const ModelConfig& config);

}  // namespace bitscape
