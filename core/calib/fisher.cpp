#include "core/calib/fisher.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/calib/block_walk.h"

namespace bitscape {
namespace {

constexpr std::int64_t kHeadTokens = 256;  // logits that exist at a time

// The gradient of one window's summed negative log-likelihood with respect to the last block's output [1, tokens, hidden].
Tensor lossGradient(const Model& model, const Tensor& hidden, const Tensor& ids, const Tensor& finalNorm, const Tensor& head) {
  const std::int64_t tokens = hidden.size(1);
  Tensor gradient = at::zeros_like(hidden);
  for (std::int64_t first = 0; first < tokens - 1; first += kHeadTokens) {
    const std::int64_t count = std::min(kHeadTokens, tokens - 1 - first);  // the last token predicts nothing
    Tensor x = hidden.narrow(1, first, count).detach().clone().requires_grad_(true);
    const Tensor scores = logits(model.config(), x, finalNorm, head).reshape({count, -1});
    at::cross_entropy_loss(scores, ids.narrow(0, first + 1, count), {}, at::Reduction::Sum).backward();
    gradient.narrow(1, first, count).copy_(x.grad());
  }
  return gradient;
}

// One block with gradients: adds a window's squares and leaves the gradient of the block's input in the place of its output's.
void addSquares(const Model& model, int block, BlockWeights& leaves, const Rope& rope, const Tensor& input, Tensor gradient,
                std::map<Role, Tensor>& fisher) {
  Tensor x = input.detach().clone().requires_grad_(true);
  forwardBlock(model.config(), block, floatRun(leaves), x, rope).backward(gradient);
  const at::NoGradGuard noGrad;
  gradient.copy_(x.grad());
  for (const Role role : kBlockRoles) {
    Tensor& leaf = leaves.weight[static_cast<std::size_t>(role)];
    Tensor& sum = fisher[role];
    sum = sum.defined() ? sum.addcmul_(leaf.grad(), leaf.grad()) : leaf.grad().square();
    leaf.mutable_grad().reset();
  }
}

}  // namespace

// States are kept before every k-th block, k about the root of their number, and those between are run again when they are reached: two
// roots of them in memory for one more forward run.
void fisherDiagonals(const Model& model, const Corpus& corpus, const ComputeOptions& compute, const Progress& progress,
                     const std::function<void(int block, const std::map<Role, Tensor>& fisher)>& onBlock) {
  requireWindows(model, corpus.windows);
  if (corpus.length() < 2) throw Error("gradients need windows of at least 2 tokens: one alone predicts nothing");
  model.requireForward();
  const int blocks = static_cast<int>(model.config().blocks);
  const int spacing = std::max(1, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(blocks)))));
  const at::AutoGradMode outer(false);
  const Tensor ids = idsOf(corpus.windows).to(compute.device);
  const std::int64_t windows = ids.size(0);
  const Rope rope = makeRope(model, 0, ids.size(1), compute);

  const auto advance = [&](int block, const Tensor& from, const Progress& part) {
    const BlockRun run = floatRun(model.loadBlock(block, compute));
    Tensor to = at::empty_like(from);
    for (std::int64_t w = 0; w < windows; ++w) {
      part.checkpoint(static_cast<double>(w) / static_cast<double>(windows), "gradients, forward, block " + std::to_string(block));
      to.narrow(0, w, 1).copy_(forwardBlock(model.config(), block, run, from.narrow(0, w, 1), rope));
    }
    return to;
  };

  // Forward takes a fifth, backward with the second forward run the rest.
  const auto forwardPart = [&](int block) { return progress.part(0.2 * block / blocks, 0.2 * (block + 1) / blocks); };
  std::vector<Tensor> kept;
  Tensor hidden = embed(model.loadEmbedding(compute), ids);
  for (int block = 0; block < blocks; ++block) {
    if (block % spacing == 0) kept.push_back(hidden);
    hidden = advance(block, hidden, forwardPart(block));
  }

  Tensor gradient = at::empty_like(hidden);
  {
    const at::AutoGradMode recording(true);
    const Tensor finalNorm = model.loadFinalNorm(compute), head = model.loadLmHead(compute);
    for (std::int64_t w = 0; w < windows; ++w) {
      progress.checkpoint(0.2 + 0.05 * static_cast<double>(w) / static_cast<double>(windows), "gradients of the loss");
      gradient.narrow(0, w, 1).copy_(lossGradient(model, hidden.narrow(0, w, 1), ids[w], finalNorm, head));
    }
  }
  hidden.reset();

  const auto backwardPart = [&](int block) {
    const double share = 0.75 / blocks;
    return progress.part(0.25 + share * (blocks - 1 - block), 0.25 + share * (blocks - block));
  };
  for (int last = blocks - 1; last >= 0;) {
    const int first = last / spacing * spacing;
    std::vector<Tensor> inputs{kept.back()};  // of blocks first..last
    kept.pop_back();
    for (int block = first; block < last; ++block) inputs.push_back(advance(block, inputs.back(), backwardPart(last).part(0, 0)));
    for (int block = last; block >= first; --block) {
      BlockWeights leaves = model.loadBlock(block, compute);
      for (Tensor& weight : leaves.weight) weight = weight.detach().requires_grad_(true);
      std::map<Role, Tensor> fisher;
      for (std::int64_t w = 0; w < windows; ++w) {
        backwardPart(block).checkpoint(static_cast<double>(w) / static_cast<double>(windows), "gradients, block " + std::to_string(block));
        const at::AutoGradMode recording(true);
        addSquares(model, block, leaves, rope, inputs.back().narrow(0, w, 1), gradient.narrow(0, w, 1), fisher);
      }
      inputs.pop_back();
      onBlock(block, fisher);
    }
    last = first - 1;
  }
  progress.checkpoint(1.0);
}

}  // namespace bitscape
