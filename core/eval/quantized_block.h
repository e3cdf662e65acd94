// The linears of one decoder block as a backend runs them: packed where the plan says so, float elsewhere.
//
// Consumers of a seam that share an input format (and, when it is static, a range) are prepared together. Immutable once made; thread-safe
// as its backend is.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "core/engine/backend.h"
#include "core/model/forward.h"
#include "core/quant/quantized_model.h"

namespace bitscape {

// Throws Error when the backend cannot run here, or lacks a format that the plan asks for (naming the first linear).
void requireBackend(const Backend& backend, const QuantizedModel& quantized);

class QuantizedBlock {
 public:
  // Keeps nothing of `weights` but what a float linear needs.
  QuantizedBlock(const QuantizedModel& quantized, const Backend& backend, int block, const BlockWeights& weights,
                 const ComputeOptions& compute);
  std::vector<Tensor> run(SeamId seam, const Tensor& x) const;
  LinearFn linears() const;  // refers to this block

 private:
  struct Group {
    std::unique_ptr<PreparedSeam> prepared;
    std::vector<std::size_t> places;  // in consumers(kind)
  };
  std::array<std::vector<Group>, kLinearSeams.size()> m_seams;
};

// The blocks of `quantized` (referred to, as is `backend`) in the type and on the device of the weights they are given.
LinearsOf quantizedLinears(const QuantizedModel& quantized, const Backend& backend);

// Embedding, final norm and head of a quantized model: float unless the plan has entries for them.
class QuantizedEnds {
 public:
  QuantizedEnds(const QuantizedModel& quantized, const Backend& backend, const ComputeOptions& compute, const Tensor& embedding,
                const Tensor& finalNorm, const Tensor& lmHead);
  const Tensor& embedding() const { return m_embedding; }
  Tensor logits(const ModelConfig& config, const Tensor& x) const;  // float32

 private:
  Tensor m_embedding, m_finalNorm, m_lmHead;
  std::unique_ptr<PreparedSeam> m_head;  // null: float
};

}  // namespace bitscape
