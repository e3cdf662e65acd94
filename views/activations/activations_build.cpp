// How the Activations page is put together, and how its parts and the selection follow each other.

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>
#include <cmath>

#include "views/activations/activations_panel.h"
#include "views/activations/surface_pair.h"
#include "views/heat/heat_pair.h"
#include "views/page/look_bar.h"
#include "views/style/theme.h"

namespace bitscape {

void ActivationsPanel::build() {
  m_block = new QSpinBox(this);
  m_block->setToolTip(tr("Decoder block, counted from 0 ([ and ] go back and forth)"));
  m_block->setKeyboardTracking(false);
  m_seam = new QComboBox(this);
  for (const SeamKind kind : kLinearSeams) m_seam->addItem(seamTitle(kind), static_cast<int>(kind));
  m_seam->setToolTip(tr("Linears that share an input are shown once: q, k and v read the same numbers"));
  m_seam->setAccessibleName(tr("Place in the block"));
  m_prompt = new QLineEdit(this);
  m_prompt->setPlaceholderText(tr("Text whose tokens run through the model"));
  m_prompt->setClearButtonEnabled(true);
  m_show = new QPushButton(tr("&Show"), this);
  m_show->setToolTip(tr("Runs this text through the model (Return)"));
  m_pictures = new QComboBox(this);
  m_pictures->addItems({tr("heat map"), tr("surface"), tr("both")});
  m_pictures->setToolTip(tr("The heat map reads single values; the surface shows how far outliers stand out"));
  m_height = new QComboBox(this);
  m_height->addItems({tr("linear"), tr("logarithmic")});
  m_height->setToolTip(
      tr("Height of the surface. Linear shows what a uniform grid of codes must cover, logarithmic shows small values too"));
  m_look = new LookBar({true, ColourMapId::Inferno, std::nullopt}, this);
  m_heat = new HeatPair(this);
  m_surface = new SurfacePair(this);
  m_channels = new LineChart(this);
  m_channels->setFigureName(QStringLiteral("activation-channels"));
  m_tokens = new LineChart(this);
  m_tokens->setFigureName(QStringLiteral("activation-tokens"));
  m_balance = new LineChart(this);
  m_balance->setFigureName(QStringLiteral("activation-blocks"));
  m_balance->hide();
  m_note = new QLabel(this);
  m_note->setWordWrap(true);
  m_note->setForegroundRole(QPalette::PlaceholderText);
  m_note->hide();

  const auto labelled = [this](QHBoxLayout* row, const QString& text, QWidget* field, int stretch = 0) {
    auto* label = new QLabel(text, this);
    label->setBuddy(field);
    row->addWidget(label);
    row->addWidget(field, stretch);
  };
  auto* place = new QHBoxLayout;
  place->setSpacing(kGap);
  labelled(place, tr("&Block"), m_block);
  place->addWidget(m_seam);
  place->addWidget(compareBar());
  place->addStretch(1);
  auto* prompt = new QHBoxLayout;
  prompt->setSpacing(kGap);
  labelled(prompt, tr("&Prompt"), m_prompt, 1);
  prompt->addWidget(m_show);
  auto* look = new QHBoxLayout;
  look->setSpacing(kGap);
  look->addWidget(m_look);
  look->addStretch(1);
  labelled(prompt, tr("P&ictures"), m_pictures);
  labelled(prompt, tr("H&eight"), m_height);

  m_upper = new QSplitter(Qt::Horizontal, this);
  m_upper->addWidget(m_heat);
  m_upper->addWidget(m_surface);
  m_upper->setSizes({500, 500});
  m_charts = new QSplitter(Qt::Horizontal, this);
  m_charts->addWidget(m_channels);
  m_charts->addWidget(m_tokens);
  m_charts->addWidget(m_balance);
  m_charts->setSizes({600, 400, 400});
  m_whole = new QSplitter(Qt::Vertical, this);
  m_whole->addWidget(m_upper);
  m_whole->addWidget(m_charts);
  m_whole->setStretchFactor(0, 1);
  m_whole->setSizes({500, 220});
  for (auto* split : {m_upper, m_charts, m_whole}) {
    split->setChildrenCollapsible(false);
    split->setHandleWidth(kGap);
    connect(split, &QSplitter::splitterMoved, this, &Page::viewStateChanged);
  }

  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kPanelMargin, kPanelMargin, kPanelMargin, kPanelMargin);
  layout->setSpacing(kGap);
  layout->addLayout(place);
  layout->addLayout(prompt);
  layout->addLayout(look);
  layout->addWidget(m_whole, 1);
  layout->addWidget(m_note);
}

