#include "core/study/pipeline.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/eval/quantized_block.h"
#include "core/method/method.h"
#include "core/study/memo_stage.h"
#include "core/study/model_solver.h"

namespace bitscape {
namespace {

template <class... Parts>
std::string keyOf(const Parts&... parts) {
  Hasher hasher;
  (hasher.text(parts), ...);
  return hasher.hex();
}

// A text file that was edited is another text. What cannot be asked is left to makeCorpus, which says why.
std::string stampOf(const std::string& path) {
  std::error_code fault;
  const auto size = std::filesystem::file_size(path, fault);
  if (fault) return "?";
  const auto time = std::filesystem::last_write_time(path, fault);
  return std::to_string(size) + "@" + (fault ? "?" : std::to_string(time.time_since_epoch().count()));
}

std::string keyOfCorpus(const CorpusOptions& options) {
  const auto number = [](const auto& value) { return value ? std::to_string(*value) : std::string("-"); };
  return keyOf(options.path, stampOf(options.path), number(options.windows), std::to_string(options.length), number(options.seed));
}

// With the state of the calibration text, which the recipe only names, and of the methods.
std::string keyOfRecipe(const Recipe& recipe) {
  return keyOf(hashOf(recipe), versionsOf(recipe), recipe.calibration ? keyOfCorpus(*recipe.calibration) : std::string("-"));
}

std::string keyOfCompute(const ComputeOptions& compute) {
  return std::string(c10::toString(compute.dtype)) + " on " + compute.device.str();
}

const std::vector<LinearId> kEnds{{-1, Role::LmHead}, {-1, Role::Embedding}};

bool hasStack(const Recipe& recipe) {
  return std::any_of(recipe.stack.begin(), recipe.stack.end(), [](const StackEntry& entry) { return entry.enabled; });
}

// The float model as it is stored.
bool changesNothing(const Recipe& recipe) { return recipe.plan.isFloat() && !hasStack(recipe); }

// Nor does any block differ from the stored one.
bool leavesBlocks(const Recipe& recipe, const ModelConfig& config) {
  if (hasStack(recipe) || recipe.plan.query || recipe.plan.kv) return false;
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) {
      if (!recipe.plan.of({block, role}).isFloat()) return false;
    }
  }
  return true;
}

// Refuses a recipe that cannot be. Returns what it needs of its calibration text.
Needs requirePossible(const Recipe& recipe, const ModelConfig& config) {
  std::string sentences;
  for (const Issue& issue : faultsOf(recipe.stack, recipe.rounding, config)) {
    sentences += (sentences.empty() ? "" : "; ") + issue.field + ": " + issue.message;
  }
  if (!sentences.empty()) throw Error(sentences);
  requireFits(recipe.plan, config);
  for (const LinearId id : kEnds) {
    if (recipe.plan.of(id).needsRange()) {
      throw Error(toString(id) + ": a static input format needs a range, which calibration collects for the blocks alone; make it dynamic per token");
    }
  }
  const Needs needs = needsOf(recipe, config);
  if (needs.any() && !recipe.calibration) {
    throw Error("the recipe needs a calibration text, for its passes, its rounding or the ranges of static input formats, and has none; add "
                "one (--calibration FILE, or \"calibration\" in the recipe)");
  }
  return needs;
}

// The codes of embedding and head where the plan gives them a format, in the residual basis of `steps`.
void quantizeEnds(QuantizedModel& quantized, const Recipe& recipe, const BlockSteps& steps) {
  std::optional<Step> residual;
  for (const PlacedStep& placed : steps) {
    if (placed.seam == SeamKind::Residual) residual = placed.step;
  }
  for (const LinearId id : kEnds) {
    const std::optional<Format>& format = recipe.plan.of(id).weight;
    if (!format) continue;
    quantized.linears.emplace(id, withContext(toString(id), [&] {
                                const Model& model = *quantized.model;
                                RoundingInput input{.id = id, .weight = model.loadLinear(id)};
                                if (residual) {
                                  const Tensor embedding = model.loadLinear({-1, Role::Embedding});
                                  const FoldedEnds ends = foldEnds(embedding, model.loadFinalNorm({}), model.loadLinear({-1, Role::LmHead}), residual);
                                  input.weight = id.role == Role::LmHead ? ends.lmHead : ends.embedding;
                                }
                                // What a rounding learns of inputs is not known here: the nearest value then.
                                const Rounding& rounding = roundingNamed(roundingNamed(recipe.rounding.id).needs.any() ? "rtn" : recipe.rounding.id);
                                const Json parameters = rounding.id == recipe.rounding.id ? recipe.rounding.parameters : Json::object();
                                return rounding.round(input, *format, ParamValues(rounding.parameters, parameters), {});
                              }));
  }
}

