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
#include "views/style/theme.h"
#include "views/weights/weight_charts.h"

namespace bitscape {
namespace {

std::optional<std::pair<int, int>> cells(const std::optional<IndexRange>& range) {
  if (!range) return std::nullopt;
  return std::pair(static_cast<int>(range->first), static_cast<int>(range->last));
}

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
    Q_EMIT viewStateChanged();
  });
  setBlocks(0);
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
  const auto chart = [](const char* name) {
    auto* made = new LineChart;
    made->setFigureName(QString::fromLatin1(name));
    made->setMinimumSize(220, 140);
    return made;
  };
  m_histogram = chart("weight-histogram");
  m_quantiles = chart("weight-quantiles");
  m_ranges = chart("weight-ranges");
  m_codesChart = chart("weight-codes");
  m_facts = new QLabel;
  m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_facts->setToolTip(tr("Kurtosis 3 is normal. Above 10 a few weights dominate the range, and low bits lose the others."));
  m_codeFacts = new QLabel;
  m_codeFacts->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_codeFacts->setToolTip(tr("SQNR is the signal-to-noise ratio of the rounded weight: each bit gives about 6 dB, below 20 dB the output suffers visibly."));
  m_note = new QLabel;
  m_note->setForegroundRole(QPalette::PlaceholderText);

  auto* place = new QHBoxLayout;
  place->setSpacing(kGap);
  const auto labelled = [place](const QString& text, QWidget* field) {
    auto* label = new QLabel(text);
    label->setBuddy(field);
    place->addWidget(label);
    place->addWidget(field);
    place->addSpacing(kGap);
  };
  labelled(tr("&Block"), m_block);
  labelled(tr("&Linear"), m_linear);
  place->addWidget(compareBar());
  place->addStretch(1);
  auto* look = new QHBoxLayout;
  look->addWidget(m_look);
  look->addStretch(1);
  auto* ranges = new QWidget;
  auto* rangesColumn = new QVBoxLayout(ranges);
  rangesColumn->setContentsMargins(0, 0, 0, 0);
  rangesColumn->setSpacing(0);
  rangesColumn->addWidget(m_axis, 0, Qt::AlignRight);
  rangesColumn->addWidget(m_ranges, 1);
  auto* grid = new QWidget;
  auto* cellsGrid = new QGridLayout(grid);
  cellsGrid->setContentsMargins(0, 0, 0, 0);
  cellsGrid->setSpacing(kGap);
  cellsGrid->addWidget(m_histogram, 0, 0);
  cellsGrid->addWidget(m_quantiles, 0, 1);
  cellsGrid->addWidget(ranges, 1, 0);
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
  auto* facts = new QHBoxLayout;
  facts->addWidget(m_facts);
  facts->addStretch(1);
  facts->addWidget(m_codeFacts);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kPanelMargin, kPanelMargin, kPanelMargin, kPanelMargin);
  column->setSpacing(kGap);
  column->addLayout(place);
  column->addLayout(look);
  column->addWidget(m_split, 1);
  column->addLayout(facts);
  column->addWidget(m_note);
}

