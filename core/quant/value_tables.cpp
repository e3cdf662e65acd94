#include "core/quant/value_tables.h"

#include <algorithm>
#include <cmath>

namespace bitscape {
namespace {

// Sixteen quantiles of the standard normal, zero among them, over the largest: T. Dettmers and others, QLoRA, arXiv 2305.14314, with the
// probabilities of bitsandbytes: 1/2 to 0.9677083 in 8 steps above zero and in 7 below.
const std::vector<float> kNormalFloat{
    -1.0f,          -0.69619280099f, -0.52507305145f, -0.39491748809f, -0.28444138169f, -0.18477343022f, -0.09105003625f, 0.0f,
    0.07958029956f, 0.16093020141f,  0.24611230195f,  0.33791524172f,  0.44070982933f,  0.56261700392f,  0.72295683622f,  1.0f};

// T. Dettmers and others, 8-bit optimizers via block-wise quantization, arXiv 2110.02861, as bitsandbytes makes the signed map: for each
// power 10^(i - 6), i = 0..6, the midpoints of 2^i equal parts of 0.1..1 and their negatives; 0 and 1, but no -1.
std::vector<float> dynamicMap() {
  std::vector<float> values{0.0f, 1.0f};
  for (int i = 0; i <= 6; ++i) {
    const int parts = 1 << i;
    for (int part = 0; part < parts; ++part) {
      const double value = (0.1 + 0.9 * (part + 0.5) / parts) * std::pow(10.0, i - 6);
      values.push_back(static_cast<float>(value));
      values.push_back(static_cast<float>(-value));
    }
  }
  std::sort(values.begin(), values.end());
  return values;
}

}  // namespace

std::vector<float> floatTable(int exponentBits, int mantissaBits, int bias, int reserved) {
  std::vector<float> values;
  const int parts = 1 << mantissaBits, codes = (1 << exponentBits) * parts - reserved;
  for (int code = 0; code < codes; ++code) {
    const int exponent = code / parts, mantissa = code % parts;
    const int whole = exponent > 0 ? parts : 0;
    const auto value = static_cast<float>(std::ldexp(whole + mantissa, std::max(exponent, 1) - bias - mantissaBits));
    values.push_back(value);
    if (code > 0) values.push_back(-value);
  }
  std::sort(values.begin(), values.end());
  return values;
}

std::optional<NamedTable> tableNamed(const std::string& name) {
  // 8 bits as in P. Micikevicius and others, FP8 formats for deep learning, arXiv 2209.05433: E4M3 has no infinity and one NaN of each
  // sign, E5M2 keeps its largest exponent for both. With 4 bits every code is a number.
  if (name == "e2m1") return NamedTable{name, 4, floatTable(2, 1, 1)};
  if (name == "e1m2") return NamedTable{name, 4, floatTable(1, 2, 0)};
  if (name == "e3m0") return NamedTable{name, 4, floatTable(3, 0, 3)};
  if (name == "nf4") return NamedTable{name, 4, kNormalFloat};
  if (name == "e4m3") return NamedTable{name, 8, floatTable(4, 3, 7, 1)};
  if (name == "e5m2") return NamedTable{name, 8, floatTable(5, 2, 15, 4)};
  if (name == "dynamic8") return NamedTable{name, 8, dynamicMap()};
  return std::nullopt;
}

}  // namespace bitscape
