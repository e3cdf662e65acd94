// The directory of one GGUF file: metadata and the list of tensors, read from its bytes with every check made before memory is taken.
//
// Layout (ggml/docs/gguf.md): "GGUF" | u32 version | i64 tensors | i64 keys | keys and values | tensor infos | padding | data.
// Pure function, thread-safe. Throws Error naming the byte, the key or the tensor; the caller adds the file's name.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/model/gguf_file.h"

namespace bitscape {

struct GgufDirectory {
  std::map<std::string, GgufValue, std::less<>> metadata;  // strings point into the bytes
  std::vector<TensorInfo> tensors;                         // in the order of their data; `file` is 0
};

GgufDirectory readGgufDirectory(std::span<const std::byte> file);

}  // namespace bitscape
