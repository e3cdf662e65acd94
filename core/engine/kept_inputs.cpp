#include "core/engine/kept_inputs.h"

#include <ATen/ATen.h>

namespace bitscape {

KeptInputs::KeptInputs(const SeamWork& work, c10::Device device, c10::ScalarType type) {
  if (!work.input) return;
  Tensor shared;
  for (const SeamConsumer& consumer : work.consumers) {
    if (!consumer.packed) continue;
    const Tensor& columns = consumer.packed->keptColumns;
    if (!columns.defined() || columns.numel() == 0 || (shared.defined() && !at::equal(shared, columns))) return;
    shared = columns;
  }
  if (!shared.defined()) return;
  for (const SeamConsumer& consumer : work.consumers) {
    const Tensor weights =
        consumer.packed ? consumer.packed->keptWeights : consumer.weight.index_select(1, shared.to(consumer.weight.device()));
    m_weights.push_back(weights.t().to(device, type));
  }
  m_columns = shared.to(device);
}

Tensor KeptInputs::without(const Tensor& x) const { return m_columns.defined() ? x.index_fill(-1, m_columns, 0) : x; }

Tensor KeptInputs::plus(const Tensor& y, const Tensor& x, std::size_t place) const {
  if (!m_columns.defined()) return y;
  const Tensor& weights = m_weights[place];
  return y + at::matmul(x.index_select(-1, m_columns).to(weights.scalar_type()), weights).to(y.scalar_type());
}

}  // namespace bitscape
