#include "views/speed/speed_panel.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kBelievable = 1.1;   // of a ceiling: caches and chance

QLabel* quietLabel(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  return label;
}

}  // namespace

SpeedPanel::SpeedPanel(QWidget* parent) : QWidget(parent) {
  m_rows = new QComboBox(this);
  for (const int rows : kSpeedRows) {
    m_rows->addItem(rows == 1 ? tr("1 row, as in decode") : rows == kSpeedRows.back() ? tr("%1 rows, as in prefill").arg(rows) : tr("%1 rows").arg(rows), rows);
  }
  m_rows->setToolTip(tr("Tokens that are multiplied with a weight at once. One token waits for memory, many for the multiplier."));
  m_unit = new QComboBox(this);
  m_unit->addItem(tr("GOPS"), QStringLiteral("gops"));
  m_unit->addItem(tr("microseconds"), QStringLiteral("us"));
  m_unit->setToolTip(tr("What stands in the cells: billions of operations per second (a multiply-add counts 2), or the time of one product."));
  m_measure = new QPushButton(this);
  m_stop = new QPushButton(tr("&Stop"), this);
  m_stop->setToolTip(tr("Ends the measurement; what it found so far stays."));
  m_chart = new SpeedChart(this);
  m_chart->setEmptyText(tr("How fast this machine multiplies packed integers, for every number of bits of weights and inputs. "
                           "Measure takes a minute or two and keeps every processor busy; the numbers are remembered."));
  m_status = quietLabel(this);
  m_machine = quietLabel(this);
  m_note = quietLabel(this);
  m_note->setWordWrap(true);

  const auto label = [this](const QString& text, QWidget* buddy) {
    auto* result = new QLabel(text, this);
    result->setBuddy(buddy);
    return result;
  };
  auto* bar = new QHBoxLayout;
  bar->setSpacing(kGap);
  bar->addWidget(label(tr("R&ows at once"), m_rows));
  bar->addWidget(m_rows);
  bar->addSpacing(kGap);
  bar->addWidget(label(tr("&Unit"), m_unit));
  bar->addWidget(m_unit);
  bar->addStretch(1);
  bar->addWidget(m_measure);
  bar->addWidget(m_stop);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, kGap, 0, 0);
  layout->setSpacing(kGap);
  layout->addLayout(bar);
  layout->addWidget(m_machine);
  layout->addWidget(m_chart, 1);
  layout->addWidget(m_status);
  layout->addWidget(m_note);

  connect(m_measure, &QPushButton::clicked, this, &SpeedPanel::measureRequested);
  connect(m_stop, &QPushButton::clicked, this, &SpeedPanel::stopRequested);
  connect(m_chart, &SpeedChart::readoutChanged, this, &SpeedPanel::updateState);
  connect(m_rows, &QComboBox::currentIndexChanged, this, [this] {
    m_chart->setRows(m_rows->currentData().toInt());
    Q_EMIT viewStateChanged();
  });
  connect(m_unit, &QComboBox::currentIndexChanged, this, [this] {
    m_chart->setUnit(m_unit->currentData().toString() == QLatin1String("us") ? SpeedChart::Microseconds : SpeedChart::Gops);
    Q_EMIT viewStateChanged();
  });
  updateState();
}

void SpeedPanel::setGrid(const SpeedGrid& grid) { m_chart->setGrid(grid); }

void SpeedPanel::setRunning(bool running, const QString& step) {
  m_running = running;
  m_step = step;
  updateState();
}

void SpeedPanel::setNote(const QString& note) {
  m_noteText = note;
  updateState();
}

QString SpeedPanel::status() const { return m_status->text(); }
QString SpeedPanel::note() const { return m_note->text(); }
QString SpeedPanel::machine() const { return m_machine->text(); }

void SpeedPanel::updateState() {
  const SpeedGrid& grid = m_chart->grid();
  m_measure->setText(grid.cells.empty() ? tr("&Measure") : tr("&Measure again"));
  m_measure->setEnabled(!m_running);
  m_measure->setToolTip(m_running ? tr("A measurement goes on.") : tr("Measures every cell on this machine in %1 rounds and keeps its fastest; other programs make it slower.").arg(kSpeedRounds));
  m_stop->setEnabled(m_running);
  m_stop->setVisible(m_running);
  QStringList facts;
  if (m_running) facts << (m_step.isEmpty() ? tr("Measuring") : tr("Measuring %1").arg(m_step));
  if (!grid.machine.isEmpty()) facts << tr("%1, %2").arg(grid.machine, grid.isa);
  if (grid.peakGops > 0) facts << tr("byte products %1").arg(gopsText(grid.peakGops));
  if (grid.readGbps > 0) facts << tr("reads %1 GB/s").arg(grid.readGbps, 0, 'f', 1);
  if (!grid.cells.empty() && !m_running) facts << tr("fastest of %1 rounds").arg(kSpeedRounds);
  if (grid.outputs > 0) facts << tr("weights of %1 \u00d7 %2").arg(grid.outputs).arg(grid.inputs);
  if (!grid.measured.isEmpty()) facts << tr("measured %1").arg(grid.measured);
  m_machine->setText(facts.join(QStringLiteral("  \u00b7  ")));
  m_machine->setToolTip(m_machine->text());
  m_status->setText(m_chart->readout());
  m_status->setToolTip(m_status->text());   // where it is cut
  const bool beaten = std::any_of(grid.cells.begin(), grid.cells.end(), [&](const auto& cell) { return grid.share(cell.second) > kBelievable; });
  const QString doubt = beaten && !m_running ? tr("Some cells beat their ceiling: other programs ran while it was measured. Close them and measure again.") : QString();
  m_note->setText(m_noteText.isEmpty() ? doubt : m_noteText);
  m_note->setVisible(!m_note->text().isEmpty());
  const Theme theme = themeOf(palette());
  QPalette muted = palette();
  muted.setColor(QPalette::WindowText, theme.muted);
  for (auto* label : {m_machine, m_note}) label->setPalette(muted);
}

void SpeedPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && m_note != nullptr) updateState();
}

Json SpeedPanel::viewState() const {
  return {{"rows", m_rows->currentData().toInt()}, {"unit", m_unit->currentData().toString().toStdString()}};
}

void SpeedPanel::setViewState(const Json& state) {
  if (!state.is_object()) return;
  const QSignalBlocker silent(this);
  const auto choose = [](QComboBox* box, const QVariant& value) {
    if (const int index = box->findData(value); index >= 0) box->setCurrentIndex(index);
  };
  if (state.contains("rows") && state["rows"].is_number_integer()) choose(m_rows, state["rows"].get<int>());
  if (state.contains("unit") && state["unit"].is_string()) choose(m_unit, QString::fromStdString(state["unit"].get<std::string>()));
}

}  // namespace bitscape
