// The constants of lookup tables (tables.h), one set for each width of an index, for sources compiled with an instruction set's options.
//
// No templates of the standard library here. Pure.
#pragma once

#include <cstdint>

namespace bitscape::cpu {

inline constexpr int kMostTableBits = 2;  // of weights; inputs have one bit more
inline constexpr int kInputTables = 64;   // of one part: an offset's high bits choose among them

// What products of w by a bits need. Where `parts` is 0 they are not looked up.
template <int kIndexBits>
struct TableLayout {
  static constexpr int kIndices = kIndexBits == 6 ? 4 : 2;               // in a unit: 4 x 6 bits in 3 bytes, 2 x 4 bits in 1
  static constexpr int kUnitBytes = kIndices * kIndexBits / 8 * 64;      // for the 64 outputs of a panel
  static constexpr int kTableBytes = 1 << kIndexBits;

  static constexpr int codes(int bits) { return kIndexBits / bits; }
  static constexpr int largest(int bits, int inputBits) { return codes(bits) * ((1 << bits) - 1) * ((1 << inputBits) - 1); }
  // Units whose entries a byte can hold the sum of.
  static constexpr int flush(int bits, int inputBits) { return 255 / (kIndices * largest(bits, inputBits)); }
  static constexpr int parts(int bits, int inputBits) {
    if (bits > kMostTableBits || inputBits > kMostTableBits + 1 || flush(bits, inputBits) == 0) return 0;
    int parts = 1;
    while (codes(bits) / parts * inputBits > 6) ++parts;
    while (codes(bits) % parts != 0) ++parts;
    return parts;
  }
};

// One part's tables: entry [inputs of the part][index].
template <int kIndexBits>
struct PartTables {
  alignas(64) std::uint8_t entry[kInputTables][1 << kIndexBits];
};
template <int kIndexBits, int kBits, int kInputBits>
struct ProductTables {
  using Layout = TableLayout<kIndexBits>;
  static constexpr int kParts = Layout::parts(kBits, kInputBits), kCodes = Layout::codes(kBits), kEach = kCodes / kParts;
  PartTables<kIndexBits> part[kParts];

  constexpr ProductTables() : part{} {
    for (int p = 0; p < kParts; ++p) {
      for (int inputs = 0; inputs < 1 << (kEach * kInputBits); ++inputs) {
        for (int index = 0; index < 1 << kIndexBits; ++index) {
          int sum = 0;
          for (int j = 0; j < kEach; ++j) {
            const int x = inputs >> (j * kInputBits) & ((1 << kInputBits) - 1);
            sum += x * (index >> ((p * kEach + j) * kBits) & ((1 << kBits) - 1));
          }
          part[p].entry[inputs][index] = static_cast<std::uint8_t>(sum);
        }
      }
    }
  }
};

}  // namespace bitscape::cpu
