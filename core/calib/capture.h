// One streaming pass over a corpus that collects ActivationStats, block by block.
//
// Memory: one block of weights, one batch of activations, the statistics. Cancelled between blocks and batches.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/progress.h"
#include "core/calib/corpus.h"
#include "core/calib/stats.h"
#include "core/model/model.h"

namespace bitscape {

struct CaptureOptions {
  std::int64_t sampleRows = 256;      // random rows kept per input
  std::int64_t topValues = 32;
  std::uint64_t seed = 2;             // of the row sample
  bool hessian = false;
  bool heads = true;                  // attention statistics cost a softmax per head
  std::int64_t batchTokens = 16384;
  bool operator==(const CaptureOptions&) const = default;
};

// `onBlock`, when given, is called after each block of the last batch with what is known so far (for progressive display).
std::shared_ptr<const ActivationStats> capture(const Model& model, const Corpus& corpus, const CaptureOptions& options,
                                               const ComputeOptions& compute, const Progress& progress,
                                               const std::function<void(int block, const ActivationStats&)>& onBlock = {});

// Full activations of one prompt at chosen places: what the heat maps show.
struct Trace {
  std::vector<TokenId> ids;                       // the prompt
  std::int64_t tokens = 0, channels = 0;
  std::vector<float> values;                      // [tokens, channels], signed
};
// Input of one seam.
Trace traceInput(const Model& model, const std::vector<TokenId>& ids, SeamId seam, const ComputeOptions& compute, const Progress& progress);
// All seams of all blocks in one pass; index block * 4 + kind. Memory: tokens x channels x 4 bytes each.
std::vector<Trace> traceInputs(const Model& model, const std::vector<TokenId>& ids, const ComputeOptions& compute, const Progress& progress,
                               const std::function<void(int block, const std::vector<Trace>&)>& onBlock = {});
// Attention probabilities of one head: values [tokens, tokens], rows are queries.
Trace traceAttention(const Model& model, const std::vector<TokenId>& ids, int block, int head, const ComputeOptions& compute, const Progress& progress);

}  // namespace bitscape
