#include "core/engine/cpu/planes.h"

#include <bit>
#include <cstring>

#include "core/engine/cpu/plane_tables.h"

namespace bitscape::cpu {
namespace {

std::uint64_t wordAt(const std::uint8_t* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Bit `plane` of up to 64 codes from input `from` on, as a word.
std::uint64_t planeWord(const std::uint8_t* codes, std::int64_t from, std::int64_t inputs, int plane) {
  std::uint64_t word = 0;
  for (std::int64_t i = from; i < inputs && i < from + 64; ++i) word |= std::uint64_t{codes[i] >> plane & 1u} << (i - from);
  return word;
}

std::int64_t panelBytes(int bits, std::int64_t inputs) { return kPanelOuts * inputs / 8 * bits; }
std::int64_t rowBytes(int bits, std::int64_t inputs) { return inputs / 8 * bits; }

// The word of output o, plane `plane`, inputs 64 k .. 64 k + 63, in a panel of `words` words.
std::int64_t offsetIn(std::int64_t o, int plane, std::int64_t k, int bits, std::int64_t words) {
  return (((o / kPlaneStrip * bits + plane) * words + k) * kPlaneStrip + o % kPlaneStrip) * 8;
}

void packPanel(const std::uint8_t* codes, std::int64_t stride, std::int64_t outs, std::int64_t inputs, std::int64_t padded, int bits,
               std::uint8_t* packed) {
  const std::int64_t words = padded / 64;
  std::memset(packed, 0, static_cast<std::size_t>(panelBytes(bits, padded)));
  for (std::int64_t o = 0; o < outs; ++o) {
    for (int plane = 0; plane < bits; ++plane) {
      for (std::int64_t k = 0; k < words; ++k) {
        const std::uint64_t word = planeWord(codes + o * stride, 64 * k, inputs, plane);
        std::memcpy(packed + offsetIn(o, plane, k, bits, words), &word, sizeof word);
      }
    }
  }
}

void packRow(const std::uint8_t* codes, std::int64_t inputs, std::int64_t padded, int bits, std::uint8_t* packed) {
  for (int plane = 0; plane < bits; ++plane) {
    for (std::int64_t from = 0; from < padded; from += 64, packed += 8) {
      const std::uint64_t word = planeWord(codes, from, inputs, plane);
      std::memcpy(packed, &word, sizeof word);
    }
  }
}

void tile(const std::uint8_t* panel, int bits, const std::uint8_t* x, int inputBits, std::int64_t stride, std::int64_t rows,
          std::int64_t padded, std::int32_t* sums, bool add) {
  const std::int64_t words = padded / 64;
  for (std::int64_t r = 0; r < rows; ++r, x += stride, sums += kPanelOuts) {
    for (std::int64_t o = 0; o < kPanelOuts; ++o) {
      std::uint32_t sum = add ? static_cast<std::uint32_t>(sums[o]) : 0;  // wraps as the fast ones do
      for (int i = 0; i < bits; ++i) {
        for (int j = 0; j < inputBits; ++j) {
          std::uint32_t both = 0;
          for (std::int64_t k = 0; k < words; ++k)
            both += static_cast<std::uint32_t>(
                std::popcount(wordAt(panel + offsetIn(o, i, k, bits, words)) & wordAt(x + (j * words + k) * 8)));
          sum += both << (i + j);
        }
      }
      sums[o] = static_cast<std::int32_t>(sum);
    }
  }
}

}  // namespace

std::string whyNoPlanes() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vpopcntdq"))
    return {};
#endif
  return "this processor does not have avx512-vpopcntdq";
}

const PlaneKernels& planeKernels() {
#if defined(__x86_64__)
  if (whyNoPlanes().empty()) return avx512PlaneKernels();
#endif
  return portablePlaneKernels();
}

const PlaneKernels& portablePlaneKernels() {
  static constexpr PlaneKernels kKernels{panelBytes, rowBytes, packPanel, packRow, tile};
  return kKernels;
}

}  // namespace bitscape::cpu
