#include "core/model/ggml_blocks.h"

#include <ATen/Parallel.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace bitscape {
namespace {

using Byte = std::uint8_t;

// The layouts of ggml-common.h. Bytes alone, so that a block may lie anywhere; scales are read through half().
// clang-format off
struct Q4_0 { Byte d[2], qs[16]; };
struct Q4_1 { Byte d[2], m[2], qs[16]; };
struct Q5_0 { Byte d[2], qh[4], qs[16]; };
struct Q5_1 { Byte d[2], m[2], qh[4], qs[16]; };
struct Q8_0 { Byte d[2]; std::int8_t qs[32]; };
struct Q2_K { Byte scales[16], qs[64], d[2], dmin[2]; };
struct Q3_K { Byte hmask[32], qs[64], scales[12], d[2]; };
struct Q4_K { Byte d[2], dmin[2], scales[12], qs[128]; };
struct Q5_K { Byte d[2], dmin[2], scales[12], qh[32], qs[128]; };
struct Q6_K { Byte ql[128], qh[64]; std::int8_t scales[16]; Byte d[2]; };
// clang-format on

float half(const Byte* bytes) {
  std::uint16_t bits;
  std::memcpy(&bits, bytes, sizeof bits);
  return c10::detail::fp16_ieee_to_fp32_value(bits);
}

// Two 4-bit codes per byte: byte j holds elements j (low) and j + 16 (high).
void decode(const Q4_0& block, float* out) {  // w = d (q - 8)
  const float d = half(block.d);
  for (int j = 0; j < 16; ++j) out[j] = static_cast<float>((block.qs[j] & 15) - 8) * d;
  for (int j = 0; j < 16; ++j) out[j + 16] = static_cast<float>((block.qs[j] >> 4) - 8) * d;
}

void decode(const Q4_1& block, float* out) {  // w = d q + m
  const float d = half(block.d), m = half(block.m);
  for (int j = 0; j < 16; ++j) out[j] = static_cast<float>(block.qs[j] & 15) * d + m;
  for (int j = 0; j < 16; ++j) out[j + 16] = static_cast<float>(block.qs[j] >> 4) * d + m;
}

// The fifth bit of element j is bit j of the little-endian word qh.
template <class Block, class Value>
void decodeFiveBits(const Block& block, float* out, Value value) {
  for (int j = 0; j < 16; ++j) {
    const int low = block.qh[j / 8] >> (j % 8) & 1, high = block.qh[2 + j / 8] >> (j % 8) & 1;
    out[j] = value((block.qs[j] & 15) | low << 4);
    out[j + 16] = value((block.qs[j] >> 4) | high << 4);
  }
}

void decode(const Q5_0& block, float* out) {  // w = d (q - 16)
  const float d = half(block.d);
  decodeFiveBits(block, out, [d](int q) { return static_cast<float>(q - 16) * d; });
}

void decode(const Q5_1& block, float* out) {  // w = d q + m
  const float d = half(block.d), m = half(block.m);
  decodeFiveBits(block, out, [d, m](int q) { return static_cast<float>(q) * d + m; });
}

void decode(const Q8_0& block, float* out) {  // w = d q
  const float d = half(block.d);
  for (int j = 0; j < 32; ++j) out[j] = static_cast<float>(block.qs[j]) * d;
}

// 256 weights in 16 groups of 16. Group g: w = d (scales[g] & 15) q - dmin (scales[g] >> 4). Codes of 2 bits: each half of 128
// weights takes 32 bytes, whose bit pairs are the half's four runs of 32.
void decode(const Q2_K& block, float* out) {
  const float d = half(block.d), dmin = half(block.dmin);
  for (int group = 0; group < 16; ++group) {
    const float scale = d * static_cast<float>(block.scales[group] & 15), minimum = dmin * static_cast<float>(block.scales[group] >> 4);
    const int shift = 2 * (group / 2 % 4);
    const Byte* qs = block.qs + 32 * (group / 8) + 16 * (group % 2);
    for (int j = 0; j < 16; ++j) out[16 * group + j] = scale * static_cast<float>(qs[j] >> shift & 3) - minimum;
  }
}

// Codes as in Q2_K; the third bit is bit (group / 2) of hmask and subtracts 4 where it is 0. Scales are 6-bit with offset 32: their
// low nibbles fill bytes 0..7 (groups 0..7 low, 8..15 high), their upper bit pairs bytes 8..11 (group g: byte 8 + g % 4, pair g / 4).
void decode(const Q3_K& block, float* out) {  // w = d (scale - 32) (q - 4)
  const float d = half(block.d);
  for (int group = 0; group < 16; ++group) {
    const int low = block.scales[group % 8] >> 4 * (group / 8) & 15, high = block.scales[8 + group % 4] >> 2 * (group / 4) & 3;
    const float scale = d * static_cast<float>((low | high << 4) - 32);
    const int shift = 2 * (group / 2 % 4), maskShift = group / 2;
    const Byte* qs = block.qs + 32 * (group / 8) + 16 * (group % 2);
    const Byte* hmask = block.hmask + 16 * (group % 2);
    for (int j = 0; j < 16; ++j) {
      const int q = (qs[j] >> shift & 3) | (hmask[j] >> maskShift & 1) << 2;
      out[16 * group + j] = scale * static_cast<float>(q - 4);
    }
  }
}

// Q4_K and Q5_K: 8 runs of 32 weights, each with a 6-bit scale and a 6-bit minimum packed into 12 bytes.
struct ScaleAndMinimum {
  float scale, minimum;
};
ScaleAndMinimum sixBits(const Byte* s, int run, float d, float dmin) {
  int scale = 0, minimum = 0;
  if (run < 4) {
    scale = s[run] & 63;
    minimum = s[run + 4] & 63;
  } else {
    scale = (s[run + 4] & 15) | s[run - 4] >> 6 << 4;
    minimum = s[run + 4] >> 4 | s[run] >> 6 << 4;
  }
  return {d * static_cast<float>(scale), dmin * static_cast<float>(minimum)};
}

void decode(const Q4_K& block, float* out) {  // w = d scale q - dmin minimum; 32 bytes hold runs 2p (low) and 2p + 1 (high)
  const float d = half(block.d), dmin = half(block.dmin);
  for (int run = 0; run < 8; ++run) {
    const auto [scale, minimum] = sixBits(block.scales, run, d, dmin);
    const Byte* qs = block.qs + 32 * (run / 2);
    const int shift = 4 * (run % 2);
    for (int j = 0; j < 32; ++j) out[32 * run + j] = scale * static_cast<float>(qs[j] >> shift & 15) - minimum;
  }
}

void decode(const Q5_K& block, float* out) {  // as Q4_K; the fifth bit of run r is bit r of qh
  const float d = half(block.d), dmin = half(block.dmin);
  for (int run = 0; run < 8; ++run) {
    const auto [scale, minimum] = sixBits(block.scales, run, d, dmin);
    const Byte* qs = block.qs + 32 * (run / 2);
    const int shift = 4 * (run % 2);
    for (int j = 0; j < 32; ++j) {
      const int q = (qs[j] >> shift & 15) | (block.qh[j] >> run & 1) << 4;
      out[32 * run + j] = scale * static_cast<float>(q) - minimum;
    }
  }
}

// Two halves of 128 weights = four runs of 32. Run r takes the low nibbles of ql (r < 2) or the high ones, from byte 32 (r % 2), and
// bit pair r of qh. A signed scale per 16 weights.
void decode(const Q6_K& block, float* out) {  // w = d scale (q - 32)
  const float d = half(block.d);
  for (int group = 0; group < 16; ++group) {
    const int run = group / 2 % 4;
    const float scale = d * static_cast<float>(block.scales[group]);
    const Byte* ql = block.ql + 64 * (group / 8) + 32 * (run % 2) + 16 * (group % 2);
    const Byte* qh = block.qh + 32 * (group / 8) + 16 * (group % 2);
    const int lowShift = 4 * (run / 2), highShift = 2 * run;
    for (int j = 0; j < 16; ++j) {
      const int q = (ql[j] >> lowShift & 15) | (qh[j] >> highShift & 3) << 4;
      out[16 * group + j] = scale * static_cast<float>(q - 32);
    }
  }
}

template <class Block, int kElements>
void decodeChain(const std::byte* bytes, float* out, std::int64_t count) {
  const auto* blocks = reinterpret_cast<const Block*>(bytes);  // bytes inside bytes: alignment 1
  static_assert(alignof(Block) == 1);
  for (std::int64_t i = 0; i < count; ++i) decode(blocks[i], out + i * kElements);
}

template <class Block, int kElements>
constexpr GgmlType quantized(std::uint32_t id, std::string_view name) {
  return {id, name, kElements, sizeof(Block), decodeChain<Block, kElements>};
}

void decodeF32(const std::byte* bytes, float* out, std::int64_t count) { std::memcpy(out, bytes, static_cast<std::size_t>(count) * 4); }

void decodeF16(const std::byte* bytes, float* out, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) out[i] = half(reinterpret_cast<const Byte*>(bytes) + 2 * i);
}

