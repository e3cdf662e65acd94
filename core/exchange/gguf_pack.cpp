#include "core/exchange/gguf_pack.h"

#include <c10/util/Half.h>

#include <cmath>
#include <cstring>

namespace bitscape {
namespace {

using Byte = std::uint8_t;

// Fields one after the other, as ggml-common.h lists them.
class Field {
 public:
  explicit Field(std::byte* bytes) : m_at(reinterpret_cast<Byte*>(bytes)) {}
  void half(float value) {
    const std::uint16_t bits = halfBits(value);
    std::memcpy(m_at, &bits, sizeof bits);
    m_at += sizeof bits;
  }
  // A cleared run of `count` bytes, to be filled by OR.
  Byte* run(int count) {
    Byte* from = m_at;
    std::memset(from, 0, static_cast<std::size_t>(count));
    m_at += count;
    return from;
  }

 private:
  Byte* m_at;
};

Byte bits(int value, int mask, int shift) { return static_cast<Byte>((value & mask) << shift); }

// Byte j holds the elements j (low nibble) and j + 16 (high).
void putNibbles(const GgmlBlock& block, Byte* qs) {
  for (std::size_t j = 0; j < 16; ++j) qs[j] = static_cast<Byte>(bits(block.q[j], 15, 0) | bits(block.q[j + 16], 15, 4));
}

// Bit j of a little-endian word is the fifth bit of element j.
void putFifthBits(const GgmlBlock& block, Byte* qh) {
  for (std::size_t j = 0; j < 32; ++j) qh[j / 8] |= bits(block.q[j] >> 4, 1, static_cast<int>(j % 8));
}

void putQ4_0(const GgmlBlock& block, std::byte* bytes) {
  Field to(bytes);
  to.half(block.d);
  putNibbles(block, to.run(16));
}

void putQ4_1(const GgmlBlock& block, std::byte* bytes) {
  Field to(bytes);
  to.half(block.d);
  to.half(block.m);
  putNibbles(block, to.run(16));
}

void putQ5_0(const GgmlBlock& block, std::byte* bytes) {
  Field to(bytes);
  to.half(block.d);
  putFifthBits(block, to.run(4));
  putNibbles(block, to.run(16));
}

void putQ5_1(const GgmlBlock& block, std::byte* bytes) {
  Field to(bytes);
  to.half(block.d);
  to.half(block.m);
  putFifthBits(block, to.run(4));
  putNibbles(block, to.run(16));
}

void putQ8_0(const GgmlBlock& block, std::byte* bytes) {
  Field to(bytes);
  to.half(block.d);
  Byte* qs = to.run(32);
  for (std::size_t j = 0; j < 32; ++j) qs[j] = static_cast<Byte>(block.q[j] - 128);
}

// Each half of 128 weights takes 32 bytes; bit pair p of them is the half's run p of 32.
void putPairs(const GgmlBlock& block, Byte* qs) {
  for (std::size_t i = 0; i < 256; ++i) qs[32 * (i / 128) + i % 32] |= bits(block.q[i], 3, 2 * static_cast<int>(i / 32 % 4));
}

void putQ2_K(const GgmlBlock& block, std::byte* bytes) {
  Field to(bytes);
  Byte* scales = to.run(16);
  for (std::size_t g = 0; g < 16; ++g) scales[g] = static_cast<Byte>(bits(block.scale[g], 15, 0) | bits(block.minimum[g], 15, 4));
  putPairs(block, to.run(64));
  to.half(block.d);
  to.half(block.m);
}

// The third bit of weight i is bit i / 32 of byte i % 32. Scales carry an offset of 32: low nibbles first, then pairs of upper bits.
void putQ3_K(const GgmlBlock& block, std::byte* bytes) {
  Field to(bytes);
  Byte* mask = to.run(32);
  for (std::size_t i = 0; i < 256; ++i) mask[i % 32] |= bits(block.q[i] >> 2, 1, static_cast<int>(i / 32));
  putPairs(block, to.run(64));
  Byte* scales = to.run(12);
  for (std::size_t g = 0; g < 16; ++g) {
    const int scale = block.scale[g] + 32;
    scales[g % 8] |= bits(scale, 15, 4 * static_cast<int>(g / 8));
    scales[8 + g % 4] |= bits(scale >> 4, 3, 2 * static_cast<int>(g / 4));
  }
  to.half(block.d);
}

// Eight pairs of 6-bit numbers in 12 bytes: runs 0..3 whole in the low bits, runs 4..7 as nibbles with their upper bits above those.
void putSixBits(const GgmlBlock& block, Byte* s) {
  for (std::size_t run = 0; run < 4; ++run) {
    s[run] = static_cast<Byte>(bits(block.scale[run], 63, 0) | bits(block.scale[run + 4] >> 4, 3, 6));
    s[run + 4] = static_cast<Byte>(bits(block.minimum[run], 63, 0) | bits(block.minimum[run + 4] >> 4, 3, 6));
    s[run + 8] = static_cast<Byte>(bits(block.scale[run + 4], 15, 0) | bits(block.minimum[run + 4], 15, 4));
  }
}

// 32 bytes hold run 2p (low nibbles) and run 2p + 1 (high).
void putRunNibbles(const GgmlBlock& block, Byte* qs) {
  for (std::size_t i = 0; i < 256; ++i) qs[32 * (i / 64) + i % 32] |= bits(block.q[i], 15, 4 * static_cast<int>(i / 32 % 2));
}

void putQ4_K(const GgmlBlock& block, std::byte* bytes) {
  Field to(bytes);
  to.half(block.d);
  to.half(block.m);
  putSixBits(block, to.run(12));
  putRunNibbles(block, to.run(128));
}

void putQ5_K(const GgmlBlock& block, std::byte* bytes) {
  Field to(bytes);
  to.half(block.d);
  to.half(block.m);
  putSixBits(block, to.run(12));
  Byte* qh = to.run(32);
  for (std::size_t i = 0; i < 256; ++i) qh[i % 32] |= bits(block.q[i] >> 4, 1, static_cast<int>(i / 32));
  putRunNibbles(block, to.run(128));
}

// In each half of 128: runs 0, 1 of 32 in the low nibbles of 64 bytes, runs 2, 3 in the high ones; upper pairs of run r in pair r.
void putQ6_K(const GgmlBlock& block, std::byte* bytes) {
  Field to(bytes);
  Byte *ql = to.run(128), *qh = to.run(64), *scales = to.run(16);
  for (std::size_t i = 0; i < 256; ++i) {
    const std::size_t half = i / 128, run = i / 32 % 4;
    ql[64 * half + 32 * (run % 2) + i % 32] |= bits(block.q[i], 15, 4 * static_cast<int>(run / 2));
    qh[32 * half + i % 32] |= bits(block.q[i] >> 4, 3, 2 * static_cast<int>(run));
  }
  for (std::size_t g = 0; g < 16; ++g) scales[g] = static_cast<Byte>(block.scale[g]);
  to.half(block.d);
}

struct Row {
  std::string_view type;
  PutBlock put;
};
constexpr std::array<Row, 10> kRows{{{"Q4_0", putQ4_0},
                                     {"Q4_1", putQ4_1},
                                     {"Q5_0", putQ5_0},
                                     {"Q5_1", putQ5_1},
                                     {"Q8_0", putQ8_0},
                                     {"Q2_K", putQ2_K},
                                     {"Q3_K", putQ3_K},
                                     {"Q4_K", putQ4_K},
                                     {"Q5_K", putQ5_K},
                                     {"Q6_K", putQ6_K}}};

}  // namespace

PutBlock blockPutter(std::string_view type) {
  for (const Row& row : kRows) {
    if (row.type == type) return row.put;
  }
  return nullptr;
}

std::uint16_t halfBits(float value) { return c10::detail::fp16_ieee_from_fp32_value(value); }
float halfValue(std::uint16_t bits) { return c10::detail::fp16_ieee_to_fp32_value(bits); }
bool isHalf(float value) { return std::isfinite(value) && halfValue(halfBits(value)) == value; }

}  // namespace bitscape
