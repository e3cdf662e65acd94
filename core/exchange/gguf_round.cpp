#include "core/exchange/gguf_round.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <span>

#include "core/base/error.h"
#include "core/exchange/gguf_pack.h"

namespace bitscape {
namespace {

using Values = std::span<const float>;

float stored(float value) { return halfValue(halfBits(value)); }
int clampTo(float value, int low, int high) {
  return static_cast<int>(std::clamp(value, static_cast<float>(low), static_cast<float>(high)));
}
int nearest(float value, int low, int high) { return clampTo(std::nearbyint(value), low, high); }

// The value of the largest magnitude, with its sign.
float extreme(Values x) {
  return *std::max_element(x.begin(), x.end(), [](float a, float b) { return std::fabs(a) < std::fabs(b); });
}

// ---- blocks of 32: the reference's rules, codes from the unrounded scale ----

void roundSigned(Values x, int half, GgmlBlock& block) {
  block.d = extreme(x) / static_cast<float>(-half);
  const float inverse = block.d != 0 ? 1 / block.d : 0;
  for (std::size_t j = 0; j < x.size(); ++j)
    block.q[j] = static_cast<std::uint8_t>(clampTo(x[j] * inverse + static_cast<float>(half) + 0.5f, 0, 2 * half - 1));
}

void roundRange(Values x, int last, GgmlBlock& block) {
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  block.m = *low;
  block.d = (*high - *low) / static_cast<float>(last);
  const float inverse = block.d != 0 ? 1 / block.d : 0;
  for (std::size_t j = 0; j < x.size(); ++j) block.q[j] = static_cast<std::uint8_t>(clampTo((x[j] - *low) * inverse + 0.5f, 0, last));
}

void roundEight(Values x, GgmlBlock& block) {
  block.d = std::fabs(extreme(x)) / 127;
  const float inverse = block.d != 0 ? 1 / block.d : 0;
  for (std::size_t j = 0; j < x.size(); ++j) block.q[j] = static_cast<std::uint8_t>(clampTo(std::round(x[j] * inverse), -127, 127) + 128);
}

// ---- super-blocks of 256 ----

constexpr int kSteps = 9;  // candidates on either side of the plain range, a tenth of a step apart

// What an error at x weighs: large weights meet large products, small ones are not forgotten.
struct Weighing {
  float floor;
  explicit Weighing(Values x) {
    float squares = 0;
    for (const float value : x) squares += value * value;
    floor = std::sqrt(squares / static_cast<float>(x.size()));
  }
  float operator()(float value) const { return floor + std::fabs(value); }
};

// The scale s of least error for w = s q, q in -half..half - 1.
float bestScale(Values x, int half) {
  const float most = extreme(x);
  if (most == 0) return 0;
  const Weighing weight(x);
  float best = 0, bestGain = -1;
  for (int step = -kSteps; step <= kSteps; ++step) {
    const float inverse = -(static_cast<float>(half) + 0.1f * static_cast<float>(step)) / most;
    float product = 0, squares = 0;
    for (const float value : x) {
      const auto q = static_cast<float>(nearest(value * inverse, -half, half - 1));
      product += weight(value) * value * q;
      squares += weight(value) * q * q;
    }
    if (squares <= 0) continue;
    const float gain = product * product / squares;  // what the best s takes off the error
    if (gain <= bestGain) continue;
    bestGain = gain;
    best = product / squares;
  }
  return best;
}

struct Span {
  float scale = 0, minimum = 0;  // w = scale q - minimum, neither below 0
};

// Scale and minimum of least error for q in 0..last.
Span bestSpan(Values x, int last) {
  const auto [lowest, highest] = std::minmax_element(x.begin(), x.end());
  const float low = std::min(*lowest, 0.0f), high = *highest;
  if (high <= low) return {0, -low};
  const Weighing weight(x);
  Span best{(high - low) / static_cast<float>(last), -low};
  const auto errorOf = [&](Span span) {
    float sum = 0;
    for (const float value : x) {
      const auto q = static_cast<float>(nearest((value + span.minimum) / span.scale, 0, last));
      const float miss = span.scale * q - span.minimum - value;
      sum += weight(value) * miss * miss;
    }
    return sum;
  };
  float bestError = errorOf(best);
  for (int step = -kSteps; step <= kSteps; ++step) {
    const float inverse = (static_cast<float>(last) + 0.1f * static_cast<float>(step)) / (high - low);
    float ones = 0, q1 = 0, q2 = 0, x1 = 0, xq = 0;  // weighted sums of the normal equations
    for (const float value : x) {
      const auto q = static_cast<float>(nearest((value - low) * inverse, 0, last));
      const float w = weight(value);
      ones += w;
      q1 += w * q;
      q2 += w * q * q;
      x1 += w * value;
      xq += w * value * q;
    }
    const float determinant = ones * q2 - q1 * q1;
    if (determinant <= 0) continue;
    Span span{(ones * xq - q1 * x1) / determinant, (q1 * xq - q2 * x1) / determinant};
    if (span.minimum < 0) span = {q2 > 0 ? xq / q2 : 0, 0};  // a minimum above 0 has no place
    if (!(span.scale > 0)) continue;
    if (const float error = errorOf(span); error < bestError) {
      bestError = error;
      best = span;
    }
  }
  return best;
}

// Q3_K, Q6_K: scales of runs in -scaleHalf..scaleHalf - 1, codes in -half..half - 1.
void roundScaled(Values x, int half, int scaleHalf, GgmlBlock& block) {
  std::array<float, 16> scales;
  for (std::size_t run = 0; run < 16; ++run) scales[run] = bestScale(x.subspan(16 * run, 16), half);
  block.d = stored(extreme(scales) / static_cast<float>(-scaleHalf));
  for (std::size_t run = 0; run < 16; ++run) {
    block.scale[run] = block.d != 0 ? nearest(scales[run] / block.d, -scaleHalf, scaleHalf - 1) : 0;
    const float scale = block.d * static_cast<float>(block.scale[run]);
    for (std::size_t j = 16 * run; j < 16 * run + 16; ++j)
      block.q[j] = static_cast<std::uint8_t>((scale != 0 ? nearest(x[j] / scale, -half, half - 1) : 0) + half);
  }
}

// Q2_K, Q4_K, Q5_K: scales and minimums of runs in 0..most, codes in 0..last.
void roundSpans(Values x, std::size_t runs, int last, int most, GgmlBlock& block) {
  std::array<Span, 16> spans;
  const std::size_t width = x.size() / runs;
  Span largest;
  for (std::size_t run = 0; run < runs; ++run) {
    spans[run] = bestSpan(x.subspan(width * run, width), last);
    largest = {std::max(largest.scale, spans[run].scale), std::max(largest.minimum, spans[run].minimum)};
  }
  block.d = stored(largest.scale / static_cast<float>(most));
  block.m = stored(largest.minimum / static_cast<float>(most));
  for (std::size_t run = 0; run < runs; ++run) {
    block.scale[run] = block.d != 0 ? nearest(spans[run].scale / block.d, 0, most) : 0;
    block.minimum[run] = block.m != 0 ? nearest(spans[run].minimum / block.m, 0, most) : 0;
    const float scale = block.d * static_cast<float>(block.scale[run]), minimum = block.m * static_cast<float>(block.minimum[run]);
    for (std::size_t j = width * run; j < width * (run + 1); ++j)
      block.q[j] = static_cast<std::uint8_t>(scale != 0 ? nearest((x[j] + minimum) / scale, 0, last) : 0);
  }
}

struct Rule {
  std::string_view type;
  void (*round)(Values x, GgmlBlock& block);
};
constexpr std::array<Rule, 10> kRules{{
    {"Q4_0", [](Values x, GgmlBlock& block) { roundSigned(x, 8, block); }},
    {"Q4_1", [](Values x, GgmlBlock& block) { roundRange(x, 15, block); }},
    {"Q5_0", [](Values x, GgmlBlock& block) { roundSigned(x, 16, block); }},
    {"Q5_1", [](Values x, GgmlBlock& block) { roundRange(x, 31, block); }},
    {"Q8_0", roundEight},
    {"Q2_K", [](Values x, GgmlBlock& block) { roundSpans(x, 16, 3, 15, block); }},
    {"Q3_K", [](Values x, GgmlBlock& block) { roundScaled(x, 4, 32, block); }},
    {"Q4_K", [](Values x, GgmlBlock& block) { roundSpans(x, 8, 15, 63, block); }},
    {"Q5_K", [](Values x, GgmlBlock& block) { roundSpans(x, 8, 31, 63, block); }},
    {"Q6_K", [](Values x, GgmlBlock& block) { roundScaled(x, 32, 128, block); }},
}};

const Rule* ruleOf(std::string_view type) {
  const auto* found = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& rule) { return rule.type == type; });
  return found == kRules.end() ? nullptr : found;
}

