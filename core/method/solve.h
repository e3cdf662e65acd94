// One block through a stack of passes and a rounding: the straight line that every recipe takes.
//
// Pure; thread-safe as its inputs are. Errors name the entry ("stack entry 2, duquant.rotate") or the linear ("block 3, down").
#pragma once

#include <map>

#include "core/method/method.h"

namespace bitscape {

// What is known of a block before solving, in the model's original basis. Absent parts are what nothing in the recipe needs.
struct BlockKnowledge {
  std::optional<std::array<InputStats, kLinearSeams.size()>> inputs;
  std::optional<std::array<Tensor, kLinearSeams.size()>> meanRows;
  std::map<Role, Tensor> fisher;
};

struct SolvedBlock {
  BlockSteps steps;
  FoldedBlock folded;
  BlockKnowledge known;   // pushed through the steps; Fisher diagonals are in `folded`
  std::vector<std::size_t> entryOfStep;  // which stack entry each step came from
  // What the steps do to the original input of a linear seam, in order (folded or online): its quantizer sees the result.
  std::array<std::vector<Step>, kLinearSeams.size()> onInput = {};
};

// What the enabled entries and the rounding need together. Throws Error on an unknown id or bad parameters.
Needs needsOf(const std::vector<StackEntry>& stack, const RoundingChoice& rounding);
// Everything about the stack and the rounding that this model cannot do; an Issue's key is "stack/2/alpha", "stack/2" or "rounding/damping".
std::vector<Issue> faultsOf(const std::vector<StackEntry>& stack, const RoundingChoice& rounding, const ModelConfig& config);

SolvedBlock solveBlock(const ModelConfig& config, int block, BlockWeights weights, BlockKnowledge known,
                       const std::vector<StackEntry>& stack, const Plan& plan, const Progress& progress);
// The codes of the linears that the plan gives a weight format.
std::map<Role, Packed> roundBlock(int block, const SolvedBlock& solved, const Plan& plan, const RoundingChoice& rounding,
                                  const Progress& progress);

}  // namespace bitscape
