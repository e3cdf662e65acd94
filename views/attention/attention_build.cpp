// How the Attention page is put together, and how its parts and the selection follow each other.

#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "views/attention/attention_panel.h"
#include "views/attention/head_grid.h"
#include "views/charts/line_chart.h"
#include "views/heat/heat_pair.h"
#include "views/page/look_bar.h"
#include "views/style/theme.h"

namespace bitscape {

void AttentionPanel::build() {
  m_block = new QSpinBox(this);
  m_block->setToolTip(tr("Decoder block, counted from 0 ([ and ] go back and forth)"));
  m_head = new QSpinBox(this);
  m_head->setToolTip(tr("Attention head of the block, counted from 0"));
  for (auto* box : {m_block, m_head}) box->setKeyboardTracking(false);   // a block is computed when its number is whole
  m_look = new LookBar({true, ColourMapId::Viridis, std::nullopt}, this);
  m_enlarge = new QToolButton(this);
  m_enlarge->setText(tr("&Map only"));
  m_enlarge->setCheckable(true);
  m_enlarge->setFocusPolicy(Qt::StrongFocus);
  m_enlarge->setToolTip(tr("The large map alone. Return or a double click on a head does the same"));
  m_heads = new HeadGrid(selection(), this);
  m_heat = new HeatPair(this);
  m_mass = new LineChart(this);
  m_mass->setFigureName(QStringLiteral("attention-first-token"));
  m_entropy = new LineChart(this);
  m_entropy->setFigureName(QStringLiteral("attention-entropy"));
  m_kl = new LineChart(this);
  m_kl->setFigureName(QStringLiteral("attention-divergence"));
  m_note = new QLabel(this);
  m_note->setWordWrap(true);
  m_note->setForegroundRole(QPalette::PlaceholderText);
  m_note->hide();

  const auto labelled = [this](QHBoxLayout* row, const QString& text, QWidget* field) {
    auto* label = new QLabel(text, this);
    label->setBuddy(field);
    row->addWidget(label);
    row->addWidget(field);
    row->addSpacing(kGap);
  };
  auto* place = new QHBoxLayout;
  place->setSpacing(kGap);
  labelled(place, tr("&Block"), m_block);
  labelled(place, tr("&Head"), m_head);
  place->addWidget(compareBar());
  place->addStretch(1);
  place->addWidget(m_enlarge);
  auto* look = new QHBoxLayout;
  look->addWidget(m_look);
  look->addStretch(1);

  m_upper = new QSplitter(Qt::Horizontal, this);
  m_upper->addWidget(m_heads);
  m_upper->addWidget(m_heat);
  m_upper->setStretchFactor(1, 1);
  m_upper->setSizes({320, 680});
  m_charts = new QSplitter(Qt::Horizontal, this);
  for (auto* chart : {m_mass, m_entropy, m_kl}) m_charts->addWidget(chart);
  m_whole = new QSplitter(Qt::Vertical, this);
  m_whole->addWidget(m_upper);
  m_whole->addWidget(m_charts);
  m_whole->setStretchFactor(0, 1);
  m_whole->setSizes({520, 190});
  for (auto* split : {m_upper, m_charts, m_whole}) {
    split->setChildrenCollapsible(false);
    split->setHandleWidth(kGap);
    connect(split, &QSplitter::splitterMoved, this, &Page::viewStateChanged);
  }

  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kPanelMargin, kPanelMargin, kPanelMargin, kPanelMargin);
  layout->setSpacing(kGap);
  layout->addLayout(place);
  layout->addLayout(look);
  layout->addWidget(m_whole, 1);
  layout->addWidget(m_note);
}

void AttentionPanel::connectSelection() {
  connect(m_block, &QSpinBox::valueChanged, &selection(), &Selection::selectBlock);
  connect(m_head, &QSpinBox::valueChanged, &selection(), &Selection::selectHead);
  connect(&selection(), &Selection::changed, this, [this](const Selected& now, const Selected& before) {
    if (now.tokens != before.tokens && now.tokens != m_rows) m_keys.reset();   // another view chose them
    showPlace();
  });
  connect(&selection(), &Selection::pointedChanged, this, &AttentionPanel::showPointed);
  for (auto* chart : {m_mass, m_entropy, m_kl}) {
    connect(chart, &LineChart::xClicked, &selection(), [this](double x) { selection().selectHead(static_cast<int>(std::lround(x))); });
    connect(chart, &LineChart::xDoubleClicked, this, [this] { setEnlarged(true); });
    connect(chart, &LineChart::xPointed, &selection(), [this](std::optional<double> x) {
      Pointed pointed;
      if (x) pointed.head = static_cast<int>(std::lround(*x));
      selection().point(pointed);
    });
  }
  connect(m_heads, &HeadGrid::activated, this, [this] {
    setEnlarged(!isEnlarged());
    m_heat->map()->setFocus();
  });
}

// Rows are queries and so tokens of the selection; columns are keys, tokens too, which the map alone shows.
void AttentionPanel::connectHeat() {
  connect(m_heat, &HeatPair::hovered, this, [this](std::optional<int> row, std::optional<int> column) {
    m_pointedKey = column;
    Pointed pointed;
    if (row) {
      pointed.token = *row;
      pointed.head = selection().current().head;
    }
    if (pointed == selection().pointed()) return showPointed(pointed);   // the same query, another key
    selection().point(pointed);
  });
  connect(m_heat, &HeatPair::selected, this, [this](std::pair<int, int> rows, std::pair<int, int> columns) {
    m_rows = IndexRange{rows.first, rows.second};
    m_keys = columns;
    if (selection().current().tokens == m_rows) return showPlace();
    selection().selectTokens(m_rows);
  });
  connect(m_heat, &HeatPair::cleared, this, [this] {
    m_keys.reset();
    selection().selectTokens(std::nullopt);
    showPlace();
  });
  connect(m_heat, &HeatPair::rangeChosen, this, [this](HeatMap::Range range) {
    auto look = m_look->look();
    look.range = range;
    m_look->setLook(look);
    showLook();
    Q_EMIT viewStateChanged();
  });
  // The thumbnails have the colours of the large map, whichever it shows.
  connect(m_heat->map(), &HeatMap::rangeChanged, this, [this] { m_heads->setColourScale(m_heat->map()->colourScale()); });
}

}  // namespace bitscape
