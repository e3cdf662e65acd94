// Statistics of activations, collected once in the model's original basis. Plain values: no tensors but the Hessian.
//
// One InputStats per seam with linear consumers (q, k and v see the same input). Immutable once collected; thread-safe to read.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/tensor.h"
#include "core/model/seam.h"

namespace bitscape {

struct TopValue {
  float value = 0;                                  // signed
  std::int64_t window = 0, token = 0, channel = 0;  // token counts from 0 in its window
};

// Counts of |x| in bins that follow the float's own bits: 128 per octave from 2^-24 to 2^17; what lies below (zero too) and above (NaN
// too) is counted in the end bins. A quantile read off it is within 0.4 % of the exact one.
class MagnitudeHistogram {
 public:
  static constexpr int kBinsPerOctave = 128, kLowestExponent = -24, kOctaves = 41;
  static constexpr int kBins = kBinsPerOctave * kOctaves;
  MagnitudeHistogram() : m_counts(kBins, 0) {}
  explicit MagnitudeHistogram(std::vector<std::int64_t> counts);  // kBins of them, as counts() gave them; else Error
  void add(const float* values, std::int64_t count);  // thread-compatible
  void merge(const MagnitudeHistogram& other);
  double quantile(double fraction) const;  // of |x|, interpolated; 0 when empty or inside the lowest bin
  std::int64_t total() const;
  static double lowerEdge(int bin);
  static int binOf(float value);
  const std::vector<std::int64_t>& counts() const { return m_counts; }

 private:
  std::vector<std::int64_t> m_counts;
};

struct InputStats {
  SeamId seam;
  std::int64_t rows = 0;                         // tokens seen
  std::vector<float> min, max, absmax;           // per channel, signed min and max
  std::vector<double> mean, variance, kurtosis;  // per channel; population variance, Pearson kurtosis (3 for a normal; 0 for a constant)
  double meanAbsolute = 0, kurtosisAll = 0;      // over all elements: of |x|; of x itself
  MagnitudeHistogram histogram;
  MagnitudeHistogram tokenMax;  // of each row's largest |x|
  std::vector<TopValue> top;    // largest |x| first, at most CaptureOptions::topValues
  // Sampled rows: first `randomRows` rows chosen by the seed alone (the same tokens at every seam), then the other rows that hold top
  // values; both parts in the order of the text.
  std::int64_t randomRows = 0;
  std::vector<float> sample;                                      // [sampleRows.size(), channels]
  std::vector<std::pair<std::int64_t, std::int64_t>> sampleRows;  // window, token
  std::optional<Tensor> hessian;                                  // X'X / rows, float32 [channels, channels], on request
  std::int64_t channels() const { return static_cast<std::int64_t>(absmax.size()); }
};

struct BlockStats {               // of |h|, h the block's output (the residual stream)
  std::array<TopValue, 3> top;    // the three largest over all windows, at three different (window, token, channel)
  double median = 0;              // the lower median of each window, averaged over the windows
  double cosine = 0;              // between block input and output, mean over all tokens
  std::vector<TopValue> massive;  // candidates: the kMassiveCandidates largest, largest first
  static constexpr std::int64_t kMassiveCandidates = 256;
};

struct HeadStats {
  double firstTokenMass = 0;  // mean attention on token 0 over all queries but the first
  double entropy = 0;         // nats, mean over the same queries
};

struct ActivationStats {
  std::int64_t windows = 0, length = 0;
  std::vector<InputStats> inputs;  // by block, then kLinearSeams order
  std::vector<BlockStats> blocks;
  std::vector<HeadStats> heads;  // by block, then head
  std::int64_t headsPerBlock = 0;
  const InputStats& input(SeamId id) const { return inputs[static_cast<std::size_t>(id.block) * 4 + static_cast<std::size_t>(id.kind)]; }
};

}  // namespace bitscape
