// safetensors: one file, or a folder's shards with their index, mapped. Reading and writing.
//
// Layout and the checks made on it: safetensors README "Format" and safetensors/src/tensor.rs (huggingface/safetensors).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/model/tensor_source.h"

namespace bitscape {

// `path` is a .safetensors file, a *.safetensors.index.json, or a folder that holds either. Throws Error.
std::shared_ptr<const TensorSource> openSafetensors(const std::string& path);

// The "__metadata__" strings of one .safetensors file.
std::map<std::string, std::string> safetensorsMetadata(const std::string& path);

// Writes one .safetensors file: to `path`.tmp beside it, flushed, renamed; on failure or cancel nothing is left behind. Types:
// float64, float32, float16, bfloat16, uint8, int8, int16, int32, int64, bool,
// float8_e4m3fn.
void writeSafetensors(const std::string& path, const std::vector<std::pair<std::string, Tensor>>& tensors,
                      const std::map<std::string, std::string>& metadata);

}  // namespace bitscape
