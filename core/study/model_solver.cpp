#include "core/study/model_solver.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/calib/block_walk.h"
#include "core/calib/fisher.h"
#include "core/calib/solver_stats.h"
#include "core/eval/quantized_block.h"
#include "core/eval/static_error.h"

namespace bitscape {
namespace {

void makeFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  std::error_code fault;
  std::filesystem::create_directories(folder, fault);
  if (fault) throw Error("cannot make the cache folder \"" + folder + "\": " + fault.message() + "; choose another");
}

}  // namespace

Needs needsOf(const Recipe& recipe, const ModelConfig& config) {
  Needs needs = needsOf(recipe.stack, recipe.rounding);
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) needs.stats = needs.stats || recipe.plan.of({block, role}).needsRange();
  }
  return needs;
}

QuantizedBlockPart solvePart(const Recipe& recipe, const SolvedBlock& solved, int block, const Progress& progress) {
  QuantizedBlockPart part{.steps = solved.steps, .linears = {}, .inputRanges = {}};
  const std::map<Role, Packed> rounded = roundBlock(block, solved, recipe.plan, recipe.rounding, progress);
  std::map<Role, const Packed*> codes;
  for (const auto& [role, packed] : rounded) codes[role] = &packed;
  for (const Role role : kBlockRoles) {
    const LinearId id{block, role};
    if (!recipe.plan.of(id).needsRange()) continue;
    const SeamKind seam = seamOf(role);
    part.inputRanges.emplace(id, rangeOf((*solved.known.inputs)[static_cast<std::size_t>(seam)], keptColumns(seam, codes)));
  }
  for (const auto& [role, packed] : rounded) part.linears.emplace(LinearId{block, role}, packed);
  return part;
}

std::string partPath(const std::string& cache, const std::string& key, int block) {
  return (std::filesystem::path(cache) / hashOf(key).substr(0, 16) / ("block-" + std::to_string(block) + ".safetensors")).string();
}

struct ModelSolver::State {
  const Model& model;
  const Recipe& recipe;
  const Corpus* calibration;
  ComputeOptions compute;  // float32
  SolverMemory memory;
  Needs needs;
  Tensor hidden = {};      // [windows, tokens, hidden] before the next block; undefined when no window need run
  Tensor meanHidden = {};  // [1, tokens, hidden] likewise
  Rope rope = {};

  const ModelConfig& config() const { return model.config(); }
  std::int64_t group() const { return std::clamp<std::int64_t>(kGroupTokens / hidden.size(1), 1, hidden.size(0)); }

  // What an earlier static solve learned of the block.
  std::optional<BlockKnowledge> knownBefore(int block) const {
    return recipe.propagate ? std::nullopt : memory.knowledge->find(memory.knowledgeKey, block, needs);
  }

  void requireWindows() const {
    bitscape::requireWindows(model, calibration->windows);
    model.requireForward();
  }

  void begin(const Progress& progress) {
    const int blocks = static_cast<int>(config().blocks);
    if (needs.fisher && !memory.knowledge->hasFisher(memory.knowledgeKey, blocks)) {
      fisherDiagonals(model, *calibration, compute, progress, [&](int block, const std::map<Role, Tensor>& found) {
        memory.knowledge->keepFisher(memory.knowledgeKey, block, found);
      });
    }
    if (!needs.stats && !needs.hessian && !needs.meanSequence) return;
    int known = 0;
    while (known < blocks && !recipe.propagate && memory.knowledge->has(memory.knowledgeKey, known, needs)) ++known;
    if (known == blocks) return;
    const Tensor ids = idsOf(calibration->windows).to(compute.device);
    const Tensor embedding = model.loadEmbedding(compute);
    if (needs.stats || needs.hessian) hidden = embed(embedding, ids);
    if (needs.meanSequence) {
      for (std::int64_t w = 0; w < ids.size(0); ++w) {
        const Tensor one = embed(embedding, ids.narrow(0, w, 1));
        meanHidden = meanHidden.defined() ? meanHidden + one : one;
      }
      meanHidden = meanHidden / ids.size(0);
    }
    rope = makeRope(model, 0, calibration->length(), compute);
  }

  // Runs the windows through a block; with `keep` they become the next block's input.
  void walk(int block, const BlockRun& run, bool keep, Tap* tap, const Progress& progress) {
    if (!hidden.defined()) return;
    const std::int64_t windows = hidden.size(0), step = group();
    for (std::int64_t first = 0; first < windows; first += step) {
      progress.checkpoint(static_cast<double>(first) / static_cast<double>(windows), "block " + std::to_string(block));
      Tensor x = hidden.narrow(0, first, std::min(step, windows - first));
      const Tensor y = forwardBlock(config(), block, run, x, rope, nullptr, tap);
      if (keep) x.copy_(y);  // in place: a group is read before it is written
    }
    progress.checkpoint(1.0);
  }
  void walkMean(int block, const BlockRun& run, bool keep, Tap* tap) {
    if (!meanHidden.defined()) return;
    const Tensor y = forwardBlock(config(), block, run, meanHidden, rope, nullptr, tap);
    if (keep) meanHidden = y;
  }

