#include "core/quant/weight_profile.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace bitscape {
namespace {

// The standard normal's distribution function.
double normalProbability(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// The z whose upper tail is `tail` (0 < tail < 0.5), by bisection: 60 halvings of [0, 40] are exact to a double's last bits.
double upperQuantile(double tail) {
  double low = 0, high = 40;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (normalProbability(-middle) > tail ? low : high) = middle;
  }
  return low;
}

void fillQuantiles(const float* values, std::int64_t count, WeightProfile& profile) {
  if (!(profile.deviation > 0)) return;
  const std::int64_t stride = (count + kExactWeights - 1) / kExactWeights;
  std::vector<float> sorted;
  sorted.reserve(static_cast<std::size_t>(count / stride + 1));
  for (std::int64_t i = 0; i < count; i += stride) sorted.push_back(values[i]);
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(sorted.size());
  const double most = n > 1 ? upperQuantile(0.5 / n) : 0;
  for (int i = 0; i < kQuantiles; ++i) {
    const double z = most * (2.0 * i / (kQuantiles - 1) - 1);
    // The k-th of n sorted values stands for the probability (k + 1/2) / n.
    const double place = std::clamp(normalProbability(z) * n - 0.5, 0.0, n - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    const double value = sorted[below] + (place - static_cast<double>(below)) * (static_cast<double>(sorted[above]) - sorted[below]);
    profile.normalQuantiles.push_back(z);
    profile.quantiles.push_back((value - profile.mean) / profile.deviation);
  }
}

}  // namespace

WeightProfile profileOf(const Tensor& weight, int bins) {
  const c10::NoGradGuard noGrad;
  if (weight.dim() != 2 || weight.numel() == 0) throw Error("a weight must be a matrix that is not empty");
  if (bins < 1) throw Error("a histogram needs at least one bin, not " + std::to_string(bins));
  const Tensor w = weight.to(at::Device(at::kCPU), at::kFloat).contiguous();
  if (!w.isfinite().all().item<bool>()) throw Error("the weight holds NaN or infinite values: check the file or download the model again");
  const float* values = w.const_data_ptr<float>();
  WeightProfile profile;
  profile.out = w.size(0);
  profile.in = w.size(1);
  const auto out = static_cast<std::size_t>(profile.out), in = static_cast<std::size_t>(profile.in);
  const auto count = static_cast<double>(w.numel());
  profile.inMin.assign(in, std::numeric_limits<float>::infinity());
  profile.inMax.assign(in, -std::numeric_limits<float>::infinity());
  double sum = 0;
  for (std::size_t o = 0; o < out; ++o) {
    const float* row = values + o * in;
    float least = row[0], most = row[0];
    double rowSum = 0;
    for (std::size_t i = 0; i < in; ++i) {
      least = std::min(least, row[i]);
      most = std::max(most, row[i]);
      profile.inMin[i] = std::min(profile.inMin[i], row[i]);
      profile.inMax[i] = std::max(profile.inMax[i], row[i]);
      rowSum += row[i];
    }
    profile.outMin.push_back(least);
    profile.outMax.push_back(most);
    sum += rowSum;
  }
  profile.min = *std::min_element(profile.outMin.begin(), profile.outMin.end());
  profile.max = *std::max_element(profile.outMax.begin(), profile.outMax.end());
  profile.mean = sum / count;
  auto& histogram = profile.histogram;
  histogram.low = profile.min;
  histogram.high = profile.max;
  histogram.counts.assign(static_cast<std::size_t>(bins), 0);
  const double perBin = profile.max > profile.min ? bins / (profile.max - profile.min) : 0;
  double second = 0, fourth = 0;
  for (std::size_t k = 0; k < out * in; ++k) {
    const double square = (values[k] - profile.mean) * (values[k] - profile.mean);
    second += square;
    fourth += square * square;
    ++histogram.counts[static_cast<std::size_t>(std::min<int>(bins - 1, static_cast<int>((values[k] - profile.min) * perBin)))];
  }
  profile.deviation = std::sqrt(second / count);
  profile.kurtosis = second > 0 ? fourth * count / (second * second) : 0;
  fillQuantiles(values, w.numel(), profile);
  return profile;
}

CodesProfile codesOf(const Tensor& weight, const Packed& packed) {
  const c10::NoGradGuard noGrad;
  CodesProfile profile;
  profile.counts.assign(static_cast<std::size_t>(packed.format.grid.levels), 0);
  const Tensor codes = packed.codes.contiguous();
  const auto* code = codes.const_data_ptr<std::uint8_t>();
  for (std::int64_t k = 0; k < codes.numel(); ++k) {
    if (code[k] >= profile.counts.size())
      throw Error("a code of " + std::to_string(code[k]) + " is beyond the format's " + std::to_string(profile.counts.size()) + " levels");
    ++profile.counts[code[k]];
  }
  for (const auto n : profile.counts) {
    const double share = static_cast<double>(n) / static_cast<double>(codes.numel());
    if (n > 0) profile.entropyBits -= share * std::log2(share);
  }
  const Tensor exact = weight.to(at::Device(at::kCPU), at::kFloat).contiguous(), rounded = dequantize(packed).contiguous();
  if (exact.numel() != codes.numel())
    throw Error("the codes of " + std::to_string(codes.numel()) + " weights are not those of " + std::to_string(exact.numel()));
  const float *w = exact.const_data_ptr<float>(), *r = rounded.const_data_ptr<float>();
  double signal = 0, noise = 0;
  for (std::int64_t k = 0; k < codes.numel(); ++k) {
    const double value = w[k], error = value - r[k];
    signal += value * value;
    noise += error * error;
  }
  profile.sqnr = noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
  profile.storedBits = packed.format.storedBits(packed.out(), packed.in());
  return profile;
}

}  // namespace bitscape
