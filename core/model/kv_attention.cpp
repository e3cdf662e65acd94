#include "core/model/kv_attention.h"

#include "core/base/instruction_sets.h"
#include "core/base/quick_exp.h"

namespace bitscape {
namespace {

constexpr int kLanes = 16;    // independent sums, so that loops become vectors
constexpr int kTogether = 4;  // queries that read a code while it is in a register, at most
constexpr int kVectors = 4;   // of codes side by side

// Vectors of kWide numbers: as wide as the registers of an instruction set, or the compiler would keep them in memory.
template <int kWide>
struct Vector {
  typedef float Floats __attribute__((vector_size(4 * kWide), aligned(4), may_alias));
  typedef std::int32_t Ints __attribute__((vector_size(4 * kWide)));
  typedef std::uint32_t Words __attribute__((vector_size(4 * kWide), aligned(4), may_alias));
};

// totals[r][v] += x[r * xStride + c] * code c of word v, for all codes of kVectors vectors of words from `words` on.
template <int kWide, int kField, int kQueries, int kCount>
inline __attribute__((always_inline)) void addWords(const std::uint32_t* words, const float* x, std::int64_t xStride,
                                                    typename Vector<kWide>::Floats (&totals)[kQueries][kCount]) {
  using V = Vector<kWide>;
#pragma GCC unroll 8
  for (int c = 0; c < 32 / kField; ++c) {
#pragma GCC unroll 4
    for (int v = 0; v < kCount; ++v) {
      const typename V::Words word = *reinterpret_cast<const typename V::Words*>(words + v * kWide);
      const typename V::Floats codes =
          __builtin_convertvector(reinterpret_cast<typename V::Ints>(word >> c * kField & ((1u << kField) - 1)), typename V::Floats);
#pragma GCC unroll 4
      for (int r = 0; r < kQueries; ++r) totals[r][v] += x[r * xStride + c] * codes;
    }
  }
}

template <int kWide, int kQueries, int kCount>
inline __attribute__((always_inline)) void store(const typename Vector<kWide>::Floats (&totals)[kQueries][kCount], float* to,
                                                 std::int64_t stride) {
#pragma GCC unroll 4
  for (int r = 0; r < kQueries; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < kCount; ++v) *reinterpret_cast<typename Vector<kWide>::Floats*>(to + r * stride + v * kWide) = totals[r][v];
  }
}

// What both products are given: for keys x is queries and y scores, for values x is weights and y outputs. Rows of x lie xStride apart.
struct Product {
  const HeadCodes& head;
  std::int64_t from, to;  // positions: of whole blocks for keys, of whole words for values
  const float* x;
  std::int64_t xStride;
  float* y;
  std::int64_t yStride;
};

template <int kWide, int kField, int kQueries>
inline __attribute__((always_inline)) void score(const Product& p) {
  const std::int64_t groups = wordsOf(p.head.n, kField);
  for (std::int64_t t = p.from; t < p.to; t += kVectors * kWide) {
    const std::uint32_t* words = p.head.keys + t / kKeyBlock * kKeyBlock * groups + t % kKeyBlock;
    typename Vector<kWide>::Floats totals[kQueries][kVectors] = {};
    for (std::int64_t group = 0; group < groups; ++group)
      addWords<kWide, kField>(words + group * kKeyBlock, p.x + group * (32 / kField), p.xStride, totals);
    store<kWide>(totals, p.y + t, p.yStride);
  }
}

// Of kCount * kWide channels from d on.
template <int kWide, int kField, int kQueries, int kCount>
inline __attribute__((always_inline)) void mixChannels(const Product& p, std::int64_t d) {
  typename Vector<kWide>::Floats totals[kQueries][kCount] = {};
  for (std::int64_t t = p.from; t < p.to; t += 32 / kField)
    addWords<kWide, kField>(p.head.values + t / (32 / kField) * p.head.n + d, p.x + t, p.xStride, totals);
  store<kWide>(totals, p.y + d, p.yStride);
}

template <int kWide, int kField, int kQueries>
inline __attribute__((always_inline)) void mix(const Product& p) {
  std::int64_t d = 0;
  for (; d + kVectors * kWide <= p.head.n; d += kVectors * kWide) mixChannels<kWide, kField, kQueries, kVectors>(p, d);
  // The last may read words of the next positions, whose sums nobody looks at.
  for (; d < p.head.n; d += kWide) mixChannels<kWide, kField, kQueries, 1>(p, d);
}

// One step for `queries` queries, at most kMost; scores for keys, else mixtures of values.
template <int kWide, int kField, int kQueries>
inline __attribute__((always_inline)) void either(const Product& p, bool keys) {
  if (keys) {
    score<kWide, kField, kQueries>(p);
  } else {
    mix<kWide, kField, kQueries>(p);
  }
}

template <int kWide, int kField, int kMost>
inline __attribute__((always_inline)) void ofField(const Product& p, bool keys, std::int64_t queries) {
  if constexpr (kMost >= 4) {
    if (queries == 4) return either<kWide, kField, 4>(p, keys);
    if (queries == 3) return either<kWide, kField, 3>(p, keys);
  }
  if constexpr (kMost >= 2) {
    if (queries == 2) return either<kWide, kField, 2>(p, keys);
  }
  either<kWide, kField, 1>(p, keys);
}

template <int kWide, int kMost>
inline __attribute__((always_inline)) void multiply(const Product& p, bool keys, std::int64_t queries) {
  if (p.head.field == 8) return ofField<kWide, 8, kMost>(p, keys, queries);
  if (p.head.field == 4) return ofField<kWide, 4, kMost>(p, keys, queries);
  ofField<kWide, 2, kMost>(p, keys, queries);
}

// One copy per width of registers, for as many queries as fit in them.
void multiplyPlain(const Product& p, bool keys, std::int64_t queries) { multiply<4, 1>(p, keys, queries); }
#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("arch=x86-64-v3"))) void multiplyAvx2(const Product& p, bool keys, std::int64_t queries) {
  multiply<8, 2>(p, keys, queries);
}
__attribute__((target("arch=x86-64-v4"))) void multiplyAvx512(const Product& p, bool keys, std::int64_t queries) {
  multiply<16, kTogether>(p, keys, queries);
}
#else
constexpr auto multiplyAvx2 = multiplyPlain, multiplyAvx512 = multiplyPlain;
#endif