void ActivationsPanel::connectSelection() {
  connect(m_block, &QSpinBox::valueChanged, &selection(), &Selection::selectBlock);
  connect(m_seam, &QComboBox::currentIndexChanged, this, [this] {
    const auto kind = static_cast<SeamKind>(m_seam->currentData().toInt());
    const auto now = selection().current().linear;
    if (seamOf(now.role) != kind) selection().selectLinear({now.block, consumers(kind).front()});
  });
  connect(&selection(), &Selection::changed, this, &ActivationsPanel::showPlace);
  connect(&selection(), &Selection::pointedChanged, this, &ActivationsPanel::showPointed);
  const auto ask = [this] { Q_EMIT promptChanged(m_prompt->text()); };
  connect(m_show, &QPushButton::clicked, this, ask);
  connect(m_prompt, &QLineEdit::returnPressed, this, ask);

  const auto single = [](double x) { return IndexRange{std::llround(x), std::llround(x)}; };
  const auto cell = [](std::optional<double> x) { return x ? std::optional(static_cast<int>(std::lround(*x))) : std::nullopt; };
  connect(m_channels, &LineChart::xClicked, this, [this, single](double x) { selection().selectChannels(single(x)); });
  connect(m_channels, &LineChart::xDoubleClicked, this, [this](double x) { zoomTo(std::nullopt, static_cast<int>(std::lround(x))); });
  connect(m_channels, &LineChart::xPointed, this, [this, cell](std::optional<double> x) { pointAt(std::nullopt, cell(x)); });
  connect(m_tokens, &LineChart::xClicked, this, [this, single](double x) { selection().selectTokens(single(x)); });
  connect(m_tokens, &LineChart::xDoubleClicked, this, [this](double x) { zoomTo(static_cast<int>(std::lround(x)), std::nullopt); });
  connect(m_tokens, &LineChart::xPointed, this, [this, cell](std::optional<double> x) { pointAt(cell(x), std::nullopt); });
}

void ActivationsPanel::connectPictures() {
  const auto select = [this](std::pair<int, int> rows, std::pair<int, int> columns) {
    selection().selectCells(IndexRange{rows.first, rows.second}, IndexRange{columns.first, columns.second});
  };
  const auto clear = [this] { selection().selectCells(std::nullopt, std::nullopt); };
  connect(m_heat, &HeatPair::hovered, this, &ActivationsPanel::pointAt);
  connect(m_heat, &HeatPair::selected, this, select);
  connect(m_heat, &HeatPair::cleared, this, clear);
  connect(m_surface, &SurfacePair::hovered, this, &ActivationsPanel::pointAt);
  connect(m_surface, &SurfacePair::selected, this, select);
  connect(m_surface, &SurfacePair::cleared, this, clear);
  connect(m_surface, &SurfacePair::anglesChanged, this, &Page::viewStateChanged);
  connect(m_heat, &HeatPair::rangeChosen, this, [this](HeatMap::Range range) {
    auto look = m_look->look();
    look.range = range;
    m_look->setLook(look);
    showLook();
    Q_EMIT viewStateChanged();
  });
  connect(m_heat, &HeatPair::rangeChanged, m_look, &LookBar::showRange);
  // The surface has the colours of the map beside it, whichever that shows.
  connect(m_heat->map(), &HeatMap::rangeChanged, this, &ActivationsPanel::showSurfaces);
  connect(m_look, &LookBar::lookChanged, this, [this] {
    showLook();
    showCharts();
    Q_EMIT viewStateChanged();
  });
  connect(m_height, &QComboBox::currentIndexChanged, this, [this] {
    showSurfaces();
    Q_EMIT viewStateChanged();
  });
  connect(m_pictures, &QComboBox::currentIndexChanged, this, [this] {
    arrange();
    Q_EMIT viewStateChanged();
  });
  connect(this, &Page::shownChanged, this, [this] {
    arrange();
    showLook();
    showCharts();
  });
}

}  // namespace bitscape
