#include "views/weights/weights_panel.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "views/heat/heat_pair.h"
#include "views/page/look_bar.h"
#include "views/page/split_state.h"
#include "views/style/theme.h"
#include "views/weights/weight_charts.h"

namespace bitscape {
namespace {

QString linearTitle(Role role) { return QString::fromUtf8(roleName(role).data()); }

}  // namespace

WeightsPanel::WeightsPanel(Selection& selection, QWidget* parent) : Page(QStringLiteral("weights"), selection, parent) {
  build();
  connectSelection();
  connect(this, &Page::shownChanged, this, [this] {
    showLook();
    showCharts();
  });
  connect(m_look, &LookBar::lookChanged, this, [this] {
    showLook();
    Q_EMIT viewStateChanged();
  });
  connect(m_heat, &HeatPair::rangeChanged, m_look, &LookBar::showRange);
  connect(m_axis, &QComboBox::currentIndexChanged, this, [this] {
    showCharts();
    showPlace();
    Q_EMIT viewStateChanged();
  });
  setBlocks(0);
  showCharts();
}

void WeightsPanel::build() {
  m_block = new QSpinBox;
  m_block->setToolTip(tr("Decoder block, counted from 0 ([ and ] go back and forth)"));
  m_block->setKeyboardTracking(false);
  m_linear = new QComboBox;
  m_linear->setToolTip(tr("Which linear of the block"));
  for (const auto role : kBlockRoles) m_linear->addItem(linearTitle(role), static_cast<int>(role));
  m_look = new LookBar({false, ColourMapId::Viridis, std::nullopt});
  m_axis = new QComboBox;
  m_axis->addItems({tr("per output"), tr("per channel")});
  m_axis->setAccessibleName(tr("Ranges per output or per channel"));
  m_axis->setToolTip(tr("Whose ranges the chart shows: outputs (rows, which have a scale each) or channels (columns, the inputs)"));
  m_heat = new HeatPair;
  m_heat->setFigureName(QStringLiteral("weight"));
  for (const auto side : {Side::A, Side::B}) m_heat->map(side)->setMinimumWidth(200);  // two beside four charts and docks
  const auto chart = [](const char* name) {
    auto* made = new LineChart;
    made->setFigureName(QString::fromLatin1(name));
    made->setMinimumSize(160, 140);
    return made;
  };
  m_histogram = chart("weight-histogram");
  m_quantiles = chart("weight-quantiles");
  m_ranges = chart("weight-ranges");
  m_codesChart = chart("weight-codes");
  m_facts = new QLabel;
  m_facts->setWordWrap(true);
  m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_facts->setToolTip(tr("Kurtosis 3 is normal. Above 10 a few weights dominate the range, and low bits lose the others."));
  m_codeFacts = new QLabel;
  m_codeFacts->setWordWrap(true);
  m_codeFacts->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_codeFacts->setToolTip(
      tr("SQNR is the signal-to-noise ratio of the rounded weight: each bit gives about 6 dB, below 20 dB the output suffers visibly."));
  m_note = new QLabel;
  m_note->setForegroundRole(QPalette::PlaceholderText);
  m_note->setWordWrap(true);
  m_note->setAlignment(Qt::AlignRight | Qt::AlignTop);

  auto* place = new QHBoxLayout;
  place->setSpacing(kGap);
  const auto labelled = [this, place](const QString& text, QWidget* field) {
    auto* label = new QLabel(text);
    label->setBuddy(field);
    place->addWidget(label);
    place->addWidget(field);
    if (field != m_axis) place->addSpacing(kGap);  // which stands at the right end
  };
  labelled(tr("&Block"), m_block);
  labelled(tr("&Linear"), m_linear);
  place->addWidget(compareBar());
  place->addStretch(1);
  labelled(tr("R&anges"), m_axis);
  auto* look = new QHBoxLayout;
  look->addWidget(m_look);
  look->addStretch(1);
  auto* grid = new QWidget;
  auto* cellsGrid = new QGridLayout(grid);
  cellsGrid->setContentsMargins(0, 0, 0, 0);
  cellsGrid->setSpacing(kGap);
  cellsGrid->addWidget(m_histogram, 0, 0);
  cellsGrid->addWidget(m_quantiles, 0, 1);
  cellsGrid->addWidget(m_ranges, 1, 0);
  cellsGrid->addWidget(m_codesChart, 1, 1);
  for (int i = 0; i < 2; ++i) {
    cellsGrid->setRowStretch(i, 1);
    cellsGrid->setColumnStretch(i, 1);
  }
  m_split = new QSplitter(Qt::Horizontal);
  m_split->setChildrenCollapsible(false);
  m_split->setHandleWidth(kGap);
  m_split->addWidget(m_heat);
  m_split->addWidget(grid);
  m_split->setStretchFactor(0, 1);
  m_split->setStretchFactor(1, 1);
  m_split->setSizes({500, 500});
  connect(m_split, &QSplitter::splitterMoved, this, &Page::viewStateChanged);
  auto* codeLine = new QHBoxLayout;
  codeLine->setSpacing(2 * kGap);
  codeLine->addWidget(m_codeFacts, 3);
  codeLine->addWidget(m_note, 2);
  auto* facts = new QVBoxLayout;
  facts->setSpacing(kGap / 4);
  facts->addWidget(m_facts);
  facts->addLayout(codeLine);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kPanelMargin, kPanelMargin, kPanelMargin, kPanelMargin);
  column->setSpacing(kGap);
  column->addLayout(place);
  column->addLayout(look);
  column->addWidget(m_split, 1);
  column->addLayout(facts);
}

