#include "core/eval/evaluate.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "core/eval/divergence.h"
#include "core/eval/layer_error.h"
#include "core/eval/perplexity.h"
#include "core/eval/quantized_block.h"

namespace bitscape {
namespace {

// Rows of logits held at once, for each of the two models: bounds memory (128 rows of a vocabulary of 49152 are 25 MB).
constexpr std::int64_t kLogitBytes = std::int64_t{25} << 20;
constexpr std::int64_t kLeastRows = 32;

void requireIds(const Corpus& corpus, const ModelConfig& config) {
  if (corpus.windows.empty() || corpus.length() < 2) throw Error("nothing to evaluate: a window of at least 2 tokens is needed");
  for (const auto& window : corpus.windows) {
    if (static_cast<std::int64_t>(window.size()) != corpus.length())
      throw Error("windows of different lengths cannot be evaluated together");
    for (const TokenId id : window)
      if (id < 0 || id >= config.vocabulary)
        throw Error("token id " + std::to_string(id) + " is outside the model's vocabulary of " + std::to_string(config.vocabulary) +
                    "; the tokenizer belongs to another model");
  }
}

class Evaluation {
 public:
  Evaluation(const Model& model, const QuantizedModel* quantized, const Backend* backend, const Corpus& corpus,
             const EvaluateOptions& options, const ComputeOptions& compute, const Progress& progress, const BlocksOf& blocks)
      : m_model(model),
        m_quantized(quantized),
        m_backend(backend),
        m_corpus(corpus),
        m_options(options),
        m_compute(compute),
        m_progress(progress),
        m_embedding(model.loadEmbedding(compute)),
        m_finalNorm(model.loadFinalNorm(compute)),
        m_lmHead(model.config().tiedEmbeddings ? m_embedding : model.loadLmHead(compute)),
        m_rope(makeRope(model, 0, corpus.length(), compute)),
        m_errors(static_cast<std::size_t>(model.config().blocks)) {
    if (quantized) {
      m_ends.emplace(*quantized, *backend, compute, m_embedding, m_finalNorm, m_lmHead);
      m_blocks = blocks ? blocks : quantizedBlocks(*quantized, *backend);
    }
    // Multiplications per token, as a measure of time: the head of a small model costs as much as several blocks.
    const ModelConfig& config = model.config();
    for (const Role role : kBlockRoles) m_blockCost += static_cast<double>(shapeOf(config, role).parameters());
    m_blockCost += static_cast<double>(corpus.length() * config.heads * config.headDim);
    m_headCost = static_cast<double>(config.vocabulary * config.hidden);
  }

  Report run(const std::function<void(const Report&)>& onWindows) {
    const auto windows = static_cast<std::int64_t>(m_corpus.windows.size());
    const std::int64_t batch = std::max<std::int64_t>(1, m_options.batchTokens / m_corpus.length());
    for (std::int64_t first = 0; first < windows; first += batch) {
      const std::int64_t count = std::min(batch, windows - first);
      const auto share = [&](std::int64_t window) { return static_cast<double>(window) / static_cast<double>(windows); };
      runBatch(first, count, m_progress.part(share(first), share(first + count)));
      if (onWindows) onWindows(report());
    }
    m_progress.checkpoint(1.0);
    return report();
  }

 private:
  void runBatch(std::int64_t first, std::int64_t count, const Progress& progress) {
    const ModelConfig& config = m_model.config();
    const double total = m_blockCost * static_cast<double>(config.blocks) + m_headCost;
    const Tensor ids = idsOf(first, count);
    const Tensor onDevice = ids.to(m_compute.device);
    Tensor x = embed(m_embedding, onDevice);
    Tensor xQuantized = m_quantized ? embed(m_ends->embedding(), onDevice) : Tensor();
    for (int block = 0; block < config.blocks; ++block) {
      progress.checkpoint(m_blockCost * block / total, "block " + std::to_string(block));
      withContext("block " + std::to_string(block), [&] { runBlock(block, first == 0, x, xQuantized); });
    }
    const double headStart = 1 - m_headCost / total;
    scoreBatch(x, xQuantized, ids, progress.part(headStart, 1.0));
  }

  // Both streams through one block; its weights live only as long as this call.
  void runBlock(int block, bool measured, Tensor& x, Tensor& xQuantized) {
    const ModelConfig& config = m_model.config();
    const BlockWeights weights = m_model.loadBlock(block, m_compute);
    BlockRun plain = floatRun(weights);
    if (!m_quantized) {
      x = forwardBlock(config, block, plain, x, m_rope);
      return;
    }
    BlockErrorSums& errors = m_errors[static_cast<std::size_t>(block)];
    const BlockRun quantized = m_blocks(block, weights);
    const Tensor before = x;
    x = forwardBlock(config, block, plain, x, m_rope);
    // Identical inputs for both are those of the transformed float block, which computes the same.
    if (measured && m_options.linearErrors && quantized.plain) {
      BlockRun watched = quantized;
      watched.heads = {}, watched.rounded = {};
      watched.linears = [&](SeamId seam, const Tensor& input) {
        std::vector<Tensor> outputs = quantized.plain(seam, input);
        const std::vector<Tensor> others = quantized.linears(seam, input);
        for (std::size_t i = 0; i < outputs.size(); ++i)
          errors.linears[static_cast<std::size_t>(consumers(seam.kind)[i])].add(outputs[i], others[i]);
        return outputs;
      };
      forwardBlock(config, block, watched, before, m_rope);
    }
    xQuantized = forwardBlock(config, block, quantized, xQuantized, m_rope);
    if (measured && m_options.blockErrors) errors.output.add(x, xQuantized);
  }