struct Copy {
  void (*multiply)(const Product& p, bool keys, std::int64_t queries);
  std::int64_t together;
};
constexpr Copy kCopies[] = {{multiplyPlain, 1}, {multiplyAvx2, 2}, {multiplyAvx512, kTogether}};  // by AttendPath

// score = factor * scale * (score - zero * sum)
BITSCAPE_CLONES
void scaleScores(float* __restrict scores, const float* __restrict scale, const std::uint8_t* __restrict zero, std::int64_t first,
                 std::int64_t count, float sum, float factor) {
  for (std::int64_t t = first; t < count; ++t) scores[t] = (scores[t] - sum * static_cast<float>(zero[t])) * (scale[t] * factor);
}

// scores[first .. count) become exp(score - the largest); their sum.
BITSCAPE_CLONES
float exponents(float* scores, std::int64_t first, std::int64_t count) {
  float most = scores[first];
  float tops[kLanes], sums[kLanes] = {};
  for (int lane = 0; lane < kLanes; ++lane) tops[lane] = most;
  std::int64_t t = first;
  for (; t + kLanes <= count; t += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) tops[lane] = scores[t + lane] > tops[lane] ? scores[t + lane] : tops[lane];
  }
  for (; t < count; ++t) most = scores[t] > most ? scores[t] : most;
  for (int lane = 0; lane < kLanes; ++lane) most = tops[lane] > most ? tops[lane] : most;
  for (t = first; t + kLanes <= count; t += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      scores[t + lane] = quickExp(scores[t + lane] - most);
      sums[lane] += scores[t + lane];
    }
  }
  float sum = 0;
  for (; t < count; ++t) {
    scores[t] = quickExp(scores[t] - most);
    sum += scores[t];
  }
  for (int lane = 0; lane < kLanes; ++lane) sum += sums[lane];
  return sum;
}

// weights[t] *= scale[t]; the sum of weights[t] * zero[t] afterwards.
BITSCAPE_CLONES
float scaled(float* __restrict weights, const float* __restrict scale, const std::uint8_t* __restrict zero, std::int64_t first,
             std::int64_t count) {
  float sums[kLanes] = {};
  std::int64_t t = first;
  for (; t + kLanes <= count; t += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      weights[t + lane] *= scale[t + lane];
      sums[lane] += weights[t + lane] * static_cast<float>(zero[t + lane]);
    }
  }
  float sum = 0;
  for (; t < count; ++t) {
    weights[t] *= scale[t];
    sum += weights[t] * static_cast<float>(zero[t]);
  }
  for (int lane = 0; lane < kLanes; ++lane) sum += sums[lane];
  return sum;
}

// The sum of n floats.
float sumOf(const float* x, std::int64_t n) {
  float sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += x[i];
  return sum;
}

std::int64_t upTo(std::int64_t count, std::int64_t step) { return (count + step - 1) / step * step; }

}  // namespace

void putKey(const HeadCodes& head, std::int64_t position, const std::uint8_t* codes) {
  const int perWord = 32 / head.field;
  std::uint32_t* to = head.keys + position / kKeyBlock * keyBlockWords(head.n, head.field) + position % kKeyBlock;
  for (std::int64_t d = 0; d < head.n; d += perWord, to += kKeyBlock) {
    std::uint32_t word = 0;
    for (int c = 0; c < perWord && d + c < head.n; ++c) word |= std::uint32_t{codes[d + c]} << c * head.field;
    *to = word;
  }
}

