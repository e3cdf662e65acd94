// The attention of one prompt in one block: every head's map on demand, never more than one at a time.
//
// What is kept are queries and keys ([heads, tokens, headDim]: 9 MB for 4,096 tokens of a 576-wide model), not maps (64 MB a head).
//   p[i, j] = softmax over the keys j <= i that query i may see of  q_i . k_j / sqrt(headDim)
// Functions are pure and thread-safe; they use LibTorch's threads.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/progress.h"
#include "core/calib/stats.h"
#include "core/model/forward.h"
#include "core/model/tokenizer.h"

namespace bitscape {

struct AttentionTrace {
  int block = 0;
  Tensor query, key;                          // float32 on the CPU: [heads, tokens, headDim], [kvHeads, tokens, headDim], after RoPE
  std::optional<std::int64_t> slidingWindow;  // a query sees the latest that many keys, itself included
  std::int64_t heads() const { return query.size(0); }
  std::int64_t tokens() const { return query.size(1); }
};

// Runs the blocks up to `block`. `blocksOf` empty: the float model. Throws Error on ids outside the vocabulary or a block that does not
// exist; Cancelled between blocks.
AttentionTrace traceAttention(const Model& model, const std::vector<TokenId>& ids, int block, const ComputeOptions& compute,
                              const Progress& progress, const BlocksOf& blocksOf = {});

// One head's probabilities, pooled by maximum so that neither side exceeds `most` cells (which hold ceil(tokens / most) tokens each).
struct AttentionMap {
  std::int64_t side = 0, tokensPerCell = 1;
  std::vector<float> values;  // [side, side], rows are queries; what a query may not see is 0
};
AttentionMap headMap(const AttentionTrace& trace, int head, std::int64_t most, const Progress& progress = {});

// Mass on the first token and entropy, as capture's statistics define them (HeadCollector), of every head.
std::vector<HeadStats> headNumbers(const AttentionTrace& trace);
// KL(a || b) of every head in nats, the mean over all queries but the first. Same prompt, heads and window, else an Error.
std::vector<double> headDivergence(const AttentionTrace& a, const AttentionTrace& b, const Progress& progress = {});

}  // namespace bitscape