// Solves one block of a recipe without needs when it is reached, in the type and on the device of the weights it is given. Immutable, so
// that it is thread-safe.
class BlockMaker {
 public:
  BlockMaker(std::shared_ptr<const Model> model, Recipe recipe, std::shared_ptr<const Backend> backend)
      : m_recipe(std::move(recipe)), m_backend(std::move(backend)) {
    m_frame.model = std::move(model);
    m_frame.plan = m_recipe.plan;
    requireBackend(*m_backend, m_frame);
  }
  BlockRun run(int block, const BlockWeights& weights) const {
    const ComputeOptions compute{weights.of(Role::Q).scalar_type(), weights.of(Role::Q).device()};
    const ModelConfig& config = m_frame.model->config();
    // Codes come from the stored values, whatever type the block runs in.
    const BlockWeights exact =
        compute.dtype == c10::kFloat ? weights : m_frame.model->loadBlock(block, {.dtype = c10::kFloat, .device = compute.device});
    const SolvedBlock solved = solveBlock(config, block, exact, {}, m_recipe.stack, m_recipe.plan, {});
    QuantizedModel one = m_frame;
    one.linears = solvePart(m_recipe, solved, block, {}).linears;
    return quantizedRun(one, config, *m_backend, block, solved.folded, compute);
  }

 private:
  Recipe m_recipe;
  std::shared_ptr<const Backend> m_backend;
  QuantizedModel m_frame;
};

}  // namespace

struct Pipeline::Memo {
  Memo(std::shared_ptr<const Model> itsModel, std::shared_ptr<const Tokenizer> itsTokenizer, ComputeOptions options, std::string folder)
      : model(std::move(itsModel)), tokenizer(std::move(itsTokenizer)), compute(options), cache(folder), knowledge(std::move(folder)) {}
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
  ComputeOptions compute;
  std::string cache;
  KnowledgeStore knowledge;
  MemoStage<Corpus> corpora{4};
  MemoStage<ActivationStats> stats{2};     // large with Hessians
  MemoStage<QuantizedModel> quantized{1};  // a byte per weight
  MemoStage<Report> reports{64};
};

Pipeline::Pipeline(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer, ComputeOptions compute, std::string cache)
    : m_memo(std::make_unique<Memo>(std::move(model), std::move(tokenizer), compute, std::move(cache))) {}

Pipeline::~Pipeline() = default;

const std::shared_ptr<const Model>& Pipeline::model() const { return m_memo->model; }
const std::shared_ptr<const Tokenizer>& Pipeline::tokenizer() const { return m_memo->tokenizer; }

std::shared_ptr<const Corpus> Pipeline::corpus(const CorpusOptions& options, const Progress& progress) {
  return m_memo->corpora.get(keyOfCorpus(options), progress, [&] {
    progress.checkpoint(0.0, "tokenize");
    if (!m_memo->tokenizer) throw Error("a text needs a tokenizer, and this model has none; put its tokenizer.json beside it");
    auto corpus = std::make_shared<const Corpus>(makeCorpus(options, *m_memo->tokenizer));
    progress.checkpoint(1.0, "tokenize");
    return corpus;
  });
}

