// GGUF version 3: metadata and tensors of one file, mapped; tensors are dequantized on demand.
//
// Layout: ggml/docs/gguf.md; block formats: ggml/src/ggml-common.h and ggml-quants.c (ggml-org/llama.cpp).
// Decodes F32, F16, BF16, F64, I8..I64, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K; other types are listed, and
// loading them is an Error that names the type.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/model/tensor_source.h"

namespace bitscape {

// An array of metadata keeps one vector per kind; strings point into the mapped file.
using GgufArray = std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<bool>, std::vector<std::string_view>>;
using GgufValue = std::variant<std::int64_t, std::uint64_t, double, bool, std::string_view, GgufArray>;

class GgufFile : public TensorSource {
 public:
  // Checks magic, version, counts against the file's size before any allocation, names, duplicates, alignment, offsets and overlaps.
  static std::shared_ptr<const GgufFile> open(const std::string& path);

  virtual const std::map<std::string, GgufValue, std::less<>>& metadata() const = 0;
  // Typed look-ups; nullopt when the key is absent, Error when it has another type or does not fit.
  std::optional<std::int64_t> integer(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;
  std::optional<bool> boolean(std::string_view key) const;
  std::optional<std::string> string(std::string_view key) const;
  const GgufArray* array(std::string_view key) const;  // null when absent
};

}  // namespace bitscape
