// Each loop is compiled for its own instruction set by an attribute, so that this file needs no options: no standard-library templates.
// Loops over chains are unrolled, all of them: an array indexed by a variable would lie in memory.
#include "core/engine/cpu/peak.h"

#include "core/base/instruction_sets.h"
#include "core/engine/cpu/kernel_tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace bitscape::cpu {
namespace {

#if defined(__x86_64__)

// `operand` may have changed, as far as the compiler knows: the products of every round must be computed.
#define BITSCAPE_REFRESH(operand) asm volatile("" : "+v"(operand))
#define BITSCAPE_USE(value) asm volatile("" ::"v"(value))

__attribute__((target("avx2"))) std::int64_t dotsAvx2(std::int64_t rounds) {
  constexpr int kChains = 8;
  __m256i sums[kChains], codes = _mm256_set1_epi8(3), inputs = _mm256_set1_epi8(5);
  const __m256i ones = _mm256_set1_epi16(1);
#pragma GCC unroll 8
  for (int i = 0; i < kChains; ++i) sums[i] = _mm256_setzero_si256();
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 8
    for (int i = 0; i < kChains; ++i) {
      asm volatile("" : "+x"(codes));
      sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(_mm256_maddubs_epi16(codes, inputs), ones));
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kChains; ++i) asm volatile("" ::"x"(sums[i]));
  return rounds * kChains * 32 * 2;
}

// 16 products pairs before a sum is widened: what w = 3 allows, and near the limit of never widening.
__attribute__((target("avx2"))) std::int64_t narrowDotsAvx2(std::int64_t rounds) {
  constexpr int kChains = 4, kSteps = 16;
  __m256i sums[kChains], codes = _mm256_set1_epi8(3), inputs = _mm256_set1_epi8(5);
  const __m256i ones = _mm256_set1_epi16(1);
#pragma GCC unroll 4
  for (int i = 0; i < kChains; ++i) sums[i] = _mm256_setzero_si256();
  for (std::int64_t r = 0; r < rounds; ++r) {
    __m256i narrow[kChains];
#pragma GCC unroll 4
    for (int i = 0; i < kChains; ++i) narrow[i] = _mm256_setzero_si256();
#pragma GCC unroll 16
    for (int step = 0; step < kSteps; ++step) {
#pragma GCC unroll 4
      for (int i = 0; i < kChains; ++i) {
        asm volatile("" : "+x"(codes));
        narrow[i] = _mm256_add_epi16(narrow[i], _mm256_maddubs_epi16(codes, inputs));
      }
    }
#pragma GCC unroll 4
    for (int i = 0; i < kChains; ++i) sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(narrow[i], ones));
  }
#pragma GCC unroll 4
  for (int i = 0; i < kChains; ++i) asm volatile("" ::"x"(sums[i]));
  return rounds * kSteps * kChains * 32 * 2;
}

__attribute__((target("avx2,avxvnni"))) std::int64_t dotsAvxVnni(std::int64_t rounds) {
  constexpr int kChains = 12;
  __m256i sums[kChains], codes = _mm256_set1_epi8(3), inputs = _mm256_set1_epi8(5);
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) sums[i] = _mm256_setzero_si256();
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) {
      asm volatile("" : "+x"(codes));
      sums[i] = _mm256_dpbusd_avx_epi32(sums[i], codes, inputs);
    }
  }
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) asm volatile("" ::"x"(sums[i]));
  return rounds * kChains * 32 * 2;
}

__attribute__((target("avx512f,avx512vnni"))) std::int64_t dotsAvx512(std::int64_t rounds) {
  constexpr int kChains = 24;
  __m512i sums[kChains], codes = _mm512_set1_epi8(3), inputs = _mm512_set1_epi8(5);
#pragma GCC unroll 24
  for (int i = 0; i < kChains; ++i) sums[i] = _mm512_setzero_si512();
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 24
    for (int i = 0; i < kChains; ++i) {
      BITSCAPE_REFRESH(codes);
      sums[i] = _mm512_dpbusd_epi32(sums[i], codes, inputs);
    }
  }
#pragma GCC unroll 24
  for (int i = 0; i < kChains; ++i) BITSCAPE_USE(sums[i]);
  return rounds * kChains * 64 * 2;
}

#endif

// 512 bits at a time, whatever the processor makes of it.
using Wide = std::uint64_t __attribute__((vector_size(64)));

