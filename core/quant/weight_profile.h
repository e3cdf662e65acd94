// What the numbers of one weight look like, and what a format makes of them: histogram, quantiles against the normal, ranges, codes.
//
// Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "core/quant/packed.h"

namespace bitscape {

struct ValueHistogram {
  double low = 0, high = 0;  // equal bins between them
  std::vector<std::int64_t> counts;
};

struct WeightProfile {
  std::int64_t out = 0, in = 0;
  double min = 0, max = 0, mean = 0, deviation = 0, kurtosis = 0;  // population; Pearson's kurtosis (3 for a normal)
  ValueHistogram histogram;
  // Quantiles of the standard normal, evenly spaced as far as the count of weights carries, and of (w - mean) / deviation at the same
  // probabilities: a straight line when w is normal. Exact up to kExactWeights weights, of an even sample of as many beyond. Empty for a
  // constant weight.
  std::vector<double> normalQuantiles, quantiles;
  std::vector<float> outMin, outMax, inMin, inMax;  // per output row, per input column
};
inline constexpr int kQuantiles = 401;
inline constexpr std::int64_t kExactWeights = std::int64_t{4} << 20;

// `weight`: float32 [out, in]. Throws Error when it is empty or has values that are not finite.
WeightProfile profileOf(const Tensor& weight, int bins = 256);

// How the codes of a quantized weight are used, and the error of rounding it.
struct CodesProfile {
  std::vector<std::int64_t> counts;  // per code, [levels]
  double entropyBits = 0;            // of the codes: bits that an ideal entropy coder would need
  double sqnr = 0;                   // dB, of the dequantized weight; infinite when exact
  double storedBits = 0;             // Format::storedBits
};
CodesProfile codesOf(const Tensor& weight, const Packed& packed);

}  // namespace bitscape
