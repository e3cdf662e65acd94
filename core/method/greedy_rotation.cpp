#include "core/method/greedy_rotation.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/base/error.h"
#include "core/method/random_orthogonal.h"
#include "core/method/row_extremes.h"

namespace bitscape {
namespace {

// The largest and smallest element of a matrix and the rows that hold them (the first of several).
struct Extremes {
  double high = -std::numeric_limits<double>::infinity(), low = std::numeric_limits<double>::infinity();
  std::int64_t highRow = 0, lowRow = 0;
};

// M in float32 for rowExtremes: columns repeated until they fill whole vectors.
Tensor inWholeVectors(const Tensor& m) {
  const std::int64_t columns = (m.size(1) + kExtremeLanes - 1) / kExtremeLanes * kExtremeLanes;
  const Tensor single = m.to(at::kFloat);
  return columns == m.size(1) ? single.contiguous()
                              : at::cat({single, single.slice(1, 0, 1).expand({m.size(0), columns - m.size(1)})}, 1).contiguous();
}

// Rows of runs of n channels, the last one repeated until they fill whole tiles.
Tensor inWholeTiles(const Tensor& rows) {
  const std::int64_t missing = (kExtremeRows - rows.size(0) % kExtremeRows) % kExtremeRows;
  return missing == 0 ? rows.contiguous() : at::cat({rows, rows.slice(0, -1).expand({missing, rows.size(1)})}, 0).contiguous();
}

// Extremes of X Q for many Q: rows wait in descending order of their norms.
class LazyExtremes {
 public:
  explicit LazyExtremes(const Tensor& rows) : m_rows(rows) {
    if (!rows.device().is_cpu()) return;
    const auto [norms, order] =
        at::linalg_vector_norm(rows, 2, at::IntArrayRef{1}, false, at::kDouble).sort(/*dim=*/0, /*descending=*/true);
    m_norms = norms.contiguous();
    m_order = order.contiguous();
    m_sorted = inWholeTiles(rows.index_select(0, order));
  }

  Extremes of(const Tensor& q) const { return m_sorted.defined() ? lazily(q) : atOnce(q); }
  // x Q of one row, float64 [n] on the CPU.
  Tensor row(std::int64_t index, const Tensor& q) const { return at::mv(q.t(), m_rows[index].to(at::kCPU, at::kDouble)); }

 private:
  static constexpr std::int64_t kChunk = 16 * kExtremeRows;
  // A product in float32 exceeds its bound by rounding: the sum of n terms by some n epsilon.
  static constexpr double kSlack = 1 + 1e-4;

  Extremes lazily(const Tensor& q) const {
    const Tensor m = inWholeVectors(q);
    const std::int64_t rows = m_norms.size(0), n = m.size(0);
    const float* const x = m_sorted.const_data_ptr<float>();
    const float* const factors = m.const_data_ptr<float>();
    const double* const norms = m_norms.const_data_ptr<double>();
    const std::int64_t* const order = m_order.const_data_ptr<std::int64_t>();
    float low[kChunk], high[kChunk];
    Extremes found;
    for (std::int64_t from = 0; from < rows; from += kChunk) {
      if (norms[from] * kSlack < std::min(found.high, -found.low)) break;  // neither this row nor any later one reaches an extreme
      const std::int64_t count = std::min(kChunk, m_sorted.size(0) - from);
      rowExtremes(x + from * n, count, n, factors, m.size(1), low, high);
      for (std::int64_t i = 0; i < std::min(count, rows - from); ++i) {
        const std::int64_t row = order[from + i];
        if (high[i] > found.high || (high[i] == found.high && row < found.highRow)) found.high = high[i], found.highRow = row;
        if (low[i] < found.low || (low[i] == found.low && row < found.lowRow)) found.low = low[i], found.lowRow = row;
      }
    }
    return found;
  }

  Extremes atOnce(const Tensor& q) const {
    const Tensor product = at::mm(m_rows, q.to(m_rows.options())).reshape({-1});
    const Tensor places = at::stack({product.argmax(), product.argmin()});
    const Tensor values = product.index_select(0, places).to(at::kCPU, at::kDouble), rows = places.cpu();
    const std::int64_t n = q.size(0);
    return {.high = values[0].item<double>(),
            .low = values[1].item<double>(),
            .highRow = rows[0].item<std::int64_t>() / n,
            .lowRow = rows[1].item<std::int64_t>() / n};
  }

  Tensor m_rows, m_norms, m_order, m_sorted;
};

// Expected noise of rounding X Q, relative to the values' squares.
class Noise {
 public:
  Noise(const RoundedValues& rounded, std::int64_t n) : m_rounded(rounded), m_runs(rounded.granule / n) {
    m_rows = rounded.values.to(at::kFloat).reshape({-1, n});
    if (m_rows.device().is_cpu()) m_tiles = inWholeTiles(m_rows);
    m_power = m_rows.square().sum(at::kDouble).item<double>();
  }

