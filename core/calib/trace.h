// Full activations and attention maps of one prompt: what the heat maps show.
//
// Runs the blocks up to the last one that is needed. Thread-compatible; throws Error on an id outside the vocabulary, a place that the
// model does not have, or a model that cannot run.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/model/tokenizer.h"

namespace bitscape {

struct Trace {
  std::vector<TokenId> ids;  // the prompt
  std::int64_t tokens = 0, channels = 0;
  std::vector<float> values;  // [tokens, channels], signed
};
// Input of one seam.
Trace traceInput(const Model& model, const std::vector<TokenId>& ids, SeamId seam, const ComputeOptions& compute, const Progress& progress);
// All seams of all blocks in one pass; index block * 4 + kind. Memory: tokens x channels x 4 bytes each. `onBlock` sees what is known
// so far after each block; places not reached yet have no values.
std::vector<Trace> traceInputs(const Model& model, const std::vector<TokenId>& ids, const ComputeOptions& compute, const Progress& progress,
                               const std::function<void(int block, const std::vector<Trace>&)>& onBlock = {});
// Attention probabilities of one head: values [tokens, tokens], rows are queries.
Trace traceAttention(const Model& model, const std::vector<TokenId>& ids, int block, int head, const ComputeOptions& compute,
                     const Progress& progress);

}  // namespace bitscape
