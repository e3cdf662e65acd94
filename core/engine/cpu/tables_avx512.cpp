// Lookup tables with AVX-512 VBMI: vpermb finds 64 bytes in a table of 64 (table_kernels.h).
//
// vpermb looks at six bits of an index alone, so three of a unit's four indices are used as they were loaded.
// Compiled with AVX-512 options: no templates of the standard library here.
#include <immintrin.h>

#include "core/engine/cpu/table_kernels.h"
#include "core/engine/cpu/kernel_tables.h"

namespace bitscape::cpu {
namespace {

struct Vbmi {
  using Value = __m512i;
  static constexpr int kIndexBits = 6, kLanes = 64;
  static constexpr std::int64_t kBlockUnits = 512;
  template <int kWide>
  static constexpr int rowsOf() {
    return kWide == 2 ? 4 : 6;
  }

  static Value zero() { return _mm512_setzero_si512(); }
  static Value table(const std::uint8_t* at) { return _mm512_load_si512(at); }
  static Value lookup(Value indices, Value table) { return _mm512_permutexvar_epi8(indices, table); }
  static Value add8(Value a, Value b) { return _mm512_add_epi8(a, b); }
  static Value add16(Value a, Value b) { return _mm512_add_epi16(a, b); }
  static Value withoutHigh(Value all, Value high) { return _mm512_sub_epi16(all, _mm512_slli_epi16(high, 8)); }
  static Value oddBytes(Value a) { return _mm512_srli_epi16(a, 8); }
  static Value indices(const std::uint8_t* at, int q) {
    if (q < 3) return _mm512_loadu_si512(at + q * kPanelOuts);
    constexpr int kChoose = 0xCA;  // by bit: a ? b : c
    const Value first = _mm512_srli_epi16(indices(at, 0), 6), second = _mm512_srli_epi16(indices(at, 1), 4), third = _mm512_srli_epi16(indices(at, 2), 2);
    return _mm512_ternarylogic_epi32(_mm512_set1_epi8(15), _mm512_ternarylogic_epi32(_mm512_set1_epi8(3), first, second, kChoose), third, kChoose);
  }
  static void put(__m256i narrow, std::int32_t* to, bool add) {
    const Value sums = _mm512_cvtepu16_epi32(narrow);
    _mm512_storeu_si512(to, add ? _mm512_add_epi32(sums, _mm512_loadu_si512(to)) : sums);
  }
  static void store(Value even, Value odd, std::int32_t* sums, bool add) {
    put(_mm512_castsi512_si256(even), sums, add), put(_mm512_extracti64x4_epi64(even, 1), sums + 16, add);
    put(_mm512_castsi512_si256(odd), sums + 32, add), put(_mm512_extracti64x4_epi64(odd, 1), sums + 48, add);
  }
};

}  // namespace

const TableKernels& avx512TableKernels() { return TableCode<Vbmi>::kKernels; }

}  // namespace bitscape::cpu
