#include "core/engine/cpu/row_math.h"

#include <algorithm>
#include <cmath>

#include "core/base/instruction_sets.h"

namespace bitscape::cpu {
namespace {

constexpr int kLanes = 16;  // independent sums, so that loops become vectors

// exp(x) for x <= 0 or moderate, within 2 units in the last place: 2^n of the nearest integer times a polynomial on +-ln 2 / 2
// (the Taylor series to degree 7). Below -87 it is 0.
inline float quickExp(float x) {
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

}  // namespace

BITSCAPE_CLONES
void normRow(const float* x, const float* weight, std::int64_t count, float epsilon, float* y) {
  float sums[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) sums[lane] += x[i + lane] * x[i + lane];
  }
  float sum = 0;
  for (; i < count; ++i) sum += x[i] * x[i];
  for (int lane = 0; lane < kLanes; ++lane) sum += sums[lane];
  const float inverse = 1.0f / __builtin_sqrtf(sum / static_cast<float>(count) + epsilon);
  for (std::int64_t j = 0; j < count; ++j) y[j] = x[j] * inverse * weight[j];
}

BITSCAPE_CLONES
void rotateHead(float* head, const float* cosines, const float* sines, std::int64_t n) {
  float* __restrict low = head;
  float* __restrict high = head + n / 2;
  for (std::int64_t i = 0; i < n / 2; ++i) {
    const float a = low[i], b = high[i];
    low[i] = a * cosines[i] - b * sines[i];
    high[i] = b * cosines[i] + a * sines[i];
  }
}

BITSCAPE_CLONES
void gateRow(float* __restrict gate, const float* __restrict up, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) gate[i] = gate[i] / (1.0f + quickExp(-gate[i])) * up[i];
}

BITSCAPE_CLONES
void attendRow(const float* __restrict q, const float* __restrict keys, const float* __restrict values, std::int64_t count, std::int64_t n,
               float scale, float* __restrict scores, float* __restrict out) {
  float most = -__builtin_inff();
  for (std::int64_t t = 0; t < count; ++t) {
    const float* __restrict key = keys + t * n;
    float sums[kLanes] = {};
    std::int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
      for (int lane = 0; lane < kLanes; ++lane) sums[lane] += q[i + lane] * key[i + lane];
    }
    float sum = 0;
    for (; i < n; ++i) sum += q[i] * key[i];
    for (int lane = 0; lane < kLanes; ++lane) sum += sums[lane];
    scores[t] = sum * scale;
    most = scores[t] > most ? scores[t] : most;
  }
  for (std::int64_t t = 0; t < count; ++t) scores[t] = quickExp(scores[t] - most);
  float total = 0;
  for (std::int64_t t = 0; t < count; ++t) total += scores[t];
  for (std::int64_t i = 0; i < n; ++i) out[i] = 0;
  for (std::int64_t t = 0; t < count; ++t) {
    const float share = scores[t];
    const float* __restrict value = values + t * n;
    for (std::int64_t i = 0; i < n; ++i) out[i] += share * value[i];
  }
  const float inverse = 1.0f / total;
  for (std::int64_t i = 0; i < n; ++i) out[i] *= inverse;
}

}  // namespace bitscape::cpu