  double of(const Tensor& q) const {
    if (m_power == 0) return 0;
    Tensor low, high;
    if (m_tiles.defined()) {
      const Tensor m = inWholeVectors(q);
      low = at::empty({m_tiles.size(0)}, at::kFloat);
      high = at::empty_like(low);
      rowExtremes(m_tiles.const_data_ptr<float>(), m_tiles.size(0), m.size(0), m.const_data_ptr<float>(), m.size(1),
                  low.mutable_data_ptr<float>(), high.mutable_data_ptr<float>());
      low = low.slice(0, 0, m_rows.size(0));
      high = high.slice(0, 0, m_rows.size(0));
    } else {
      const Tensor product = at::mm(m_rows, q.to(m_rows.options()));
      low = product.amin(1);
      high = product.amax(1);
    }
    low = low.reshape({-1, m_runs}).amin(1).clamp_max(0);
    high = high.reshape({-1, m_runs}).amax(1).clamp_min(0);
    const double intervals = m_rounded.symmetric ? (m_rounded.levels - 1) / 2 : m_rounded.levels - 1;
    const Tensor step = (m_rounded.symmetric ? at::maximum(high, -low) : high - low) / intervals;
    return step.square().sum(at::kDouble).item<double>() / 12 * static_cast<double>(m_rounded.granule) / m_power;
  }

 private:
  RoundedValues m_rounded;
  std::int64_t m_runs;
  Tensor m_rows, m_tiles;
  double m_power = 0;
};

Tensor exchanged(std::int64_t n, std::int64_t with) {
  Tensor order = at::arange(n, at::kLong);
  order[0] = with;
  order[with] = 0;
  return order;
}

void requireSearchable(const Tensor& x, const GreedySearch& search) {
  const std::int64_t width = x.size(-1);
  if (x.dim() != 2 || x.numel() == 0) throw Error("the greedy rotation got no rows to look at; give a calibration text");
  if (search.block < 2 || width % search.block != 0) {
    throw Error("blocks of " + std::to_string(search.block) + " channels do not divide " + std::to_string(width) +
                "; choose a divisor of the width, 2 or more");
  }
  if (!at::isfinite(x).all().item<bool>())
    throw Error("an input of the calibration text is NaN or infinite; no rotation can be found for it");
}

GreedyRotation searched(const Tensor& x, const GreedySearch& search, const std::vector<Noise>& noises) {
  requireSearchable(x, search);
  const std::int64_t n = search.block;
  const LazyExtremes lazy(x.to(at::kFloat).reshape({-1, n}));
  const Tensor tilde = greedyTilde(n, search.seed);
  GreedyRotation result;
  Tensor product = at::eye(n, at::kDouble), best;
  for (std::int64_t step = 0;; ++step) {
    const Extremes extremes = lazy.of(product);
    double score = extremes.high - extremes.low;
    if (!noises.empty()) {
      score = 0;
      for (const Noise& noise : noises) score += noise.of(product);
    }
    result.scores.push_back(score);
    if (step == 0 || score < result.scores[static_cast<std::size_t>(result.best)]) {
      result.best = step;
      best = product;
    }
    if (step == search.steps) break;
    const bool isHigh = std::abs(extremes.high) > std::abs(extremes.low);
    const std::int64_t row = isHigh ? extremes.highRow : extremes.lowRow;
    std::int64_t swap = row % n;
    if (search.swapBy == SwapBy::Column) {
      const Tensor values = lazy.row(row, product);
      swap = (isHigh ? values.argmax() : values.argmin()).item<std::int64_t>();
    }
    result.swaps.push_back(swap);
    const Tensor order = exchanged(n, swap);
    product = at::mm(product.index_select(1, order), tilde).index_select(1, order);
  }
  if (result.best > 0) result.matrix = best;
  return result;
}

}  // namespace

Tensor greedyBase(std::int64_t n) {
  const c10::NoGradGuard noGrad;
  // Row k < n - 1 is [1 .. 1 (k + 1 times), -(k + 1), 0 .. 0] / sqrt((k + 1)(k + 2)), the last one uniform; then the first and the last
  // row change places, and the first and the last column.
  Tensor base = at::zeros({n, n}, at::kDouble);
  for (std::int64_t k = 0; k + 1 < n; ++k) {
    const double scale = 1 / std::sqrt(static_cast<double>((k + 1) * (k + 2)));
    base[k].slice(0, 0, k + 1).fill_(scale);
    base[k][k + 1] = -static_cast<double>(k + 1) * scale;
  }
  base[n - 1].fill_(1 / std::sqrt(static_cast<double>(n)));
  const Tensor order = exchanged(n, n - 1);
  base = base.index_select(0, order).index_select(1, order);
  return base;
}

Tensor greedyTilde(std::int64_t n, std::uint64_t seed) {
  const c10::NoGradGuard noGrad;
  Tensor tilde = greedyBase(n);
  if (n > 1) tilde.slice(1, 1).copy_(at::mm(tilde.slice(1, 1), randomOrthogonal(n - 1, seed)));
  return tilde;
}

GreedyRotation greedyRotation(const Tensor& x, const GreedySearch& search) {
  const c10::NoGradGuard noGrad;
  return searched(x, search, {});
}

GreedyRotation greedyRotationByNoise(const Tensor& x, const GreedySearch& search, const std::vector<RoundedValues>& rounded) {
  const c10::NoGradGuard noGrad;
  std::vector<Noise> noises;
  for (const RoundedValues& values : rounded) {
    if (values.granule < search.block || values.granule % search.block != 0 || values.values.size(-1) % values.granule != 0) {
      throw Error("a scale for " + std::to_string(values.granule) + " channels does not go with rotated blocks of " +
                  std::to_string(search.block) + "; take blocks that divide it");
    }
    noises.emplace_back(values, search.block);
  }
  return searched(x, search, noises);
}

}  // namespace bitscape
