#include "core/calib/map_stats.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/error.h"
#include "core/calib/top_values.h"

namespace bitscape {
namespace {

template <class T>
Tensor tensorOf(const std::vector<T>& values) {
  Tensor tensor = at::empty({std::ssize(values)}, c10::CppTypeToScalarType<T>::value);
  std::copy(values.begin(), values.end(), tensor.template mutable_data_ptr<T>());
  return tensor;
}

template <class T>
std::vector<T> vectorOf(const Tensor& tensor) {
  const Tensor values = tensor.to(at::Device(at::kCPU), c10::CppTypeToScalarType<T>::value).contiguous();
  const T* data = values.const_data_ptr<T>();
  return {data, data + values.numel()};
}

// How many of all rows each sampled row stands for: [sample rows] float64.
Tensor rowWeights(const InputStats& stats) {
  const std::int64_t sampled = std::ssize(stats.sampleRows), random = stats.randomRows, extra = sampled - random;
  Tensor weights = at::ones({sampled}, at::kDouble);
  if (random > 0) weights.narrow(0, 0, random).fill_(std::max(1.0, static_cast<double>(stats.rows - extra) / static_cast<double>(random)));
  return weights;
}

// H of (x - s) / f from H = E[x x'] and the mean m: (H - s m' - m s' + s s') / (f f').
Tensor mapHessian(const Tensor& hessian, const std::vector<double>& mean, const Step& step) {
  const auto* scale = std::get_if<Scale>(&step);
  if (!scale || !scale->shift.defined()) return applyToHessian(step, hessian);
  const Tensor shift = scale->shift.to(hessian.device(), at::kDouble), about = tensorOf(mean).to(hessian.device());
  const Tensor cross = at::outer(shift, about);
  const Tensor moved = hessian.to(at::kDouble) - cross - cross.t() + at::outer(shift, shift);
  return applyToHessian(Scale{scale->factor, {}}, moved.to(hessian.scalar_type()));
}

// Of the sample, every row with its weight: what a scale or a permutation changes beyond its channels' own figures.
void estimateOverall(InputStats& stats, const Tensor& wide, const Tensor& weights) {
  const double total = weights.sum().item<double>(), channels = static_cast<double>(wide.size(1));
  const auto average = [&](const Tensor& values) { return at::mv(values.t(), weights).sum().item<double>() / (total * channels); };
  stats.meanAbsolute = average(wide.abs());
  if (stats.kurtosisAll == 0) return;
  const Tensor centred = wide - average(wide), square = centred.square();
  const double variance = average(square);
  stats.kurtosisAll = variance > 0 ? average(square.square()) / (variance * variance) : 0;
}

void estimateChannels(InputStats& stats, const Tensor& sample, const Tensor& wide, const Tensor& weights) {
  stats.min = vectorOf<float>(sample.amin(0));
  stats.max = vectorOf<float>(sample.amax(0));
  const double total = weights.sum().item<double>();
  const auto average = [&](const Tensor& values) { return at::mv(values.t(), weights) / total; };
  // The mean itself is known exactly; spread is measured around the sample's own.
  const Tensor square = (wide - average(wide)).square(), variance = average(square);
  stats.variance = vectorOf<double>(variance);
  const bool hasKurtosis = std::any_of(stats.kurtosis.begin(), stats.kurtosis.end(), [](double value) { return value != 0; });
  if (hasKurtosis) stats.kurtosis = vectorOf<double>(at::where(variance > 0, average(square.square()) / variance.square(), 0.0));
}

MagnitudeHistogram weighted(const Tensor& values, std::int64_t randomRows, double weight) {
  const Tensor rows = values.contiguous();
  const std::int64_t perRow = rows.dim() > 1 ? rows.size(1) : 1, random = randomRows * perRow;
  MagnitudeHistogram common, extra;
  common.add(rows.const_data_ptr<float>(), random);
  extra.add(rows.const_data_ptr<float>() + random, rows.numel() - random);
  std::vector<std::int64_t> counts = extra.counts();
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += std::llround(weight * static_cast<double>(common.counts()[i]));
  return MagnitudeHistogram(std::move(counts));
}

void estimateHistograms(InputStats& stats, const Tensor& sample, double weight) {
  if (stats.histogram.total() > 0) stats.histogram = weighted(sample, stats.randomRows, weight);
  if (stats.tokenMax.total() > 0) stats.tokenMax = weighted(sample.abs().amax(1), stats.randomRows, weight);
}

// The largest values among those known (already mapped) and the sample's.
void mapTop(InputStats& stats, std::vector<TopValue> known, std::int64_t most, const Tensor& sample) {
  TopValues top(most);
  std::set<std::tuple<std::int64_t, std::int64_t, std::int64_t>> taken;
  for (const TopValue& value : known) {
    taken.insert({value.window, value.token, value.channel});
    top.offer(value);
  }
  const Tensor flat = sample.reshape({-1}).abs();
  const Tensor places = std::get<1>(flat.topk(std::min(2 * most, flat.numel())));  // half of them may be known
  for (const std::int64_t place : vectorOf<std::int64_t>(places)) {
    const std::int64_t channel = place % stats.channels();
    const auto& [window, token] = stats.sampleRows[static_cast<std::size_t>(place / stats.channels())];
    if (!taken.contains({window, token, channel})) top.offer({stats.sample[static_cast<std::size_t>(place)], window, token, channel});
  }
  stats.top = top.sorted();
}

std::vector<TopValue> mappedTop(const InputStats& stats, const Step& step) {
  std::vector<TopValue> top = stats.top;
  if (const auto* scale = std::get_if<Scale>(&step)) {
    const std::vector<double> factor = vectorOf<double>(scale->factor);
    const std::vector<double> shift = scale->shift.defined() ? vectorOf<double>(scale->shift) : std::vector<double>(factor.size(), 0.0);
    for (TopValue& value : top) {
      const std::size_t channel = static_cast<std::size_t>(value.channel);
      value.value = static_cast<float>((static_cast<double>(value.value) - shift[channel]) / factor[channel]);
    }
    return top;
  }
  if (const auto* permute = std::get_if<Permute>(&step)) {
    const std::vector<std::int64_t> to = vectorOf<std::int64_t>(at::argsort(permute->source));
    for (TopValue& value : top) value.channel = to[static_cast<std::size_t>(value.channel)];
    return top;
  }
  return {};
}

// Ranges and moments of channels under a Scale or a Permute, exactly.
void mapChannels(InputStats& stats, const Step& step) {
  const Tensor low = applyToInput(step, tensorOf(stats.min)), high = applyToInput(step, tensorOf(stats.max));
  stats.min = vectorOf<float>(at::minimum(low, high));
  stats.max = vectorOf<float>(at::maximum(low, high));
  if (const auto* scale = std::get_if<Scale>(&step)) {
    stats.variance = vectorOf<double>(tensorOf(stats.variance) / scale->factor.to(at::Device(at::kCPU), at::kDouble).square());
    return;
  }
  stats.variance = vectorOf<double>(applyToInput(step, tensorOf(stats.variance)));
  if (!stats.kurtosis.empty()) stats.kurtosis = vectorOf<double>(applyToInput(step, tensorOf(stats.kurtosis)));
}

}  // namespace

Tensor sampleOf(const InputStats& stats) {
  const std::int64_t rows = std::ssize(stats.sampleRows), channels = stats.channels();
  if (std::ssize(stats.sample) != rows * channels) throw Error("the statistics' sample does not hold its rows; capture them again");
  return tensorOf(stats.sample).view({rows, channels});
}

InputStats mapStats(const InputStats& stats, const Step& step) {
  const c10::NoGradGuard noGrad;
  if (!isTransform(step) || stats.rows == 0) return stats;
  const bool permuted = std::holds_alternative<Permute>(step);
  const bool exactChannels = permuted || std::holds_alternative<Scale>(step);
  InputStats mapped = stats;
  if (stats.hessian) mapped.hessian = mapHessian(*stats.hessian, stats.mean, step);
  mapped.mean = vectorOf<double>(applyToInput(step, tensorOf(stats.mean)));
  if (exactChannels) mapChannels(mapped, step);

  const Tensor sample = applyToInput(step, sampleOf(stats));
  if (sample.size(0) == 0 && !exactChannels) throw Error("statistics without sampled rows cannot be rotated; capture them with a sample");
  mapped.sample = vectorOf<float>(sample);
  if (sample.size(0) > 0 && !permuted) {
    const Tensor wide = sample.to(at::kDouble), weights = rowWeights(stats);
    if (!exactChannels) estimateChannels(mapped, sample, wide, weights);
    estimateOverall(mapped, wide, weights);
    estimateHistograms(mapped, sample, weights[0].item<double>());
  }
  for (std::size_t i = 0; i < mapped.absmax.size(); ++i) mapped.absmax[i] = std::max(std::fabs(mapped.min[i]), std::fabs(mapped.max[i]));
  if (stats.top.empty()) return mapped;
  if (permuted) {
    mapped.top = mappedTop(stats, step);
  } else if (sample.size(0) > 0) {
    mapTop(mapped, mappedTop(stats, step), std::ssize(stats.top), sample);
  }
  return mapped;
}

}  // namespace bitscape
