#include "core/engine/cpu/decoder.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "core/base/error.h"
#include "core/engine/cpu/row_math.h"
#include "core/engine/cpu/team.h"
#include "core/quant/grid_kernel.h"

namespace bitscape::cpu {
namespace {

std::vector<float> floats(const Tensor& values) {
  if (!values.defined()) return {};
  const Tensor all = values.to(at::kCPU, at::kFloat).contiguous();
  return {all.const_data_ptr<float>(), all.const_data_ptr<float>() + all.numel()};
}

// Keys take the inverse transpose of what queries take.
std::vector<Step> stepsOfKeys(std::vector<Step> steps) {
  for (Step& step : steps) {
    if (auto* scale = std::get_if<Scale>(&step)) step = Scale{scale->factor.reciprocal(), {}};
  }
  return steps;
}

void roundHead(const std::optional<Format>& format, std::int64_t count, float* head) {
  if (!format) return;
  const grid::Range range = grid::rangeOf(head, count);
  grid::roundTrip(head, count, grid::scalingOf(range, *format), format->grid.levels, head);
}

// What each member of the team needs for itself.
struct Scratch {
  Buffer sums, packed;
  RowMemory rows;
  std::vector<float> normed, work, head, attention;
};

struct Block {
  std::vector<float> attentionNorm, ffnNorm, qNorm, kNorm;
  std::array<std::vector<DecoderSeam>, kLinearSeams.size()> seams;
  RowSteps query, key;
  std::optional<Format> queryFormat;
  std::int64_t window = 0;  // 0: all keys
};

}  // namespace

struct Decoder::State {
  ModelConfig config;
  std::vector<Block> blocks;
  std::vector<float> hidden, q, k, v, mixed, gate, up, added;
  std::vector<Scratch> scratch;
  KvCache* caches = nullptr;
  const float *cosines = nullptr, *sines = nullptr;
  std::atomic<int> faulty{-1};  // a block whose input is not finite

  std::int64_t headDim() const { return config.headDim; }

  // Its share of the outputs of a seam's consumers for one row.
  void apply(Block& block, SeamKind kind, const float* x, const std::vector<float*>& outputs, Team& team, std::int64_t member) {
    Scratch& own = scratch[static_cast<std::size_t>(member)];
    for (const DecoderSeam& part : block.seams[static_cast<std::size_t>(kind)]) {
      for (const IntegerSeam::Group& group : part.seam->groups()) {
        Rows rows = own.rows.shaped(1, group.maker->bits(), group.maker->granules());
        if (!group.maker->makeRow(x, 0, own.rows, own.work.data())) faulty = static_cast<int>(&block - blocks.data());
        std::int64_t panels = 0;
        std::vector<const Linear*> packing;  // empty but for few bits
        for (const Linear& linear : group.linears) {
          panels += linear.panels();
          if (linear.packing()) packing.push_back(&linear);
        }
        if (!packing.empty()) rows = withPacked(rows, packing, own.packed);
        const Part mine = partOf(panels, member, team.size());
        std::int64_t before = 0;
        for (std::size_t i = 0; i < group.linears.size(); ++i) {
          const Linear& linear = group.linears[i];
          const std::int64_t first = std::max<std::int64_t>(mine.begin - before, 0), last = std::min(mine.end - before, linear.panels());
          if (first < last) {
            linear.run(rows, first, last, 0, 1, outputs[part.places[group.places[i]]], linear.out(), own.sums);
          }
          before += linear.panels();
        }
      }
    }
  }

  void turnHead(float* head, const std::vector<float>& norm, const RowSteps& steps, Scratch& own) const {
    const std::int64_t n = headDim();
    if (!norm.empty()) normRow(head, norm.data(), n, static_cast<float>(config.normEpsilon), head);
    rotateHead(head, cosines, sines, n);
    const float* turned = steps.run(head, own.head.data());
    if (turned != head) std::copy_n(turned, n, head);
  }

  void storeKeys(const Block& block, KvCache& cache, Part heads, Scratch& own) {
    const std::int64_t n = headDim();
    for (std::int64_t h = heads.begin; h < heads.end; ++h) {
      float* key = k.data() + h * n;
      turnHead(key, block.kNorm, block.key, own);
      cache.put(h, cache.tokens() - 1, key, v.data() + h * n);
    }
  }

  void attendHeads(const Block& block, const KvCache& cache, Part heads, Scratch& own) {
    const std::int64_t n = headDim(), group = config.heads / config.kvHeads;
    const std::int64_t first = block.window > 0 ? std::max<std::int64_t>(0, cache.tokens() - block.window) : 0;
    for (std::int64_t h = heads.begin; h < heads.end; ++h) {
      turnHead(q.data() + h * n, block.qNorm, block.query, own);
      roundHead(block.queryFormat, n, q.data() + h * n);
    }
    for (std::int64_t h = heads.begin; h < heads.end;) {  // the queries that share a key head together
      const std::int64_t shared = h / group, last = std::min(heads.end, (shared + 1) * group);
      cache.attend(shared, first, q.data() + h * n, last - h, mixed.data() + h * n, own.attention);
      h = last;
    }
  }

