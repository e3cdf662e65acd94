#include "core/study/pipeline.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/eval/quantized_block.h"
#include "core/method/method.h"
#include "core/study/memo_stage.h"

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

// With the state of the calibration text, which the recipe only names.
std::string keyOfRecipe(const Recipe& recipe) {
  return keyOf(hashOf(recipe), recipe.calibration ? keyOfCorpus(*recipe.calibration) : std::string("-"));
}

std::string keyOfCompute(const ComputeOptions& compute) {
  return std::string(c10::toString(compute.dtype)) + " on " + compute.device.str();
}

void requireKnown(const Recipe& recipe) {
  for (const StackEntry& entry : recipe.stack) {
    if (entry.enabled) checkParameters(passNamed(entry.pass).parameters, JsonView(entry.parameters, "the pass \"" + entry.pass + "\""));
  }
  checkParameters(roundingNamed(recipe.rounding.id).parameters,
                  JsonView(recipe.rounding.parameters, "the rounding \"" + recipe.rounding.id + "\""));
}

std::vector<LinearId> linearsOf(const ModelConfig& config) {
  std::vector<LinearId> ids;
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) ids.push_back({block, role});
  }
  return ids;
}

const std::vector<LinearId> kEnds{{-1, Role::LmHead}, {-1, Role::Embedding}};

// Whether a linear of a block has a static input format.
bool needsRanges(const Plan& plan, const ModelConfig& config) {
  const std::vector<LinearId> ids = linearsOf(config);
  return std::any_of(ids.begin(), ids.end(), [&](LinearId id) { return plan.of(id).needsRange(); });
}

// From the least to the largest value that any channel of the input held.
InputRange rangeOf(const InputStats& input) {
  return {.low = *std::min_element(input.min.begin(), input.min.end()), .high = *std::max_element(input.max.begin(), input.max.end())};
}

// Of all linears with a static input format; `stats` is there when one has.
std::map<LinearId, InputRange> rangesOf(const Recipe& recipe, const ModelConfig& config, const ActivationStats* stats) {
  std::map<LinearId, InputRange> ranges;
  for (const LinearId id : linearsOf(config)) {
    if (recipe.plan.of(id).needsRange()) ranges[id] = rangeOf(stats->input({id.block, seamOf(id.role)}));
  }
  return ranges;
}

// Refuses a recipe that cannot be. True: it needs the statistics of its calibration text.
bool requirePossible(const Recipe& recipe, const ModelConfig& config) {
  requireKnown(recipe);
  requireFits(recipe.plan, config);
  const bool calibrated = needsRanges(recipe.plan, config);
  if (calibrated && !recipe.calibration) {
    throw Error("the plan \"" + recipe.plan.name +
                "\" has static input formats, whose ranges come from a calibration text, and the recipe has none; add one (--calibration "
                "FILE, or \"calibration\" in the recipe), or make the inputs dynamic per token");
  }
  return calibrated;
}

// Quantizes the linears of one block at a time, in the type and on the device of the weights it is given. `frame` holds everything of
// the quantized model but codes. Immutable, so that it is thread-safe.
class BlockQuantizer {
 public:
  BlockQuantizer(QuantizedModel frame, RoundingChoice rounding, std::shared_ptr<const Backend> backend)
      : m_frame(std::move(frame)), m_rounding(std::move(rounding)), m_backend(std::move(backend)) {
    requireBackend(*m_backend, m_frame);
  }
  LinearFn linearsOf(int block, const BlockWeights& weights) const {
    const ComputeOptions compute{weights.of(Role::Q).scalar_type(), weights.of(Role::Q).device()};
    QuantizedModel part = m_frame;
    for (const Role role : kBlockRoles) {
      const LinearId id{block, role};
      const std::optional<Format>& format = m_frame.plan.of(id).weight;
      if (!format) continue;
      part.linears.emplace(id, withContext(toString(id), [&] {
                             // Codes come from the stored values, whatever type the block runs in.
                             const Tensor weight = compute.dtype == c10::kFloat ? weights.of(role) : m_frame.model->loadLinear(id);
                             return roundingNamed(m_rounding.id).round(weight, *format, m_rounding.parameters);
                           }));
    }
    const auto quantized = std::make_shared<const QuantizedBlock>(part, *m_backend, block, weights, compute);
    return [quantized, backend = m_backend](SeamId seam, const Tensor& x) { return quantized->run(seam, x); };
  }

 private:
  QuantizedModel m_frame;
  RoundingChoice m_rounding;
  std::shared_ptr<const Backend> m_backend;
};

