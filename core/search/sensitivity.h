// What quantizing one part alone does to the model's output: each linear by itself, or each component (all q, all down, ...) by itself;
// and what a change of a quantized model's linears does to it.
//
// KL(float || the model with that part quantized), mean over all positions of the windows, in nats; *propagated*: the rest of the model
// runs on what the part leaves behind. Quantization goes through a BlocksOf, so formats, roundings and backends stay out of here.
//
// The float model runs once and leaves its hidden states before each block. A linear's variant begins there: its own block with that
// linear quantized, then the float blocks after it and the head. The variants of a few neighbouring blocks go on together, so that later
// blocks are decoded once for all of them; logits are compared a few rows at a time.
// Memory: the float hidden states before each block, one block of weights, the hidden states of about kMarchedBytes of variants (at least
// seven), and some rows of logits. Thread-compatible. Throw Error on windows that cannot run or logits that are not finite; Cancelled
// between two products.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/calib/corpus.h"
#include "core/model/forward.h"

namespace bitscape {

inline constexpr std::int64_t kMarchedBytes = std::int64_t{20} << 20;
inline constexpr std::int64_t kSwappedBytes = std::int64_t{512} << 20;  // of swaps: the blocks that all of them share are made once for so many

struct Effect {
  double kl = 0, klStderr = 0;  // over positions
  double top1 = 1;              // share of positions where both predict the same token
};
struct LinearEffect {
  LinearId id;
  Effect effect;
};
struct ComponentEffect {
  std::string name;         // "q", "attention", "all"
  std::vector<Role> roles;  // quantized in every block
  Effect effect;
};

// `quantized` gives blocks with everything quantized; only the chosen linears are taken from it, the others run as its
// transformed float block does (BlockRun::plain), with queries, keys and values float. Empty (a float plan): all
// effects are zero and nothing is run. Blocks come in the order `firstBlock`, those after it, those before it (a firstBlock that the model
// does not have: from 0); `onBlock` hears each block's seven effects as they are known. The result is ordered by block and role. With
// `wanted` only those blocks' linears are measured.
std::vector<LinearEffect> linearEffects(const Model& model, const BlocksOf& quantized, const Corpus& corpus, int firstBlock,
                                        const ComputeOptions& compute, const Progress& progress,
                                        const std::function<void(const std::vector<LinearEffect>&)>& onBlock = {},
                                        const std::function<bool(int block)>& wanted = {});
// Some linears of one block that run as another plan has them.
struct Swap {
  int block = 0;
  std::vector<Role> roles;
};
// KL(float || `base`), then for each swap KL(float || `base` with those linears as `other` has them). Swaps are ordered by block. Both must
// transform the model alike, as passes that do not look at formats do: else a swap shows what mixing them would do.
std::vector<Effect> swapEffects(const Model& model, const BlocksOf& base, const BlocksOf& other, const std::vector<Swap>& swaps, const Corpus& corpus,
                                const ComputeOptions& compute, const Progress& progress);
// Each role by itself, then attention (q, k, v, o), ffn (gate, up, down), and all. One pass over the blocks: all are known at its end.
std::vector<ComponentEffect> componentEffects(const Model& model, const BlocksOf& quantized, const Corpus& corpus,
                                              const ComputeOptions& compute, const Progress& progress,
                                              const std::function<void(const ComponentEffect&)>& onComponent = {});

}  // namespace bitscape