void putValue(const HeadCodes& head, std::int64_t position, const std::uint8_t* codes) {
  const int perWord = 32 / head.field, shift = static_cast<int>(position % perWord) * head.field;
  const std::uint32_t others = ~(((1u << head.field) - 1) << shift);
  std::uint32_t* to = head.values + position / perWord * head.n;
  for (std::int64_t d = 0; d < head.n; ++d) to[d] = (to[d] & others) | std::uint32_t{codes[d]} << shift;
}

void takeKey(const HeadCodes& head, std::int64_t position, std::uint8_t* codes) {
  const int perWord = 32 / head.field;
  const std::uint32_t mask = (1u << head.field) - 1;
  const std::uint32_t* from = head.keys + position / kKeyBlock * keyBlockWords(head.n, head.field) + position % kKeyBlock;
  for (std::int64_t d = 0; d < head.n; d += perWord, from += kKeyBlock) {
    for (int c = 0; c < perWord && d + c < head.n; ++c) codes[d + c] = static_cast<std::uint8_t>(*from >> c * head.field & mask);
  }
}

void takeValue(const HeadCodes& head, std::int64_t position, std::uint8_t* codes) {
  const int perWord = 32 / head.field, shift = static_cast<int>(position % perWord) * head.field;
  const std::uint32_t mask = (1u << head.field) - 1;
  const std::uint32_t* from = head.values + position / perWord * head.n;
  for (std::int64_t d = 0; d < head.n; ++d) codes[d] = static_cast<std::uint8_t>(from[d] >> shift & mask);
}

AttendPath widestAttendPath() {
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return AttendPath::Avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) return AttendPath::Avx2;
#endif
  return AttendPath::Plain;
}

std::int64_t attendScratch(std::int64_t n, std::int64_t count) { return kTogether * (upTo(count, kKeyBlock) + 2 * upTo(n, kLanes)); }

void attendCodes(const HeadCodes& head, std::int64_t first, std::int64_t count, const float* q, std::int64_t queries, float* out,
                 float* scratch, AttendPath path) {
  const std::int64_t n = head.n, stride = upTo(count, kKeyBlock), width = upTo(n, kLanes), perWord = 32 / head.field;
  const std::int64_t from = first / perWord * perWord, to = upTo(count, perWord);
  const float factor = 1.0f / __builtin_sqrtf(static_cast<float>(n));
  const auto [multiply, together] = kCopies[static_cast<int>(path)];
  float *weights = scratch, *padded = weights + kTogether * stride, *mixed = padded + kTogether * width;
  for (std::int64_t start = 0; start < queries; start += together) {
    const std::int64_t some = queries - start < together ? queries - start : together;
    float totals[kTogether], zeros[kTogether];
    for (std::int64_t r = 0; r < some; ++r) {
      for (std::int64_t d = 0; d < width; ++d) padded[r * width + d] = d < n ? q[(start + r) * n + d] : 0;
    }
    multiply({head, first / kKeyBlock * kKeyBlock, stride, padded, width, weights, stride}, true, some);
    for (std::int64_t r = 0; r < some; ++r) {
      float* row = weights + r * stride;
      scaleScores(row, head.keyScale, head.keyZero, first, count, sumOf(padded + r * width, n), factor);
      totals[r] = exponents(row, first, count);
      zeros[r] = scaled(row, head.valueScale, head.valueZero, first, count);
      for (std::int64_t t = from; t < first; ++t) row[t] = 0;
      for (std::int64_t t = count; t < to; ++t) row[t] = 0;
    }
    multiply({head, from, to, weights, stride, mixed, width}, false, some);
    for (std::int64_t r = 0; r < some; ++r) {
      for (std::int64_t d = 0; d < n; ++d) out[(start + r) * n + d] = (mixed[r * width + d] - zeros[r]) / totals[r];
    }
  }
}

BITSCAPE_CLONES
void attendRow(const float* __restrict q, const float* __restrict keys, const float* __restrict values, std::int64_t count, std::int64_t n,
               float* __restrict scratch, float* __restrict out) {
  const float factor = 1.0f / __builtin_sqrtf(static_cast<float>(n));
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
    scratch[t] = sum * factor;
  }
  const float inverse = 1.0f / exponents(scratch, 0, count);
  for (std::int64_t i = 0; i < n; ++i) out[i] = 0;
  for (std::int64_t t = 0; t < count; ++t) {
    const float share = scratch[t];
    const float* __restrict value = values + t * n;
    for (std::int64_t i = 0; i < n; ++i) out[i] += share * value[i];
  }
  for (std::int64_t i = 0; i < n; ++i) out[i] *= inverse;
}

}  // namespace bitscape
