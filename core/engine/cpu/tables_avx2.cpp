// Lookup tables with AVX2: vpshufb finds 2 x 16 bytes in a table of 16 (table_kernels.h).
//
// Compiled with AVX2 options: no templates of the standard library here.
#include <immintrin.h>

#include "core/engine/cpu/table_kernels.h"
#include "core/engine/cpu/kernel_tables.h"

namespace bitscape::cpu {
namespace {

struct Shuffle {
  using Value = __m256i;
  static constexpr int kIndexBits = 4, kLanes = 32;
  static constexpr std::int64_t kBlockUnits = 1024;
  template <int kWide>
  static constexpr int rowsOf() {
    return kWide == 4 ? 2 : 4;
  }

  static Value zero() { return _mm256_setzero_si256(); }
  static Value table(const std::uint8_t* at) { return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(at))); }
  static Value lookup(Value indices, Value table) { return _mm256_shuffle_epi8(table, indices); }
  static Value add8(Value a, Value b) { return _mm256_add_epi8(a, b); }
  static Value add16(Value a, Value b) { return _mm256_add_epi16(a, b); }
  static Value withoutHigh(Value all, Value high) { return _mm256_sub_epi16(all, _mm256_slli_epi16(high, 8)); }
  static Value oddBytes(Value a) { return _mm256_srli_epi16(a, 8); }
  static Value indices(const std::uint8_t* at, int q) {
    const Value both = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)), low = _mm256_set1_epi8(15);
    return _mm256_and_si256(q == 0 ? both : _mm256_srli_epi16(both, 4), low);
  }
  static void put(__m128i narrow, std::int32_t* to, bool add) {
    auto* at = reinterpret_cast<__m256i*>(to);
    const Value sums = _mm256_cvtepu16_epi32(narrow);
    _mm256_storeu_si256(at, add ? _mm256_add_epi32(sums, _mm256_loadu_si256(at)) : sums);
  }
  static void store(Value even, Value odd, std::int32_t* sums, bool add) {
    put(_mm256_castsi256_si128(even), sums, add), put(_mm256_extracti128_si256(even, 1), sums + 8, add);
    put(_mm256_castsi256_si128(odd), sums + 16, add), put(_mm256_extracti128_si256(odd, 1), sums + 24, add);
  }
};

}  // namespace

const TableKernels& avx2TableKernels() { return TableCode<Shuffle>::kKernels; }

}  // namespace bitscape::cpu
