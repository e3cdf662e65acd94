#include "views/attention/attention_panel.h"

#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <QToolButton>
#include <algorithm>
#include <cmath>

#include "views/attention/head_charts.h"
#include "views/attention/head_grid.h"
#include "views/heat/heat_pair.h"
#include "views/page/look_bar.h"
#include "views/page/split_state.h"

namespace bitscape {
namespace {

// Attention is a share: 1 at most, and 1 / tokens where a query looks everywhere alike. A logarithmic scale starts well below that.
std::pair<double, double> naturalRange(std::int64_t tokens) {
  return {std::pow(10.0, std::floor(std::log10(0.1 / static_cast<double>(std::max<std::int64_t>(tokens, 10))))), 1.0};
}

std::shared_ptr<const HeatGrid> differenceOfThumbnails(const std::shared_ptr<const HeatGrid>& a, const std::shared_ptr<const HeatGrid>& b) {
  if (!a || !b || a->rows != b->rows || a->columns != b->columns) return nullptr;
  auto difference = std::make_shared<HeatGrid>(*b);
  for (std::size_t i = 0; i < difference->values.size(); ++i) difference->values[i] -= a->values[i];
  return difference;
}

}  // namespace

AttentionPanel::AttentionPanel(Selection& selection, QWidget* parent) : Page(QStringLiteral("attention"), selection, parent) {
  build();
  connectSelection();
  connectHeat();
  connect(this, &Page::shownChanged, this, [this] {
    showLook();
    showHeads();
  });
  connect(m_look, &LookBar::lookChanged, this, [this] {
    showLook();
    Q_EMIT viewStateChanged();
  });
  connect(m_enlarge, &QToolButton::toggled, this, [this](bool on) {
    m_heads->setVisible(!on);
    m_charts->setVisible(!on);
    Q_EMIT viewStateChanged();
  });
  setModel(0, 0);
}

void AttentionPanel::setModel(int blocks, int heads) {
  const QSignalBlocker a(m_block), b(m_head);
  m_block->setRange(0, std::max(0, blocks - 1));
  m_head->setRange(0, std::max(0, heads - 1));
  for (auto* box : {m_block, m_head}) box->setEnabled(blocks > 0 && heads > 0);
  m_enlarge->setEnabled(blocks > 0);
  if (blocks <= 0) {
    setSides({}, {}, nullptr);
    setDivergence({});
    const auto text = tr("Open a model to see where its heads look.");
    setEmptyTexts(text, text);
  }
  showPlace();
}

void AttentionPanel::setSides(AttentionSide a, AttentionSide b, std::shared_ptr<const MaxPyramid> difference) {
  m_a = std::move(a);
  m_b = std::move(b);
  m_difference = std::move(difference);
  m_heat->setNames(compareBar()->names());
  m_heat->setSides(m_a.map, m_b.map, m_difference);
  showLook();
  showHeads();
  showPlace();
}

void AttentionPanel::setDivergence(std::vector<double> kl) {
  m_divergence = std::move(kl);
  showHeads();
}

void AttentionPanel::setEmptyTexts(const QString& a, const QString& b) {
  m_emptyA = a;
  m_emptyB = b;
  showEmptyTexts();
}

void AttentionPanel::setNote(const QString& note) {
  m_note->setText(note);
  m_note->setVisible(!note.isEmpty());
}

void AttentionPanel::setEnlarged(bool enlarged) { m_enlarge->setChecked(enlarged); }
bool AttentionPanel::isEnlarged() const { return m_enlarge->isChecked(); }

std::int64_t AttentionPanel::tokens() const {
  const auto& map = m_a.map ? m_a.map : m_b.map;
  return map ? map->grid().rows : 0;
}

void AttentionPanel::showPlace() {
  const auto& now = selection().current();
  const QSignalBlocker a(m_block), b(m_head);
  m_block->setValue(now.linear.block);
  m_head->setValue(now.head);
  for (auto* chart : {m_mass, m_entropy, m_kl}) chart->setMarkedX(m_head->isEnabled() ? std::optional<double>(now.head) : std::nullopt);
  m_heat->setSelectedCells(cellsOf(now.tokens), now.tokens ? m_keys : std::nullopt);
}

void AttentionPanel::showLook() {
  const auto look = m_look->look();
  const auto natural = look.logarithmic ? naturalRange(tokens()) : std::pair(0.0, 1.0);
  m_heat->setShown(shown());
  m_heat->setColourMap(look.map);
  m_heat->setLogarithmic(look.logarithmic);
  m_heat->setFixedRange(look.range.value_or(natural));   // of A and B; the difference has its own
  m_look->showRange(natural.first, natural.second);
  m_heads->setColourScale(m_heat->map()->colourScale());
}

void AttentionPanel::showHeads() {
  const auto count = std::max(m_a.thumbnails.size(), m_b.thumbnails.size());
  const auto change = changeOfHeads(m_a.numbers, m_b.numbers);
  const auto picture = [](const AttentionSide& side, std::size_t head) {
    return head < side.thumbnails.size() ? side.thumbnails[head] : nullptr;
  };
  std::vector<HeadTile> tiles(count);
  for (std::size_t head = 0; head < count; ++head) {
    auto& tile = tiles[head];
    const auto a = picture(m_a, head), b = picture(m_b, head);
    const bool hasA = head < m_a.numbers.size(), hasB = head < m_b.numbers.size();
    switch (shown()) {
      case Shown::A:
        tile.pictures = {a};
        if (hasA) tile.numbers = {m_a.numbers[head]};
        break;
      case Shown::B:
        tile.pictures = {b};
        if (hasB) tile.numbers = {m_b.numbers[head]};
        break;
      case Shown::Difference:
        tile.pictures = {differenceOfThumbnails(a, b)};
        if (head < change.size()) tile.numbers = {change[head]};
        tile.isDifference = true;
        break;
      case Shown::SideBySide:
        tile.pictures = {a, b};
        if (hasA && hasB) tile.numbers = {m_a.numbers[head], m_b.numbers[head]};
        break;
    }
    if (head < m_divergence.size()) tile.divergence = m_divergence[head];
  }
  m_heads->setTiles(std::move(tiles));
  const HeadNumbers numbers{m_a.numbers, m_b.numbers, tokens()};
  const auto& names = compareBar()->names();
  m_mass->setData(massChart(numbers, shown(), names));
  m_entropy->setData(entropyChart(numbers, shown(), names));
  m_kl->setData(divergenceChart(m_divergence));
  showEmptyTexts();
}

void AttentionPanel::showEmptyTexts() {
  m_heat->setEmptyTexts(m_emptyA, m_emptyB);
  const bool lacksA = m_a.numbers.empty() && shown() != Shown::B;
  const auto& text = lacksA ? m_emptyA : m_emptyB;
  m_heads->setEmptyText(text);
  m_mass->setEmptyText(text);
  m_entropy->setEmptyText(text);
  m_kl->setEmptyText(compareBar()->needsB() ? text : tr("Compares B with A: choose B, Difference or Side by side."));
}

void AttentionPanel::showPointed(const Pointed& pointed) {
  const auto row = pointed.token ? std::optional(static_cast<int>(*pointed.token)) : std::nullopt;
  m_heat->setCrossHair(row, row ? m_pointedKey : std::nullopt);
  const auto x = pointed.head ? std::optional<double>(*pointed.head) : std::nullopt;
  for (auto* chart : {m_mass, m_entropy, m_kl}) chart->setPointedX(x);
}

Json AttentionPanel::viewState() const {
  auto state = Page::viewState();
  state["look"] = toJson(m_look->look());
  state["enlarged"] = isEnlarged();
  state["splits"] = {{"upper", sizesOf(*m_upper)}, {"charts", sizesOf(*m_charts)}, {"whole", sizesOf(*m_whole)}};
  return state;
}

void AttentionPanel::setViewState(const Json& state) {
  const QSignalBlocker quiet(this);
  Page::setViewState(state);
  if (state.is_object()) {
    m_look->setLook(lookFromJson(state.value("look", Json()), m_look->look()));
    if (const auto enlarged = state.value("enlarged", Json()); enlarged.is_boolean()) setEnlarged(enlarged.get<bool>());
    if (const auto splits = state.value("splits", Json()); splits.is_object()) {
      setSizes(*m_upper, splits.value("upper", Json()));
      setSizes(*m_charts, splits.value("charts", Json()));
      setSizes(*m_whole, splits.value("whole", Json()));
    }
  }
  showLook();
  showHeads();
}

}  // namespace bitscape
