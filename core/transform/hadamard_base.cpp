#include "core/transform/hadamard_base.h"

#include <algorithm>
#include <cassert>
#include <initializer_list>

namespace bitscape {
namespace {

// A square matrix of +-1 (0 on the way).
struct Entries {
  explicit Entries(std::int64_t order) : order(order), values(static_cast<std::size_t>(order * order), 0) {}
  signed char& at(std::int64_t row, std::int64_t column) { return values[static_cast<std::size_t>(row * order + column)]; }
  std::int64_t order;
  std::vector<signed char> values;
};

// 1 for squares modulo the prime q, -1 for the rest, 0 for 0.
std::vector<signed char> legendre(std::int64_t q) {
  std::vector<signed char> symbol(static_cast<std::size_t>(q), -1);
  for (std::int64_t i = 1; i < q; ++i) symbol[static_cast<std::size_t>(i * i % q)] = 1;
  symbol[0] = 0;
  return symbol;
}

// [0 1; s' Q]: S of Paley I with s = -1, C of Paley II with s = 1.
Entries bordered(std::int64_t q, signed char s) {
  const std::vector<signed char> symbol = legendre(q);
  Entries matrix(q + 1);
  for (std::int64_t i = 0; i < q; ++i) {
    matrix.at(0, i + 1) = 1;
    matrix.at(i + 1, 0) = s;
    for (std::int64_t j = 0; j < q; ++j) matrix.at(i + 1, j + 1) = symbol[static_cast<std::size_t>((i - j + q) % q)];
  }
  return matrix;
}

Entries paleyOne(std::int64_t q) {
  Entries matrix = bordered(q, -1);
  for (std::int64_t i = 0; i <= q; ++i) matrix.at(i, i) = 1;
  return matrix;
}

Entries paleyTwo(std::int64_t q) {
  Entries conference = bordered(q, 1);
  Entries matrix(2 * (q + 1));
  for (std::int64_t i = 0; i <= q; ++i) {
    for (std::int64_t j = 0; j <= q; ++j) {
      const signed char c = conference.at(i, j), d = i == j ? 1 : 0;
      matrix.at(2 * i, 2 * j) = c + d;
      matrix.at(2 * i, 2 * j + 1) = matrix.at(2 * i + 1, 2 * j) = c - d;
      matrix.at(2 * i + 1, 2 * j + 1) = -c - d;
    }
  }
  return matrix;
}

// First rows of A, B, C, D, told by the places up to n / 2 that hold -1 (they are symmetric: place n - i is as place i).
using Sequence = std::initializer_list<std::int64_t>;
struct Williamson {
  std::int64_t n;
  Sequence a, b, c, d;
};

Entries williamson(const Williamson& from) {
  const std::int64_t n = from.n;
  const std::array<Sequence, 4> parts{from.a, from.b, from.c, from.d};
  constexpr int kPart[4][4] = {{0, 1, 2, 3}, {1, 0, 3, 2}, {2, 3, 0, 1}, {3, 2, 1, 0}};
  constexpr int kSign[4][4] = {{1, 1, 1, 1}, {-1, 1, -1, 1}, {-1, 1, 1, -1}, {-1, -1, 1, 1}};
  Entries matrix(4 * n);
  for (std::int64_t row = 0; row < 4 * n; ++row) {
    for (std::int64_t column = 0; column < 4 * n; ++column) {
      const std::int64_t turn = (column % n - row % n + n) % n, place = std::min(turn, n - turn);
      const Sequence& negative = parts[static_cast<std::size_t>(kPart[row / n][column / n])];
      const bool minus = std::find(negative.begin(), negative.end(), place) != negative.end();
      matrix.at(row, column) = static_cast<signed char>(minus ? -kSign[row / n][column / n] : kSign[row / n][column / n]);
    }
  }
  return matrix;
}

// Found by search: all symmetric sequences whose power spectrum stays below 4 n, two pairs of them with spectra that add up to 4 n
// everywhere. Order 43: among the sequences that do not change when places are multiplied by 6 (of order 3 modulo 43).
Entries williamsonOf(std::int64_t order) {
  switch (order) {
    case 52:
      return williamson({.n = 13, .a = {1, 2}, .b = {3, 5}, .c = {1, 4, 5}, .d = {1, 5, 6}});
    case 156:
      return williamson({.n = 39,
                         .a = {2, 3, 4, 5, 6, 7, 9, 10, 12, 14, 15, 18},
                         .b = {1, 3, 4, 5, 6, 7, 9, 13, 14, 18, 19},
                         .c = {2, 3, 4, 6, 7, 10, 11, 12, 13, 15, 17},
                         .d = {2, 5, 8, 9, 10, 12, 13, 14, 15, 16, 18}});
    default:
      return williamson({.n = 43,
                         .a = {1, 2, 3, 6, 7, 12, 14, 18, 21},
                         .b = {2, 3, 4, 9, 11, 12, 14, 15, 18, 19, 20, 21},
                         .c = {3, 5, 8, 9, 11, 13, 18, 20, 21},
                         .d = {2, 9, 10, 11, 12, 14, 16, 17, 20}});
  }
}

}  // namespace

std::vector<signed char> hadamardBaseEntries(std::int64_t order) {
  assert(std::find(kHadamardBases.begin(), kHadamardBases.end(), order) != kHadamardBases.end());
  switch (order) {
    case 1:
      return {1};
    case 28:
    case 36:
      return paleyTwo(order / 2 - 1).values;
    case 52:
    case 156:
    case 172:
      return williamsonOf(order).values;
    default:
      return paleyOne(order - 1).values;
  }
}

}  // namespace bitscape