void WeightsPanel::connectSelection() {
  connect(m_block, &QSpinBox::valueChanged, &selection(), &Selection::selectBlock);
  connect(m_linear, &QComboBox::activated, this, [this] {
    selection().selectLinear({selection().current().linear.block, static_cast<Role>(m_linear->currentData().toInt())});
  });
  connect(&selection(), &Selection::changed, this, &WeightsPanel::showPlace);
  connect(&selection(), &Selection::pointedChanged, this, [this](const Pointed& pointed) {
    const auto column = pointed.channel ? std::optional(static_cast<int>(*pointed.channel)) : std::nullopt;
    m_heat->setCrossHair(std::nullopt, column);
    if (m_axis->currentIndex() == 1) m_ranges->setPointedX(column ? std::optional<double>(*column) : std::nullopt);
  });
  connect(m_heat, &HeatPair::hovered, this, [this](std::optional<int> /*row*/, std::optional<int> column) {
    selection().point({.linear = selection().current().linear, .channel = column});
  });
  connect(m_heat, &HeatPair::selected, this, [this](std::pair<int, int> /*rows*/, std::pair<int, int> columns) {
    selection().selectChannels(IndexRange{columns.first, columns.second});
  });
  connect(m_heat, &HeatPair::cleared, this, [this] { selection().selectChannels(std::nullopt); });
  connect(m_ranges, &LineChart::xClicked, this, [this](double x) {
    if (m_axis->currentIndex() == 1) selection().selectChannels(IndexRange{std::llround(x), std::llround(x)});
  });
  connect(m_ranges, &LineChart::xPointed, this, [this](std::optional<double> x) {
    if (m_axis->currentIndex() == 1) selection().point({.channel = x ? std::optional<std::int64_t>(std::llround(*x)) : std::nullopt});
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
  m_a = std::move(a);
  m_b = std::move(b);
  m_heat->setNames(compareBar()->names());
  m_heat->setSides(m_a.pyramid, m_b.pyramid, std::move(difference));
  showLook();
  showCharts();
  showPlace();
}

void WeightsPanel::setCodes(std::optional<CodesProfile> codes, const QString& format) {
  m_codes = std::move(codes);
  m_format = format;
  showCharts();
}

void WeightsPanel::setEmptyTexts(const QString& a, const QString& b) {
  m_heat->setEmptyTexts(a, b);
  for (auto* chart : {m_histogram, m_quantiles, m_ranges}) chart->setEmptyText(shown() == Shown::B ? b : a);
  m_codesChart->setEmptyText(tr("The recipe leaves this linear float: it has no codes."));
}

void WeightsPanel::setNote(const QString& note) {
  m_note->setText(note);
}

void WeightsPanel::showPlace() {
  const auto& now = selection().current();
  const QSignalBlocker a(m_block), b(m_linear);
  m_block->setValue(now.linear.block);
  m_linear->setCurrentIndex(m_linear->findData(static_cast<int>(now.linear.role)));
  m_heat->setSelectedCells(std::nullopt, cells(now.channels));
  const bool one = now.channels && m_axis->currentIndex() == 1;
  m_ranges->setMarkedX(one ? std::optional<double>(static_cast<double>(now.channels->first)) : std::nullopt);
}

void WeightsPanel::showLook() {
  const auto look = m_look->look();
  m_heat->setShown(shown());
  m_heat->setColourMap(look.map);
  m_heat->setLogarithmic(look.logarithmic);
  m_heat->setFixedRange(look.range);
}

void WeightsPanel::showCharts() {
  const ProfilePair pair{m_a.profile, m_b.profile, compareBar()->names(), shown()};
  m_histogram->setData(histogramChart(pair));
  m_quantiles->setData(quantileChart(pair));
  m_ranges->setData(rangesChart(pair, m_axis->currentIndex() == 0 ? Axis::Outputs : Axis::Inputs));
  m_codesChart->setData(codesChart(m_codes, m_format));
  m_facts->setText(factsOf(shown() == Shown::B && m_b.profile ? m_b.profile : m_a.profile));
  m_codeFacts->setText(m_a.profile ? factsOf(m_codes, m_format) : QString());
}

Json WeightsPanel::viewState() const {
  auto state = Page::viewState();
  state["look"] = toJson(m_look->look());
  state["ranges"] = m_axis->currentIndex() == 0 ? "outputs" : "channels";
  Json sizes = Json::array();
  for (const int size : m_split->sizes()) sizes.push_back(size);
  state["split"] = sizes;
  return state;
}

void WeightsPanel::setViewState(const Json& state) {
  const QSignalBlocker quiet(this);
  Page::setViewState(state);
  if (state.is_object()) {
    m_look->setLook(lookFromJson(state.value("look", Json()), m_look->look()));
    const QSignalBlocker axis(m_axis);
    m_axis->setCurrentIndex(state.value("ranges", Json()) == "channels" ? 1 : 0);
    const auto sizes = state.value("split", Json());
    const auto sane = [](const Json& size) { return size.is_number_integer() && size >= 0 && size < 100000; };
    if (sizes.is_array() && sizes.size() == 2 && std::all_of(sizes.begin(), sizes.end(), sane)) m_split->setSizes({sizes[0].get<int>(), sizes[1].get<int>()});
  }
  showLook();
  showCharts();
}

}  // namespace bitscape
