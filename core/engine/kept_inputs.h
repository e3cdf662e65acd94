// The columns of a seam's input that stay float beside quantized ones, because all packed consumers of the seam keep the same (QUIK).
//
//   y = Q(x with zeros there) W' + x[kept] keptWeights'
// Zero has a code of its own on every grid, so the first product holds nothing of these columns. Where consumers disagree, or inputs are
// float anyway, there are none. Immutable, thread-safe.
#pragma once

#include <vector>

#include "core/engine/backend.h"

namespace bitscape {

class KeptInputs {
 public:
  // Weights lie on `device` in `type`.
  KeptInputs(const SeamWork& work, c10::Device device, c10::ScalarType type);
  bool any() const { return m_columns.defined(); }
  // What is quantized: x itself when no column is kept.
  Tensor without(const Tensor& x) const;
  // Adds x[kept] keptWeights' of the consumer at `place` of the work; y and x [.., out] and [.., in] with the same rows.
  Tensor plus(const Tensor& y, const Tensor& x, std::size_t place) const;

 private:
  Tensor m_columns;               // int64 [k]; undefined: none
  std::vector<Tensor> m_weights;  // [k, out], by consumer
};

}  // namespace bitscape
