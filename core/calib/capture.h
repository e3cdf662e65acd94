// One streaming pass over a corpus that collects ActivationStats, block by block.
//
// Windows go through the model in batches of about batchTokens tokens: within a batch block by block, so weights are decoded once per
// block and batch. Memory: one block of weights, the batch's hidden states, the activations of one block over about 2048 tokens, and the
// statistics. Batch size and threads do not change the result beyond the rounding of the forward pass. Cancelled between blocks and groups
// of windows; then nothing remains. Thread-compatible; throws Error on options out of range, ids outside the vocabulary, a model that
// cannot run, activations that overflow.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/progress.h"
#include "core/calib/corpus.h"
#include "core/calib/stats.h"
#include "core/calib/trace.h"
#include "core/model/forward.h"

namespace bitscape {

struct CaptureOptions {
  std::int64_t sampleRows = 256;  // random rows kept per input
  std::int64_t topValues = 32;
  std::uint64_t seed = 2;  // of the row sample
  bool hessian = false;
  bool heads = true;                 // attention statistics cost a softmax per head
  std::int64_t batchTokens = 16384;  // hidden states held at once; at least one window
  bool operator==(const CaptureOptions&) const = default;
};

// Any ids will do: a Corpus need not come from a text (cutWindows). `onBlock`, when given, is called after each block of the last batch
// with what is known so far (for progressive display); places not reached yet have no channels. `blocksOf` empty: the float model;
// else every batch asks it anew for each block.
std::shared_ptr<const ActivationStats> capture(const Model& model, const Corpus& corpus, const CaptureOptions& options,
                                               const ComputeOptions& compute, const Progress& progress,
                                               const std::function<void(int block, const ActivationStats&)>& onBlock = {},
                                               const BlocksOf& blocksOf = {});

}  // namespace bitscape
