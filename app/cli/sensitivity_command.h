// The table of costs as `sensitivity` and `plan` measure it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/arguments.h"
#include "core/search/cost_table.h"
#include "core/study/pipeline.h"

namespace bitscape::cli {

// Names of candidate formats, fewest bits first: "w2..w4" with group 64 gives w2a16g64, w3a16g64, w4a16g64. UsageError when a name is none
// or none is left.
std::vector<std::string> formatNames(const std::string& list, std::int64_t group);
// The stack, rounding and inputs of --method or --recipe; its plan is the first candidate everywhere.
Recipe baseRecipe(const CostOptions& costs, const CorpusOptions& calibration, const ModelConfig& config);
// The blocks of a plan as `base` makes them. The pipeline must outlive it.
std::function<BlocksOf(const Plan& plan)> blocksOf(Pipeline& pipeline, const Recipe& base);
// Measures, or goes on with what the cache holds.
CostTable costsOf(Pipeline& pipeline, const Recipe& base, const CostOptions& costs, const ComputeOptions& compute,
                  const Progress& progress);

}  // namespace bitscape::cli