void WeightsPanel::connectSelection() {
  connect(m_block, &QSpinBox::valueChanged, &selection(), &Selection::selectBlock);
  connect(m_linear, &QComboBox::activated, this, [this] {
    selection().selectLinear({selection().current().linear.block, static_cast<Role>(m_linear->currentData().toInt())});
  });
  connect(&selection(), &Selection::changed, this, &WeightsPanel::showPlace);
  connect(&selection(), &Selection::pointedChanged, this, &WeightsPanel::showPointed);
  connect(m_heat, &HeatPair::hovered, this, [this](std::optional<int> row, std::optional<int> column) {
    m_row = row;
    if (column)
      selection().point({.linear = selection().current().linear, .channel = column});
    else
      selection().pointNowhere();
    showPointed();  // the row alone may have changed
  });
  connect(m_heat, &HeatPair::selected, this, [this](std::pair<int, int> /*rows*/, std::pair<int, int> columns) {
    selection().selectChannels(IndexRange{columns.first, columns.second});
  });
  connect(m_heat, &HeatPair::cleared, this, [this] { selection().selectChannels(std::nullopt); });
  connect(m_ranges, &LineChart::xClicked, this, [this](double x) {
    if (showsChannels()) selection().selectChannels(IndexRange{std::llround(x), std::llround(x)});
  });
  connect(m_ranges, &LineChart::xPointed, this, [this](std::optional<double> x) {
    const auto place = x ? std::optional(std::llround(*x)) : std::nullopt;
    if (!showsChannels()) {
      m_row = place ? std::optional(static_cast<int>(*place)) : std::nullopt;
      return showPointed();
    }
    if (place)
      selection().point({.linear = selection().current().linear, .channel = *place});
    else
      selection().pointNowhere();
  });
}

void WeightsPanel::setBlocks(int blocks) {
  const QSignalBlocker quiet(m_block);
  m_block->setRange(0, std::max(0, blocks - 1));
  m_block->setEnabled(blocks > 0);
  m_linear->setEnabled(blocks > 0);
  if (blocks <= 0) setSides({}, {}, nullptr);
  showPlace();
}

void WeightsPanel::setSides(WeightSide a, WeightSide b, std::shared_ptr<const MaxPyramid> difference) {
  const auto& names = compareBar()->names();
  // A newer recipe has a newer name: it stands over B once B is of that recipe.
  const bool same = a.pyramid == m_a.pyramid && b.pyramid == m_b.pyramid && names.a == m_names.a;
  if (same && difference == m_difference) return;
  m_a = std::move(a);
  m_b = std::move(b);
  m_difference = std::move(difference);
  if (!same) m_names = names;
  m_heat->setNames(m_names);
  m_heat->setSides(m_a.pyramid, m_b.pyramid, m_difference);
  showPlace();
  if (!same) showCharts();
}

