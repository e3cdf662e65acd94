// From numbers known at run time to template arguments: one place for every instruction set's kernels.
//
// f is a lambda with an int parameter of its own, as in [&]<int kBits>() { ... }. For sources compiled with an instruction set's options:
// everything here is inlined into them. Pure.
#pragma once

#include <cstdint>

namespace bitscape::cpu {

// f.operator()<bits>(), bits 1 to 8.
template <typename F>
inline __attribute__((always_inline)) void forBits(int bits, const F& f) {
  switch (bits) {
    case 1: return f.template operator()<1>();
    case 2: return f.template operator()<2>();
    case 3: return f.template operator()<3>();
    case 4: return f.template operator()<4>();
    case 5: return f.template operator()<5>();
    case 6: return f.template operator()<6>();
    case 7: return f.template operator()<7>();
    default: return f.template operator()<8>();
  }
}

// f.operator()<rows>(), rows 1 to kMost (at most 6); nothing for 0 rows.
template <int kMost, typename F>
inline __attribute__((always_inline)) void forRows(std::int64_t rows, const F& f) {
  static_assert(kMost >= 4 && kMost <= 6);
  switch (rows) {
    case 0: return;
    case 1: return f.template operator()<1>();
    case 2: return f.template operator()<2>();
    case 3: return f.template operator()<3>();
    case 4: return f.template operator()<4>();
    case 5: return f.template operator()<(kMost < 5 ? kMost : 5)>();
    default: return f.template operator()<kMost>();
  }
}

// f.operator()<quad>() for the 8 quads of a unit.
template <typename F>
inline __attribute__((always_inline)) void forQuads(const F& f) {
  f.template operator()<0>();
  f.template operator()<1>();
  f.template operator()<2>();
  f.template operator()<3>();
  f.template operator()<4>();
  f.template operator()<5>();
  f.template operator()<6>();
  f.template operator()<7>();
}

}  // namespace bitscape::cpu
