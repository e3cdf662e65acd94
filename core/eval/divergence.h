// What two rows of logits over the vocabulary say about one position, and the summary over all positions.
//
//   log p = z - logsumexp(z);   nll = -log p[target];   KL(float || quantized) = sum p_f (log p_f - log p_q),  in nats
// The comparison reads each row twice, fused and vectorized: on a small model it is a visible share of the run.
// A row of logits that are not finite gives NaN. Functions are pure and thread-safe; Divergence is thread-compatible.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/tensor.h"

namespace bitscape {

struct RowComparison {
  float floatNll = 0, nll = 0;  // 0 where there is no target
  float kl = 0;
  bool sameTop = true;  // the float model's choice is (one of) the most probable of the quantized model
};

// Both logits float32 [rows, vocabulary] on one device, contiguous; targets int64 [rows] on the CPU, -1 where nothing is predicted.
std::vector<RowComparison> compareRows(const Tensor& floatLogits, const Tensor& logits, const Tensor& targets);
// The float model alone: nll in both fields, KL 0.
std::vector<RowComparison> scoreRows(const Tensor& logits, const Tensor& targets);

// KL and agreement over all positions; every value is kept, so that quantiles are exact.
class Divergence {
 public:
  void add(const RowComparison& row);
  double mean() const;
  // Interpolated linearly between the two nearest positions; 0 when empty.
  double quantile(double fraction) const;
  double top1() const;  // 1 when empty

 private:
  std::vector<float> m_kl;
  double m_sum = 0;
  std::int64_t m_agreements = 0;
};

}  // namespace bitscape