BITSCAPE_CLONES std::uint64_t readWide(const std::uint8_t* memory, std::int64_t bytes) {
  Wide sums[8] = {};
  for (std::int64_t at = 0; at < bytes; at += 512) {
    const Wide* line = reinterpret_cast<const Wide*>(memory + at);
    for (int i = 0; i < 8; ++i) sums[i] ^= line[i];
  }
  Wide all = {};
  for (int i = 0; i < 8; ++i) all ^= sums[i];
  std::uint64_t result = 0;
  for (int i = 0; i < 8; ++i) result ^= all[i];
  return result;
}

}  // namespace

PeakLoops peakLoopsOf([[maybe_unused]] Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::Avx2) return {dotsAvx2, narrowDotsAvx2};
  if (isa == Isa::AvxVnni) return {dotsAvxVnni, nullptr};
  if (isa == Isa::Avx512Vnni) return {dotsAvx512, nullptr};
  if (isa == Isa::Amx) return {dotsAmx, nullptr};
#endif
  return {nullptr, nullptr};
}

#if defined(__x86_64__)

__attribute__((target("avx512f,avx512vpopcntdq"))) std::int64_t countQuads(std::int64_t rounds) {
  constexpr int kChains = 16;
  __m512i sums[kChains], codes = _mm512_set1_epi8(3), inputs = _mm512_set1_epi8(5);
#pragma GCC unroll 16
  for (int i = 0; i < kChains; ++i) sums[i] = _mm512_setzero_si512();
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 16
    for (int i = 0; i < kChains; ++i) {
      BITSCAPE_REFRESH(codes);
      sums[i] = _mm512_add_epi64(sums[i], _mm512_popcnt_epi64(_mm512_and_si512(codes, inputs)));
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kChains; ++i) BITSCAPE_USE(sums[i]);
  return rounds * kChains * 512 * 2;
}

__attribute__((target("avx512f,avx512bw,avx512bitalg,avx512vnni"))) std::int64_t countBytes(std::int64_t rounds) {
  constexpr int kChains = 16;
  __m512i sums[kChains], codes = _mm512_set1_epi8(3), inputs = _mm512_set1_epi8(5);
  const __m512i weight = _mm512_set1_epi8(1);
#pragma GCC unroll 16
  for (int i = 0; i < kChains; ++i) sums[i] = _mm512_setzero_si512();
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 16
    for (int i = 0; i < kChains; ++i) {
      BITSCAPE_REFRESH(codes);
      sums[i] = _mm512_dpbusd_epi32(sums[i], _mm512_popcnt_epi8(_mm512_and_si512(codes, inputs)), weight);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kChains; ++i) BITSCAPE_USE(sums[i]);
  return rounds * kChains * 512 * 2;
}

__attribute__((target("avx2"))) static std::int64_t lookUpAvx2(std::int64_t rounds) {
  constexpr int kChains = 8;
  __m256i sums[kChains], indices = _mm256_set1_epi8(3), table = _mm256_set1_epi8(5);
#pragma GCC unroll 8
  for (int i = 0; i < kChains; ++i) sums[i] = _mm256_setzero_si256();
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 8
    for (int i = 0; i < kChains; ++i) {
      asm volatile("" : "+x"(indices));
      sums[i] = _mm256_add_epi8(sums[i], _mm256_shuffle_epi8(table, indices));
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kChains; ++i) asm volatile("" ::"x"(sums[i]));
  return rounds * kChains * 32 * 2;
}

__attribute__((target("avx512f,avx512bw,avx512vbmi"))) static std::int64_t lookUpAvx512(std::int64_t rounds) {
  constexpr int kChains = 16;
  __m512i sums[kChains], indices = _mm512_set1_epi8(3), table = _mm512_set1_epi8(5);
#pragma GCC unroll 16
  for (int i = 0; i < kChains; ++i) sums[i] = _mm512_setzero_si512();
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 16
    for (int i = 0; i < kChains; ++i) {
      BITSCAPE_REFRESH(indices);
      sums[i] = _mm512_add_epi8(sums[i], _mm512_permutexvar_epi8(indices, table));
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kChains; ++i) BITSCAPE_USE(sums[i]);
  return rounds * kChains * 64 * 2;
}

std::int64_t lookUp(Isa isa, std::int64_t rounds) { return hasAvx512(isa) ? lookUpAvx512(rounds) : lookUpAvx2(rounds); }
bool canCountBytes() { return __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vnni"); }

#else

bool canCountBytes() { return false; }
std::int64_t countQuads(std::int64_t) { return 0; }
std::int64_t countBytes(std::int64_t) { return 0; }
std::int64_t lookUp(Isa, std::int64_t) { return 0; }

#endif

std::uint64_t readMemory(const std::uint8_t* memory, std::int64_t bytes) { return readWide(memory, bytes); }

}  // namespace bitscape::cpu
