// Panels with AVX-512 VNNI: vpdpbusd adds four products of an unsigned and a signed byte to each of 16 sums of 32 bits, exactly.
//
// `tile` keeps 6 rows x 64 outputs in 24 registers: four loads of weights and six broadcasts feed 24 dot products. `stream` unpacks fields
// in registers on the way from memory. Every loop over sums is unrolled by hand: one that is not puts all of them on the stack (GCC 12), at
// a third of the speed. Layout: kernels.h. Compiled with AVX-512 options: no templates of the standard library here.
#include <immintrin.h>

#include "core/engine/cpu/dispatch.h"
#include "core/engine/cpu/finish.h"
#include "core/engine/cpu/kernel_tables.h"

namespace bitscape::cpu {
namespace {

constexpr int kVectors = 4;   // of 16 outputs in a panel
constexpr int kTileRows = 6;  // whose sums fit into registers

inline __m512i load(const std::uint8_t* at) { return _mm512_loadu_si512(at); }
inline __m512i broadcast(const std::int8_t* at) {
  std::int32_t quad;
  __builtin_memcpy(&quad, at, 4);
  return _mm512_set1_epi32(quad);
}

// Bits shift .. shift + bits - 1 of each byte, moved to bit `place`.
template <int kBits, int kShift, int kPlace>
inline __m512i field(__m512i v) {
  constexpr int kMove = kShift - kPlace;
  const __m512i moved = kMove > 0 ? _mm512_srli_epi32(v, kMove > 0 ? kMove : 0) : _mm512_slli_epi32(v, kMove < 0 ? -kMove : 0);
  return _mm512_and_si512(moved, _mm512_set1_epi8(static_cast<char>(((1 << kBits) - 1) << kPlace)));
}
// The same put beside lower fields that are there already.
template <int kBits, int kShift, int kPlace>
inline __m512i beside(__m512i low, __m512i v) {
  constexpr int kMove = kShift - kPlace;
  const __m512i moved = kMove > 0 ? _mm512_srli_epi32(v, kMove > 0 ? kMove : 0) : _mm512_slli_epi32(v, kMove < 0 ? -kMove : 0);
  const __m512i mask = _mm512_set1_epi8(static_cast<char>(((1 << kBits) - 1) << kPlace));
  return _mm512_ternarylogic_epi32(low, moved, mask, 0xF8);  // low | (moved & mask)
}

// The codes of quad kQuad, vector v, of a unit of w-bit codes.
template <int kBits, int kQuad>
inline __m512i codesOf(const std::uint8_t* unit, int v) {
  const std::uint8_t* at = unit + 64 * v;
  if constexpr (kBits == 8) return load(at + kFieldBytes * kQuad);
  constexpr int kFour = kBits & 4, kTwo = kBits & 2, kOne = kBits & 1;
  // Fields in order of size: 4 bits take 4 x 256 bytes, 2 bits 2 x 256, 1 bit 256.
  __m512i codes = _mm512_setzero_si512();
  if constexpr (kFour != 0) codes = field<4, (kQuad % 2) * 4, 0>(load(at + kFieldBytes * (kQuad / 2)));
  if constexpr (kTwo != 0) {
    const __m512i two = load(at + kFieldBytes * (kFour + kQuad / 4));
    if constexpr (kFour != 0)
      codes = beside<2, (kQuad % 4) * 2, kFour>(codes, two);
    else
      codes = field<2, (kQuad % 4) * 2, 0>(two);
  }
  if constexpr (kOne != 0) {
    const __m512i one = load(at + kFieldBytes * (kFour + kTwo));
    if constexpr (kFour + kTwo != 0)
      codes = beside<1, kQuad, kFour + kTwo>(codes, one);
    else
      codes = field<1, kQuad, 0>(one);
  }
  return codes;
}

template <int kBits>
void unpackUnits(const std::uint8_t* packed, std::int64_t units, std::uint8_t* unpacked) {
  for (std::int64_t u = 0; u < units; ++u, packed += kBits * kFieldBytes, unpacked += kQuads * kFieldBytes) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      forQuads([&]<int kQuad>() { _mm512_storeu_si512(unpacked + kQuad * kFieldBytes + 64 * v, codesOf<kBits, kQuad>(packed, v)); });
    }
  }
}

