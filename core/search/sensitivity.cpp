#include "core/search/sensitivity.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/calib/block_walk.h"
#include "core/eval/divergence.h"

namespace bitscape {
namespace {

constexpr std::int64_t kRoles = static_cast<std::int64_t>(kBlockRoles.size());
// Rows of logits held at once, for the float model and one variant each (128 rows of a vocabulary of 49152 are 25 MB).
constexpr std::int64_t kLogitBytes = std::int64_t{25} << 20, kLeastRows = 32;

// `base`, but for `roles`, which run as `other` has them.
BlockRun swapped(const std::vector<Role>& roles, const BlockRun& base, const BlockRun& other) {
  BlockRun run = base;
  run.linears = [roles, kept = base.linears, changed = other.linears](SeamId seam, const Tensor& x) {
    const std::vector<Role>& here = consumers(seam.kind);
    const auto chosen = [&](Role role) { return std::find(roles.begin(), roles.end(), role) != roles.end(); };
    if (std::none_of(here.begin(), here.end(), chosen)) return kept(seam, x);
    std::vector<Tensor> outputs = changed(seam, x);
    if (std::all_of(here.begin(), here.end(), chosen)) return outputs;
    const std::vector<Tensor> others = kept(seam, x);
    for (std::size_t i = 0; i < here.size(); ++i) {
      if (!chosen(here[i])) outputs[i] = others[i];
    }
    return outputs;
  };
  return run;
}

// Float linears but for `roles`.
BlockRun onlyQuantized(const std::vector<Role>& roles, const BlockRun& everything) {
  BlockRun floats = everything;
  floats.heads = {}, floats.rounded = {};
  floats.linears = everything.plain;
  return swapped(roles, floats, everything);
}

// Mean, its standard error and agreement over the positions of one variant.
class EffectSum {
 public:
  void add(const std::vector<RowComparison>& rows) {
    for (const RowComparison& row : rows) {
      if (!std::isfinite(row.kl)) {
        throw Error("logits are not finite; the model's values overflow in this number type, or its weights are damaged");
      }
      const double kl = row.kl;
      m_sum += kl;
      m_squares += kl * kl;
      m_agreements += row.sameTop ? 1 : 0;
      m_count += 1;
    }
  }
  Effect effect() const {
    const double mean = m_sum / m_count;
    const double spread = m_count > 1 ? std::max(0.0, m_squares - m_sum * mean) / (m_count - 1) : 0.0;
    return {mean, std::sqrt(spread / m_count), m_agreements / m_count};
  }

 private:
  double m_sum = 0, m_squares = 0, m_agreements = 0, m_count = 0;
};

// What variants of the windows share: the model's ends, and the work done so far. Work is counted in multiplications per token; `work`
// is that of all that will be run.
class March {
 public:
  March(const Model& model, const Corpus& corpus, const ComputeOptions& compute, const Progress& progress)
      : m_model(model), m_corpus(corpus), m_compute(compute), m_progress(progress) {
    model.requireForward();
    requireWindows(model, corpus.windows);
    progress.checkpoint(0.0, "embedding");
    const ModelConfig& config = model.config();
    for (const Role role : kBlockRoles) m_blockWork += static_cast<double>(shapeOf(config, role).parameters());
    m_blockWork += static_cast<double>(corpus.length() * config.heads * config.headDim);
    m_headWork = static_cast<double>(config.vocabulary * config.hidden);
    m_embedding = model.loadEmbedding(compute);
    m_lmHead = config.tiedEmbeddings ? m_embedding : model.loadLmHead(compute);
    m_finalNorm = model.loadFinalNorm(compute);
    m_rope = makeRope(model, 0, corpus.length(), compute);
  }

  int blocks() const { return static_cast<int>(m_model.config().blocks); }
  std::int64_t windows() const { return static_cast<std::int64_t>(m_corpus.windows.size()); }
  // Blocks and heads of one variant each that will be run.
  void expect(std::int64_t blockRuns, std::int64_t headRuns) {
    m_total = static_cast<double>(blockRuns) * m_blockWork + static_cast<double>(headRuns) * m_headWork;
  }
  // The windows' hidden states before the first block: [windows, tokens, hidden].
  Tensor begin() const { return embed(m_embedding, idsOf(m_corpus.windows).to(m_compute.device)); }
  Tensor emptyStates(std::int64_t variants) const {
    return at::empty({variants * windows(), m_corpus.length(), m_model.config().hidden}, m_embedding.options());
  }
  BlockWeights load(int block) const { return m_model.loadBlock(block, m_compute); }

