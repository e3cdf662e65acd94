// Perplexity and divergence of a quantized model from its float self, both in one streaming pass.
//
// Perplexity = exp(mean over windows of the mean negative log-likelihood (nats) of the length-1 predictions in each); its standard
// error comes from the spread between windows. KL = KL(float || quantized) in nats over the vocabulary, averaged over all positions.
// Block-major within a batch of windows: memory for one block of weights (float and quantized) and one batch of activations.
#pragma once

#include <functional>
#include <memory>

#include "core/base/progress.h"
#include "core/calib/corpus.h"
#include "core/engine/backend.h"
#include "core/eval/report.h"
#include "core/model/forward.h"
#include "core/quant/quantized_model.h"

namespace bitscape {

struct EvaluateOptions {
  std::int64_t batchTokens = 4096;  // windows of this many tokens together (at least one window) share a pass over the blocks
  bool linearErrors = false;        // SQNR and cosine of each linear on identical inputs (first batch)
  bool blockErrors = true;          // likewise of each block's output, propagated (first batch)
};

// `quantized` null: the float model alone (KL keys are 0, top1 is 1). `backend` null: fake quantization. `onWindows` hears after each
// batch what is known so far. `blocks`, when given, run instead of those that `quantized` holds, which then needs the codes of embedding
// and head alone; it is asked once per block and batch. Thread-safe. Throws Error when the forward pass does not know the model, the
// backend cannot run the plan, an id is outside the vocabulary, or logits are not finite; Cancelled between blocks and within the head.
Report evaluate(const Model& model, const QuantizedModel* quantized, const Backend* backend, const Corpus& corpus,
                const EvaluateOptions& options, const ComputeOptions& compute, const Progress& progress,
                const std::function<void(const Report&)>& onWindows = {}, const BlocksOf& blocks = {});

}  // namespace bitscape
