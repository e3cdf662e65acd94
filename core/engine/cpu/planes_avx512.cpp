// Bit planes with AVX-512 and VPOPCNTDQ: AND, popcount and add, three instructions for 512 products of one bit each.
//
// A vector holds 64 inputs of 8 outputs and a broadcast 64 inputs of a row, so that sums end in lanes of their own. Pairs of planes are
// taken by falling weight 2^(i + j); from one weight to the next the sums are doubled (Horner), so nothing is scaled word by word.
// The tile's rows share each load of weights, its vectors each broadcast. Layout: planes.h.
// On a Zen 5 core the tile runs at 97 % of four instructions a clock. Two ways that were tried are slower there: byte counts (BITALG)
// summed by vpdpbusd against 2^(i + j), by 8 to 14 %, as the two share pipes; and two products at a time through a full adder in ternary
// logic, 2.5 instructions in place of three, by 7 to 12 %.
// Compiled with AVX-512 options: no templates of the standard library here.
#include <immintrin.h>

#include "core/engine/cpu/dispatch.h"
#include "core/engine/cpu/plane_tables.h"

namespace bitscape::cpu {
namespace {

constexpr int kLanes = 8;                        // outputs in a vector
constexpr int kVectors = kPlaneStrip / kLanes;  // in a strip
constexpr int kTileRows = 6;                     // whose sums fit into registers
constexpr int kStrips = kPanelOuts / kPlaneStrip;
constexpr std::int64_t kStepBytes = kPlaneStrip * 8;  // of a strip, 64 inputs of one plane

inline __m512i load(const std::uint8_t* at) { return _mm512_loadu_si512(at); }
inline __m512i broadcast(const std::uint8_t* at) {
  std::int64_t word;
  __builtin_memcpy(&word, at, 8);
  return _mm512_set1_epi64(word);
}

// kRows rows times the outputs of a strip.
template <int kRows>
void tileRows(const std::uint8_t* strip, int bits, const std::uint8_t* x, int inputBits, std::int64_t stride, std::int64_t words,
              std::int32_t* sums, bool add) {
  const std::int64_t planeBytes = words * kStepBytes;
  __m512i acc[kRows][kVectors];  // loops over it are unrolled by order, else it would lie in memory
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) acc[r][v] = _mm512_setzero_si512();
  }
  for (int weight = bits + inputBits - 2; weight >= 0; --weight) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) acc[r][v] = _mm512_add_epi64(acc[r][v], acc[r][v]);
    }
    const int first = weight < inputBits ? 0 : weight - inputBits + 1, last = weight < bits ? weight : bits - 1;
    for (int i = first; i <= last; ++i) {
      const std::uint8_t* w = strip + i * planeBytes;
      const std::uint8_t* at = x + (weight - i) * words * 8;
      // The first time that a plane is read, the next strip's is fetched.
      const std::int64_t ahead = weight - i == inputBits - 1 ? bits * planeBytes : 0;
#pragma GCC unroll 2
      for (std::int64_t k = 0; k < words; ++k, w += kStepBytes, at += 8) {
        __m512i codes[kVectors];
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) {
          codes[v] = load(w + 64 * v);
          _mm_prefetch(reinterpret_cast<const char*>(w + 64 * v + ahead), _MM_HINT_T0);
        }
#pragma GCC unroll 8
        for (int r = 0; r < kRows; ++r) {
          const __m512i inputs = broadcast(at + r * stride);
#pragma GCC unroll 8
          for (int v = 0; v < kVectors; ++v)
            acc[r][v] = _mm512_add_epi64(acc[r][v], _mm512_popcnt_epi64(_mm512_and_si512(codes[v], inputs)));
        }
      }
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      __m256i* at = reinterpret_cast<__m256i*>(sums + r * kPanelOuts + kLanes * v);
      const __m256i sum = _mm512_cvtepi64_epi32(acc[r][v]);
      _mm256_storeu_si256(at, add ? _mm256_add_epi32(sum, _mm256_loadu_si256(at)) : sum);
    }
  }
}

// Strip by strip, all the rows: the planes of a strip stay in the nearest cache.
void tile(const std::uint8_t* panel, int bits, const std::uint8_t* x, int inputBits, std::int64_t stride, std::int64_t rows,
          std::int64_t padded, std::int32_t* sums, bool add) {
  const std::int64_t words = padded / 64;
  for (int s = 0; s < kStrips; ++s, panel += bits * words * kStepBytes, sums += kPlaneStrip) {
    for (std::int64_t r = 0; r < rows; r += kTileRows) {
      const std::int64_t left = rows - r < kTileRows ? rows - r : kTileRows;
      forRows<kTileRows>(left, [&]<int kRows>() {
        tileRows<kRows>(panel, bits, x + r * stride, inputBits, stride, words, sums + r * kPanelOuts, add);
      });
    }
  }
}

// The 64 codes from `at` on; those past `left` are 0.
inline __m512i codesFrom(const std::uint8_t* at, std::int64_t left) {
  if (left >= 64) return load(at);
  return left <= 0 ? _mm512_setzero_si512() : _mm512_maskz_loadu_epi8(~0ull >> (64 - left), at);
}
inline void putPlane(__m512i codes, int plane, std::uint8_t* at) {
  const std::uint64_t word = _mm512_test_epi8_mask(codes, _mm512_set1_epi8(static_cast<char>(1 << plane)));
  __builtin_memcpy(at, &word, 8);
}

void packRow(const std::uint8_t* codes, std::int64_t inputs, std::int64_t padded, int bits, std::uint8_t* packed) {
  for (std::int64_t i = 0; i < padded; i += 64) {
    const __m512i some = codesFrom(codes + i, inputs - i);
    for (int plane = 0; plane < bits; ++plane) putPlane(some, plane, packed + plane * (padded / 8) + i / 8);
  }
}

void packPanel(const std::uint8_t* codes, std::int64_t stride, std::int64_t outs, std::int64_t inputs, std::int64_t padded, int bits,
               std::uint8_t* packed) {
  const std::int64_t planeBytes = padded / 64 * kStepBytes;
  for (std::int64_t o = 0; o < kPanelOuts; ++o) {
    std::uint8_t* at = packed + o / kPlaneStrip * bits * planeBytes + o % kPlaneStrip * 8;
    for (std::int64_t i = 0; i < padded; i += 64, at += kStepBytes) {
      const __m512i some = o < outs ? codesFrom(codes + o * stride + i, inputs - i) : _mm512_setzero_si512();
      for (int plane = 0; plane < bits; ++plane) putPlane(some, plane, at + plane * planeBytes);
    }
  }
}

std::int64_t panelBytes(int bits, std::int64_t inputs) { return kPanelOuts * inputs / 8 * bits; }
std::int64_t rowBytes(int bits, std::int64_t inputs) { return inputs / 8 * bits; }

}  // namespace

const PlaneKernels& avx512PlaneKernels() {
  static constexpr PlaneKernels kKernels{panelBytes, rowBytes, packPanel, packRow, tile};
  return kKernels;
}

}  // namespace bitscape::cpu