  void scoreBatch(const Tensor& x, const Tensor& xQuantized, const Tensor& ids, const Progress& progress) {
    const ModelConfig& config = m_model.config();
    const std::int64_t length = ids.size(1), positions = ids.numel();
    // The target of a position is the next id of its window; the last position has none.
    Tensor targets = at::full_like(ids, -1);
    targets.slice(1, 0, length - 1).copy_(ids.slice(1, 1, length));
    targets = targets.flatten();
    const Tensor flat = x.reshape({positions, config.hidden});
    const Tensor flatQuantized = m_quantized ? xQuantized.reshape({positions, config.hidden}) : Tensor();
    const std::int64_t rows = std::max(kLeastRows, kLogitBytes / 4 / config.vocabulary);

    std::vector<RowComparison> results;
    results.reserve(static_cast<std::size_t>(positions));
    for (std::int64_t from = 0; from < positions; from += rows) {
      progress.checkpoint(static_cast<double>(from) / static_cast<double>(positions), "head");
      const std::int64_t to = std::min(from + rows, positions);
      const Tensor wanted = targets.slice(0, from, to);
      const Tensor z = logits(config, flat.slice(0, from, to), m_finalNorm, m_lmHead).contiguous();
      const std::vector<RowComparison> part =
          m_quantized ? compareRows(z, m_ends->logits(config, flatQuantized.slice(0, from, to)).contiguous(), wanted)
                      : scoreRows(z, wanted);
      results.insert(results.end(), part.begin(), part.end());
    }
    collect(results, length);
  }

  void collect(const std::vector<RowComparison>& rows, std::int64_t length) {
    for (std::size_t start = 0; start < rows.size(); start += static_cast<std::size_t>(length)) {
      double floatNll = 0, nll = 0;
      for (std::size_t i = start; i < start + static_cast<std::size_t>(length); ++i) {
        if (!std::isfinite(rows[i].nll) || !std::isfinite(rows[i].kl))
          throw Error("window " + std::to_string(m_perplexity.windows()) + ", token " + std::to_string(i - start) +
                      ": logits are not finite; the model's values overflow in this number type, or its weights are damaged");
        floatNll += rows[i].floatNll;
        nll += rows[i].nll;
        if (m_quantized) m_divergence.add(rows[i]);
      }
      m_floatPerplexity.addWindow(floatNll / static_cast<double>(length - 1));
      m_perplexity.addWindow(nll / static_cast<double>(length - 1));
    }
  }

  Report report() const {
    Report report;
    report.windows = m_perplexity.windows();
    report.tokens = report.windows * (m_corpus.length() - 1);
    report.ppl = m_perplexity.value();
    report.pplStderr = m_perplexity.standardError();
    report.pplFloat = m_floatPerplexity.value();
    report.klMean = m_divergence.mean();
    report.klMedian = m_divergence.quantile(0.5);
    report.klP99 = m_divergence.quantile(0.99);
    report.top1 = m_divergence.top1();
    report.bitsPerWeight = m_quantized ? sizeOf(m_quantized->plan, m_model.config()).bitsPerWeight : 16.0;
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    report.tokensPerSecond = static_cast<double>(report.tokens) / std::max(report.seconds, 1e-9);
    report.backend = m_quantized ? m_backend->name() : "float";
    report.device = m_compute.device.str();
    report.precisionNote = m_model.precisionNote().value_or("");
    for (std::size_t block = 0; block < m_errors.size(); ++block) addTo(report, static_cast<int>(block), m_errors[block]);
    return report;
  }

  Tensor idsOf(std::int64_t first, std::int64_t count) const {
    Tensor ids = at::empty({count, m_corpus.length()}, at::kLong);
    auto* out = ids.mutable_data_ptr<std::int64_t>();
    for (std::int64_t window = first; window < first + count; ++window)
      out = std::copy(m_corpus.windows[static_cast<std::size_t>(window)].begin(), m_corpus.windows[static_cast<std::size_t>(window)].end(),
                      out);
    return ids;
  }

  const std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
  const Model& m_model;
  const QuantizedModel* m_quantized;
  const Backend* m_backend;
  const Corpus& m_corpus;
  const EvaluateOptions& m_options;
  const ComputeOptions m_compute;
  const Progress& m_progress;
  const Tensor m_embedding, m_finalNorm, m_lmHead;
  const Rope m_rope;
  std::optional<QuantizedEnds> m_ends;
  BlocksOf m_blocks;  // of the quantized model
  double m_blockCost = 0, m_headCost = 0;
  Perplexity m_perplexity, m_floatPerplexity;
  Divergence m_divergence;
  std::vector<BlockErrorSums> m_errors;
};

}  // namespace

Report evaluate(const Model& model, const QuantizedModel* quantized, const Backend* backend, const Corpus& corpus,
                const EvaluateOptions& options, const ComputeOptions& compute, const Progress& progress,
                const std::function<void(const Report&)>& onWindows, const BlocksOf& blocks) {
  const at::NoGradGuard guard;
  return withContext("evaluate", [&] {
    model.requireForward();
    requireIds(corpus, model.config());
    const std::shared_ptr<const Backend> fallback = quantized && !backend ? fakeBackend() : nullptr;
    const Backend* engine = backend ? backend : fallback.get();
    if (quantized) requireBackend(*engine, *quantized);
    return Evaluation(model, quantized, engine, corpus, options, compute, progress, blocks).run(onWindows);
  });
}

}  // namespace bitscape
