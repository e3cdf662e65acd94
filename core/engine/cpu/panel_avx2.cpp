// Panels with AVX2, and with AVX-VNNI where BITSCAPE_AVX_VNNI is defined: 256-bit vectors of 8 outputs x 4 inputs.
//
// AVX-VNNI: vpdpbusd adds four products of an unsigned and a signed byte to each of 8 sums of 32 bits, exactly.
// AVX2: vpmaddubsw adds two such products in 16 bits and saturates. A pair is at most 2 * (2^w - 1) * |x|, so `exactQuads` of them can be
// added in 16 bits before vpmaddwd widens them: 1 for w = 7, 8 for w = 4, 42 for w = 2 with inputs of 8 bits. The fewer bits, the less
// widening. For w = 8 not even one pair fits: codes and inputs become 16-bit numbers, those of a quad in the order 0, 2, 1, 3 (even
// bytes, then odd ones: one AND, one shift), for vpmaddwd alone.
// `tile` works on strips of 16 outputs and up to 6 rows: 12 sums in registers. `stream` unpacks fields in registers on the way from memory.
// Layout: kernels.h. The unpacked operand holds one strip after the other, each a run of steps of 64 bytes (a quad of bytes, or a pair of
// 16-bit codes): rows 256 bytes apart would share a few sets of the first-level cache. So `tile` takes the units of one `unpack`.
// Compiled with options of an instruction set: no templates of the standard library here.
#include <immintrin.h>

#include "core/engine/cpu/dispatch.h"
#include "core/engine/cpu/finish.h"
#include "core/engine/cpu/kernel_tables.h"

namespace bitscape::cpu {
namespace {

#ifdef BITSCAPE_AVX_VNNI
constexpr bool kVnni = true;
#else
constexpr bool kVnni = false;
#endif

constexpr int kVectors = 8;                       // of 8 outputs in a panel
constexpr std::int64_t kVectorOuts = 8, kVectorBytes = 32;
constexpr int kStripVectors = 2, kTileRows = 6;   // of the sums that `tile` holds in registers
constexpr std::int64_t kStripOuts = kStripVectors * kVectorOuts, kStripBytes = kStripVectors * kVectorBytes;
constexpr int kBatchRows = 2 * kTileRows;          // whose 16-bit inputs `tile` holds; their sums are used while they are in a first-level cache
constexpr std::int64_t kAhead = 4096;             // bytes that `stream` asks memory for in advance

inline __m256i load(const std::uint8_t* at) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)); }
inline void store(std::uint8_t* at, __m256i v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), v); }
inline __m256i loadSums(const std::int32_t* at) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)); }
inline void storeSums(std::int32_t* at, __m256i v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), v); }
inline __m256i broadcast(const void* at) {
  std::int32_t four;
  __builtin_memcpy(&four, at, 4);
  return _mm256_set1_epi32(four);
}
// sum += term, one after the other: GCC would make all terms first, more than there are registers, and add them up in a tree.
inline __attribute__((always_inline)) void addPairs(__m256i& sum, __m256i term) {
  sum = _mm256_add_epi16(sum, term);
  asm("" : "+x"(sum));
}
inline __attribute__((always_inline)) void addQuads(__m256i& sum, __m256i term) {
  sum = _mm256_add_epi32(sum, term);
  asm("" : "+x"(sum));
}
// 16-bit sums of pairs to 32-bit sums of quads.
inline __m256i widened(__m256i pairs) { return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)); }
// Even and odd bytes as 16-bit numbers.
inline __m256i evenCodes(__m256i codes) { return _mm256_and_si256(codes, _mm256_set1_epi16(255)); }
inline __m256i oddCodes(__m256i codes) { return _mm256_srli_epi16(codes, 8); }

// Quads whose pairs of products surely add up exactly in 16 bits; 0: not even one.
constexpr int exactQuads(int bits, int inputBits) {
  const int mostInput = inputBits >= 8 ? 128 : (1 << inputBits) - 1;
  return 32767 / (2 * ((1 << bits) - 1) * mostInput);
}

// Bits kShift .. kShift + kBits - 1 of each byte, moved to bit kPlace.
template <int kBits, int kShift, int kPlace>
inline __m256i field(__m256i v) {
  constexpr int kMove = kShift - kPlace;
  if constexpr (kMove > 0) v = _mm256_srli_epi32(v, kMove);
  if constexpr (kMove < 0) v = _mm256_slli_epi32(v, -kMove);
  return _mm256_and_si256(v, _mm256_set1_epi8(static_cast<char>(((1 << kBits) - 1) << kPlace)));
}