c10::ScalarType plainOf(std::string_view type) { return type == "F16" ? at::kHalf : type == "BF16" ? at::kBFloat16 : at::kFloat; }

Tensor plainBytes(const Tensor& weight, const GgmlType& type) {
  const Tensor values = weight.to(plainOf(type.name)).contiguous();
  if (!at::isfinite(values).all().item<bool>()) {
    throw Error("a value is too large for " + std::string(type.name) + "; store this tensor as BF16 or F32");
  }
  Tensor bytes = at::empty({weight.size(0), weight.size(1) * type.bytes}, at::kByte);
  if (bytes.numel() > 0) std::memcpy(bytes.mutable_data_ptr(), values.const_data_ptr(), static_cast<std::size_t>(bytes.numel()));
  return bytes;
}

}  // namespace

bool roundsTo(const GgmlType& type) { return ruleOf(type.name) || type.name == "F32" || type.name == "F16" || type.name == "BF16"; }

Tensor roundToGgml(const Tensor& weight, const GgmlType& type) {
  c10::NoGradGuard noGrad;
  const std::string name(type.name);
  if (!roundsTo(type)) throw Error("weights cannot be written as " + name + "; choose Q8_0, Q6_K, Q5_K, Q4_K, Q3_K, Q2_K, F16 or F32");
  if (weight.size(1) % type.elements != 0) {
    throw Error("rows of " + std::to_string(weight.size(1)) + " weights are no whole blocks of the " + std::to_string(type.elements) +
                " of " + name + "; choose a type with blocks of 32");
  }
  const Rule* rule = ruleOf(type.name);
  if (!rule) return plainBytes(weight, type);
  const Tensor source = weight.to(at::kFloat).contiguous();
  Tensor bytes = at::empty({source.size(0), source.size(1) / type.elements * type.bytes}, at::kByte);
  const float* from = source.const_data_ptr<float>();
  auto* to = reinterpret_cast<std::byte*>(bytes.mutable_data_ptr<std::uint8_t>());
  const PutBlock put = blockPutter(type.name);
  std::atomic<bool> finite{true};
  at::parallel_for(0, source.numel() / type.elements, 4096 / type.elements, [&](std::int64_t begin, std::int64_t end) {
    GgmlBlock block;
    for (std::int64_t i = begin; i < end; ++i) {
      rule->round({from + i * type.elements, static_cast<std::size_t>(type.elements)}, block);
      if (!std::isfinite(stored(block.d)) || !std::isfinite(stored(block.m))) finite = false;
      put(block, to + i * type.bytes);
    }
  });
  if (!finite) throw Error("a weight is NaN, infinite or too large for the float16 scales of " + name + "; store this tensor as F32");
  return bytes;
}

}  // namespace bitscape
