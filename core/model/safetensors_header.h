// The header of one .safetensors file: read with every check made before memory is taken, and written.
//
// Layout: u64 N | N bytes of JSON, {"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {...}} | tensors, without
// holes (README "Format" and safetensors/src/tensor.rs, huggingface/safetensors). Pure functions, thread-safe. Throws Error naming the
// tensor; the caller adds the file's name.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/model/tensor_source.h"

namespace bitscape {

struct SafetensorsHeader {
  std::vector<TensorInfo> tensors;              // in the order of their data; `file` is 0, offsets are absolute
  std::map<std::string, std::string> metadata;
};

SafetensorsHeader readSafetensorsHeader(std::span<const std::byte> file);

// Length and JSON, padded to a multiple of 8 bytes, for tensors that follow in this order. Their offsets are ignored.
std::string makeSafetensorsHeader(const std::vector<TensorInfo>& tensors, const std::map<std::string, std::string>& metadata);

}  // namespace bitscape