// The codes of quad kQuad of a vector of outputs; `at`: the vector in the first field of the unit.
template <int kBits, int kQuad>
inline __m256i codesOf(const std::uint8_t* at) {
  if constexpr (kBits == 8) {
    return load(at + kFieldBytes * kQuad);
  } else {
    constexpr int kFour = kBits & 4, kTwo = kBits & 2, kOne = kBits & 1;
    __m256i codes = _mm256_setzero_si256();
    if constexpr (kFour != 0) codes = field<4, (kQuad % 2) * 4, 0>(load(at + kFieldBytes * (kQuad / 2)));
    if constexpr (kTwo != 0)
      codes = _mm256_or_si256(codes, field<2, (kQuad % 4) * 2, kFour>(load(at + kFieldBytes * (kFour + kQuad / 4))));
    if constexpr (kOne != 0) codes = _mm256_or_si256(codes, field<1, kQuad, kFour + kTwo>(load(at + kFieldBytes * (kFour + kTwo))));
    return codes;
  }
}

constexpr bool kWide(int bits) { return !kVnni && bits == 8; }  // the operand of `tile` holds 16-bit codes
std::int64_t unitBytes(int bits) { return kQuads * kFieldBytes * (kWide(bits) ? 2 : 1); }

template <int kBits>
void unpackUnits(const std::uint8_t* packed, std::int64_t units, std::uint8_t* unpacked) {
  constexpr std::int64_t kQuadBytes = kStripBytes * (kWide(kBits) ? 2 : 1);
  for (std::int64_t u = 0; u < units; ++u, packed += kBits * kFieldBytes, unpacked += kQuads * kQuadBytes) {
    for (int v = 0; v < kVectors; ++v) {
      std::uint8_t* strip = unpacked + v / kStripVectors * units * kQuads * kQuadBytes + v % kStripVectors * kVectorBytes;
      forQuads([&]<int kQuad>() {
        const __m256i codes = codesOf<kBits, kQuad>(packed + kVectorBytes * v);
        std::uint8_t* at = strip + kQuad * kQuadBytes;
        if constexpr (kWide(kBits)) {
          store(at, evenCodes(codes));
          store(at + kStripBytes, oddCodes(codes));
        } else {
          store(at, codes);
        }
      });
    }
  }
}

struct Strip {
  const std::uint8_t* operand;
  std::int64_t steps;  // quads of bytes; pairs of 16-bit codes
  std::int64_t group;  // quads that are summed in 16 bits, in `tileGroups<kRows, 0>`
};

// Sums in registers over all steps; one step: 4 inputs as bytes, or 2 of 16 bits.
enum class Step { Dot, Pairs, Wide };
template <int kRows, Step kStep>
void tileSteps(const Strip& strip, const void* x, std::int64_t stride, std::int32_t* sums, bool add) {
  __m256i acc[kRows][kStripVectors];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 6
    for (int v = 0; v < kStripVectors; ++v)
      acc[r][v] = add ? loadSums(sums + r * kPanelOuts + kVectorOuts * v) : _mm256_setzero_si256();
  }
  const std::uint8_t* operand = strip.operand;
  const char* inputs = static_cast<const char*>(x);
  for (std::int64_t s = 0; s < strip.steps; ++s, operand += kStripBytes, inputs += 4) {
    const __m256i w0 = load(operand), w1 = load(operand + kVectorBytes);
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m256i four = broadcast(inputs + r * stride);
      if constexpr (kStep == Step::Dot) {
#ifdef BITSCAPE_AVX_VNNI
        acc[r][0] = _mm256_dpbusd_avx_epi32(acc[r][0], w0, four);
        acc[r][1] = _mm256_dpbusd_avx_epi32(acc[r][1], w1, four);
#endif
      } else if constexpr (kStep == Step::Pairs) {
        addQuads(acc[r][0], widened(_mm256_maddubs_epi16(w0, four)));
        addQuads(acc[r][1], widened(_mm256_maddubs_epi16(w1, four)));
      } else {
        addQuads(acc[r][0], _mm256_madd_epi16(w0, four));
        addQuads(acc[r][1], _mm256_madd_epi16(w1, four));
      }
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 6
    for (int v = 0; v < kStripVectors; ++v) storeSums(sums + r * kPanelOuts + kVectorOuts * v, acc[r][v]);
  }
}

