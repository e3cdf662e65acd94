// Hadamard matrices that are no power of two, made from number theory.
//
//   Paley I   (q + 1, q = 3 mod 4 prime)      H = I + S,               S = [0 1; -1' Q]    skew
//   Paley II  (2 (q + 1), q = 1 mod 4 prime)  H = C (x) [1 1; 1 -1] + I (x) [1 -1; -1 -1],   C = [0 1; 1' Q] symmetric
//   Williamson (4 n)                          H = [A B C D; -B A -D C; -C D A -B; -D -C B A], A, B, C, D symmetric circulant with
//                                             A^2 + B^2 + C^2 + D^2 = 4 n I
// Q[i, j] is the Legendre symbol of i - j modulo q. (R. E. A. C. Paley, J. Math. Phys. 12, 1933; J. Williamson, Duke Math. J. 11, 1944.)
// Pure, thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace bitscape {

// In ascending order. (40 is 2 * 20.)
inline constexpr std::array<std::int64_t, 11> kHadamardBases{1, 12, 20, 28, 36, 52, 60, 108, 140, 156, 172};

// Entries of the matrix of one of these orders: +1 or -1, row by row.
std::vector<signed char> hadamardBaseEntries(std::int64_t order);

}  // namespace bitscape