  // The states [n * windows, tokens, hidden] through one block, in place.
  void run(int block, const BlockRun& blockRun, Tensor states) {
    const std::int64_t count = states.size(0), group = std::clamp<std::int64_t>(kGroupTokens / states.size(1), 1, count);
    const std::string step = "block " + std::to_string(block);
    BlockRun watched = blockRun;
    watched.linears = [&](SeamId seam, const Tensor& x) {
      advance(0, step);
      return blockRun.linears(seam, x);
    };
    withContext(step, [&] {
      for (std::int64_t first = 0; first < count; first += group) {
        Tensor x = states.narrow(0, first, std::min(group, count - first));
        x.copy_(forwardBlock(m_model.config(), block, watched, x, m_rope));
        advance(m_blockWork * static_cast<double>(x.size(0)) / static_cast<double>(windows()), step);
      }
    });
  }

  // Final states of the float model [windows, tokens, hidden] and of variants [n * windows, ...].
  std::vector<Effect> compare(const Tensor& plain, const Tensor& variants) {
    const ModelConfig& config = m_model.config();
    const Tensor flat = plain.reshape({-1, config.hidden}), others = variants.reshape({-1, flat.size(0), config.hidden});
    const std::int64_t positions = flat.size(0), rows = std::max(kLeastRows, kLogitBytes / 4 / config.vocabulary);
    std::vector<EffectSum> sums(static_cast<std::size_t>(others.size(0)));
    const auto logitsOf = [&](const Tensor& states, std::int64_t from, std::int64_t to) {
      advance(m_headWork * static_cast<double>(to - from) / static_cast<double>(positions), "head");
      return logits(config, states.slice(0, from, to), m_finalNorm, m_lmHead).contiguous();
    };
    for (std::int64_t from = 0; from < positions; from += rows) {
      const std::int64_t to = std::min(from + rows, positions);
      const Tensor noTargets = at::full({to - from}, -1, at::kLong);
      const Tensor wanted = logitsOf(flat, from, to);
      for (std::int64_t i = 0; i < others.size(0); ++i) {
        sums[static_cast<std::size_t>(i)].add(compareRows(wanted, logitsOf(others[i], from, to), noTargets));
      }
    }
    std::vector<Effect> effects;
    for (const EffectSum& sum : sums) effects.push_back(sum.effect());
    return effects;
  }

 private:
  void advance(double work, const std::string& step) {
    m_done += work;
    m_progress.checkpoint(m_done / m_total, step);
  }

