#include "app/prompt_picture.h"

#include <QObject>
#include <algorithm>
#include <cmath>
#include <span>

#include "core/base/error.h"
#include "views/activations/activations_panel.h"

namespace bitscape {
namespace {

constexpr std::size_t kMostMarks = 24;
constexpr double kStandsOut = 20;

std::vector<std::pair<int, int>> outstanding(const HeatGrid& grid) {
  double sum = 0;
  for (const float value : grid.values) sum += std::abs(value);
  const double least = kStandsOut * sum / std::max<double>(1, static_cast<double>(grid.values.size()));
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < grid.values.size(); ++i) {
    if (std::abs(grid.values[i]) > least) found.push_back(i);
  }
  const auto kept = std::min(found.size(), kMostMarks);
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    [&](std::size_t a, std::size_t b) { return std::abs(grid.values[a]) > std::abs(grid.values[b]); });
  found.resize(kept);
  std::vector<std::pair<int, int>> cells;
  const auto columns = static_cast<std::size_t>(grid.columns);
  for (const auto i : found) cells.emplace_back(static_cast<int>(i / columns), static_cast<int>(i % columns));
  return cells;
}

}  // namespace

PromptTokens promptTokens(const QString& prompt, const Tokenizer& tokenizer, const ModelConfig& config) {
  PromptTokens tokens;
  tokens.ids = tokenizer.encode(prompt.toStdString(), true);
  if (tokens.ids.empty()) throw Error("the prompt is empty: type some text and press Show");
  const auto bytesPerToken = std::max<std::int64_t>(1, (3 * config.hidden + config.ffn) * config.blocks * 4);
  auto most = std::max<std::int64_t>(8, kPictureBytes / bytesPerToken);
  if (config.context > 0) most = std::min(most, config.context);
  if (static_cast<std::int64_t>(tokens.ids.size()) > most) {
    tokens.ids.resize(static_cast<std::size_t>(most));
    tokens.wasCut = true;
  }
  for (const auto id : tokens.ids) tokens.texts << visibleToken(QString::fromStdString(tokenizer.tokenBytes(id)));
  return tokens;
}

PromptPicture makePicture(const Trace& trace, SeamId seam, const QStringList& tokenTexts) {
  auto grid = std::make_shared<HeatGrid>();
  grid->rows = static_cast<int>(trace.tokens);
  grid->columns = static_cast<int>(trace.channels);
  grid->values = trace.values;
  grid->rowLabels = tokenTexts;
  grid->rowTitle = QObject::tr("token");
  grid->columnTitle = QObject::tr("channel");
  grid->valueTitle = seamTitle(seam.kind);
  auto outliers = outstanding(*grid);
  auto profile = std::make_shared<const ActivationProfile>(profileOf(*grid));
  return {std::make_shared<const MaxPyramid>(std::move(grid)), std::move(outliers), std::move(profile), nullptr};
}

}  // namespace bitscape
