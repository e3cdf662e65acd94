#include "app/attention_picture.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/base/error.h"

namespace bitscape {
namespace {

struct AttentionPicture {
  Q_DECLARE_TR_FUNCTIONS(AttentionPicture)
};

std::vector<TokenId> tokensOf(const QString& prompt, const Pipeline& pipeline, bool* wasCut) {
  auto ids = pipeline.tokenizer()->encode(prompt.toStdString(), true);
  if (ids.empty()) throw Error("the prompt is empty: type some text on the Activations page and press Show");
  auto most = kAttentionTokens;
  if (const auto context = pipeline.model()->config().context; context > 0) most = std::min(most, context);
  *wasCut = static_cast<std::int64_t>(ids.size()) > most;
  if (*wasCut) ids.resize(static_cast<std::size_t>(most));
  return ids;
}

std::shared_ptr<HeatGrid> gridOf(const TracedBlock& traced, int head, std::int64_t mostCells, const Progress& progress) {
  auto map = headMap(traced.trace, head, mostCells, progress);
  auto grid = std::make_shared<HeatGrid>();
  grid->rows = grid->columns = static_cast<int>(map.side);
  grid->values = std::move(map.values);
  grid->causal = true;
  grid->rowTitle = AttentionPicture::tr("query");
  grid->columnTitle = AttentionPicture::tr("key");
  grid->valueTitle = AttentionPicture::tr("attention of block %1, head %2").arg(traced.trace.block).arg(head);
  if (map.tokensPerCell == 1) grid->rowLabels = grid->columnLabels = traced.texts;
  return grid;
}

BlocksOf blocksOf(const SideAnalysis::Source& source, int block, const Progress& progress) {
  if (!source.recipe) return {};
  if (!source.previews) return source.pipeline->blocks(*source.recipe, nullptr, progress);
  return [previewed = source.previews->get(*source.recipe, block, progress), &config = source.previews->model()->config()](
             int at, const BlockWeights& weights) { return at == previewed->block ? previewed->run(config) : floatRun(weights); };
}

}  // namespace

std::int64_t TracedBlock::bytes() const {
  auto bytes = 4 * (trace.query.numel() + trace.key.numel());
  for (const auto& thumbnail : thumbnails) bytes += static_cast<std::int64_t>(4 * thumbnail->values.size());
  for (const auto& text : texts) bytes += 2 * text.size() + 32;
  return bytes;
}

TracedBlock traceBlock(const SideAnalysis::Source& source, const QString& prompt, int block, const Progress& progress) {
  const auto& pipeline = *source.pipeline;
  TracedBlock traced;
  const auto ids = tokensOf(prompt, pipeline, &traced.wasCut);
  for (const auto id : ids) traced.texts << visibleToken(QString::fromStdString(pipeline.tokenizer()->tokenBytes(id)));
  const auto blocks = blocksOf(source, block, progress.part(0, 0.1));
  traced.trace = traceAttention(*pipeline.model(), ids, block, {}, progress.part(0.1, 0.7), blocks);
  const auto heads = static_cast<int>(traced.trace.heads());
  for (int head = 0; head < heads; ++head) {
    progress.checkpoint(0.7 + 0.2 * head / heads, "head " + std::to_string(head));
    traced.thumbnails.push_back(gridOf(traced, head, kThumbnailCells, {}));
  }
  progress.checkpoint(0.9, "numbers of the heads");
  traced.numbers = headNumbers(traced.trace);
  return traced;
}

std::shared_ptr<const MaxPyramid> largeMap(const TracedBlock& traced, int head, const Progress& progress) {
  if (head < 0 || head >= traced.trace.heads()) {
    throw Error("there is no head " + std::to_string(head) + ": this model has " + std::to_string(traced.trace.heads()) +
                ", counted from 0; choose another");
  }
  return std::make_shared<const MaxPyramid>(gridOf(traced, head, kAttentionTokens, progress));
}

}  // namespace bitscape
