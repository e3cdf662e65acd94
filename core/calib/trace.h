// The full activations of one prompt at every seam: what the heat maps show.
//
// Thread-compatible; throws Error on an id outside the vocabulary or a model that cannot run.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/progress.h"
#include "core/model/forward.h"
#include "core/model/tokenizer.h"

namespace bitscape {

struct Trace {
  std::vector<TokenId> ids;  // the prompt
  std::int64_t tokens = 0, channels = 0;
  std::vector<float> values;  // [tokens, channels], signed
};
// All seams of all blocks in one pass; index block * 4 + kind. Memory: tokens x channels x 4 bytes each. `onBlock` sees what is known
// so far after each block; places not reached yet have no values. `blocksOf` empty: the float model.
std::vector<Trace> traceInputs(const Model& model, const std::vector<TokenId>& ids, const ComputeOptions& compute, const Progress& progress,
                               const std::function<void(int block, const std::vector<Trace>&)>& onBlock = {},
                               const BlocksOf& blocksOf = {});

}  // namespace bitscape
