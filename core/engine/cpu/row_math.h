// The parts of a block that are no matrix products, on one row of float32 each. Pure; thread-safe.
#pragma once

#include <cstdint>

namespace bitscape::cpu {

// y = x / rms(x) * weight; may be in place.
void normRow(const float* x, const float* weight, std::int64_t count, float epsilon, float* y);
// Rotary position on one head, in place: y_i = x_i cos - x_j sin, y_j = x_j cos + x_i sin, j = i + n / 2.
void rotateHead(float* head, const float* cosines, const float* sines, std::int64_t n);
// gate = silu(gate) * up.
void gateRow(float* gate, const float* up, std::int64_t count);
}  // namespace bitscape::cpu
