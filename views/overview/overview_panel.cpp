#include "views/overview/overview_panel.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

#include "views/charts/block_charts.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

QLabel* mutedLabel(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setWordWrap(true);
  label->setForegroundRole(QPalette::PlaceholderText);
  return label;
}

}  // namespace

OverviewPanel::OverviewPanel(QWidget* parent) : QWidget(parent), m_emptyText(tr("Open a model to see where it resists quantization.")) {
  m_measure = new QComboBox(this);
  for (const Measure measure : measures()) m_measure->addItem(measureTitle(measure), static_cast<int>(measure));
  m_measure->setAccessibleName(tr("Measure"));
  m_measure->setToolTip(tr("What colours the cells below"));
  auto* measureLabel = new QLabel(tr("&Colour by"), this);
  measureLabel->setBuddy(m_measure);
  m_readout = new QLabel(this);
  m_readout->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_readout->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  m_meaning = mutedLabel(this);
  m_summary = new QLabel(this);
  m_summary->setWordWrap(true);
  m_note = mutedLabel(this);
  m_note->hide();
  m_matrix = new MatrixView(this);
  m_matrix->setColourMap(ColourMapId::Inferno);
  m_massiveChart = new LineChart(this);
  m_cosineChart = new LineChart(this);

  auto* top = new QHBoxLayout;
  top->setSpacing(kGap);
  top->addWidget(measureLabel);
  top->addWidget(m_measure);
  top->addSpacing(kGap);
  top->addWidget(m_readout, 1);

  auto* upper = new QWidget(this);
  auto* upperLayout = new QVBoxLayout(upper);
  upperLayout->setContentsMargins(0, 0, 0, 0);
  upperLayout->setSpacing(kGap);
  upperLayout->addLayout(top);
  upperLayout->addWidget(m_matrix, 1);
  upperLayout->addWidget(m_meaning);

  auto* charts = new QSplitter(Qt::Horizontal, this);
  charts->addWidget(m_massiveChart);
  charts->addWidget(m_cosineChart);
  charts->setStretchFactor(0, 3);
  charts->setStretchFactor(1, 2);
  charts->setHandleWidth(kGap);
  auto* lower = new QWidget(this);
  auto* lowerLayout = new QVBoxLayout(lower);
  lowerLayout->setContentsMargins(0, 0, 0, 0);
  lowerLayout->setSpacing(kGap);
  lowerLayout->addWidget(m_summary);
  lowerLayout->addWidget(charts, 1);
  lowerLayout->addWidget(m_note);

  auto* split = new QSplitter(Qt::Vertical, this);
  split->addWidget(upper);
  split->addWidget(lower);
  split->setStretchFactor(0, 1);
  split->setStretchFactor(1, 1);
  split->setChildrenCollapsible(false);
  split->setHandleWidth(kPanelMargin);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kPanelMargin, kPanelMargin, kPanelMargin, kPanelMargin);
  layout->addWidget(split);

  connect(m_measure, &QComboBox::currentIndexChanged, this, [this] {
    refreshMatrix();
    Q_EMIT measureChanged(measure());
  });
  connect(m_matrix, &MatrixView::selected, this, [this](LinearId id) {
    setSelected(id);
    Q_EMIT selected(id);
  });
  connect(m_matrix, &MatrixView::activated, this, &OverviewPanel::activated);
  connect(m_matrix, &MatrixView::hovered, this, [this](LinearId id, double) { m_readout->setText(m_matrix->describe(id)); });
  for (LineChart* chart : {m_massiveChart, m_cosineChart}) {
    connect(chart, &LineChart::xClicked, this, [this](double x) {
      const Role role = m_matrix->selectedLinear().value_or(LinearId{}).role;
      const LinearId id{static_cast<int>(std::lround(x)), role};
      setSelected(id);
      Q_EMIT selected(id);
    });
  }
  refresh();
}

void OverviewPanel::setBlocks(int blocks) {
  m_data = {};
  m_massive.clear();
  m_data.blocks = std::max(0, blocks);
  m_readout->clear();
  refresh();
}

void OverviewPanel::setStats(std::shared_ptr<const ActivationStats> stats, std::vector<MassiveOutlier> massive, std::vector<NormalOutlier> normal) {
  m_data.stats = std::move(stats);
  m_data.normal = std::move(normal);
  m_massive = std::move(massive);
  refresh();
}

void OverviewPanel::setSqnr(std::map<LinearId, double> sqnr, const QString& planName) {
  m_data.sqnr = std::move(sqnr);
  m_data.planName = planName;
  if (measure() == Measure::Sqnr) refreshMatrix();
}

void OverviewPanel::setEmptyText(const QString& text) {
  m_emptyText = text;
  refresh();
}

void OverviewPanel::setNote(const QString& note) {
  m_note->setText(note);
  m_note->setVisible(!note.isEmpty());
}

void OverviewPanel::setSelected(LinearId id) {
  m_matrix->setSelected(id);
  m_massiveChart->setMarkedX(id.block);
  m_cosineChart->setMarkedX(id.block);
  m_readout->setText(m_matrix->describe(id));
}

void OverviewPanel::setMeasure(Measure measure) { m_measure->setCurrentIndex(m_measure->findData(static_cast<int>(measure))); }
Measure OverviewPanel::measure() const { return static_cast<Measure>(m_measure->currentData().toInt()); }

void OverviewPanel::refresh() {
  for (LineChart* chart : {m_massiveChart, m_cosineChart}) chart->setEmptyText(m_emptyText);
  m_massiveChart->setData(m_data.stats ? bitscape::massiveChart(*m_data.stats) : LineChartData{});
  m_cosineChart->setData(m_data.stats ? bitscape::cosineChart(*m_data.stats) : LineChartData{});
  if (m_massive.empty()) {
    m_summary->setText(m_data.stats ? tr("No massive outliers so far.") : QString());
  } else {
    const auto worst = std::max_element(m_massive.begin(), m_massive.end(),
                                        [](const MassiveOutlier& a, const MassiveOutlier& b) { return a.value < b.value; });
    m_summary->setText((m_massive.size() == 1 ? tr("One massive outlier") : tr("%1 massive outliers").arg(m_massive.size())) +
                       tr(", the largest %1 in block %2 (%3) at token %4, channel %5.")
                           .arg(numberText(worst->value, 5))
                           .arg(worst->block)
                           .arg(worst->place == "residual" ? tr("residual stream") : tr("input of %1").arg(QString::fromStdString(worst->place)))
                           .arg(worst->token)
                           .arg(worst->channel));
  }
  m_summary->setVisible(!m_summary->text().isEmpty());
  refreshMatrix();
}

void OverviewPanel::refreshMatrix() {
  const auto selection = m_matrix->selectedLinear();
  MatrixData data = matrixOf(m_data, measure());
  m_matrix->setEmptyText(measure() == Measure::Sqnr && m_data.stats ? tr("Quantize or evaluate once: the error of each linear appears here.") : m_emptyText);
  m_meaning->setText(data.meaning);
  m_matrix->setData(std::move(data));
  m_matrix->setSelected(selection);
  m_readout->setText(selection ? m_matrix->describe(*selection) : QString());
}

}  // namespace bitscape