// Sums of one tile, held in registers.
template <int kRows>
using Sums = __m512i[kRows][kVectors];

// Whole codes, a quad of inputs at a time. Rows are read once for each panel, in pieces too short for the processor to see the next ones
// coming: every line asks for that of a row of the next tile.
template <int kRows>
inline __attribute__((always_inline)) void addQuads(const std::uint8_t* panel, std::int64_t quads, const std::int8_t* x, std::int64_t stride,
                                                    Sums<kRows>& acc) {
  constexpr std::int64_t kLineQuads = 16;
  for (std::int64_t q = 0; q < quads; ++q, panel += kFieldBytes, x += 4) {
    if (const std::int64_t row = q % kLineQuads; kRows == kTileRows && row < kRows)
      _mm_prefetch(reinterpret_cast<const char*>(x + (kRows + row) * stride), _MM_HINT_T0);
    const __m512i w0 = load(panel), w1 = load(panel + 64), w2 = load(panel + 128), w3 = load(panel + 192);
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m512i quad = broadcast(x + r * stride);
      acc[r][0] = _mm512_dpbusd_epi32(acc[r][0], w0, quad);
      acc[r][1] = _mm512_dpbusd_epi32(acc[r][1], w1, quad);
      acc[r][2] = _mm512_dpbusd_epi32(acc[r][2], w2, quad);
      acc[r][3] = _mm512_dpbusd_epi32(acc[r][3], w3, quad);
    }
  }
}

constexpr int chainsFor(int rows) { return rows <= 2 ? 2 : 1; }

// One unit of packed codes, in kChains sums that do not wait for each other.
template <int kBits, int kRows, int kChains>
inline __attribute__((always_inline)) void addUnit(const std::uint8_t* packed, const std::int8_t* x, std::int64_t stride,
                                                   Sums<kRows> (&acc)[kChains]) {
  forQuads([&]<int kQuad>() {
    __m512i inputs[kRows];
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) inputs[r] = broadcast(x + r * stride + 4 * kQuad);
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const __m512i codes = codesOf<kBits, kQuad>(packed, v);
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        __m512i& sum = acc[kQuad % kChains][r][v];
        sum = _mm512_dpbusd_epi32(sum, codes, inputs[r]);
      }
    }
  });
}

template <int kRows>
void tileRows(const std::uint8_t* panel, std::int64_t quads, const std::int8_t* x, std::int64_t stride, std::int32_t* sums, bool add) {
  __m512i acc[kRows][kVectors];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v)
      acc[r][v] = add ? _mm512_loadu_si512(sums + r * kPanelOuts + 16 * v) : _mm512_setzero_si512();
  }
  addQuads<kRows>(panel, quads, x, stride, acc);
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) _mm512_storeu_si512(sums + r * kPanelOuts + 16 * v, acc[r][v]);
  }
}

void tile(const std::uint8_t* unpacked, int, int, std::int64_t units, const std::int8_t* x, std::int64_t stride, std::int64_t rows,
          std::int32_t* sums, bool add) {
  const std::int64_t quads = units * kQuads;
  std::int64_t r = 0;
  for (; r + kTileRows <= rows; r += kTileRows) tileRows<kTileRows>(unpacked, quads, x + r * stride, stride, sums + r * kPanelOuts, add);
  forRows<kTileRows>(rows - r, [&]<int kRows>() { tileRows<kRows>(unpacked, quads, x + r * stride, stride, sums + r * kPanelOuts, add); });
}