std::shared_ptr<const ActivationStats> Pipeline::stats(const Recipe& recipe, const CorpusOptions& text, const Progress& progress,
                                                       const std::function<void(int, const ActivationStats&)>& onBlock) {
  const std::string key = keyOf(keyOfCorpus(text), toJson(recipe)["capture"].dump(), keyOfCompute(m_memo->compute));
  return m_memo->stats.get(key, progress, [&] {
    const auto corpus = this->corpus(text, progress.part(0.0, 0.05));
    return capture(*m_memo->model, *corpus, recipe.capture, m_memo->compute, progress.part(0.05, 1.0), onBlock);
  });
}

std::shared_ptr<const QuantizedModel> Pipeline::quantize(const Recipe& recipe, const Progress& progress) {
  const Needs needs = requirePossible(recipe, m_memo->model->config());
  return m_memo->quantized.get(keyOfRecipe(recipe), progress, [&] {
    auto quantized = std::make_shared<QuantizedModel>();
    quantized->model = m_memo->model;
    quantized->plan = recipe.plan;
    quantized->recipeJson = toJson(recipe).dump();
    quantized->steps.resize(static_cast<std::size_t>(m_memo->model->config().blocks));
    solve(recipe, needs, progress.part(0, 0.98), [&](int block, QuantizedBlockPart part) {
      quantized->steps[static_cast<std::size_t>(block)] = std::move(part.steps);
      quantized->linears.merge(part.linears);
      quantized->inputRanges.merge(part.inputRanges);
    });
    if (!hasStack(recipe)) quantized->steps.clear();
    quantizeEnds(*quantized, recipe, quantized->steps.empty() ? BlockSteps{} : quantized->steps.front());
    progress.checkpoint(1.0, "quantize");
    return quantized;
  });
}

void Pipeline::withSolver(const Recipe& recipe, const Needs& needs, const Progress& progress,
                          const std::function<void(ModelSolver& solver, const Progress& progress)>& work) {
  std::shared_ptr<const Corpus> calibration;
  std::string knowledgeKey;
  if (needs.any()) {
    calibration = withContext("calibration", [&] { return corpus(*recipe.calibration, progress.part(0, 0.02)); });
    knowledgeKey = keyOf(m_memo->model->fingerprint(), keyOfCorpus(*recipe.calibration), toJson(recipe)["capture"].dump(),
                         m_memo->compute.device.str());
  }
  ModelSolver solver(*m_memo->model, recipe, calibration.get(), m_memo->compute,
                     {.folder = m_memo->cache,
                      .key = m_memo->model->fingerprint() + " " + keyOfRecipe(recipe),
                      .knowledge = &m_memo->knowledge,
                      .knowledgeKey = knowledgeKey});
  work(solver, progress.part(0.02, 1));
}

void Pipeline::learn(const Recipe& recipe, const Progress& progress) {
  withSolver(recipe, requirePossible(recipe, m_memo->model->config()), progress,
             [](ModelSolver& solver, const Progress& part) { solver.learn(part); });
}

void Pipeline::solve(const Recipe& recipe, const Needs& needs, const Progress& progress,
                     const std::function<void(int block, QuantizedBlockPart part)>& onBlock) {
  withSolver(recipe, needs, progress, [&](ModelSolver& solver, const Progress& part) { solver.run(part, onBlock); });
}

