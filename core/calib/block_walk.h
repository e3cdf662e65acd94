// Token windows through a model's blocks, one block of weights at a time, watched by a tap.
//
// Memory: the hidden states of all windows given, one block of weights, and the activations of one block over a few windows (about
// kGroupTokens tokens). The head is not run. Thread-compatible.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/progress.h"
#include "core/model/forward.h"
#include "core/model/tokenizer.h"

namespace bitscape {

inline constexpr std::int64_t kGroupTokens = 2048;

// A tap that is told which windows it is about to see: tensors hold the windows firstWindow, firstWindow + 1, ...
class WindowTap : public Tap {
 public:
  std::int64_t firstWindow = 0;
};

// Throws Error unless there is at least one window, all have the same length >= 1, and every id is in the model's vocabulary.
void requireWindows(const Model& model, std::span<const std::vector<TokenId>> windows);

// Their ids as embed() takes them: int64 [windows, tokens] on the CPU.
Tensor idsOf(std::span<const std::vector<TokenId>> windows);

// Runs blocks 0..lastBlock. Windows count from `firstWindow`. Calls afterBlock(block) after each; checkpoints before every product, so
// that a cancel is heard soon in a large model too. `blocksOf` empty: the float model.
void walkBlocks(const Model& model, std::span<const std::vector<TokenId>> windows, std::int64_t firstWindow, int lastBlock,
                const ComputeOptions& compute, WindowTap& tap, const Progress& progress,
                const std::function<void(int block)>& afterBlock = {}, const BlocksOf& blocksOf = {});

}  // namespace bitscape
