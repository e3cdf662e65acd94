// Named tensors in a file or a set of files: what safetensors and GGUF have in common.
//
// Opening reads and checks the directory of tensors alone; data is decoded per tensor on demand. Immutable and thread-safe once open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <c10/core/ScalarType.h>

#include "core/base/tensor.h"

namespace bitscape {

struct TensorInfo {
  std::string name;
  std::string type;                 // as the file calls it: "BF16", "F32", "Q4_1"
  std::vector<std::int64_t> shape;  // outermost first, as PyTorch prints it: a linear is [out, in]
  std::uint64_t bytes = 0;          // as stored
  std::size_t file = 0;             // index into files()
  std::uint64_t offset = 0;         // absolute, in that file
  std::int64_t elements() const;
};

class TensorSource {
 public:
  virtual ~TensorSource() = default;
  virtual const std::vector<std::string>& files() const = 0;        // paths
  virtual const std::vector<TensorInfo>& tensors() const = 0;       // in file order
  // Null when there is none of this name.
  virtual const TensorInfo* find(const std::string& name) const = 0;
  // The tensor decoded to float32 on the CPU (freshly allocated, contiguous). Throws Error when the name is unknown or the stored
  // type cannot be decoded; NaN and infinity are checked by the caller that knows the tensor's purpose.
  virtual Tensor load(const std::string& name) const = 0;
  // The stored values without decoding where a torch type exists (F32, F16, BF16, integers); nullopt otherwise.
  virtual std::optional<Tensor> loadNative(const std::string& name) const = 0;
};

// The torch type of a stored type that is one number after the other ("BF16", "I8", "F8_E4M3"); nullopt for blocks and the rest.
std::optional<c10::ScalarType> plainType(std::string_view name);

// A tensor of `wanted` from the bytes of `stored` values (little-endian, row-major, of any alignment). `bytes` must be exactly as
// many as `shape` needs.
Tensor copyPlain(std::span<const std::byte> bytes, const std::vector<std::int64_t>& shape, c10::ScalarType stored, c10::ScalarType wanted);

}  // namespace bitscape
