// What the Attention page shows of one side: a block traced once, its heads as thumbnails and numbers, one head as a large map.
//
// Pure functions for the worker's thread; results are immutable and shared.
#pragma once

#include <QStringList>
#include <memory>
#include <vector>

#include "app/side_analysis.h"
#include "core/calib/attention_trace.h"
#include "views/heat/max_pyramid.h"

namespace bitscape {

// Only queries and keys of one block are kept, so that a prompt may be longer than the activation pictures allow.
inline constexpr std::int64_t kAttentionTokens = 4096;
inline constexpr std::int64_t kThumbnailCells = 96;

struct TracedBlock {
  AttentionTrace trace;
  QStringList texts;                                         // of the tokens, as they can be read on an axis
  bool wasCut = false;                                       // the prompt is longer
  std::vector<std::shared_ptr<const HeatGrid>> thumbnails;   // by head, at most kThumbnailCells wide
  std::vector<HeadStats> numbers;                            // by head
  std::int64_t bytes() const;                                // that it occupies, roughly
};

// Runs the model up to `block`; of a static side the blocks before run float, so that the attention is what this block alone changes.
// Throws Error on an empty prompt, a block that is not there, a recipe that does not fit.
TracedBlock traceBlock(const SideAnalysis::Source& source, const QString& prompt, int block, const Progress& progress);
// Throws Error when there is no such head.
std::shared_ptr<const MaxPyramid> largeMap(const TracedBlock& traced, int head, const Progress& progress);

}  // namespace bitscape