void decodeBF16(const std::byte* bytes, float* out, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    std::uint16_t bits;
    std::memcpy(&bits, bytes + 2 * i, sizeof bits);
    out[i] = std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
  }
}

template <class Number>
void decodeNumbers(const std::byte* bytes, float* out, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    Number value;
    std::memcpy(&value, bytes + i * static_cast<std::int64_t>(sizeof value), sizeof value);
    out[i] = static_cast<float>(value);
  }
}

constexpr GgmlType listed(std::uint32_t id, std::string_view name, std::int64_t elements, std::int64_t bytes) {
  return {id, name, elements, bytes, nullptr};
}

// enum ggml_type and the block sizes of ggml-common.h; ids that are missing were withdrawn.
constexpr std::array kTypes{
    GgmlType{0, "F32", 1, 4, decodeF32},
    GgmlType{1, "F16", 1, 2, decodeF16},
    quantized<Q4_0, 32>(2, "Q4_0"),
    quantized<Q4_1, 32>(3, "Q4_1"),
    quantized<Q5_0, 32>(6, "Q5_0"),
    quantized<Q5_1, 32>(7, "Q5_1"),
    quantized<Q8_0, 32>(8, "Q8_0"),
    listed(9, "Q8_1", 32, 36),
    quantized<Q2_K, 256>(10, "Q2_K"),
    quantized<Q3_K, 256>(11, "Q3_K"),
    quantized<Q4_K, 256>(12, "Q4_K"),
    quantized<Q5_K, 256>(13, "Q5_K"),
    quantized<Q6_K, 256>(14, "Q6_K"),
    listed(15, "Q8_K", 256, 292),
    listed(16, "IQ2_XXS", 256, 66),
    listed(17, "IQ2_XS", 256, 74),
    listed(18, "IQ3_XXS", 256, 98),
    listed(19, "IQ1_S", 256, 50),
    listed(20, "IQ4_NL", 32, 18),
    listed(21, "IQ3_S", 256, 110),
    listed(22, "IQ2_S", 256, 82),
    listed(23, "IQ4_XS", 256, 136),
    GgmlType{24, "I8", 1, 1, decodeNumbers<std::int8_t>},
    GgmlType{25, "I16", 1, 2, decodeNumbers<std::int16_t>},
    GgmlType{26, "I32", 1, 4, decodeNumbers<std::int32_t>},
    GgmlType{27, "I64", 1, 8, decodeNumbers<std::int64_t>},
    GgmlType{28, "F64", 1, 8, decodeNumbers<double>},
    listed(29, "IQ1_M", 256, 56),
    GgmlType{30, "BF16", 1, 2, decodeBF16},
    listed(34, "TQ1_0", 256, 54),
    listed(35, "TQ2_0", 256, 66),
    listed(39, "MXFP4", 32, 17),
    listed(40, "NVFP4", 64, 36),
    listed(41, "Q1_0", 128, 18),
    listed(42, "Q2_0", 64, 18),
};

}  // namespace

const GgmlType* ggmlType(std::uint32_t id) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const GgmlType& type) { return type.id == id; });
  return found == kTypes.end() ? nullptr : &*found;
}

const GgmlType* ggmlType(std::string_view name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const GgmlType& type) { return type.name == name; });
  return found == kTypes.end() ? nullptr : &*found;
}

void decodeBlocks(const GgmlType& type, const std::byte* blocks, float* out, std::int64_t count) {
  // Some 32k numbers a task: large against the cost of starting one, small against a matrix.
  const std::int64_t grain = std::max<std::int64_t>(1, 32768 / type.elements);
  at::parallel_for(0, count, grain, [&](std::int64_t from, std::int64_t to) {
    type.decode(blocks + from * type.bytes, out + from * type.elements, to - from);
  });
}

}  // namespace bitscape
