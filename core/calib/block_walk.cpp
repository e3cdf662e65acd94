#include "core/calib/block_walk.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <string>

#include "core/base/error.h"

namespace bitscape {

void requireWindows(const Model& model, std::span<const std::vector<TokenId>> windows) {
  if (windows.empty() || windows.front().empty()) throw Error("there are no tokens to run: choose a text or a prompt that is not empty");
  const std::size_t length = windows.front().size();
  const std::int64_t vocabulary = model.config().vocabulary;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    if (windows[w].size() != length) {
      throw Error("window " + std::to_string(w) + " has " + std::to_string(windows[w].size()) + " tokens and the first one " +
                  std::to_string(length) + ": cut all windows to one length");
    }
    for (std::size_t t = 0; t < length; ++t) {
      if (windows[w][t] < 0 || windows[w][t] >= vocabulary) {
        throw Error("window " + std::to_string(w) + ", token " + std::to_string(t) + ": the id " + std::to_string(windows[w][t]) +
                    " is not in the model's vocabulary of " + std::to_string(vocabulary) + "; use this model's own tokenizer");
      }
    }
  }
}

Tensor idsOf(std::span<const std::vector<TokenId>> windows) {
  const std::int64_t length = static_cast<std::int64_t>(windows.front().size());
  Tensor ids = at::empty({static_cast<std::int64_t>(windows.size()), length}, at::kLong);
  std::int64_t* target = ids.mutable_data_ptr<std::int64_t>();
  for (const std::vector<TokenId>& window : windows) target = std::copy(window.begin(), window.end(), target);
  return ids;
}

void walkBlocks(const Model& model, std::span<const std::vector<TokenId>> windows, std::int64_t firstWindow, int lastBlock,
                const ComputeOptions& compute, WindowTap& tap, const Progress& progress, const std::function<void(int block)>& afterBlock,
                const BlocksOf& blocksOf) {
  const at::NoGradGuard noGrad;
  const std::int64_t count = static_cast<std::int64_t>(windows.size()), length = static_cast<std::int64_t>(windows.front().size());
  const std::int64_t group = std::clamp<std::int64_t>(kGroupTokens / length, 1, count);
  const int blocks = lastBlock + 1;
  progress.checkpoint(0, "embedding");
  Tensor hidden = embed(model.loadEmbedding(compute), idsOf(windows).to(compute.device));
  const Rope rope = makeRope(model, 0, length, compute);
  for (int block = 0; block < blocks; ++block) {
    const std::string step = "block " + std::to_string(block + 1) + " of " + std::to_string(model.config().blocks);
    const auto shareDone = [&](std::int64_t window) { return (block + static_cast<double>(window) / static_cast<double>(count)) / blocks; };
    progress.checkpoint(shareDone(0), step);
    const BlockWeights weights = model.loadBlock(block, compute);
    BlockRun run = blocksOf ? blocksOf(block, weights) : floatRun(weights);
    const LinearFn chosen = run.linears;
    withContext("block " + std::to_string(block), [&] {
      for (std::int64_t first = 0; first < count; first += group) {
        run.linears = [&](SeamId seam, const Tensor& x) {
          progress.checkpoint(shareDone(first), step);
          return chosen(seam, x);
        };
        Tensor x = hidden.narrow(0, first, std::min(group, count - first));
        tap.firstWindow = firstWindow + first;
        x.copy_(forwardBlock(model.config(), block, run, x, rope, nullptr, &tap));
      }
    });
    if (afterBlock) afterBlock(block);
  }
  progress.checkpoint(1);
}

}  // namespace bitscape
