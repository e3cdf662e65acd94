#include "views/activations/activations_panel.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <algorithm>

#include "views/activations/surface_pair.h"
#include "views/heat/heat_pair.h"
#include "views/page/look_bar.h"
#include "views/page/split_state.h"

namespace bitscape {
namespace {

constexpr const char* kPictureNames[] = {"heat", "surface", "both"};

std::optional<int> cell(const std::optional<std::int64_t>& index) { return index ? std::optional(static_cast<int>(*index)) : std::nullopt; }

void complete(ActivationSide& side) {
  if (!side.pyramid) {
    side.profile.reset();
  } else if (!side.profile) {
    side.profile = std::make_shared<const ActivationProfile>(profileOf(side.pyramid->grid()));
  }
}

}  // namespace

QString seamTitle(SeamKind kind) {
  switch (kind) {
    case SeamKind::AttentionInput:
      return ActivationsPanel::tr("input of q, k, v");
    case SeamKind::AttentionOutput:
      return ActivationsPanel::tr("input of o");
    case SeamKind::FfnInput:
      return ActivationsPanel::tr("input of gate, up");
    case SeamKind::FfnDown:
      return ActivationsPanel::tr("input of down");
    case SeamKind::QueryKey:
      return ActivationsPanel::tr("queries and keys");
    case SeamKind::Residual:
      return ActivationsPanel::tr("residual stream");
  }
  return {};
}

ActivationsPanel::ActivationsPanel(Selection& selection, QWidget* parent) : Page(QStringLiteral("activations"), selection, parent) {
  build();
  m_pictures->setCurrentIndex(static_cast<int>(Pictures::Both));
  connectSelection();
  connectPictures();
  arrange();
  setBlocks(0);
  showLook();
}

void ActivationsPanel::setBlocks(int blocks) {
  const QSignalBlocker blocker(m_block);
  m_block->setRange(0, std::max(0, blocks - 1));
  for (QWidget* widget : std::initializer_list<QWidget*>{m_block, m_seam, m_prompt, m_show}) widget->setEnabled(blocks > 0);
  if (blocks <= 0) {
    setSides({}, {}, nullptr);
    const auto text = tr("Open a model to see its activations.");
    setEmptyTexts(text, text);
  }
  showPlace();
}

void ActivationsPanel::setPrompt(const QString& prompt) {
  if (prompt == m_prompt->text()) return;
  m_prompt->setText(prompt);
  m_prompt->setCursorPosition(0);  // a long prompt shows its beginning
}

QString ActivationsPanel::prompt() const { return m_prompt->text(); }

void ActivationsPanel::setSides(ActivationSide a, ActivationSide b, std::shared_ptr<const MaxPyramid> difference) {
  m_a = std::move(a);
  m_b = std::move(b);
  m_difference = std::move(difference);
  complete(m_a);
  complete(m_b);
  m_heat->setNames(compareBar()->names());
  m_heat->setSides(m_a.pyramid, m_b.pyramid, m_difference);
  m_heat->setOutliers(m_a.massive, m_b.massive);
  showLook();
  showCharts();
  showPlace();
}

void ActivationsPanel::setEmptyTexts(const QString& a, const QString& b) {
  if (a == m_emptyA && b == m_emptyB) return;
  m_emptyA = a;
  m_emptyB = b;
  m_heat->setEmptyTexts(a, b);
  showSurfaces();
  showCharts();
}

void ActivationsPanel::setNote(const QString& note) {
  m_note->setText(note);
  m_note->setVisible(!note.isEmpty());
}

void ActivationsPanel::setPictures(Pictures pictures) { m_pictures->setCurrentIndex(static_cast<int>(pictures)); }
ActivationsPanel::Pictures ActivationsPanel::pictures() const { return static_cast<Pictures>(m_pictures->currentIndex()); }

// Two maps beside each other leave no room for two surfaces in the same row.
void ActivationsPanel::arrange() {
  const auto orientation = shown() == Shown::SideBySide ? Qt::Vertical : Qt::Horizontal;
  if (m_upper->orientation() != orientation) {
    m_upper->setOrientation(orientation);
    m_upper->setSizes({500, 500});
  }
  m_heat->setVisible(pictures() != Pictures::Surface);
  m_surface->setVisible(pictures() != Pictures::HeatMap);
  m_height->setEnabled(pictures() != Pictures::HeatMap);
  m_surface->setColourBarVisible(pictures() == Pictures::Surface);  // else the map beside it has one
}

void ActivationsPanel::showPlace() {
  const auto& now = selection().current();
  const QSignalBlocker a(m_block), b(m_seam);
  m_block->setValue(now.linear.block);
  if (const int index = m_seam->findData(static_cast<int>(now.seam().kind)); index >= 0) m_seam->setCurrentIndex(index);
  m_heat->setSelectedCells(cellsOf(now.tokens), cellsOf(now.channels));
  m_surface->setSelectedCells(cellsOf(now.tokens), cellsOf(now.channels));
  m_channels->setMarkedX(now.channels ? std::optional<double>(static_cast<double>(now.channels->first)) : std::nullopt);
  m_tokens->setMarkedX(now.tokens ? std::optional<double>(static_cast<double>(now.tokens->first)) : std::nullopt);
}

void ActivationsPanel::showPointed(const Pointed& pointed) {
  const auto& now = selection().current();
  const bool here = !pointed.linear || SeamId{pointed.linear->block, seamOf(pointed.linear->role)} == now.seam();
  const auto token = cell(pointed.token), channel = here ? cell(pointed.channel) : std::nullopt;
  m_heat->setCrossHair(token, channel);
  m_surface->setCrossHair(token, channel);
  m_channels->setPointedX(channel ? std::optional<double>(*channel) : std::nullopt);
  m_tokens->setPointedX(token ? std::optional<double>(*token) : std::nullopt);
}

void ActivationsPanel::pointAt(std::optional<int> token, std::optional<int> channel) {
  if (!token && !channel) return selection().pointNowhere();
  Pointed pointed;
  pointed.linear = selection().current().linear;
  if (token) pointed.token = *token;
  if (channel) pointed.channel = *channel;
  selection().point(pointed);
}

const MaxPyramid* ActivationsPanel::firstPyramid() const {
  return shown() == Shown::B ? m_b.pyramid.get() : shown() == Shown::Difference ? m_difference.get() : m_a.pyramid.get();
}

// What lies around a channel or token that was double-clicked in a chart.
void ActivationsPanel::zoomTo(std::optional<int> token, std::optional<int> channel) {
  const auto* pyramid = firstPyramid();
  if (pyramid == nullptr) return;
  const auto& grid = pyramid->grid();
  const auto around = [](std::optional<int> at, int reach, int count) -> std::optional<std::pair<int, int>> {
    if (!at) return std::nullopt;
    return std::pair(std::clamp(*at - reach, 0, count - 1), std::clamp(*at + reach, 0, count - 1));
  };
  constexpr int kTokensAround = 4, kChannelsAround = 16;
  const auto rows = around(token, kTokensAround, grid.rows), columns = around(channel, kChannelsAround, grid.columns);
  m_heat->map()->zoomTo(rows.value_or(std::pair(0, grid.rows - 1)), columns.value_or(std::pair(0, grid.columns - 1)));
  const auto r = rows.value_or(std::pair(0, grid.rows - 1)), c = columns.value_or(std::pair(0, grid.columns - 1));
  for (auto* view : {m_surface->view(Side::A), m_surface->view(Side::B)}) {
    view->setRegion({r.first, c.first, r.second - r.first + 1, c.second - c.first + 1});
  }
}

void ActivationsPanel::showLook() {
  const auto look = m_look->look();
  m_heat->setShown(shown());
  m_heat->setColourMap(look.map);
  m_heat->setLogarithmic(look.logarithmic);
  m_heat->setFixedRange(look.range);
  showSurfaces();
}

void ActivationsPanel::showSurfaces() {
  m_surface->setNames(compareBar()->names());
  m_surface->setShown(shown());
  m_surface->setSides({m_a.pyramid, m_a.massive, m_a.normalChannels, m_emptyA}, {m_b.pyramid, m_b.massive, m_b.normalChannels, m_emptyB},
                      m_difference);
  m_surface->setScale(m_heat->map()->colourScale(), m_height->currentIndex() == 1);
}

void ActivationsPanel::showCharts() {
  const auto& names = compareBar()->names();
  const bool logarithmic = m_look->look().logarithmic;
  const auto* first = firstPyramid();
  m_channels->setData(channelChart(m_a.profile.get(), m_b.profile.get(), shown(), names, logarithmic));
  m_tokens->setData(
      tokenChart(m_a.profile.get(), m_b.profile.get(), shown(), names, logarithmic, first ? first->grid().rowLabels : QStringList()));
  m_balance->setData(blockBalanceChart(m_b.balance.get()));
  m_balance->setVisible(shown() != Shown::A && m_b.balance != nullptr);
  const auto& text = m_a.pyramid || shown() == Shown::B ? m_emptyB : m_emptyA;
  m_channels->setEmptyText(text);
  m_tokens->setEmptyText(text);
}

Json ActivationsPanel::viewState() const {
  auto state = Page::viewState();
  const auto& angles = m_surface->angles();
  state["look"] = toJson(m_look->look());
  state["pictures"] = kPictureNames[m_pictures->currentIndex()];
  state["surface"] = {{"height", m_height->currentIndex() == 1 ? "logarithmic" : "linear"},
                      {"yaw", angles.yaw},
                      {"pitch", angles.pitch},
                      {"zoom", angles.zoom}};
  state["splits"] = {{"upper", sizesOf(*m_upper)}, {"charts", sizesOf(*m_charts)}, {"whole", sizesOf(*m_whole)}};
  return state;
}

void ActivationsPanel::setViewState(const Json& state) {
  const QSignalBlocker quiet(this);
  Page::setViewState(state);
  if (state.is_object()) {
    m_look->setLook(lookFromJson(state.value("look", Json()), m_look->look()));
    const auto pictures = state.value("pictures", Json());
    for (int i = 0; i < m_pictures->count(); ++i) {
      if (pictures == kPictureNames[i]) m_pictures->setCurrentIndex(i);
    }
    arrange();  // before the sizes: they belong to an orientation
    if (const auto surface = state.value("surface", Json()); surface.is_object()) {
      const auto height = surface.value("height", Json());
      if (height == "linear" || height == "logarithmic") m_height->setCurrentIndex(height == "logarithmic" ? 1 : 0);
      auto angles = m_surface->angles();
      const auto number = [&](const char* key, double otherwise) {
        const auto value = surface.value(key, Json());
        return value.is_number() ? value.get<double>() : otherwise;
      };
      m_surface->setAngles({number("yaw", angles.yaw), number("pitch", angles.pitch), number("zoom", angles.zoom), {}});
    }
    if (const auto splits = state.value("splits", Json()); splits.is_object()) {
      setSizes(*m_upper, splits.value("upper", Json()));
      setSizes(*m_charts, splits.value("charts", Json()));
      setSizes(*m_whole, splits.value("whole", Json()));
    }
  }
  arrange();
  showLook();
  showCharts();
}

}  // namespace bitscape
