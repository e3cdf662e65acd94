#include "core/eval/row_kernel.h"

#include <cstring>

#include "core/base/instruction_sets.h"

namespace bitscape {
namespace {

constexpr int kLanes = 16;
typedef float Floats __attribute__((vector_size(kLanes * 4)));
typedef std::int32_t Ints __attribute__((vector_size(kLanes * 4)));

// Floats are summed in lanes over this many vectors, then in double: 49152 terms lose no more than a few units in the last place.
constexpr std::int64_t kBlock = 64 * kLanes;

// Vectors travel by reference: by value their passing would depend on the instruction set.
#define BITSCAPE_INLINE __attribute__((always_inline)) inline

BITSCAPE_INLINE void load(Floats& out, const float* from) { std::memcpy(&out, from, sizeof out); }

// exp(x) for x <= 0, to 2 units in the last place; 0 below -87. x = n ln 2 + r, |r| <= ln 2 / 2; exp(r) by its Taylor polynomial to
// r^7 (remainder r^8/8! < 6e-9); 2^n through the exponent bits. Constants of ln 2 as in Cody and Waite's split.
BITSCAPE_INLINE void expNegative(Floats& out, const Floats& argument) {
  const Floats lowest = argument < -87.0F ? (Floats{} - 87.0F) : argument;
  const Floats shifted = lowest * 1.44269504F + 12582912.0F;  // 1.5 * 2^23: the integer lands in the low mantissa bits
  const Floats n = shifted - 12582912.0F;
  const Floats r = (lowest - n * 0.693359375F) + n * 2.12194440e-4F;
  Floats p = r * (1.0F / 5040) + (1.0F / 720);
  p = p * r + (1.0F / 120);
  p = p * r + (1.0F / 24);
  p = p * r + (1.0F / 6);
  p = p * r + 0.5F;
  p = p * r + 1.0F;
  p = p * r + 1.0F;
  Ints bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits << 23) + (127 << 23);
  Floats power;
  std::memcpy(&power, &bits, sizeof power);
  const Floats value = p * power;
  out = argument < -87.0F ? Floats{} : value;
}

BITSCAPE_INLINE double total(const Floats& lanes) {
  double sum = 0;
  for (int i = 0; i < kLanes; ++i) sum += lanes[i];
  return sum;
}

BITSCAPE_INLINE float largest(const float* z, std::int64_t count) {
  float best = z[0];
  std::int64_t i = 0;
  if (count >= kLanes) {
    Floats lanes;
    load(lanes, z);
    for (; i + kLanes <= count; i += kLanes) {
      Floats x;
      load(x, z + i);
      lanes = x > lanes ? x : lanes;
    }
    for (int lane = 0; lane < kLanes; ++lane) best = lanes[lane] > best ? lanes[lane] : best;
  }
  for (; i < count; ++i) best = z[i] > best ? z[i] : best;
  return best;
}

// The last vector of a row, filled up with a value whose exponential is 0.
BITSCAPE_INLINE void loadTail(Floats& out, const float* from, std::int64_t left, float filler) {
  float padded[kLanes];
  for (int i = 0; i < kLanes; ++i) padded[i] = i < left ? from[i] : filler;
  load(out, padded);
}

constexpr float kNothing = -1e4F;  // below any maximum by so much that its exponential is 0

}  // namespace

BITSCAPE_CLONES RowSum sumRow(const float* z, std::int64_t count) {
  RowSum result;
  result.max = largest(z, count);
  for (std::int64_t start = 0; start < count; start += kBlock) {
    const std::int64_t end = start + kBlock < count ? start + kBlock : count;
    Floats lanes{};
    for (std::int64_t i = start; i < end; i += kLanes) {
      Floats x, e;
      if (i + kLanes <= end) {
        load(x, z + i);
        x -= result.max;
      } else {
        loadTail(x, z + i, end - i, result.max + kNothing);
        x -= result.max;
      }
      expNegative(e, x);
      lanes += e;
    }
    result.sum += total(lanes);
  }
  return result;
}

BITSCAPE_CLONES RowPairSums sumRowPair(const float* f, const float* q, std::int64_t count) {
  RowPairSums result;
  result.maxF = largest(f, count);
  result.maxQ = largest(q, count);
  for (std::int64_t start = 0; start < count; start += kBlock) {
    const std::int64_t end = start + kBlock < count ? start + kBlock : count;
    Floats lanesF{}, lanesQ{}, lanesW{};
    for (std::int64_t i = start; i < end; i += kLanes) {
      Floats x, y, ex, ey;
      if (i + kLanes <= end) {
        load(x, f + i);
        load(y, q + i);
        x -= result.maxF;
        y -= result.maxQ;
      } else {
        loadTail(x, f + i, end - i, result.maxF + kNothing);
        loadTail(y, q + i, end - i, result.maxQ + kNothing);
        x -= result.maxF;
        y -= result.maxQ;
      }
      expNegative(ex, x);
      expNegative(ey, y);
      lanesF += ex;
      lanesQ += ey;
      lanesW += ex * (x - y);
    }
    result.sumF += total(lanesF);
    result.sumQ += total(lanesQ);
    result.weighted += total(lanesW);
  }
  return result;
}

}  // namespace bitscape