// With the codes of those of `ids` that the plan gives a weight format.
std::shared_ptr<const QuantizedModel> quantizeModel(const std::shared_ptr<const Model>& model, const Recipe& recipe,
                                                    std::vector<LinearId> ids, std::map<LinearId, InputRange> ranges,
                                                    const Progress& progress) {
  const Rounding& rounding = roundingNamed(recipe.rounding.id);
  auto quantized = std::make_shared<QuantizedModel>();
  quantized->inputRanges = std::move(ranges);
  std::erase_if(ids, [&](LinearId id) { return !recipe.plan.of(id).weight; });

  quantized->model = model;
  quantized->plan = recipe.plan;
  quantized->recipeJson = toJson(recipe).dump();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string name = toString(ids[i]);
    progress.checkpoint(static_cast<double>(i) / static_cast<double>(ids.size()), "quantize " + name);
    quantized->linears.emplace(ids[i], withContext(name, [&] {
                                 return rounding.round(model->loadLinear(ids[i]), *recipe.plan.of(ids[i]).weight,
                                                       recipe.rounding.parameters);
                               }));
  }
  progress.checkpoint(1.0, "quantize");
  return quantized;
}

}  // namespace

struct Pipeline::Memo {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
  ComputeOptions compute;
  MemoStage<Corpus> corpora{4};
  MemoStage<ActivationStats> stats{2};     // large with Hessians
  MemoStage<QuantizedModel> quantized{1};  // a byte per weight
  MemoStage<Report> reports{64};
};

Pipeline::Pipeline(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer, ComputeOptions compute)
    : m_memo(std::make_unique<Memo>()) {
  m_memo->model = std::move(model);
  m_memo->tokenizer = std::move(tokenizer);
  m_memo->compute = compute;
}

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
  const bool calibrated = requirePossible(recipe, m_memo->model->config());
  return m_memo->quantized.get(keyOfRecipe(recipe), progress, [&] {
    std::shared_ptr<const ActivationStats> known;
    if (calibrated) known = withContext("calibration", [&] { return stats(recipe, *recipe.calibration, progress.part(0.0, 0.8)); });
    std::vector<LinearId> ids = linearsOf(m_memo->model->config());
    ids.insert(ids.end(), kEnds.begin(), kEnds.end());
    return quantizeModel(m_memo->model, recipe, std::move(ids), rangesOf(recipe, m_memo->model->config(), known.get()),
                         progress.part(calibrated ? 0.8 : 0.0, 1.0));
  });
}

LinearsOf Pipeline::linears(const Recipe& recipe, std::shared_ptr<const Backend> backend, const Progress& progress) {
  const ModelConfig& config = m_memo->model->config();
  const bool calibrated = requirePossible(recipe, config);
  const std::vector<LinearId> ids = linearsOf(config);
  if (std::all_of(ids.begin(), ids.end(), [&](LinearId id) { return recipe.plan.of(id).isFloat(); })) return {};
  std::shared_ptr<const ActivationStats> known;
  if (calibrated) known = withContext("calibration", [&] { return stats(recipe, *recipe.calibration, progress); });
  QuantizedModel frame{
      .model = m_memo->model, .plan = recipe.plan, .linears = {}, .inputRanges = rangesOf(recipe, config, known.get()), .recipeJson = {}};
  const auto quantizer =
      std::make_shared<const BlockQuantizer>(std::move(frame), recipe.rounding, backend ? std::move(backend) : fakeBackend());
  progress.checkpoint(1.0);
  return [quantizer](int block, const BlockWeights& weights) { return quantizer->linearsOf(block, weights); };
}

std::shared_ptr<const Report> Pipeline::evaluate(const Recipe& recipe, const CorpusOptions& text, std::shared_ptr<const Backend> backend,
                                                 const EvaluateOptions& options, const Progress& progress,
                                                 const std::function<void(const Report&)>& onWindows) {
  const bool isFloat = recipe.plan.isFloat() || !backend;
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
    LinearsOf blocks;
    if (!isFloat && static_cast<std::int64_t>(corpus->windows.size()) <= batch) {
      // One batch reaches every block once: its codes need not be kept, so that those of the whole model are never held.
      blocks = linears(recipe, backend, before);
      quantized = quantizeModel(m_memo->model, recipe, kEnds, {}, before.part(1, 1));
    } else if (!isFloat) {
      quantized = quantize(recipe, before);
    }
    return std::make_shared<const Report>(bitscape::evaluate(*m_memo->model, quantized.get(), isFloat ? nullptr : backend.get(), *corpus,
                                                             options, m_memo->compute, progress.part(readyAt, 1.0), onWindows, blocks));
  });
}

}  // namespace bitscape
