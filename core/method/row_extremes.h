// The smallest and largest element of every row of a product X M that is never written down.
//
// Plain memory and vector types: compiled for several instruction sets, the best one is taken at run time. Pure, thread-safe.
#pragma once

#include <cstdint>

namespace bitscape {

inline constexpr int kExtremeLanes = 16;  // M has a multiple of so many columns
inline constexpr int kExtremeRows = 6;    // rows are taken so many at a time

// X [rows, n] and M [n, columns] without gaps, `rows` a multiple of kExtremeRows, `columns` of kExtremeLanes; low and high have `rows`.
void rowExtremes(const float* x, std::int64_t rows, std::int64_t n, const float* m, std::int64_t columns, float* low, float* high);

}  // namespace bitscape
