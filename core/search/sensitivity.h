// What quantizing one part alone does to the model's output: each linear by itself, or each component (all q, all down, ...) by itself.
//
// KL(float || the model with that part quantized), mean over all positions of the windows, in nats; *propagated*: the rest of the model
// runs on what the part leaves behind. Quantization goes through a LinearsOf, so formats, roundings and backends stay out of here.
// Memory: the float hidden states before each block, one block of weights, a handful of variants of the windows. Thread-compatible.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/calib/corpus.h"
#include "core/model/forward.h"

namespace bitscape {

struct Effect {
  double kl = 0, klStderr = 0;                // over positions
  double top1 = 1;
};
struct LinearEffect {
  LinearId id;
  Effect effect;
};
struct ComponentEffect {
  std::string name;                           // "q", "attention", "all"
  std::vector<Role> roles;                    // quantized in every block
  Effect effect;
};

// `quantized` gives the linears of a block with everything quantized; only the chosen ones are taken from it. Blocks come in the order
// `firstBlock`, then the others; `onBlock` hears each block's seven effects as they are known. Throws Error as evaluate does; Cancelled
// between blocks.
std::vector<LinearEffect> linearEffects(const Model& model, const LinearsOf& quantized, const Corpus& corpus, int firstBlock,
                                        const ComputeOptions& compute, const Progress& progress,
                                        const std::function<void(const std::vector<LinearEffect>&)>& onBlock = {});
// Each role by itself, then attention (q, k, v, o), ffn (gate, up, down), and all.
std::vector<ComponentEffect> componentEffects(const Model& model, const LinearsOf& quantized, const Corpus& corpus,
                                              const ComputeOptions& compute, const Progress& progress,
                                              const std::function<void(const ComponentEffect&)>& onComponent = {});

}  // namespace bitscape
