// The number formats of ggml: which exist, how large their blocks are, and their decoding to float32.
//
// A quantized row is a chain of blocks of 32 or 256 weights, each with its own scale (d) and perhaps minimum (m). Layouts and formulas:
// ggml/src/ggml-common.h and ggml/src/ggml-quants.c (ggml-org/llama.cpp); each decoder states its formula. Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bitscape {

struct GgmlType {
  std::uint32_t id;         // in GGUF files
  std::string_view name;    // "Q4_1"
  std::int64_t elements;    // of a block
  std::int64_t bytes;       // of a block
  void (*decode)(const std::byte* blocks, float* out, std::int64_t count);  // of `count` blocks; null when this program cannot
};

// Null when the type is unknown.
const GgmlType* ggmlType(std::uint32_t id);
const GgmlType* ggmlType(std::string_view name);

// Decodes `count` blocks in parallel. `blocks` may have any alignment; type.decode must not be null.
void decodeBlocks(const GgmlType& type, const std::byte* blocks, float* out, std::int64_t count);

}  // namespace bitscape
