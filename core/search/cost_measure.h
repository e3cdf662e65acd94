// Fills a CostTable from a model and a text, and keeps what was measured in a file as it comes.
//
// static: one capture of statistics with X'X, then block by block every candidate is rounded as the recipe would and its error summed;
// with `secondOrder` one backward pass gives the Fisher diagonals too. both: then the KL of every linear alone in the probe formats.
// propagated: in every format. A table found under the same key is gone on with, so that a killed measurement loses at most the blocks
// that were marching, and a finished one reads no model. Thread-compatible. Throw Error and Cancelled; the file is always whole.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/calib/corpus.h"
#include "core/method/method.h"
#include "core/model/forward.h"
#include "core/search/cost_table.h"

namespace bitscape {

struct CostSettings {
  std::vector<std::string> formats;         // "w2a16g64": of the weights; inputs are the base's
  std::vector<std::string> probes;          // some of them: where mode "both" measures
  std::string mode = "both";
  bool secondOrder = false;
  bool disableOne = false;                  // where kl is measured, disableKl too
  std::vector<StackEntry> stack;            // how candidates are made
  RoundingChoice rounding;
  Plan base;                                // inputs, queries, keys and values
  std::string key;                          // model, recipe and text; formats are checked by themselves
  std::string file;                         // of the table; empty: none
};

// `blocksOf` gives the blocks of a plan as the recipe makes them (study/pipeline.h, blocks). `onRows` hears the table whenever it grew.
CostTable measureCosts(const Model& model, const Corpus& corpus, const CostSettings& settings,
                       const std::function<BlocksOf(const Plan& plan)>& blocksOf, const ComputeOptions& compute, const Progress& progress,
                       const std::function<void(const CostTable&)>& onRows = {});

}  // namespace bitscape
