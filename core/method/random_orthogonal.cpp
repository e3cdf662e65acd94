#include "core/method/random_orthogonal.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <numbers>
#include <random>
#include <string>

#include "core/base/error.h"

namespace bitscape {
namespace {

constexpr std::int64_t kLargest = 16384;  // 2 GiB of doubles

// Standard normal numbers, float64 [n, n].
Tensor normalMatrix(std::int64_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };  // in (0, 1)
  Tensor values = at::empty({n, n}, at::kDouble);
  double* out = values.mutable_data_ptr<double>();
  for (std::int64_t i = 0; i < n * n; i += 2) {
    const double radius = std::sqrt(-2 * std::log(uniform())), angle = 2 * std::numbers::pi * uniform();
    out[i] = radius * std::cos(angle);
    if (i + 1 < n * n) out[i + 1] = radius * std::sin(angle);
  }
  return values;
}

}  // namespace

Tensor randomOrthogonal(std::int64_t n, std::uint64_t seed) {
  const c10::NoGradGuard noGrad;
  if (n < 1 || n > kLargest) {
    throw Error("a random rotation of " + std::to_string(n) + " channels was asked for; 1 to " + std::to_string(kLargest) +
                " are possible: turn blocks of channels instead");
  }
  return std::get<0>(at::linalg_qr(normalMatrix(n, seed)));
}

Tensor randomSigns(std::int64_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Tensor signs = at::empty({n}, at::kFloat);
  float* out = signs.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < n; ++i) out[i] = (random() >> 63) != 0 ? 1.0f : -1.0f;
  return signs;
}

std::uint64_t mixedSeed(std::uint64_t seed, std::uint64_t use) {
  std::seed_seq sequence{seed & 0xffffffffu, seed >> 32, use & 0xffffffffu, use >> 32};
  std::uint32_t words[2];
  sequence.generate(words, words + 2);
  return (static_cast<std::uint64_t>(words[0]) << 32) | words[1];
}

}  // namespace bitscape