template <int kBits, int kRows>
void streamUnits(const std::uint8_t* packed, std::int64_t units, const std::int8_t* x, std::int64_t stride, std::int32_t* sums, bool add) {
  constexpr int kChains = chainsFor(kRows);
  Sums<kRows> acc[kChains];
#pragma GCC unroll 2
  for (int c = 0; c < kChains; ++c) {
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) acc[c][r][v] = _mm512_setzero_si512();
    }
  }
  for (std::int64_t u = 0; u < units; ++u, packed += kBits * kFieldBytes, x += kUnitInputs) {
    // A page ahead, the lines of one unit. Whole bytes for one row come fastest without (measured: 390 against 455 us for 16.8 MB).
    if constexpr (kBits < 8 || kRows > 2) {
      for (int line = 0; line < kBits * 4; ++line) _mm_prefetch(reinterpret_cast<const char*>(packed + 4096 + 64 * line), _MM_HINT_T0);
    }
    addUnit<kBits, kRows, kChains>(packed, x, stride, acc);
  }
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      __m512i sum = acc[0][r][v];
      if constexpr (kChains == 2) sum = _mm512_add_epi32(sum, acc[1][r][v]);
      std::int32_t* at = sums + r * kPanelOuts + 16 * v;
      if (add) sum = _mm512_add_epi32(sum, _mm512_loadu_si512(at));
      _mm512_storeu_si512(at, sum);
    }
  }
}

void unpack(const std::uint8_t* packed, int bits, std::int64_t units, std::uint8_t* unpacked) {
  forBits(bits, [&]<int kBits>() { unpackUnits<kBits>(packed, units, unpacked); });
}

void stream(const std::uint8_t* packed, int bits, int, std::int64_t units, const std::int8_t* x, std::int64_t stride, std::int64_t rows,
            std::int32_t* sums, bool add) {
  forBits(bits, [&]<int kBits>() {
    forRows<kTileRows>(rows, [&]<int kRows>() { streamUnits<kBits, kRows>(packed, units, x, stride, sums, add); });
  });
}

// -(zero * sum + centred * z) in one instruction: 16-bit pairs (zero, centred) times (-sum, -z).
inline __m512i gridPairs(const std::uint8_t* zero, const std::int16_t* centred) {
  const __m512i low = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(zero)));
  const __m512i high = _mm512_cvtepi16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(centred)));
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}
// Holds a value in its register: GCC 12 would load weights again for every row, or keep sums on the stack.
template <class T>
inline __attribute__((always_inline)) void hold(T& value) {
  asm volatile("" : "+v"(value));
}

// One unit of whole codes for many rows.
template <int kRows>
inline __attribute__((always_inline)) void addWholeUnit(const std::uint8_t* unit, const std::int8_t* x, std::int64_t stride, Sums<kRows>& acc) {
#pragma GCC unroll 8
  for (int q = 0; q < kQuads; ++q, unit += kFieldBytes, x += 4) {
    __m512i codes[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) hold(codes[v] = load(unit + 64 * v));
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m512i quad = broadcast(x + r * stride);
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) acc[r][v] = _mm512_dpbusd_epi32(acc[r][v], codes[v], quad);
    }
  }
}