  BlockKnowledge know(int block, const BlockWeights& weights, const Progress& progress) {
    const BlockRun run = floatRun(weights);
    BlockKnowledge known;
    if (auto before = knownBefore(block)) {
      known = std::move(*before);
      walk(block, run, true, nullptr, progress);
      walkMean(block, run, true, nullptr);
    } else {
      if (hidden.defined()) {
        SolverTap tap(block, hidden.size(0), hidden.size(1),
                      {.sampleRows = recipe.capture.sampleRows, .topRows = recipe.capture.topValues, .seed = recipe.capture.seed,
                       .hessian = needs.hessian});
        walk(block, run, !recipe.propagate, &tap, progress);
        known.inputs = tap.take();
      }
      if (meanHidden.defined()) {
        RowsTap tap;
        walkMean(block, run, !recipe.propagate, &tap);
        known.meanRows = tap.rows;
      }
      if (!recipe.propagate) memory.knowledge->keep(memory.knowledgeKey, block, known);
    }
    if (needs.fisher) {
      for (auto& [role, values] : memory.knowledge->fisher(memory.knowledgeKey, block)) known.fisher[role] = values.to(compute.device);
    }
    return known;
  }

  // The windows through the block as the part quantizes it.
  void propagate(int block, const FoldedBlock& folded, const QuantizedBlockPart& part, const Progress& progress) {
    if (!hidden.defined() && !meanHidden.defined()) return;
    QuantizedModel frame{.model = {}, .plan = recipe.plan, .steps = {}, .linears = part.linears, .inputRanges = part.inputRanges, .recipeJson = {}};
    const auto backend = fakeBackend();
    const BlockRun run = quantizedRun(frame, config(), *backend, block, folded, compute);
    walk(block, run, true, nullptr, progress);
    walkMean(block, run, true, nullptr);
  }

  std::optional<QuantizedBlockPart> readPart(int block) const {
    return readBlockPart(partPath(memory.folder, memory.key, block), memory.key, block, recipe.plan, config());
  }

  void runBlock(int block, const Progress& progress, const std::function<void(int, QuantizedBlockPart)>& onBlock) {
    const BlockWeights weights = model.loadBlock(block, compute);
    std::optional<QuantizedBlockPart> part;
    if (!memory.folder.empty()) part = readPart(block);
    if (part) {
      if (recipe.propagate) {
        propagate(block, fold(config(), weights, part->steps), *part, progress);
      } else {
        walk(block, floatRun(weights), true, nullptr, progress);
        walkMean(block, floatRun(weights), true, nullptr);
      }
    } else {
      BlockKnowledge known = know(block, weights, progress.part(0, 0.4));
      const SolvedBlock solved =
          solveBlock(config(), block, weights, std::move(known), recipe.stack, recipe.plan, progress.part(0.4, 0.55));
      part = solvePart(recipe, solved, block, progress.part(0.55, 0.7));
      if (!memory.folder.empty()) writeBlockPart(partPath(memory.folder, memory.key, block), memory.key, *part);
      if (recipe.propagate) propagate(block, solved.folded, *part, progress.part(0.7, 1.0));
    }
    onBlock(block, std::move(*part));
  }
};

ModelSolver::ModelSolver(const Model& model, const Recipe& recipe, const Corpus* calibration, const ComputeOptions& compute,
                         SolverMemory memory)
    : m_state(std::make_unique<State>(State{.model = model,
                                            .recipe = recipe,
                                            .calibration = calibration,
                                            .compute = {.dtype = c10::ScalarType::Float, .device = compute.device},
                                            .memory = std::move(memory),
                                            .needs = needsOf(recipe, model.config())})) {}
ModelSolver::~ModelSolver() = default;

void ModelSolver::learn(const Progress& progress) {
  const c10::NoGradGuard noGrad;
  State& state = *m_state;
  if (!state.needs.any()) return;
  state.requireWindows();
  const int blocks = static_cast<int>(state.config().blocks);
  const double begun = state.needs.fisher ? 0.4 : 0.01;
  state.begin(progress.part(0, begun));
  if (state.recipe.propagate || (!state.hidden.defined() && !state.meanHidden.defined())) return;
  for (int block = 0; block < blocks; ++block) {
    const auto share = [&](int done) { return begun + (1 - begun) * done / blocks; };
    const BlockWeights weights = state.model.loadBlock(block, state.compute);
    withContext("block " + std::to_string(block), [&] { state.know(block, weights, progress.part(share(block), share(block + 1))); });
  }
  state.hidden = state.meanHidden = Tensor();
}

void ModelSolver::run(const Progress& progress, const std::function<void(int block, QuantizedBlockPart part)>& onBlock) {
  const c10::NoGradGuard noGrad;
  State& state = *m_state;
  const int blocks = static_cast<int>(state.config().blocks);
  if (!state.memory.folder.empty()) makeFolderOf(partPath(state.memory.folder, state.memory.key, 0));
  // What is solved already up to the last block needs no windows at all.
  const bool allSolved = !state.memory.folder.empty() && [&] {
    for (int block = 0; block < blocks; ++block) {
      if (!state.readPart(block)) return false;
    }
    return true;
  }();
  const double begun = state.needs.fisher ? 0.4 : 0.01;
  if (!allSolved) {
    if (state.needs.any()) state.requireWindows();
    state.begin(progress.part(0, begun));
  }
  for (int block = 0; block < blocks; ++block) {
    const auto share = [&](int done) { return begun + (1 - begun) * done / blocks; };
    progress.checkpoint(share(block), "block " + std::to_string(block));
    withContext("block " + std::to_string(block), [&] { state.runBlock(block, progress.part(share(block), share(block + 1)), onBlock); });
  }
  if (state.needs.fisher) state.memory.knowledge->trimFisher();
  progress.checkpoint(1.0);
}

}  // namespace bitscape
