// Statistics of one stream of activations, collected window by window.
//
// Each window is read once, in tiles (kernels.h). Windows are cut into the same pieces whatever the batch and the number of threads, and
// pieces are merged in order, so both leave the result unchanged. Uses LibTorch's threads inside add; an object is thread-compatible.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/calib/moments.h"
#include "core/calib/stats.h"
#include "core/calib/top_values.h"

namespace bitscape {

// Rows (token positions) over the whole corpus: window * length + token, ascending.
using RowChoice = std::shared_ptr<const std::vector<std::int64_t>>;

// Of the input of one seam.
class InputCollector {
 public:
  InputCollector(SeamId seam, std::int64_t channels, std::int64_t topValues, RowChoice randomRows, bool hessian);
  // x: [windows, tokens, channels] of any float type on any device, the next windows in order. Throws Error when a value is NaN or
  // infinite.
  void add(const Tensor& x, std::int64_t firstWindow);
  InputStats finish() const;

 private:
  using Row = std::pair<std::int64_t, std::int64_t>;  // window, token
  void measure(const float* x, std::int64_t windows, std::int64_t tokens, std::int64_t firstWindow);
  void keepRows(const float* x, std::int64_t windows, std::int64_t tokens, std::int64_t firstWindow);

  SeamId m_seam;
  std::int64_t m_channels = 0, m_rows = 0;
  std::vector<float> m_min, m_max;
  std::vector<Moments> m_moments;  // per channel
  double m_sumAbsolute = 0;
  MagnitudeHistogram m_histogram, m_tokenMax;
  TopValues m_top;
  RowChoice m_randomRows;
  std::vector<float> m_randomSample;  // as many rows as have been seen
  std::vector<Row> m_randomPlaces;
  std::map<Row, std::vector<float>> m_topRows;  // rows of present top values that are not in the random sample
  bool m_wantsHessian = false;
  std::optional<Tensor> m_hessian;  // X'X, float32, on the device of x
};

// Of one block's output.
class BlockCollector {
 public:
  BlockCollector() : m_top(BlockStats::kMassiveCandidates) {}
  // input, output: [windows, tokens, hidden], the next windows in order. Throws Error when a value is NaN or infinite.
  void add(const Tensor& input, const Tensor& output, std::int64_t firstWindow);
  BlockStats finish() const;

 private:
  TopValues m_top;
  std::int64_t m_windows = 0, m_tokens = 0;
  double m_medians = 0, m_cosines = 0;  // sums
};

}  // namespace bitscape