  const Model& m_model;
  const Corpus& m_corpus;
  const ComputeOptions m_compute;
  const Progress& m_progress;
  Tensor m_embedding, m_lmHead, m_finalNorm;
  Rope m_rope;
  double m_blockWork = 0, m_headWork = 0, m_done = 0, m_total = 1;
};

// Neighbouring blocks whose variants go on together.
struct Group {
  int first = 0, count = 0;
};

// `first` by itself, so that its effects are known soon; then those after it and those before it. Blocks that are not wanted end a group.
std::vector<Group> groupsOf(int blocks, int first, int most, const std::function<bool(int)>& wanted) {
  std::vector<Group> groups;
  const auto add = [&](int from, int to) {
    bool open = false;
    for (int block = from; block < to; ++block) {
      if (wanted && !wanted(block)) {
        open = false;
      } else if (open && groups.back().count < most) {
        ++groups.back().count;
      } else {
        groups.push_back({block, 1});
        open = true;
      }
    }
  };
  add(first, first + 1);
  add(first + 1, blocks);
  add(0, first);
  return groups;
}

// Final states of the variants of a group's blocks, by block, then role. `before` holds the float states before each block.
Tensor marchVariants(March& march, const Group& group, const std::vector<Tensor>& before, const BlocksOf& quantized) {
  const std::int64_t windows = march.windows();
  const Tensor variants = march.emptyStates(group.count * kRoles);
  for (int block = group.first; block < march.blocks(); ++block) {
    const BlockWeights weights = march.load(block);
    const std::int64_t begun = std::min(block - group.first, group.count) * kRoles;
    if (begun > 0) march.run(block, floatRun(weights), variants.narrow(0, 0, begun * windows));
    if (block >= group.first + group.count) continue;
    const BlockRun everything = quantized(block, weights);
    for (std::int64_t i = 0; i < kRoles; ++i) {
      Tensor variant = variants.narrow(0, (begun + i) * windows, windows);
      variant.copy_(before[static_cast<std::size_t>(block)]);
      march.run(block, onlyQuantized({kBlockRoles[static_cast<std::size_t>(i)]}, everything), variant);
    }
  }
  return variants;
}

BlockRun runOf(const BlocksOf& blocks, int block, const BlockWeights& weights) { return blocks ? blocks(block, weights) : floatRun(weights); }

// Final states of some swaps, which are ordered by block. `before` holds the states of `base` before each block.
Tensor marchSwaps(March& march, const Swap* swaps, std::int64_t count, const std::vector<Tensor>& before, const BlocksOf& base, const BlocksOf& other) {
  const std::int64_t windows = march.windows();
  const Tensor variants = march.emptyStates(count);
  std::int64_t begun = 0;
  for (int block = swaps[0].block; block < march.blocks(); ++block) {
    const BlockWeights weights = march.load(block);
    const BlockRun plain = runOf(base, block, weights);
    if (begun > 0) march.run(block, plain, variants.narrow(0, 0, begun * windows));
    if (begun == count || swaps[begun].block != block) continue;
    const BlockRun changed = runOf(other, block, weights);
    for (; begun < count && swaps[begun].block == block; ++begun) {
      Tensor variant = variants.narrow(0, begun * windows, windows);
      variant.copy_(before[static_cast<std::size_t>(block)]);
      march.run(block, swapped(swaps[begun].roles, plain, changed), variant);
    }
  }
  return variants;
}

std::vector<ComponentEffect> components() {
  std::vector<ComponentEffect> all;
  for (const Role role : kBlockRoles) all.push_back({std::string(roleName(role)), {role}, {}});
  all.push_back({"attention", {Role::Q, Role::K, Role::V, Role::O}, {}});
  all.push_back({"ffn", {Role::Gate, Role::Up, Role::Down}, {}});
  all.push_back({"all", {kBlockRoles.begin(), kBlockRoles.end()}, {}});
  return all;
}

std::vector<LinearEffect> effectsOf(int block, const Effect* effects) {
  std::vector<LinearEffect> result;
  for (const Role role : kBlockRoles) result.push_back({{block, role}, *effects++});
  return result;
}

}  // namespace

std::vector<LinearEffect> linearEffects(const Model& model, const BlocksOf& quantized, const Corpus& corpus, int firstBlock,
                                        const ComputeOptions& compute, const Progress& progress,
                                        const std::function<void(const std::vector<LinearEffect>&)>& onBlock,
                                        const std::function<bool(int block)>& wanted) {
  const at::NoGradGuard noGrad;
  const int blocks = static_cast<int>(model.config().blocks);
  std::vector<LinearEffect> all;
  const auto tell = [&](int block, const Effect* effects) {
    const std::vector<LinearEffect> part = effectsOf(block, effects);
    all.insert(all.end(), part.begin(), part.end());
    if (onBlock) onBlock(part);
  };
  withContext("effects of single linears", [&] {
    if (!quantized) {
      const std::array<Effect, kBlockRoles.size()> none;
      for (int block = 0; block < blocks; ++block) {
        if (!wanted || wanted(block)) tell(block, none.data());
      }
      return;
    }
    March march(model, corpus, compute, progress);
    Tensor x = march.begin();
    const std::int64_t bytes = kRoles * x.numel() * static_cast<std::int64_t>(x.element_size());
    const int most = static_cast<int>(std::clamp<std::int64_t>(kMarchedBytes / bytes, 1, blocks));
    const std::vector<Group> groups = groupsOf(blocks, firstBlock >= 0 && firstBlock < blocks ? firstBlock : 0, most, wanted);
    std::int64_t runs = blocks, variants = 0;
    for (const Group& group : groups) {
      for (int i = 0; i < group.count; ++i) runs += kRoles * (blocks - group.first - i), variants += kRoles;
    }
    march.expect(runs, static_cast<std::int64_t>(groups.size()) + variants);

    std::vector<Tensor> before;
    for (int block = 0; block < blocks; ++block) {
      before.push_back(x.clone());
      const BlockWeights weights = march.load(block);
      march.run(block, floatRun(weights), x);
    }
    for (const Group& group : groups) {
      const std::vector<Effect> effects = march.compare(x, marchVariants(march, group, before, quantized));
      for (int i = 0; i < group.count; ++i) tell(group.first + i, effects.data() + i * kRoles);
    }
  });
  std::sort(all.begin(), all.end(), [](const LinearEffect& a, const LinearEffect& b) { return a.id < b.id; });
  progress.checkpoint(1.0);
  return all;
}

std::vector<Effect> swapEffects(const Model& model, const BlocksOf& base, const BlocksOf& other, const std::vector<Swap>& swaps, const Corpus& corpus,
                                const ComputeOptions& compute, const Progress& progress) {
  const at::NoGradGuard noGrad;
  std::vector<Effect> all;
  withContext("effects of changed linears", [&] {
    March march(model, corpus, compute, progress);
    Tensor plain = march.begin(), states = plain.clone();
    const std::int64_t bytes = plain.numel() * static_cast<std::int64_t>(plain.element_size());
    const auto count = static_cast<std::int64_t>(swaps.size()), most = std::max<std::int64_t>(kRoles, kSwappedBytes / bytes), parts = (count + most - 1) / most;
    std::int64_t runs = 2 * march.blocks();
    for (const Swap& swap : swaps) runs += march.blocks() - swap.block;
    march.expect(runs, 2 + parts + count);
    std::vector<Tensor> before;
    for (int block = 0; block < march.blocks(); ++block) {
      before.push_back(states.clone());
      const BlockWeights weights = march.load(block);
      march.run(block, floatRun(weights), plain);
      march.run(block, runOf(base, block, weights), states);
    }
    all = march.compare(plain, states);
    for (std::int64_t first = 0; first < count; first += most) {
      const std::vector<Effect> effects = march.compare(plain, marchSwaps(march, swaps.data() + first, std::min(most, count - first), before, base, other));
      all.insert(all.end(), effects.begin(), effects.end());
    }
  });
  progress.checkpoint(1.0);
  return all;
}

std::vector<ComponentEffect> componentEffects(const Model& model, const BlocksOf& quantized, const Corpus& corpus,
                                              const ComputeOptions& compute, const Progress& progress,
                                              const std::function<void(const ComponentEffect&)>& onComponent) {
  const at::NoGradGuard noGrad;
  std::vector<ComponentEffect> all = components();
  if (quantized) {
    withContext("effects of components", [&] {
      March march(model, corpus, compute, progress);
      const auto count = static_cast<std::int64_t>(all.size());
      march.expect((count + 1) * march.blocks(), count + 1);
      Tensor x = march.begin();
      const Tensor variants = march.emptyStates(count);
      for (std::int64_t i = 0; i < count; ++i) variants.narrow(0, i * march.windows(), march.windows()).copy_(x);
      for (int block = 0; block < march.blocks(); ++block) {
        const BlockWeights weights = march.load(block);
        const BlockRun everything = quantized(block, weights);
        march.run(block, floatRun(weights), x);
        for (std::int64_t i = 0; i < count; ++i) {
          const BlockRun chosen = onlyQuantized(all[static_cast<std::size_t>(i)].roles, everything);
          march.run(block, chosen, variants.narrow(0, i * march.windows(), march.windows()));
        }
      }
      const std::vector<Effect> effects = march.compare(x, variants);
      for (std::size_t i = 0; i < all.size(); ++i) all[i].effect = effects[i];
    });
  }
  if (onComponent) {
    for (const ComponentEffect& component : all) onComponent(component);
  }
  progress.checkpoint(1.0);
  return all;
}

}  // namespace bitscape
