// Tables of values that a code may stand for: small floating-point formats, NF4 and the dynamic 8-bit map.
//
// Every table is sorted without duplicates: the two zeros of a floating-point format are one value. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace bitscape {

// A sign, `exponentBits` and `mantissaBits`, gradual underflow: m / 2^M 2^(1 - bias) for exponent 0, (1 + m / 2^M) 2^(e - bias) else.
// The last `reserved` codes of each sign stand for NaN or infinity.
std::vector<float> floatTable(int exponentBits, int mantissaBits, int bias, int reserved = 0);

struct NamedTable {
  std::string name;           // as in Grid::name
  int bits = 0;               // of the format that it comes from
  std::vector<float> values;
};
// "e2m1", "e1m2", "e3m0", "nf4" of 4 bits; "e4m3", "e5m2", "dynamic8" of 8.
std::optional<NamedTable> tableNamed(const std::string& name);

}  // namespace bitscape
