// One block as a recipe transforms and rounds it, solved from the statistics that are there: what the window shows as *static*.
//
// No block runs: A's statistics are pushed through the stack (core/method/solve.h). What they do not hold is replaced and named in the
// notes: a rounding that needs X'X or gradients by the nearest value (rtn), a pass that needs them is left out, the mean sequence of a
// calibration text becomes the sampled rows. Immutable; thread-safe: results of the last few are remembered.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/method/solve.h"
#include "core/model/model.h"
#include "core/quant/quantized_model.h"
#include "core/study/memo_stage.h"
#include "core/study/recipe.h"

namespace bitscape {

// The recipe as a preview can solve it, and a sentence for each thing that differs.
struct PreviewRecipe {
  Recipe recipe;
  std::vector<std::string> notes;
};
PreviewRecipe previewable(const Recipe& recipe, bool hasHessian);

struct PreviewedBlock {
  int block = -1;
  Plan plan;
  SolvedBlock solved;
  QuantizedBlockPart part;  // codes and input ranges
  std::vector<std::string> notes;
  std::map<Role, const Packed*> packed() const;
  // The block as fake quantization runs it.
  BlockRun run(const ModelConfig& config) const;
};

class BlockPreviews {
 public:
  // `stats` null: nothing is known yet; blocks that need some throw.
  BlockPreviews(std::shared_ptr<const Model> model, std::shared_ptr<const ActivationStats> stats);

  const std::shared_ptr<const Model>& model() const { return m_model; }
  const std::shared_ptr<const ActivationStats>& stats() const { return m_stats; }
  // Why the recipe cannot be solved on this model, as the stack panel shows it; empty: it can.
  std::vector<Issue> faults(const Recipe& recipe) const;
  // Whether the statistics that the recipe needs are there (they may still be collected). Only for a recipe without faults.
  bool canSolve(const Recipe& recipe) const;
  // Throws Error naming the stack entry or the linear; Cancelled.
  std::shared_ptr<const PreviewedBlock> get(const Recipe& recipe, int block, const Progress& progress) const;
  // Without remembering it: for a sweep over all blocks. Any number of them at once.
  std::shared_ptr<const PreviewedBlock> solve(const Recipe& recipe, int block, const Progress& progress) const;
  int solvedCount() const { return m_solved.load(); }

 private:
  bool hasHessian() const;
  std::shared_ptr<const Model> m_model;
  std::shared_ptr<const ActivationStats> m_stats;
  mutable MemoStage<PreviewedBlock> m_memo;
  mutable std::atomic<int> m_solved{0};
};

// Whether the recipe has an entry that is switched on.
bool hasStack(const Recipe& recipe);

}  // namespace bitscape
