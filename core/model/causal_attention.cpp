#include "core/model/causal_attention.h"

#include <algorithm>
#include <cmath>

#include "core/base/instruction_sets.h"
#include "core/base/quick_exp.h"

namespace bitscape {
namespace {

constexpr int kRows = 8, kLanes = 16;
constexpr std::int64_t kKeys = 32;  // of a tile of scores

typedef float Lanes __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

std::int64_t padded(std::int64_t keys) { return (keys + kKeys - 1) / kKeys * kKeys; }

// scores[r][t] of 8 queries and keys from .. to, a multiple of 32 apart.
BITSCAPE_CLONES
void scoreRows(const float* q, std::int64_t n, const float* transposed, std::int64_t stride, std::int64_t from, std::int64_t to, float* scores) {
  for (std::int64_t t = from; t < to; t += kKeys) {
    Lanes sums[kRows][2];
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) sums[r][0] = sums[r][1] = Lanes{};
    for (std::int64_t d = 0; d < n; ++d) {
      const Lanes a = *reinterpret_cast<const Lanes*>(transposed + d * stride + t);
      const Lanes b = *reinterpret_cast<const Lanes*>(transposed + d * stride + t + kLanes);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        sums[r][0] += q[r * n + d] * a;
        sums[r][1] += q[r * n + d] * b;
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      *reinterpret_cast<Lanes*>(scores + r * stride + t) = sums[r][0];
      *reinterpret_cast<Lanes*>(scores + r * stride + t + kLanes) = sums[r][1];
    }
  }
}

// weights[low .. high) become their softmax; the rest of from .. to becomes 0.
BITSCAPE_CLONES
void softmaxRow(float* weights, std::int64_t from, std::int64_t low, std::int64_t high, std::int64_t to) {
  float most[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) most[lane] = weights[low];
  std::int64_t t = low;
  for (; t + kLanes <= high; t += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) most[lane] = weights[t + lane] > most[lane] ? weights[t + lane] : most[lane];
  }
  float top = most[0];
  for (; t < high; ++t) top = weights[t] > top ? weights[t] : top;
  for (int lane = 1; lane < kLanes; ++lane) top = most[lane] > top ? most[lane] : top;
  float sums[kLanes] = {}, sum = 0;
  for (t = low; t + kLanes <= high; t += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      weights[t + lane] = quickExp(weights[t + lane] - top);
      sums[lane] += weights[t + lane];
    }
  }
  for (; t < high; ++t) {
    weights[t] = quickExp(weights[t] - top);
    sum += weights[t];
  }
  for (int lane = 0; lane < kLanes; ++lane) sum += sums[lane];
  const float inverse = 1.0f / sum;
  for (t = low; t < high; ++t) weights[t] *= inverse;
  for (t = from; t < low; ++t) weights[t] = 0;
  for (t = high; t < to; ++t) weights[t] = 0;
}

// out of 4 rows, kVectors * 16 channels from `values` on.
template <int kVectors>
inline __attribute__((always_inline)) void mixRows(const float* weights, std::int64_t stride, std::int64_t from, std::int64_t to, const float* values,
                                                   std::int64_t n, float* out, std::int64_t outStride, std::int64_t rows) {
  Lanes sums[4][kVectors];
#pragma GCC unroll 4
  for (int r = 0; r < 4; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) sums[r][v] = Lanes{};
  }
  for (std::int64_t t = from; t < to; ++t) {
    Lanes row[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) row[v] = *reinterpret_cast<const Lanes*>(values + t * n + v * kLanes);
#pragma GCC unroll 4
    for (int r = 0; r < 4; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sums[r][v] += weights[r * stride + t] * row[v];
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < 4; ++r) {
    if (r >= rows) break;
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) *reinterpret_cast<Lanes*>(out + r * outStride + v * kLanes) = sums[r][v];
  }
}

BITSCAPE_CLONES
void mixWide(const float* weights, std::int64_t stride, std::int64_t from, std::int64_t to, const float* values, std::int64_t n, float* out,
             std::int64_t outStride, std::int64_t rows) {
  mixRows<4>(weights, stride, from, to, values, n, out, outStride, rows);
}
BITSCAPE_CLONES
void mixNarrow(const float* weights, std::int64_t stride, std::int64_t from, std::int64_t to, const float* values, std::int64_t n, float* out,
               std::int64_t outStride, std::int64_t rows) {
  mixRows<1>(weights, stride, from, to, values, n, out, outStride, rows);
}

BITSCAPE_CLONES
void transpose(const float* keys, std::int64_t count, std::int64_t n, std::int64_t stride, float* out) {
  for (std::int64_t t = 0; t < count; t += kLanes) {
    const std::int64_t last = t + kLanes < count ? t + kLanes : count;
    for (std::int64_t d = 0; d < n; ++d) {
      for (std::int64_t i = t; i < last; ++i) out[d * stride + i] = keys[i * n + d];
    }
  }
  for (std::int64_t d = 0; d < n; ++d) {
    for (std::int64_t i = count; i < stride; ++i) out[d * stride + i] = 0;
  }
}

}  // namespace

void transposeKeys(const AttentionShape& shape, const float* keys, AttentionScratch& scratch) {
  const std::int64_t stride = padded(shape.keys);
  scratch.transposed.resize(static_cast<std::size_t>(shape.n * stride));
  scratch.weights.resize(static_cast<std::size_t>(kRows * stride));
  scratch.queries.resize(static_cast<std::size_t>(kRows * shape.n));
  transpose(keys, shape.keys, shape.n, stride, scratch.transposed.data());
}

void attendQueries(const AttentionShape& shape, const float* q, std::int64_t qStride, std::int64_t first, std::int64_t last, const float* values,
                   float* out, std::int64_t outStride, AttentionScratch& scratch) {
  const std::int64_t n = shape.n, stride = padded(shape.keys);
  const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(n)));
  float* queries = scratch.queries.data();
  float* weights = scratch.weights.data();
  for (std::int64_t row = first; row < last; row += kRows) {
    const std::int64_t rows = std::min<std::int64_t>(kRows, last - row);
    for (std::int64_t r = 0; r < kRows; ++r) {  // beyond the end the last row stands in
      const float* from = q + (row + std::min(r, rows - 1)) * qStride;
      for (std::int64_t d = 0; d < n; ++d) queries[r * n + d] = from[d] * scale;
    }
    const auto seenFrom = [&](std::int64_t r) { return shape.window > 0 ? std::max<std::int64_t>(0, shape.before + row + r + 1 - shape.window) : 0; };
    const auto seenTo = [&](std::int64_t r) { return shape.before + row + r + 1; };
    const std::int64_t from = seenFrom(0) / kKeys * kKeys, end = seenTo(rows - 1);
    scoreRows(queries, n, scratch.transposed.data(), stride, from, padded(end), weights);
    for (std::int64_t r = 0; r < kRows; ++r) {
      const std::int64_t own = std::min(r, rows - 1);
      softmaxRow(weights + r * stride, from, seenFrom(own), seenTo(own), end);
    }
    for (std::int64_t r = 0; r < rows; r += 4) {
      const std::int64_t left = std::min<std::int64_t>(4, rows - r);
      std::int64_t d = 0;
      for (; d + 4 * kLanes <= n; d += 4 * kLanes)
        mixWide(weights + r * stride, stride, from, end, values + d, n, out + (row + r) * outStride + d, outStride, left);
      for (; d < n; d += kLanes)
        mixNarrow(weights + r * stride, stride, from, end, values + d, n, out + (row + r) * outStride + d, outStride, left);
    }
  }
}

}  // namespace bitscape
