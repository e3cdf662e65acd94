// A whole model through a recipe's stack and rounding, block by block, on what calibration windows leave before each block.
//
// static: the windows run through the float blocks; propagated: each block is solved on what the quantized blocks before it leave.
// Memory: the windows' hidden states, one block in float, its statistics, and the codes so far; with a folder the codes and the Fisher
// diagonals lie there and a killed solve goes on at its block. What the float model's windows tell is kept (knowledge_store.h), so that the
// next static recipe on the same text walks none. Thread-compatible.
#pragma once

#include <memory>
#include <string>

#include "core/base/progress.h"
#include "core/calib/corpus.h"
#include "core/method/solve.h"
#include "core/model/model.h"
#include "core/quant/quantized_model.h"
#include "core/study/knowledge_store.h"
#include "core/study/recipe.h"

namespace bitscape {

// What the recipe needs of a calibration text: its passes, its rounding, and the ranges of static input formats.
Needs needsOf(const Recipe& recipe, const ModelConfig& config);

// Steps, codes and input ranges of one block that needs no calibration, or whose knowledge is given.
QuantizedBlockPart solvePart(const Recipe& recipe, const SolvedBlock& solved, int block, const Progress& progress);

// Where a solver finds what was solved or learned before, and leaves what it finds.
struct SolverMemory {
  std::string folder;                   // of solved blocks; empty: none are kept
  std::string key;                      // what makes those blocks
  KnowledgeStore* knowledge = nullptr;  // of the calibration windows; outlives the solver
  std::string knowledgeKey;             // model, text, capture settings and device
};

class ModelSolver {
 public:
  // `calibration` null: the recipe must need none. What is given must outlive the solver.
  ModelSolver(const Model& model, const Recipe& recipe, const Corpus* calibration, const ComputeOptions& compute, SolverMemory memory);
  ~ModelSolver();
  // Collects what `run` would collect of the float model, so that `run` only solves (a propagated recipe has gradients alone to learn).
  void learn(const Progress& progress);
  // Blocks 0, 1, ... in order; throws Error naming the block (first of all when the folder cannot be made), Cancelled between windows.
  void run(const Progress& progress, const std::function<void(int block, QuantizedBlockPart part)>& onBlock);

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

// The file of one block's part in a cache folder.
std::string partPath(const std::string& cache, const std::string& key, int block);

}  // namespace bitscape