// Sums of 16 bits in registers over a group of kGroup quads (0: strip.group), then added to those of 32 bits in memory.
template <int kRows, int kGroup>
void tileGroups(const Strip& strip, const void* x, std::int64_t stride, std::int32_t* sums, bool add) {
  const std::uint8_t* operand = strip.operand;
  const char* inputs = static_cast<const char*>(x);
  for (std::int64_t left = strip.steps; left > 0;) {
    const std::int64_t group = kGroup != 0 ? kGroup : left < strip.group ? left : strip.group;
    __m256i acc[kRows][kStripVectors];
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) acc[r][0] = acc[r][1] = _mm256_setzero_si256();
#pragma GCC unroll 4
    for (std::int64_t q = 0; q < group; ++q, operand += kStripBytes, inputs += 4) {
      const __m256i w0 = load(operand), w1 = load(operand + kVectorBytes);
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        const __m256i four = broadcast(inputs + r * stride);
        addPairs(acc[r][0], _mm256_maddubs_epi16(w0, four));
        addPairs(acc[r][1], _mm256_maddubs_epi16(w1, four));
      }
    }
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 6
      for (int v = 0; v < kStripVectors; ++v) {
        std::int32_t* at = sums + r * kPanelOuts + kVectorOuts * v;
        const __m256i sum = widened(acc[r][v]);
        storeSums(at, add ? _mm256_add_epi32(sum, loadSums(at)) : sum);
      }
    }
    left -= group;
    add = true;
  }
}

template <int kRows>
void tileStrip(const Strip& strip, bool wide, const void* x, std::int64_t stride, std::int32_t* sums, bool add) {
  if constexpr (kVnni) {
    tileSteps<kRows, Step::Dot>(strip, x, stride, sums, add);
  } else {
    if (wide) return tileSteps<kRows, Step::Wide>(strip, x, stride, sums, add);
    if (strip.group < 2) return tileSteps<kRows, Step::Pairs>(strip, x, stride, sums, add);
    if (strip.group < 4) return tileGroups<kRows, 2>(strip, x, stride, sums, add);
    if (strip.group < 8) return tileGroups<kRows, 4>(strip, x, stride, sums, add);
    tileGroups<kRows, 0>(strip, x, stride, sums, add);
  }
}

// Rows of inputs as the operand wants them (bytes, or 16-bit numbers with `wide`), against all strips, `apart` bytes from each other.
void tileRows(Strip strip, std::int64_t apart, bool wide, const void* x, std::int64_t stride, std::int64_t rows, std::int32_t* sums,
              bool add) {
  for (std::int64_t o = 0; o < kPanelOuts; o += kStripOuts, strip.operand += apart) {
    const char* from = static_cast<const char*>(x);
    std::int32_t* to = sums + o;
    std::int64_t r = 0;
    for (; r + kTileRows <= rows; r += kTileRows, from += kTileRows * stride, to += kTileRows * kPanelOuts)
      tileStrip<kTileRows>(strip, wide, from, stride, to, add);
    switch (rows - r) {  // spelled out: by forRows GCC 12 makes w = 8 a fifth slower
      case 5: tileStrip<5>(strip, wide, from, stride, to, add); break;
      case 4: tileStrip<4>(strip, wide, from, stride, to, add); break;
      case 3: tileStrip<3>(strip, wide, from, stride, to, add); break;
      case 2: tileStrip<2>(strip, wide, from, stride, to, add); break;
      case 1: tileStrip<1>(strip, wide, from, stride, to, add); break;
      default: break;
    }
  }
}

// Inputs of a unit as 16-bit numbers, quads in the order 0, 2, 1, 3.
void widenUnit(const std::int8_t* x, std::int16_t* wide) {
  const __m128i order = _mm_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15);
  for (int half = 0; half < 2; ++half) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(x + 16 * half));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(wide + 16 * half), _mm256_cvtepi8_epi16(_mm_shuffle_epi8(bytes, order)));
  }
}

void tile(const std::uint8_t* unpacked, int bits, int inputBits, std::int64_t units, const std::int8_t* x, std::int64_t stride,
          std::int64_t rows, std::int32_t* sums, bool add) {
  const std::int64_t apart = units * unitBytes(bits) * kStripOuts / kPanelOuts;
  if (!kWide(bits)) {
    std::int64_t group = exactQuads(bits, inputBits);
    if (group > kQuads) group -= group % kQuads;
    return tileRows({unpacked, units * kQuads, group}, apart, false, x, stride, rows, sums, add);
  }
  // A block of inputs at a time, widened once for all outputs.
  constexpr std::int64_t kBlockUnits = 16, kBlockInputs = kBlockUnits * kUnitInputs, kBlockRows = kBatchRows;
  std::int16_t wide[kBlockRows * kBlockInputs];
  for (std::int64_t r = 0; r < rows; r += kBlockRows) {
    const std::int64_t most = rows - r < kBlockRows ? rows - r : kBlockRows;
    for (std::int64_t u = 0; u < units; u += kBlockUnits) {
      const std::int64_t count = units - u < kBlockUnits ? units - u : kBlockUnits;
      for (std::int64_t row = 0; row < most; ++row) {
        for (std::int64_t unit = 0; unit < count; ++unit)
          widenUnit(x + (r + row) * stride + (u + unit) * kUnitInputs, wide + row * kBlockInputs + unit * kUnitInputs);
      }
      const std::int64_t steps = 2 * kQuads;  // of a unit
      tileRows({unpacked + u * steps * kStripBytes, count * steps, 0}, apart, true, wide, kBlockInputs * 2, most, sums + r * kPanelOuts,
               add || u > 0);
    }
  }
}

