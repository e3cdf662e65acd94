#include "core/calib/capture.h"

#include <algorithm>
#include <optional>
#include <string>

#include "core/base/error.h"
#include "core/calib/attention_stats.h"
#include "core/calib/block_walk.h"
#include "core/calib/collector.h"
#include "core/calib/sampling.h"

namespace bitscape {
namespace {

void requireAtLeast(const char* what, std::int64_t value, std::int64_t least) {
  if (value >= least) return;
  throw Error(std::string(what) + " is " + std::to_string(value) + ": choose at least " + std::to_string(least));
}

// The collectors of every place in the model; a block's begin to exist when it is first reached.
class CaptureTap : public WindowTap {
 public:
  CaptureTap(const ModelConfig& config, const CaptureOptions& options, RowChoice randomRows)
      : m_config(config),
        m_options(options),
        m_randomRows(std::move(randomRows)),
        m_inputs(static_cast<std::size_t>(config.blocks) * kLinearSeams.size()),
        m_blocks(static_cast<std::size_t>(config.blocks)),
        m_heads(static_cast<std::size_t>(config.blocks)) {}

  void linearInput(SeamId seam, const Tensor& x) override {
    std::optional<InputCollector>& collector = m_inputs[indexOf(seam)];
    if (!collector) collector.emplace(seam, x.size(-1), m_options.topValues, m_randomRows, m_options.hessian);
    withContext("input of " + std::string(seamName(seam.kind)), [&] { collector->add(x, firstWindow); });
  }
  void attention(int block, const Tensor& query, const Tensor& key) override {
    if (!m_options.heads) return;
    std::optional<HeadCollector>& collector = m_heads[static_cast<std::size_t>(block)];
    if (!collector) collector.emplace(query.size(1), slidingWindowOf(m_config, block));
    collector->add(query, key);
  }
  void blockOutput(int block, const Tensor& input, const Tensor& output) override {
    withContext("output", [&] { m_blocks[static_cast<std::size_t>(block)].add(input, output, firstWindow); });
  }

  // Moves what was collected in `block` into `stats`.
  void finish(int block, ActivationStats& stats) {
    for (const SeamKind kind : kLinearSeams) {
      const std::size_t index = indexOf({block, kind});
      if (m_inputs[index]) stats.inputs[index] = m_inputs[index]->finish();
      m_inputs[index].reset();
    }
    const std::size_t index = static_cast<std::size_t>(block);
    stats.blocks[index] = m_blocks[index].finish();
    if (!m_heads[index]) return;
    const std::vector<HeadStats> heads = m_heads[index]->finish();
    std::copy(heads.begin(), heads.end(), stats.heads.begin() + static_cast<std::ptrdiff_t>(index * heads.size()));
  }

 private:
  static std::size_t indexOf(SeamId seam) {
    return static_cast<std::size_t>(seam.block) * kLinearSeams.size() + static_cast<std::size_t>(seam.kind);
  }
  const ModelConfig& m_config;
  CaptureOptions m_options;
  RowChoice m_randomRows;
  std::vector<std::optional<InputCollector>> m_inputs;
  std::vector<BlockCollector> m_blocks;
  std::vector<std::optional<HeadCollector>> m_heads;
};

}  // namespace

std::shared_ptr<const ActivationStats> capture(const Model& model, const Corpus& corpus, const CaptureOptions& options,
                                               const ComputeOptions& compute, const Progress& progress,
                                               const std::function<void(int block, const ActivationStats&)>& onBlock,
                                               const BlocksOf& blocksOf) {
  model.requireForward();
  requireWindows(model, corpus.windows);
  requireAtLeast("the number of sampled rows", options.sampleRows, 0);
  requireAtLeast("the number of top values", options.topValues, 1);
  requireAtLeast("the number of tokens in a batch", options.batchTokens, 1);

  const ModelConfig& config = model.config();
  const std::int64_t windows = static_cast<std::int64_t>(corpus.windows.size()), length = corpus.length();
  auto stats = std::make_shared<ActivationStats>();
  stats->windows = windows;
  stats->length = length;
  stats->inputs.resize(static_cast<std::size_t>(config.blocks) * kLinearSeams.size());
  stats->blocks.resize(static_cast<std::size_t>(config.blocks));
  for (int block = 0; block < config.blocks; ++block) {
    for (const SeamKind kind : kLinearSeams) {
      stats->inputs[static_cast<std::size_t>(block) * kLinearSeams.size() + static_cast<std::size_t>(kind)].seam = {block, kind};
    }
  }
  if (options.heads) {
    stats->headsPerBlock = config.heads;
    stats->heads.resize(static_cast<std::size_t>(config.blocks * config.heads));
  }

  auto rows = std::make_shared<const std::vector<std::int64_t>>(chooseDistinct(windows * length, options.sampleRows, options.seed));
  CaptureTap tap(config, options, std::move(rows));
  const std::int64_t batch = std::clamp<std::int64_t>(options.batchTokens / length, 1, windows);
  const int lastBlock = static_cast<int>(config.blocks) - 1;
  for (std::int64_t first = 0; first < windows; first += batch) {
    const std::int64_t count = std::min(batch, windows - first);
    const bool last = first + count == windows;
    const double from = static_cast<double>(first) / static_cast<double>(windows);
    const double to = static_cast<double>(first + count) / static_cast<double>(windows);
    const auto afterBlock = [&](int block) {
      if (!last) return;
      tap.finish(block, *stats);
      if (onBlock) onBlock(block, *stats);
    };
    walkBlocks(model, std::span(corpus.windows).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)), first, lastBlock,
               compute, tap, progress.part(from, to), afterBlock, blocksOf);
  }
  return stats;
}

}  // namespace bitscape
