#include "core/transform/fold.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/transform/fold_rules.h"

namespace bitscape {
namespace {

std::size_t at(SeamKind seam) { return static_cast<std::size_t>(seam); }
std::size_t at(Role role) { return static_cast<std::size_t>(role); }

bool isNormSeam(SeamKind seam) { return seam == SeamKind::AttentionInput || seam == SeamKind::FfnInput; }

std::int64_t widthOf(const ModelConfig& config, SeamKind seam) {
  switch (seam) {
    case SeamKind::AttentionOutput:
      return config.heads * config.headDim;
    case SeamKind::FfnDown:
      return config.ffn;
    case SeamKind::QueryKey:
      return config.headDim;
    default:
      return config.hidden;
  }
}

const Tensor& normOf(const BlockWeights& weights, SeamKind seam) {
  return seam == SeamKind::AttentionInput ? weights.attentionNorm : weights.ffnNorm;
}

// What takes the norm's weight out of the norm: X' = X / weight.
Scale normScale(const FoldedBlock& block, SeamKind seam) {
  const Tensor& norm = normOf(block.weights, seam);
  if ((norm == 0).any().item<bool>()) {
    throw Error("the norm before " + std::string(seamName(seam)) +
                " has a weight of 0, so it cannot move into the linears behind it; leave the rotation of the residual stream out");
  }
  return {norm, {}};
}

Placement placeHint(FoldedBlock& block, const PlacedStep& placed, std::int64_t width) {
  const std::string name = describe(placed.step, width);
  if (placed.linear && (*placed.linear > Role::Down || seamOf(*placed.linear) != placed.seam)) {
    throw Error("a step for " + std::string(roleName(*placed.linear)) + " cannot stand at this seam; place it where that linear reads");
  }
  if (const auto* compensate = std::get_if<Compensate>(&placed.step)) {
    if (!placed.linear) throw Error("a compensate step needs the linear whose weight it changes");
    const Tensor& weight = block.weights.of(*placed.linear);
    if (compensate->left.size(0) != weight.size(0) || compensate->right.size(1) != weight.size(1)) {
      throw Error("the compensate step is " + std::to_string(compensate->left.size(0)) + " x " + std::to_string(compensate->right.size(1)) +
                  " but " + std::string(roleName(*placed.linear)) + " is " + std::to_string(weight.size(0)) + " x " +
                  std::to_string(weight.size(1)));
    }
    block.compensate[at(*placed.linear)].push_back(*compensate);
    return {placed.seam, name, true, 0, "The weight of " + std::string(roleName(*placed.linear)) + " is rounded with this part added."};
  }
  const Clip& clip = std::get<Clip>(placed.step);
  if (placed.linear) {
    block.weightClip[at(*placed.linear)].push_back(clip);
    return {placed.seam, "clip the weight of " + std::string(roleName(*placed.linear)), true, 0,
            "The weight's scales are stored narrower."};
  }
  if (clip.ratio.numel() != 1) throw Error("the ratio that clips inputs must be one number, not " + std::to_string(clip.ratio.numel()));
  if (placed.seam == SeamKind::QueryKey || placed.seam == SeamKind::Residual) throw Error("inputs are clipped before linears alone");
  block.inputClip[at(placed.seam)] *= clip.ratio.item<double>();
  return {placed.seam, "clip the inputs", true, 0, "The quantizer of the inputs takes a narrower range."};
}

Taken intoProducer(FoldedBlock& block, const ModelConfig& config, SeamKind seam, const Step& step) {
  switch (seam) {
    case SeamKind::AttentionInput:
      return intoNorm(block.weights.attentionNorm, step);
    case SeamKind::FfnInput:
      return intoNorm(block.weights.ffnNorm, step);
    case SeamKind::AttentionOutput:
      return intoValues(block, config, step);
    default:
      return intoGated(block, step);
  }
}

Placement placeAtLinears(FoldedBlock& block, const ModelConfig& config, SeamKind seam, const Step& step) {
  const std::int64_t width = widthOf(config, seam);
  check(step, width);
  for (const Role role : consumers(seam)) turnColumns(block, role, step);
  std::vector<Step>& online = block.online[at(seam)];
  const Taken taken = online.empty() ? intoProducer(block, config, seam, step)
                                     : Taken{false, "Stays online: a step before it at the same place is online."};
  if (!taken.folded) online.push_back(step);
  return {seam, describe(step, width), taken.folded, taken.folded ? 0 : multiplyAddsPerToken(step, width), taken.reason};
}

Placement placeAtQueryKey(FoldedBlock& block, const ModelConfig& config, const Step& step) {
  const std::int64_t width = config.headDim, all = config.heads * config.headDim;
  const auto* scale = std::get_if<Scale>(&step);
  const bool ofAllHeads = scale && scale->factor.defined() && scale->factor.dim() == 1 && scale->factor.size(0) == all;
  check(step, ofAllHeads ? all : width);
  const Taken taken = block.queryKey.empty() ? intoQueryKey(block, config, step)
                                             : Taken{false, "Stays online: a step before it at the same place is online."};
  if (taken.folded) return {SeamKind::QueryKey, describe(step, width), true, 0, taken.reason};
  if (scale && scale->shift.defined()) throw Error("a shift of q and k would change their product; leave it out");
  Step online = step;
  if (ofAllHeads) {
    const Tensor heads = scale->factor.reshape({-1, width});
    if (!at::equal(heads, heads.narrow(0, 0, 1).expand_as(heads))) {
      throw Error("online, all heads of q and k take the same " + std::to_string(width) + " factors; share them among heads");
    }
    online = Scale{heads[0].contiguous(), {}};
  }
  block.queryKey.push_back(online);
  return {SeamKind::QueryKey, describe(online, width), false,
          multiplyAddsPerToken(online, width) * static_cast<double>(config.heads + config.kvHeads), taken.reason};
}

Placement placeAtResidual(FoldedBlock& block, const ModelConfig& config, const Step& step) {
  if (std::holds_alternative<Scale>(step)) {
    throw Error("the residual stream can be rotated or permuted, but not scaled: norms would not be what they were");
  }
  if (block.residual) throw Error("the residual stream has been turned already; one change of its basis is allowed");
  check(step, config.hidden);
  constexpr std::array kNorms{SeamKind::AttentionInput, SeamKind::FfnInput};
  for (const SeamKind seam : kNorms) {
    if (block.online[at(seam)].empty()) continue;
    throw Error("the residual stream must be turned before steps run online at " + std::string(seamName(seam)) +
                "; move it to the top of the stack");
  }
  const std::array scales{normScale(block, kNorms[0]), normScale(block, kNorms[1])};
  for (std::size_t i = 0; i < kNorms.size(); ++i) {
    for (const Role role : consumers(kNorms[i])) {
      turnColumns(block, role, scales[i]);
      turnColumns(block, role, step);
    }
  }
  for (Tensor* norm : {&block.weights.attentionNorm, &block.weights.ffnNorm}) *norm = at::ones_like(*norm);
  for (const Role role : {Role::O, Role::Down}) turnRows(block, role, step);
  block.residual = step;
  return {SeamKind::Residual, describe(step, config.hidden), true, 0,
          "Folds into the embedding, the rows of o and down, the columns of q, k, v, gate and up, and lm_head."};
}

// An input after the steps that run on it.
Tensor throughSteps(const std::vector<Step>& steps, Tensor x) {
  for (const Step& step : steps) x = applyToInput(step, x);
  return x;
}

void turnHeads(const std::vector<Step>& steps, Tensor& query, Tensor& key) {
  for (const Step& step : steps) {
    query = applyToInput(step, query);
    key = std::holds_alternative<Scale>(step) ? undoOnInput(step, key) : applyToInput(step, key);  // K T^-T
  }
}

}  // namespace

FoldedBlock unfolded(BlockWeights weights) {
  FoldedBlock block;
  block.weights = std::move(weights);
  return block;
}

void place(FoldedBlock& block, const ModelConfig& config, const PlacedStep& placed) {
  const c10::NoGradGuard noGrad;
  block.placements.push_back(withContext(std::string(seamName(placed.seam)), [&] {
    if (!isTransform(placed.step)) {
      check(placed.step, widthOf(config, placed.seam));
      return placeHint(block, placed, widthOf(config, placed.seam));
    }
    if (placed.seam == SeamKind::Residual) return placeAtResidual(block, config, placed.step);
    if (placed.seam == SeamKind::QueryKey) return placeAtQueryKey(block, config, placed.step);
    return placeAtLinears(block, config, placed.seam, placed.step);
  }));
}

FoldedBlock fold(const ModelConfig& config, BlockWeights weights, const BlockSteps& steps) {
  FoldedBlock block = unfolded(std::move(weights));
  for (const PlacedStep& step : steps) place(block, config, step);
  return block;
}

std::vector<Step> inputSteps(const FoldedBlock& before, const PlacedStep& placed, SeamKind seam) {
  if (!isTransform(placed.step)) return {};
  if (placed.seam != SeamKind::Residual) return placed.seam == seam ? std::vector<Step>{placed.step} : std::vector<Step>{};
  if (!isNormSeam(seam)) return {};
  return {normScale(before, seam), placed.step};
}

BlockRun runOf(const ModelConfig&, const FoldedBlock& block) {
  const BlockWeights& weights = block.weights;
  BlockRun run{.attentionNorm = weights.attentionNorm, .ffnNorm = weights.ffnNorm, .qNorm = weights.qNorm, .kNorm = weights.kNorm};
  const LinearFn plain = floatLinears(weights);
  if (std::all_of(block.online.begin(), block.online.end(), [](const std::vector<Step>& steps) { return steps.empty(); })) {
    run.linears = plain;
  } else {
    run.seen = [online = block.online](SeamId seam, const Tensor& x) { return throughSteps(online[at(seam.kind)], x); };
    run.linears = [plain, seen = run.seen](SeamId seam, const Tensor& x) { return plain(seam, seen(seam, x)); };
  }
  run.plain = run.linears;
  if (!block.queryKey.empty()) {
    run.heads = [steps = block.queryKey](Tensor& query, Tensor& key, Tensor&) { turnHeads(steps, query, key); };
  }
  if (block.residual) {
    run.enter = [step = *block.residual](const Tensor& x) { return applyToInput(step, x); };
    run.leave = [step = *block.residual](const Tensor& x) { return undoOnInput(step, x); };
  }
  return run;
}

FoldedEnds foldEnds(const Tensor& embedding, const Tensor& finalNorm, const Tensor& lmHead, const std::optional<Step>& residual) {
  const c10::NoGradGuard noGrad;
  if (!residual) return {embedding, finalNorm, lmHead};
  return {.embedding = applyToInput(*residual, embedding),
          .finalNorm = at::ones_like(finalNorm),
          .lmHead = applyToWeight(*residual, lmHead * finalNorm.to(lmHead.options()))};
}

}  // namespace bitscape
