#include "core/calib/collector.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>

#include "core/base/error.h"
#include "core/calib/kernels.h"

namespace bitscape {
namespace {

Tensor onHost(const Tensor& x) { return x.to(at::Device(at::kCPU), at::kFloat).contiguous(); }

// A piece of a window: at most kTileRows tokens.
struct Piece {
  std::int64_t window = 0, token = 0;  // the first, the window counted within the batch
  int rows = 0;
};

std::vector<Piece> piecesOf(std::int64_t windows, std::int64_t tokens) {
  std::vector<Piece> pieces;
  for (std::int64_t window = 0; window < windows; ++window) {
    for (std::int64_t token = 0; token < tokens; token += kTileRows) {
      pieces.push_back({window, token, static_cast<int>(std::min<std::int64_t>(kTileRows, tokens - token))});
    }
  }
  return pieces;
}

// What one piece says about its channels.
struct PieceStats {
  std::vector<float> min, max;
  std::vector<Moments> moments;
  double sumAbsolute = 0;
};

[[noreturn]] void refuseNonFinite() {
  throw Error("the activations hold NaN or infinity, so the model overflows in this type: compute in float32, or check the checkpoint");
}

// The exact lower median of |x|: the histogram finds the bin, the values inside it are then put in order.
double lowerMedian(const float* x, std::int64_t count, const MagnitudeHistogram& histogram) {
  std::int64_t rank = (count - 1) / 2;
  int bin = 0;
  for (; histogram.counts()[static_cast<std::size_t>(bin)] <= rank; ++bin) rank -= histogram.counts()[static_cast<std::size_t>(bin)];
  std::vector<float> inside;
  inside.reserve(static_cast<std::size_t>(histogram.counts()[static_cast<std::size_t>(bin)]));
  for (std::int64_t i = 0; i < count; ++i) {
    if (MagnitudeHistogram::binOf(x[i]) == bin) inside.push_back(std::fabs(x[i]));
  }
  std::nth_element(inside.begin(), inside.begin() + rank, inside.end());
  return inside[static_cast<std::size_t>(rank)];
}

}  // namespace

InputCollector::InputCollector(SeamId seam, std::int64_t channels, std::int64_t topValues, RowChoice randomRows, bool hessian)
    : m_seam(seam), m_channels(channels), m_top(topValues), m_randomRows(std::move(randomRows)), m_wantsHessian(hessian) {
  const std::size_t size = static_cast<std::size_t>(channels);
  m_min.assign(size, INFINITY);
  m_max.assign(size, -INFINITY);
  m_moments.resize(size);
  m_randomSample.reserve(m_randomRows->size() * size);
}

void InputCollector::add(const Tensor& x, std::int64_t firstWindow) {
  const at::NoGradGuard noGrad;
  const std::int64_t windows = x.size(0), tokens = x.size(1);
  if (windows * tokens == 0) return;
  const Tensor host = onHost(x);
  measure(host.const_data_ptr<float>(), windows, tokens, firstWindow);
  keepRows(host.const_data_ptr<float>(), windows, tokens, firstWindow);
  m_rows += windows * tokens;
  if (m_wantsHessian) {
    const Tensor rows = x.reshape({-1, m_channels}).to(at::kFloat);
    if (!m_hessian) m_hessian = at::zeros({m_channels, m_channels}, rows.options());
    m_hessian->addmm_(rows.t(), rows);
  }
}

void InputCollector::measure(const float* x, std::int64_t windows, std::int64_t tokens, std::int64_t firstWindow) {
  const std::vector<Piece> pieces = piecesOf(windows, tokens);
  std::vector<PieceStats> found(pieces.size());
  const TopValues topBefore = m_top;
  std::mutex merging;
  at::parallel_for(0, static_cast<std::int64_t>(pieces.size()), 1, [&](std::int64_t begin, std::int64_t end) {
    MagnitudeHistogram histogram, tokenMax;
    TopValues top = topBefore;
    std::vector<float> tile(static_cast<std::size_t>(kTileRows * kTileChannels));
    TileStats stats;
    for (std::int64_t p = begin; p < end; ++p) {
      const Piece& piece = pieces[static_cast<std::size_t>(p)];
      PieceStats& result = found[static_cast<std::size_t>(p)];
      result.min.resize(static_cast<std::size_t>(m_channels));
      result.max.resize(static_cast<std::size_t>(m_channels));
      result.moments.resize(static_cast<std::size_t>(m_channels));
      std::array<float, kTileRows> rowMax{};
      const float* rows = x + (piece.window * tokens + piece.token) * m_channels;
      for (std::int64_t first = 0; first < m_channels; first += kTileChannels) {
        const int width = static_cast<int>(std::min<std::int64_t>(kTileChannels, m_channels - first));
        if (width < kTileChannels) std::fill(tile.begin(), tile.end(), 0.0f);
        for (int row = 0; row < piece.rows; ++row) {
          float* target = tile.data() + row * kTileChannels;
          std::memcpy(target, rows + row * m_channels + first, static_cast<std::size_t>(width) * sizeof(float));
          if (width < kTileChannels) histogram.add(target, width);
        }
        if (width == kTileChannels) histogram.add(tile.data(), std::int64_t{piece.rows} * kTileChannels);
        rowMaxima(tile.data(), piece.rows, rowMax.data());
        tileStats(tile.data(), piece.rows, stats);
        for (int c = 0; c < width; ++c) {
          const std::size_t channel = static_cast<std::size_t>(first + c);
          result.min[channel] = stats.min[c];
          result.max[channel] = stats.max[c];
          result.moments[channel] = {double(piece.rows), stats.mean[c], stats.m2[c], stats.m3[c], stats.m4[c]};
          result.sumAbsolute += stats.sumAbsolute[c];
          if (std::max(-stats.min[c], stats.max[c]) < top.threshold()) continue;
          for (int row = 0; row < piece.rows; ++row) {
            top.offer({tile[static_cast<std::size_t>(row * kTileChannels + c)], firstWindow + piece.window, piece.token + row, first + c});
          }
        }
      }
      tokenMax.add(rowMax.data(), piece.rows);
    }
    const std::lock_guard lock(merging);
    m_histogram.merge(histogram);
    m_tokenMax.merge(tokenMax);
    for (const TopValue& value : top.values()) {
      // The earlier windows' values, with which the search began, are here already.
      if (value.window >= firstWindow) m_top.offer(value);
    }
  });
  for (const PieceStats& piece : found) {
    // Also false for NaN: one such value spoils the sum.
    if (!(piece.sumAbsolute <= std::numeric_limits<double>::max())) refuseNonFinite();
    m_sumAbsolute += piece.sumAbsolute;
    for (std::size_t c = 0; c < piece.min.size(); ++c) {
      m_min[c] = std::min(m_min[c], piece.min[c]);
      m_max[c] = std::max(m_max[c], piece.max[c]);
      m_moments[c].merge(piece.moments[c]);
    }
  }
}

void InputCollector::keepRows(const float* x, std::int64_t windows, std::int64_t tokens, std::int64_t firstWindow) {
  const std::int64_t firstRow = firstWindow * tokens, endRow = firstRow + windows * tokens;
  const std::vector<std::int64_t>& chosen = *m_randomRows;
  for (auto row = std::lower_bound(chosen.begin(), chosen.end(), firstRow); row != chosen.end() && *row < endRow; ++row) {
    const float* values = x + (*row - firstRow) * m_channels;
    m_randomSample.insert(m_randomSample.end(), values, values + m_channels);
    m_randomPlaces.emplace_back(*row / tokens, *row % tokens);
  }
  std::map<Row, std::vector<float>> kept;
  for (const TopValue& value : m_top.values()) {
    const Row place{value.window, value.token};
    const std::int64_t row = value.window * tokens + value.token;
    if (kept.contains(place) || std::binary_search(chosen.begin(), chosen.end(), row)) continue;
    if (const auto known = m_topRows.find(place); known != m_topRows.end()) {
      kept.insert(m_topRows.extract(known));
    } else {
      const float* values = x + (row - firstRow) * m_channels;
      kept.emplace(place, std::vector<float>(values, values + m_channels));
    }
  }
  m_topRows = std::move(kept);
}

InputStats InputCollector::finish() const {
  InputStats stats;
  stats.seam = m_seam;
  stats.rows = m_rows;
  if (m_rows == 0) return stats;
  stats.min = m_min;
  stats.max = m_max;
  Moments all;
  for (std::size_t c = 0; c < m_min.size(); ++c) {
    stats.absmax.push_back(std::max(std::fabs(m_min[c]), std::fabs(m_max[c])));
    stats.mean.push_back(m_moments[c].mean);
    stats.variance.push_back(m_moments[c].variance());
    stats.kurtosis.push_back(m_moments[c].kurtosis());
    all.merge(m_moments[c]);
  }
  stats.meanAbsolute = m_sumAbsolute / all.count;
  stats.kurtosisAll = all.kurtosis();
  stats.histogram = m_histogram;
  stats.tokenMax = m_tokenMax;
  stats.top = m_top.sorted();
  stats.randomRows = static_cast<std::int64_t>(m_randomPlaces.size());
  stats.sampleRows = m_randomPlaces;
  stats.sample.reserve(m_randomSample.size() + m_topRows.size() * m_min.size());
  stats.sample = m_randomSample;
  for (const auto& [place, values] : m_topRows) {
    stats.sampleRows.push_back(place);
    stats.sample.insert(stats.sample.end(), values.begin(), values.end());
  }
  if (m_hessian) stats.hessian = (*m_hessian / static_cast<double>(m_rows)).to(at::Device(at::kCPU));
  return stats;
}

void BlockCollector::add(const Tensor& input, const Tensor& output, std::int64_t firstWindow) {
  const at::NoGradGuard noGrad;
  const Tensor before = onHost(input), after = onHost(output);
  const float* x = before.const_data_ptr<float>();
  const float* h = after.const_data_ptr<float>();
  const std::int64_t windows = after.size(0), tokens = after.size(1), hidden = after.size(2);
  for (std::int64_t window = 0; window < windows; ++window, x += tokens * hidden, h += tokens * hidden) {
    std::vector<double> cosine(static_cast<std::size_t>(tokens));
    MagnitudeHistogram magnitudes;
    const TopValues topBefore = m_top;
    std::mutex merging;
    at::parallel_for(0, tokens, kTileRows, [&](std::int64_t begin, std::int64_t end) {
      MagnitudeHistogram histogram;
      TopValues top = topBefore;
      for (std::int64_t token = begin; token < end; ++token) {
        const float* row = h + token * hidden;
        const Products product = products(x + token * hidden, row, hidden);
        const double norms = std::sqrt(product.xx) * std::sqrt(product.yy);
        cosine[static_cast<std::size_t>(token)] = norms > 0 ? product.xy / norms : norms;
        histogram.add(row, hidden);
        for (std::int64_t channel = 0; channel < hidden; ++channel) {
          if (std::fabs(row[channel]) >= top.threshold()) top.offer({row[channel], firstWindow + window, token, channel});
        }
      }
      const std::lock_guard lock(merging);
      magnitudes.merge(histogram);
      for (const TopValue& value : top.values()) {
        if (value.window == firstWindow + window) m_top.offer(value);
      }
    });
    for (const double value : cosine) {
      if (!std::isfinite(value)) refuseNonFinite();
      m_cosines += value;
    }
    m_medians += lowerMedian(h, tokens * hidden, magnitudes);
    ++m_windows;
    m_tokens += tokens;
  }
}

BlockStats BlockCollector::finish() const {
  BlockStats stats;
  if (m_windows == 0) return stats;
  stats.massive = m_top.sorted();
  std::copy_n(stats.massive.begin(), std::min<std::size_t>(3, stats.massive.size()), stats.top.begin());
  stats.median = m_medians / static_cast<double>(m_windows);
  stats.cosine = m_cosines / static_cast<double>(m_tokens);
  return stats;
}

}  // namespace bitscape
