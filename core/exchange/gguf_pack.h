// One block of a ggml type, from its parts to its bytes: the inverse of the decoders in core/model/ggml_blocks.h.
//
//   Q4_0, Q5_0, Q8_0   w = d (q - 8), d (q - 16), d (q - 128)         Q4_1, Q5_1   w = d q + m
//   Q3_K, Q6_K         w = d scale (q - 4), d scale (q - 32)          Q2_K, Q4_K, Q5_K   w = d scale q - m minimum
// with one scale and minimum for each run of 16 weights (Q2_K, Q3_K, Q6_K) or 32 (Q4_K, Q5_K). Pure functions, thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bitscape {

struct GgmlBlock {
  float d = 0, m = 0;                      // rounded to float16 when stored
  std::array<int, 16> scale{}, minimum{};  // of the runs: Q2_K 0..15, Q3_K -32..31, Q4_K and Q5_K 0..63, Q6_K -128..127
  std::array<std::uint8_t, 256> q{};       // codes from 0 on, in the order of the weights
};

using PutBlock = void (*)(const GgmlBlock& block, std::byte* bytes);
// Null when the type has no blocks of this kind. What it writes is as long as GgmlType::bytes; values out of range are cut to their bits.
PutBlock blockPutter(std::string_view type);

std::uint16_t halfBits(float value);  // nearest float16, ties to even
float halfValue(std::uint16_t bits);
bool isHalf(float value);  // finite in float16, and no other float32

}  // namespace bitscape
