#include "core/calib/kernels.h"

#include <cmath>
#include <cstring>

#include "core/base/instruction_sets.h"

namespace bitscape {
namespace {

// Vectors of 16 lanes; narrower instruction sets split them. (GCC and Clang vector extension.)
constexpr int kLanes = 16;
typedef float Floats __attribute__((vector_size(kLanes * sizeof(float)), aligned(alignof(float)), may_alias));
typedef std::int32_t Ints __attribute__((vector_size(kLanes * sizeof(std::int32_t))));
typedef double Doubles __attribute__((vector_size(kLanes * sizeof(double))));

// Macros, because a called function would be compiled for the plain instruction set unless inlined.
#define ABSOLUTE(x) ((Floats)((Ints)(x)&0x7FFFFFFF))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))

}  // namespace

BITSCAPE_CLONES void tileStats(const float* tile, int rows, TileStats& stats) {
  for (int channel = 0; channel < kTileChannels; channel += kLanes) {
    const float* column = tile + channel;
    Floats least = *(const Floats*)column, largest = least;
    Doubles sum = {}, sumAbsolute = {};
    for (int row = 0; row < rows; ++row) {
      const Floats x = *(const Floats*)(column + row * kTileChannels);
      least = SMALLER(x, least);
      largest = LARGER(x, largest);
      sum += __builtin_convertvector(x, Doubles);
      sumAbsolute += __builtin_convertvector(ABSOLUTE(x), Doubles);
    }
    const Doubles mean = sum / (double)rows;
    Doubles m2 = {}, m3 = {}, m4 = {};
    for (int row = 0; row < rows; ++row) {
      const Doubles d = __builtin_convertvector(*(const Floats*)(column + row * kTileChannels), Doubles) - mean;
      const Doubles d2 = d * d;
      m2 += d2;
      m3 += d2 * d;
      m4 += d2 * d2;
    }
    std::memcpy(stats.min + channel, &least, sizeof least);
    std::memcpy(stats.max + channel, &largest, sizeof largest);
    std::memcpy(stats.mean + channel, &mean, sizeof mean);
    std::memcpy(stats.m2 + channel, &m2, sizeof m2);
    std::memcpy(stats.m3 + channel, &m3, sizeof m3);
    std::memcpy(stats.m4 + channel, &m4, sizeof m4);
    std::memcpy(stats.sumAbsolute + channel, &sumAbsolute, sizeof sumAbsolute);
  }
}

BITSCAPE_CLONES void rowMaxima(const float* tile, int rows, float* largest) {
  for (int row = 0; row < rows; ++row) {
    Floats most = {};
    for (int channel = 0; channel < kTileChannels; channel += kLanes) {
      const Floats x = ABSOLUTE(*(const Floats*)(tile + row * kTileChannels + channel));
      most = LARGER(x, most);
    }
    float result = largest[row];
    for (int lane = 0; lane < kLanes; ++lane) result = LARGER(most[lane], result);
    largest[row] = result;
  }
}

BITSCAPE_CLONES Products products(const float* x, const float* y, std::int64_t count) {
  Doubles xy = {}, xx = {}, yy = {};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Doubles a = __builtin_convertvector(*(const Floats*)(x + i), Doubles);
    const Doubles b = __builtin_convertvector(*(const Floats*)(y + i), Doubles);
    xy += a * b;
    xx += a * a;
    yy += b * b;
  }
  Products result;
  for (int lane = 0; lane < kLanes; ++lane) {
    result.xy += xy[lane];
    result.xx += xx[lane];
    result.yy += yy[lane];
  }
  for (; i < count; ++i) {
    const double a = x[i], b = y[i];
    result.xy += a * b;
    result.xx += a * a;
    result.yy += b * b;
  }
  return result;
}

BITSCAPE_CLONES SoftmaxStats softmaxStats(const float* scores, std::int64_t count) {
  const std::int64_t whole = count / kLanes * kLanes;
  float largest = scores[0];
  Floats most = Floats{} + largest;
  for (std::int64_t i = 0; i < whole; i += kLanes) {
    const Floats x = *(const Floats*)(scores + i);
    most = LARGER(x, most);
  }
  for (int lane = 0; lane < kLanes; ++lane) largest = LARGER(most[lane], largest);
  for (std::int64_t i = whole; i < count; ++i) largest = LARGER(scores[i], largest);

  // e^d = 2^t, t = d / ln 2 = n + f with n whole and |f| <= 1/2; 2^f by Taylor's series to f^6, within 2e-7 of itself.
  constexpr float kLeast = -126.0f, kRounding = 12582912.0f;  // 1.5 * 2^23: adding it drops the fraction
  constexpr float kLog2E = 1.44269504f;
  constexpr float c1 = 6.93147181e-1f, c2 = 2.40226507e-1f, c3 = 5.55041087e-2f, c4 = 9.61812911e-3f, c5 = 1.33335581e-3f,
                  c6 = 1.54035304e-4f;
  Floats sum = {}, weighted = {};
  for (std::int64_t i = 0; i < count; i += kLanes) {
    Floats x;
    if (i < whole) {
      x = *(const Floats*)(scores + i);
    } else {  // the tail, filled with scores that weigh nothing
      x = Floats{} + (largest - 1000.0f);
      std::memcpy(&x, scores + i, static_cast<std::size_t>(count - i) * sizeof(float));
    }
    const Floats d = x - largest;
    Floats t = d * kLog2E;
    t = LARGER(t, Floats{} + kLeast);
    const Floats n = (t + kRounding) - kRounding;
    const Floats f = t - n;
    const Floats power = 1.0f + f * (c1 + f * (c2 + f * (c3 + f * (c4 + f * (c5 + f * c6)))));
    const Floats e = power * (Floats)((__builtin_convertvector(n, Ints) + 127) << 23);
    sum += e;
    weighted += d * e;
  }
  double z = 0, w = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    z += sum[lane];
    w += weighted[lane];
  }
  return {std::log(z) - w / z, std::exp(static_cast<double>(scores[0]) - largest) / z};
}

}  // namespace bitscape
