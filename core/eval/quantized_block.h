// One decoder block as its steps transform it and a backend runs it: packed where the plan says so, float elsewhere.
//
// Consumers of a seam that share an input format (and, when it is static, a range) are prepared together. Queries, keys and values are
// rounded per token and head where the plan says so. Immutable once made; thread-safe as its backend is.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "core/engine/backend.h"
#include "core/engine/cpu/decoder.h"
#include "core/model/forward.h"
#include "core/quant/quantized_model.h"
#include "core/transform/fold.h"

namespace bitscape {

// Throws Error when the backend cannot run here, or lacks a format that the plan asks for (naming the first linear).
void requireBackend(const Backend& backend, const QuantizedModel& quantized);

class QuantizedBlock {
 public:
  // `folded`: what quantized.steps make of the block's weights.
  QuantizedBlock(const QuantizedModel& quantized, const Backend& backend, int block, const FoldedBlock& folded,
                 const ComputeOptions& compute);
  std::vector<Tensor> run(SeamId seam, const Tensor& x) const;
  // The block for the CPU engine's decoder (which refers to this block); absent where a linear is not of integer codes alone.
  std::optional<cpu::DecoderBlock> decoder() const;
  // The basis in which the block expects the residual stream.
  const std::optional<Step>& residual() const { return m_residual; }

 private:
  struct Group {
    std::unique_ptr<PreparedSeam> prepared;
    std::vector<std::size_t> places;  // in consumers(kind)
  };
  std::array<std::vector<Group>, kLinearSeams.size()> m_seams;
  cpu::DecoderBlock m_decoder;  // all but its seams
  std::optional<Step> m_residual;
};

// A block ready to run, and its linears.
struct PreparedBlock {
  BlockRun run;
  std::shared_ptr<const QuantizedBlock> linears;
};

// One block ready to run, in the type and on the device of `weights`; it owns what it needs. With `folded`, when the caller
// has it already (quantized.model and its steps are not looked at then).
PreparedBlock preparedBlock(const QuantizedModel& quantized, const Backend& backend, int block, const BlockWeights& weights);
BlockRun quantizedRun(const QuantizedModel& quantized, const Backend& backend, int block, const BlockWeights& weights);
BlockRun quantizedRun(const QuantizedModel& quantized, const ModelConfig& config, const Backend& backend, int block,
                      const FoldedBlock& folded, const ComputeOptions& compute);
// The blocks of `quantized` (referred to, as is `backend`).
BlocksOf quantizedBlocks(const QuantizedModel& quantized, const Backend& backend);

// Embedding, final norm and head of a quantized model: float unless the plan has entries for them. Those with a format are rounded in the
// residual basis of the steps; embedding() is in the model's own.
class QuantizedEnds {
 public:
  QuantizedEnds(const QuantizedModel& quantized, const Backend& backend, const ComputeOptions& compute, const Tensor& embedding,
                const Tensor& finalNorm, const Tensor& lmHead);
  const Tensor& embedding() const { return m_embedding; }
  bool hasHead() const { return m_head != nullptr; }  // the plan quantizes it
  Tensor logits(const ModelConfig& config, const Tensor& x) const;  // float32

 private:
  Tensor m_embedding, m_finalNorm, m_lmHead;
  std::unique_ptr<PreparedSeam> m_head;  // null: float
};

}  // namespace bitscape
