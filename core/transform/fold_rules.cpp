#include "core/transform/fold_rules.h"

#include <ATen/ATen.h>

#include "core/base/error.h"

namespace bitscape {
namespace {

Tensor rowsTurned(const Step& step, const Tensor& weight) {
  if (const auto* scale = std::get_if<Scale>(&step)) return weight / scale->factor.to(weight.device(), weight.scalar_type()).unsqueeze(1);
  if (const auto* permute = std::get_if<Permute>(&step)) return weight.index_select(0, permute->source.to(weight.device()));
  return applyToInput(step, weight.t()).t().contiguous();
}

Tensor columnsTurned(const Step& step, const Tensor& weight) {
  if (const auto* scale = std::get_if<Scale>(&step)) return weight * scale->factor.to(weight.device(), weight.scalar_type());
  return applyToInput(step, weight);  // orthogonal: T^-T = T
}

// The Fisher diagonal when the weight's `dimension` turns by the step: d L / d W' = (d L / d W) T-wise, squared.
Tensor fisherTurned(const Step& step, const Tensor& fisher, int dimension) {
  if (!fisher.defined()) return {};
  if (const auto* permute = std::get_if<Permute>(&step)) return fisher.index_select(dimension, permute->source.to(fisher.device()));
  const auto* scale = std::get_if<Scale>(&step);
  if (!scale) return {};
  const Tensor squares = scale->factor.to(fisher.device(), fisher.scalar_type()).square();
  return dimension == 0 ? fisher * squares.unsqueeze(1) : fisher / squares;  // rows were divided by the factor, columns multiplied
}

// Ratios that differ by row or group were found for single ranges of this weight.
void requireClipsHold(const FoldedBlock& block, Role role, bool (*holds)(const Clip& clip, const Step& step), const Step& step) {
  for (const Clip& clip : block.weightClip[static_cast<std::size_t>(role)]) {
    if (clip.ratio.numel() == 1 || holds(clip, step)) continue;
    throw Error("the clip ratios of " + std::string(roleName(role)) +
                " were found above this step, which changes the ranges that they are for; move the search for clip ratios below it");
  }
}

// values [heads * n, ...] as [kvHeads, heads of the group, n, ...].
Tensor byGroup(const Tensor& values, const ModelConfig& config) {
  std::vector<std::int64_t> shape{config.kvHeads, config.heads / config.kvHeads, values.size(0) / config.heads};
  for (std::int64_t i = 1; i < values.dim(); ++i) shape.push_back(values.size(i));
  return values.reshape(shape);
}

bool sameInGroup(const Tensor& grouped) { return at::equal(grouped, grouped.narrow(1, 0, 1).expand_as(grouped)); }

// One set of values for each key/value head instead of one for each query head; undefined when the heads of a group differ.
Tensor perKeyValueHead(const Tensor& values, const ModelConfig& config) {
  const Tensor grouped = byGroup(values, config);
  if (!sameInGroup(grouped)) return {};
  std::vector<std::int64_t> shape(values.sizes().begin(), values.sizes().end());
  shape.front() = values.size(0) * config.kvHeads / config.heads;
  return grouped.select(1, 0).reshape(shape).contiguous();
}

std::string groupText(const ModelConfig& config) {
  return "it differs among the " + std::to_string(config.heads / config.kvHeads) + " query heads that share a key/value head";
}

// The step on v's own channels, when it stays within heads and is the same for all query heads of a group; else why not.
std::optional<Step> onValues(const Scale& scale, const ModelConfig& config, std::string& why) {
  Scale result{perKeyValueHead(scale.factor, config), scale.shift.defined() ? perKeyValueHead(scale.shift, config) : Tensor()};
  if (result.factor.defined() && (result.shift.defined() || !scale.shift.defined())) return result;
  why = groupText(config);
  return std::nullopt;
}

std::optional<Step> onValues(const Permute& permute, const ModelConfig& config, std::string& why) {
  const Tensor heads = at::arange(config.heads, permute.source.options()).unsqueeze(1);
  const Tensor local = permute.source.reshape({config.heads, config.headDim}) - heads * config.headDim;
  if (at::logical_or(local < 0, local >= config.headDim).any().item<bool>()) {
    why = "it moves channels from one head to another";
    return std::nullopt;
  }
  const Tensor shared = perKeyValueHead(local.reshape({-1}), config);
  if (!shared.defined()) {
    why = groupText(config);
    return std::nullopt;
  }
  const Tensor keyValueHeads = at::arange(config.kvHeads, permute.source.options()).unsqueeze(1);
  return Permute{(shared.reshape({config.kvHeads, config.headDim}) + keyValueHeads * config.headDim).reshape({-1})};
}

std::string mixesText(std::int64_t run, const ModelConfig& config) {
  return "its runs of " + std::to_string(run) + " channels do not stay within heads of " + std::to_string(config.headDim);
}

std::optional<Step> onValues(const Rotate& rotate, const ModelConfig& config, std::string& why) {
  const std::int64_t run = rotate.matrix.size(-1);
  if (config.headDim % run != 0) {
    why = mixesText(run, config);
    return std::nullopt;
  }
  if (rotate.matrix.dim() == 2) return rotate;
  const Tensor shared = perKeyValueHead(rotate.matrix, config);
  if (shared.defined()) return Rotate{shared};
  why = groupText(config);
  return std::nullopt;
}

std::optional<Step> onValues(const Hadamard& hadamard, const ModelConfig& config, std::string& why) {
  if (config.headDim % hadamard.size != 0) {
    why = mixesText(hadamard.size, config);
    return std::nullopt;
  }
  // As many signs as a run has are the same for every run, unless that is the width of the seam.
  if (!hadamard.signs.defined() || hadamard.signs.size(0) == hadamard.size) return hadamard;
  const Tensor shared = perKeyValueHead(hadamard.signs, config);
  if (shared.defined()) return Hadamard{hadamard.size, shared};
  why = groupText(config);
  return std::nullopt;
}

template <class Other>
std::optional<Step> onValues(const Other&, const ModelConfig&, std::string&) {
  return std::nullopt;
}

}  // namespace

void turnRows(FoldedBlock& block, Role role, const Step& step) {
  const std::size_t index = static_cast<std::size_t>(role);
  Tensor& weight = block.weights.weight[index];
  const std::int64_t rows = weight.size(0);
  // A factor per row changes a row's range and its weights alike.
  const auto holds = [](const Clip&, const Step& by) { return std::holds_alternative<Scale>(by) || std::holds_alternative<Permute>(by); };
  requireClipsHold(block, role, holds, step);
  weight = rowsTurned(step, weight);
  block.fisher[index] = fisherTurned(step, block.fisher[index], 0);
  if (Tensor& bias = block.weights.bias[index]; bias.defined()) bias = applyToInput(step, bias);
  for (Compensate& part : block.compensate[index]) part.left = rowsTurned(step, part.left);
  const auto* permute = std::get_if<Permute>(&step);
  if (!permute) return;
  for (Clip& clip : block.weightClip[index]) {
    if (clip.ratio.dim() == 2 && clip.ratio.size(0) == rows)
      clip.ratio = clip.ratio.index_select(0, permute->source.to(clip.ratio.device()));
  }
}

void turnColumns(FoldedBlock& block, Role role, const Step& step) {
  const std::size_t index = static_cast<std::size_t>(role);
  Tensor &weight = block.weights.weight[index], &bias = block.weights.bias[index];
  // Whole rows keep their ranges when their channels change places.
  const auto holds = [](const Clip& clip, const Step& by) { return std::holds_alternative<Permute>(by) && clip.ratio.size(-1) == 1; };
  requireClipsHold(block, role, holds, step);
  if (const Tensor more = biasFrom(step, weight); more.defined()) bias = bias.defined() ? bias + more : more;
  weight = columnsTurned(step, weight);
  block.fisher[index] = fisherTurned(step, block.fisher[index], 1);
  for (Compensate& part : block.compensate[index]) part.right = columnsTurned(step, part.right);
}

Taken intoNorm(Tensor& norm, const Step& step) {
  const auto* scale = std::get_if<Scale>(&step);
  if (!scale) return {false, "Stays online: a norm's weight can take a scale alone."};
  if (scale->shift.defined()) return {false, "Stays online: the norm has no bias that could take the shift."};
  norm = norm / scale->factor.to(norm.device(), norm.scalar_type());
  return {true, "Folds into the norm's weight."};
}

Taken intoValues(FoldedBlock& block, const ModelConfig& config, const Step& step) {
  const auto* scale = std::get_if<Scale>(&step);
  if (scale && scale->shift.defined() && !block.weights.biasOf(Role::V).defined()) {
    return {false, "Stays online: v has no bias that could take the shift."};
  }
  std::string why;
  const std::optional<Step> own = std::visit([&](const auto& kind) { return onValues(kind, config, why); }, step);
  if (!own) return {false, "Stays online: " + why + "."};
  turnRows(block, Role::V, *own);
  return {true, "Folds into the rows of v."};
}

Taken intoGated(FoldedBlock& block, const Step& step) {
  if (const auto* scale = std::get_if<Scale>(&step)) {
    if (scale->shift.defined()) return {false, "Stays online: a shift does not pass the product of gate and up."};
    turnRows(block, Role::Up, step);
    return {true, "Folds into the rows of up."};
  }
  if (std::holds_alternative<Permute>(step)) {
    turnRows(block, Role::Gate, step);
    turnRows(block, Role::Up, step);
    return {true, "Folds into the rows of gate and up."};
  }
  return {false, "Stays online: a rotation does not pass the product of gate and up."};
}

Taken intoQueryKey(FoldedBlock& block, const ModelConfig& config, const Step& step) {
  const auto* scale = std::get_if<Scale>(&step);
  if (!scale) return {false, "Runs online on q and k: it does not pass the rotary positions."};
  if (scale->shift.defined()) throw Error("a shift of q and k would change their product; leave it out");
  const std::int64_t half = config.headDim / 2;
  const Tensor heads = scale->factor.reshape({-1, config.headDim});  // [1 or heads, headDim]
  const bool shared = at::equal(heads, heads.narrow(0, 0, 1).expand_as(heads));
  const bool paired = at::equal(heads.narrow(1, 0, half), heads.narrow(1, half, half));
  const Tensor all = heads.expand({config.heads, config.headDim}).reshape({-1}).contiguous();
  const Tensor keys = perKeyValueHead(all, config);
  std::string why = "its factors differ within rotary pairs";
  if (paired && config.qkNorm) {
    if (shared) {
      for (const auto& [norm, factor] :
           {std::pair(&block.weights.qNorm, heads[0]), std::pair(&block.weights.kNorm, heads[0].reciprocal())}) {
        *norm = *norm / factor.to(norm->device(), norm->scalar_type());
      }
      return {true, "Folds into the weights of the norms of q and k."};
    }
    why = "the norms of q and k are shared by all heads";
  } else if (paired && keys.defined()) {
    turnRows(block, Role::Q, Scale{all, {}});
    turnRows(block, Role::K, Scale{keys.reciprocal(), {}});
    return {true, "Folds into the rows of q and k."};
  } else if (paired) {
    why = groupText(config);
  }
  if (!shared) {
    throw Error("this scale of q and k cannot fold (" + why + ") and cannot run online, where all heads take the same " +
                std::to_string(config.headDim) + " factors; share them among heads");
  }
  return {false, "Stays online: " + why + "."};
}

}  // namespace bitscape