  void runBlock(std::size_t index, Team& team, std::int64_t member) {
    Block& block = blocks[index];
    Scratch& own = scratch[static_cast<std::size_t>(member)];
    const std::int64_t width = config.hidden;
    const auto epsilon = static_cast<float>(config.normEpsilon);
    const Part mine = partOf(width, member, team.size());

    normRow(hidden.data(), block.attentionNorm.data(), width, epsilon, own.normed.data());
    apply(block, SeamKind::AttentionInput, own.normed.data(), {q.data(), k.data(), v.data()}, team, member);
    team.meet();
    storeKeys(block, caches[index], partOf(config.kvHeads, member, team.size()), own);
    team.meet();
    attendHeads(block, caches[index], partOf(config.heads, member, team.size()), own);
    team.meet();
    apply(block, SeamKind::AttentionOutput, mixed.data(), {added.data()}, team, member);
    team.meet();
    for (std::int64_t i = mine.begin; i < mine.end; ++i) hidden[static_cast<std::size_t>(i)] += added[static_cast<std::size_t>(i)];
    team.meet();
    normRow(hidden.data(), block.ffnNorm.data(), width, epsilon, own.normed.data());
    apply(block, SeamKind::FfnInput, own.normed.data(), {gate.data(), up.data()}, team, member);
    team.meet();
    const Part gated = partOf(config.ffn, member, team.size());
    gateRow(gate.data() + gated.begin, up.data() + gated.begin, gated.end - gated.begin);
    team.meet();
    apply(block, SeamKind::FfnDown, gate.data(), {added.data()}, team, member);
    team.meet();
    for (std::int64_t i = mine.begin; i < mine.end; ++i) hidden[static_cast<std::size_t>(i)] += added[static_cast<std::size_t>(i)];
    team.meet();
  }
};

Decoder::Decoder(const ModelConfig& config, const std::vector<DecoderBlock>& blocks) : m_state(std::make_unique<State>()) {
  State& state = *m_state;
  state.config = config;
  for (const DecoderBlock& given : blocks) {
    for (const SeamKind kind : kLinearSeams) {
      std::size_t linears = 0;
      for (const DecoderSeam& part : given.seams[static_cast<std::size_t>(kind)]) {
        if (!part.seam || !part.seam->isPlain()) throw Error("a decoder runs plain integer seams alone");
        linears += part.places.size();
      }
      if (linears != consumers(kind).size()) throw Error("a decoder needs every linear of a block");
    }
    state.blocks.push_back({.attentionNorm = floats(given.attentionNorm),
                            .ffnNorm = floats(given.ffnNorm),
                            .qNorm = floats(given.qNorm),
                            .kNorm = floats(given.kNorm),
                            .seams = given.seams,
                            .query = RowSteps(given.queryKey, config.headDim),
                            .key = RowSteps(stepsOfKeys(given.queryKey), config.headDim),
                            .queryFormat = given.query,
                            .window = given.slidingWindow.value_or(0)});
  }
  const auto sized = [](std::int64_t n) { return std::vector<float>(static_cast<std::size_t>(n)); };
  state.hidden = sized(config.hidden), state.added = sized(config.hidden);
  state.q = sized(config.heads * config.headDim), state.mixed = state.q;
  state.k = sized(config.kvHeads * config.headDim), state.v = state.k;
  state.gate = sized(config.ffn), state.up = state.gate;
}

Decoder::~Decoder() = default;

void Decoder::run(float* x, const Rope& rope, std::vector<KvCache>& caches) {
  State& state = *m_state;
  const ModelConfig& config = state.config;
  const Tensor cosines = rope.cos.to(at::kFloat).contiguous(), sines = rope.sin.to(at::kFloat).contiguous();
  state.cosines = cosines.const_data_ptr<float>(), state.sines = sines.const_data_ptr<float>();
  for (KvCache& cache : caches) cache.extend({1, config.kvHeads, 1, config.headDim}, at::TensorOptions(at::kFloat));
  state.caches = caches.data();
  const auto members = static_cast<std::size_t>(at::get_num_threads());
  if (state.scratch.size() < members) {
    state.scratch = std::vector<Scratch>(members);
    const std::int64_t widest = std::max({config.hidden, config.heads * config.headDim, config.ffn});
    for (Scratch& own : state.scratch) {
      own.normed.resize(static_cast<std::size_t>(config.hidden));
      own.work.resize(static_cast<std::size_t>(2 * widest));
      own.head.resize(static_cast<std::size_t>(2 * config.headDim));
    }
  }
  std::copy_n(x, config.hidden, state.hidden.begin());
  state.faulty = -1;
  runTeam([&](Team& team, std::int64_t member) {
    for (std::size_t i = 0; i < state.blocks.size(); ++i) state.runBlock(i, team, member);
  });
  if (state.faulty >= 0) {
    throw Error("block " + std::to_string(state.faulty.load()) + ": an input holds NaN or infinity; look for an overflow in the model");
  }
  std::copy_n(state.hidden.begin(), config.hidden, x);
}

}  // namespace bitscape::cpu
