// A quantized model as a reader without steps needs it: every tensor after folding, packed where the plan says so, float elsewhere.
//
// Steps that fold into weights, biases and norms are in the tensors (fold.h). A step on the whole residual stream turns embedding and
// head: the final norm goes into the head, which therefore is no longer the embedding. Steps that stay online are listed, for a target to
// refuse or to describe. Blocks are decoded on demand, one at a time. Immutable; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/quant/quantized_model.h"
#include "core/transform/fold.h"

namespace bitscape {

struct OnlineStep {
  SeamId seam;         // QueryKey: on q and k after RoPE
  std::string what;    // describe()
  std::string reason;  // why it does not fold
};

class FoldedModel {
 public:
  explicit FoldedModel(const QuantizedModel& quantized);  // referred to

  // Float32 on the CPU; weights of linears that are packed are there too, in float.
  FoldedBlock block(int index) const;
  FoldedEnds ends() const;
  const std::optional<Step>& residual() const { return m_residual; }
  // Embedding and head are one tensor: the model ties them, no step of the residual stream parts them, and the plan treats them alike.
  bool tied() const;

 private:
  const QuantizedModel& m_quantized;
  std::optional<Step> m_residual;
};

// Folds every block: as slow as reading the model once.
std::vector<OnlineStep> onlineSteps(const QuantizedModel& quantized, const Progress& progress);

}  // namespace bitscape