BlocksOf Pipeline::blocks(const Recipe& recipe, std::shared_ptr<const Backend> backend, const Progress& progress) {
  const ModelConfig& config = m_memo->model->config();
  const Needs needs = requirePossible(recipe, config);
  if (leavesBlocks(recipe, config)) return {};
  if (!backend) backend = fakeBackend();
  if (!needs.any()) {
    const auto maker = std::make_shared<const BlockMaker>(m_memo->model, recipe, std::move(backend));
    progress.checkpoint(1.0);
    return [maker](int block, const BlockWeights& weights) { return maker->run(block, weights); };
  }
  QuantizedModel frame{.model = m_memo->model, .plan = recipe.plan, .steps = {}, .linears = {}, .inputRanges = {}, .recipeJson = {}};
  requireBackend(*backend, frame);
  if (m_memo->cache.empty()) {
    return [quantized = quantize(recipe, progress), backend](int block, const BlockWeights& weights) {
      return quantizedRun(*quantized, *backend, block, weights);
    };
  }
  solve(recipe, needs, progress, [](int, QuantizedBlockPart) {});
  const std::string key = m_memo->model->fingerprint() + " " + keyOfRecipe(recipe);
  return [frame, backend, key, cache = m_memo->cache](int block, const BlockWeights& weights) {
    std::optional<QuantizedBlockPart> part = readBlockPart(partPath(cache, key, block), key, block, frame.plan, frame.model->config());
    if (!part) throw Error("block " + std::to_string(block) + " is no longer in the cache folder \"" + cache + "\"; solve again");
    QuantizedModel one = frame;
    one.steps.resize(static_cast<std::size_t>(frame.model->config().blocks));
    one.steps[static_cast<std::size_t>(block)] = std::move(part->steps);
    one.linears = std::move(part->linears);
    one.inputRanges = std::move(part->inputRanges);
    return quantizedRun(one, *backend, block, weights);
  };
}

std::shared_ptr<const Report> Pipeline::evaluate(const Recipe& recipe, const CorpusOptions& text, std::shared_ptr<const Backend> backend,
                                                 const EvaluateOptions& options, const Progress& progress,
                                                 const std::function<void(const Report&)>& onWindows) {
  const bool isFloat = changesNothing(recipe) || !backend;
  const std::string what = isFloat ? "float" : keyOfRecipe(recipe) + " " + backend->name();
  const std::string settings =
      std::to_string(options.batchTokens) + (options.linearErrors ? " linears" : "") + (options.blockErrors ? " blocks" : "");
  const std::string key = keyOf(keyOfCorpus(text), what, settings, keyOfCompute(m_memo->compute));
  return m_memo->reports.get(key, progress, [&] {
    const auto corpus = this->corpus(text, progress.part(0.0, 0.02));
    const double readyAt = recipe.calibration && !isFloat ? 0.3 : 0.05;
    const Progress before = progress.part(0.02, readyAt);
    const std::int64_t batch = std::max<std::int64_t>(1, options.batchTokens / std::max<std::int64_t>(1, corpus->length()));
    std::shared_ptr<const QuantizedModel> quantized;
    BlocksOf blocks;
    // One batch reaches every block once: its codes need not be kept, so that those of the whole model are never held. Nor where a cache
    // folder holds them.
    if (!isFloat && (static_cast<std::int64_t>(corpus->windows.size()) <= batch || !m_memo->cache.empty())) {
      blocks = this->blocks(recipe, backend, before);
      auto ends = std::make_shared<QuantizedModel>();
      ends->model = m_memo->model;
      ends->plan = recipe.plan;
      const BlockSteps steps = modelSteps(recipe);
      if (!steps.empty()) ends->steps.assign(1, steps);
      quantizeEnds(*ends, recipe, steps);
      quantized = ends;
      if (!blocks) blocks = [](int, const BlockWeights& weights) { return floatRun(weights); };
    } else if (!isFloat) {
      quantized = quantize(recipe, before);
    }
    return std::make_shared<const Report>(bitscape::evaluate(*m_memo->model, quantized.get(), isFloat ? nullptr : backend.get(), *corpus,
                                                             options, m_memo->compute, progress.part(readyAt, 1.0), onWindows, blocks));
  });
}

// The steps of the passes whose scope is the model: the same for every block, from the configuration alone.
BlockSteps Pipeline::modelSteps(const Recipe& recipe) const {
  std::vector<StackEntry> stack;
  for (const StackEntry& entry : recipe.stack) {
    if (entry.enabled && passNamed(entry.pass).scope == Scope::Model) stack.push_back(entry);
  }
  if (stack.empty()) return {};
  const ModelConfig& config = m_memo->model->config();
  return solveBlock(config, 0, m_memo->model->loadBlock(0, {}), {}, stack, recipe.plan, {}).steps;
}

}  // namespace bitscape