// Sums of one vector of outputs over one unit, for kRows rows.
template <int kBits, int kRows>
inline __attribute__((always_inline)) void unitSums(const std::uint8_t* at, const std::int8_t* x, std::int64_t stride,
                                                     __m256i (&sums)[kRows]) {
  constexpr int kExact = exactQuads(kBits, 8);
  [[maybe_unused]] constexpr int kGroup = kExact >= 8 ? 8 : kExact >= 4 ? 4 : kExact >= 2 ? 2 : 1;
  [[maybe_unused]] __m256i pairs[kRows];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) sums[r] = _mm256_setzero_si256();
  forQuads([&]<int kQuad>() {
    const __m256i codes = codesOf<kBits, kQuad>(at);
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m256i four = broadcast(x + r * stride + 4 * kQuad);
#ifdef BITSCAPE_AVX_VNNI
      sums[r] = _mm256_dpbusd_avx_epi32(sums[r], codes, four);
#else
      if constexpr (kWide(kBits)) {
        const __m256i even = _mm256_madd_epi16(evenCodes(codes), _mm256_srai_epi16(_mm256_slli_epi16(four, 8), 8));
        const __m256i odd = _mm256_madd_epi16(oddCodes(codes), _mm256_srai_epi16(four, 8));
        addQuads(sums[r], _mm256_add_epi32(even, odd));
      } else {
        const __m256i products = _mm256_maddubs_epi16(codes, four);
        if constexpr (kQuad % kGroup == 0)
          pairs[r] = products;
        else
          addPairs(pairs[r], products);
        if constexpr (kQuad % kGroup == kGroup - 1) addQuads(sums[r], widened(pairs[r]));
      }
#endif
    }
  });
}

template <int kBits, int kRows>
void streamUnits(const std::uint8_t* packed, std::int64_t units, const std::int8_t* x, std::int64_t stride, std::int32_t* sums, bool add) {
  for (std::int64_t u = 0; u < units; ++u, packed += kBits * kFieldBytes, x += kUnitInputs, add = true) {
    for (int line = 0; line < kBits * 4; ++line) _mm_prefetch(reinterpret_cast<const char*>(packed + kAhead + 64 * line), _MM_HINT_T0);
    for (int v = 0; v < kVectors; ++v) {
      __m256i unit[kRows];
      unitSums<kBits, kRows>(packed + kVectorBytes * v, x, stride, unit);
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        std::int32_t* at = sums + r * kPanelOuts + kVectorOuts * v;
        storeSums(at, add ? _mm256_add_epi32(unit[r], loadSums(at)) : unit[r]);
      }
    }
  }
}

void unpack(const std::uint8_t* packed, int bits, std::int64_t units, std::uint8_t* unpacked) {
  forBits(bits, [&]<int kBits>() { unpackUnits<kBits>(packed, units, unpacked); });
}

void stream(const std::uint8_t* packed, int bits, int, std::int64_t units, const std::int8_t* x, std::int64_t stride, std::int64_t rows,
            std::int32_t* sums, bool add) {
  forBits(bits, [&]<int kBits>() {
    forRows<kStreamRows>(rows, [&]<int kRows>() { streamUnits<kBits, kRows>(packed, units, x, stride, sums, add); });
  });
}

void finish(const std::int32_t* sums, const FinishedRows& rows, const GranuleGrids& grids, float* found, bool add) {
  finishRows(sums, rows, grids, found, add);
}

}  // namespace

#ifdef BITSCAPE_AVX_VNNI
const Kernels& avxVnniKernels() {
  static constexpr Kernels kKernels{Isa::AvxVnni, unitBytes, unpack, tile, stream, finish, nullptr, false, kStreamRows, kBatchRows};
  return kKernels;
}
#else
const Kernels& avx2Kernels() {
  static constexpr Kernels kKernels{Isa::Avx2, unitBytes, unpack, tile, stream, finish, nullptr, false, kStreamRows, kBatchRows};
  return kKernels;
}
#endif

}  // namespace bitscape::cpu
