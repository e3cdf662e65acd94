// exp(x) in float32 within two units in the last place, written so that loops over it become vectors.
//
// 2^n of the nearest integer to x / ln 2 times the Taylor series to degree 7 on the rest, |rest| <= ln 2 / 2. 0 below -87, the largest
// finite power above 88. Pure.
#pragma once

#include <cstdint>

namespace bitscape {

inline __attribute__((always_inline)) float quickExp(float x) {
  constexpr float kMagic = 12582912.0f;  // adding it leaves the nearest integer
  const float clamped = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
  const float n = (clamped * 1.44269504f + kMagic) - kMagic;
  const float r = (clamped - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.98412698e-4f;
  p = p * r + 1.38888889e-3f;
  p = p * r + 8.33333333e-3f;
  p = p * r + 4.16666667e-2f;
  p = p * r + 1.66666667e-1f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const std::int32_t bits = (static_cast<std::int32_t>(n) + 127) << 23;
  float power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return x < -87.0f ? 0.0f : p * power;
}

}  // namespace bitscape
