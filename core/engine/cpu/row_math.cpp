#include "core/engine/cpu/row_math.h"

#include <algorithm>
#include <cmath>

#include "core/base/instruction_sets.h"
#include "core/base/quick_exp.h"

namespace bitscape::cpu {
namespace {

constexpr int kLanes = 16;  // independent sums, so that loops become vectors

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

}  // namespace bitscape::cpu