template <int kBits, int kRows>
void granuleRows(const std::uint8_t* packed, std::int64_t units, std::int64_t count, const GranuleRows& rows, GranuleGrids grids, float* y,
                 bool add) {
  constexpr int kChains = kRows == 1 ? 2 : 1;
  const std::int8_t* x = rows.x;
  if (!add) {
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) _mm512_storeu_ps(y + r * kPanelOuts + 16 * v, _mm512_setzero_ps());
    }
  }
  for (std::int64_t g = 0; g < count; ++g) {
    Sums<kRows> acc[kChains];
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        acc[0][r][v] = _mm512_setzero_si512();
        if constexpr (kChains == 2) acc[1][r][v] = _mm512_setzero_si512();
      }
    }
    for (std::int64_t u = 0; u < units; ++u, packed += kBits * kFieldBytes, x += kUnitInputs) {
      if constexpr (kBits < 8) {
        for (int line = 0; line < kBits * 4; ++line) _mm_prefetch(reinterpret_cast<const char*>(packed + 4096 + 64 * line), _MM_HINT_T0);
      }
      if constexpr (kBits < 8 || kRows == 1)
        addUnit<kBits, kRows, kChains>(packed, x, rows.stride, acc);
      else
        addWholeUnit<kRows>(packed, x, rows.stride, acc[0]);
      asm volatile("" ::: "memory");
    }
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) hold(acc[0][r][v]);
    }
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      __m512i pairs = gridPairs(grids.zero + 16 * v, grids.centred + 16 * v);
      __m512 scale = _mm512_loadu_ps(grids.scale + 16 * v);
      hold(pairs), hold(scale);
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        __m512i sum = _mm512_dpwssd_epi32(acc[0][r][v], pairs, _mm512_set1_epi32(rows.pairs[r * rows.apart + g]));
        if constexpr (kChains == 2) sum = _mm512_add_epi32(sum, acc[1][r][v]);
        float* at = y + r * kPanelOuts + 16 * v;
        __m512 scaled = _mm512_fmadd_ps(scale, _mm512_cvtepi32_ps(sum), _mm512_loadu_ps(at));
        if (grids.rest)
          scaled = _mm512_fmadd_ps(_mm512_loadu_ps(grids.rest + 16 * v), _mm512_set1_ps(rows.sums[r * rows.apart + g]), scaled);
        hold(scaled);
        _mm512_storeu_ps(at, scaled);
      }
    }
    grids.scale += kPanelOuts, grids.zero += kPanelOuts, grids.centred += kPanelOuts;
    if (grids.rest) grids.rest += kPanelOuts;
  }
}

void granules(const std::uint8_t* packed, int bits, std::int64_t units, std::int64_t count, const GranuleRows& rows, const GranuleGrids& grids,
              float* y, bool add) {
  forBits(bits, [&]<int kBits>() {
    forRows<kTileRows>(rows.rows, [&]<int kRows>() { granuleRows<kBits, kRows>(packed, units, count, rows, grids, y, add); });
  });
}

// One scale per output, all 64 of them, and integer zero points: the usual case, with what belongs to outputs kept in registers.
void finishWhole(const std::int32_t* sums, const FinishedRows& rows, const GranuleGrids& grids) {
  __m512i zero[kVectors], centred[kVectors];
  __m512 scale[kVectors], bias[kVectors];
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    zero[v] = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(grids.zero + 16 * v)));
    centred[v] = _mm512_loadu_si512(grids.wideCentred + 16 * v);
    scale[v] = _mm512_loadu_ps(grids.scale + 16 * v);
    bias[v] = _mm512_loadu_ps(rows.bias + 16 * v);
  }
  for (std::int64_t r = 0; r < rows.rows; ++r, sums += kPanelOuts) {
    const __m512i sum = _mm512_set1_epi32(rows.sums[r * rows.apart]), z = _mm512_set1_epi32(rows.zero[r]);
    const __m512 s = _mm512_set1_ps(rows.scale[r]);
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const __m512i less = _mm512_sub_epi32(_mm512_loadu_si512(sums + 16 * v), _mm512_mullo_epi32(sum, zero[v]));
      const __m512 exact = _mm512_cvtepi32_ps(_mm512_sub_epi32(less, _mm512_mullo_epi32(z, centred[v])));
      _mm512_storeu_ps(rows.y + r * rows.yStride + 16 * v, _mm512_fmadd_ps(s, _mm512_mul_ps(scale[v], exact), bias[v]));
    }
  }
}

void finish(const std::int32_t* sums, const FinishedRows& rows, const GranuleGrids& grids, float* found, bool add) {
  if (!add && rows.y && rows.outs == kPanelOuts && !grids.centred && !grids.rest) return finishWhole(sums, rows, grids);
  finishRows(sums, rows, grids, found, add);
}

std::int64_t unitBytes(int) { return kQuads * kFieldBytes; }

}  // namespace

const Kernels& avx512VnniKernels() {
  static constexpr Kernels kKernels{Isa::Avx512Vnni, unitBytes, unpack, tile, stream, finish, granules, true, kTileRows, kTileRows, 128};
  return kKernels;
}

}  // namespace bitscape::cpu
