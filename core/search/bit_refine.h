// Bits chosen by what they do to the model as it is quantized, not to the float one.
//
// Costs of single linears (cost_table.h) are those of small errors around the float model. At few bits the errors of all linears together
// are large, their sum says little, and a plan that minimises it can lose to uniform bits. So from some plan every group of linears is moved
// by itself one format down, then one up; the changes of KL(float || model) that this makes, measured, are the costs of the next plan, which
// moves each group by one format at most; of three that trust these costs less and less, the one with the least KL. Begins at the uniform plan just above the budget, whose errors are even, and goes on from plan to
// plan while the KL falls. What comes out is never worse on the text than the plan that was given.
// Two marches through the model for every round (sensitivity.h). Thread-compatible. Throw Error and Cancelled as its parts do.
#pragma once

#include <functional>

#include "core/search/bit_search.h"
#include "core/search/sensitivity.h"

namespace bitscape {

struct RefinedBits {
  BitSolution solution;                // `total` by the table, as always; `bound` and `proven` are those of the given one if nothing was better
  double kl = 0, startKl = 0;          // on the corpus: of the solution, and of the one given
  int rounds = 0;                      // that were measured
};

// `blocksOf` gives the blocks of a plan as the recipe makes them; `base` as planOf takes it.
RefinedBits refineBits(const Model& model, const Corpus& corpus, const CostTable& table, const BitRequest& request, const BitSolution& start,
                       const Plan& base, int rounds, const std::function<BlocksOf(const Plan& plan)>& blocksOf, const ComputeOptions& compute,
                       const Progress& progress);

}  // namespace bitscape