void WeightsPanel::setCodes(std::optional<CodesProfile> codes, const QString& format) {
  m_codes = std::move(codes);
  m_format = format;
  showCodes();
}

void WeightsPanel::setEmptyTexts(const QString& a, const QString& b) { m_heat->setEmptyTexts(a, b); }

void WeightsPanel::setNote(const QString& note) { m_note->setText(note); }

void WeightsPanel::showPlace() {
  const auto& now = selection().current();
  const QSignalBlocker a(m_block), b(m_linear);
  m_block->setValue(now.linear.block);
  m_linear->setCurrentIndex(m_linear->findData(static_cast<int>(now.linear.role)));
  m_heat->setSelectedCells(std::nullopt, cellsOf(now.channels));
  const bool one = now.channels && showsChannels();
  m_ranges->setMarkedX(one ? std::optional<double>(static_cast<double>(now.channels->first)) : std::nullopt);
}

bool WeightsPanel::showsChannels() const { return m_axis->currentIndex() == 1; }

// Channels of another seam are other channels: no cross-hair for those.
void WeightsPanel::showPointed() {
  const auto& pointed = selection().pointed();
  const auto here = selection().current().seam();
  const bool ours = pointed.channel && (!pointed.linear || SeamId{pointed.linear->block, seamOf(pointed.linear->role)} == here);
  const auto column = ours ? std::optional(static_cast<int>(*pointed.channel)) : std::nullopt;
  m_heat->setCrossHair(m_row, column);
  const auto& along = showsChannels() ? column : m_row;
  m_ranges->setPointedX(along ? std::optional<double>(*along) : std::nullopt);
}

void WeightsPanel::showLook() {
  const auto look = m_look->look();
  m_heat->setShown(shown());
  m_heat->setColourMap(look.map);
  m_heat->setLogarithmic(look.logarithmic);
  m_heat->setFixedRange(look.range);
}

void WeightsPanel::showCharts() {
  const ProfilePair pair{m_a.profile, m_b.profile, m_names, shown()};
  m_histogram->setData(histogramChart(pair));
  m_quantiles->setData(quantileChart(pair));
  m_ranges->setData(rangesChart(pair, showsChannels() ? Axis::Inputs : Axis::Outputs));
  // The heat map says why there is nothing; the charts only what will stand there.
  for (auto* chart : {m_histogram, m_quantiles, m_ranges}) chart->setEmptyText(chart->data().title);
  const auto facts = [](const QString& name, const WeightProfile& profile) {
    return name.isEmpty() ? factsOf(profile) : tr("%1: %2").arg(name, factsOf(profile));
  };
  QStringList lines;
  if (m_a.profile && shown() != Shown::B) lines << facts(m_names.a, *m_a.profile);
  if (m_b.profile && shown() != Shown::A) lines << facts(m_names.b, *m_b.profile);
  m_facts->setText(lines.join(QLatin1Char('\n')));
  showCodes();
}

void WeightsPanel::showCodes() {
  m_codesChart->setData(codesChart(m_codes, m_format));
  m_codesChart->setEmptyText(m_a.profile && m_format.isEmpty() ? tr("The recipe leaves this linear float: it has no codes.")
                                                               : m_codesChart->data().title);
  m_codeFacts->setText(m_a.profile ? factsOf(m_codes, m_format) : QString());
}

QString WeightsPanel::factsText() const { return m_facts->text() + QLatin1Char('\n') + m_codeFacts->text(); }

Json WeightsPanel::viewState() const {
  auto state = Page::viewState();
  state["look"] = toJson(m_look->look());
  state["ranges"] = showsChannels() ? "channels" : "outputs";
  state["split"] = sizesOf(*m_split);
  return state;
}

void WeightsPanel::setViewState(const Json& state) {
  const QSignalBlocker quiet(this);
  Page::setViewState(state);
  if (state.is_object()) {
    m_look->setLook(lookFromJson(state.value("look", Json()), m_look->look()));
    const QSignalBlocker axis(m_axis);
    m_axis->setCurrentIndex(state.value("ranges", Json()) == "channels" ? 1 : 0);
    setSizes(*m_split, state.value("split", Json()));
  }
  showLook();
  showCharts();
  showPlace();
}

}  // namespace bitscape
