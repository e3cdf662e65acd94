// The page of bits: how it is built, and what its charts and labels say.

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>
#include <cmath>

#include "views/bits/bits_panel.h"
#include "views/bits/plan_form.h"
#include "views/recipe/plan_edit.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

QLabel* readoutLabel(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // a long line is cut, never widens the page
  return label;
}

QString megabytesText(double bytes) { return BitsPanel::tr("%1 MB").arg(QLocale().toString(bytes / 1e6, 'f', 1)); }

// A change with its sign, real minus included.
QString signedText(double value, int digits) {
  const QString text = numberText(std::abs(value), digits);
  return (value < 0 ? QStringLiteral("\u2212") : QStringLiteral("+")) + text;
}

}  // namespace

BitsPanel::BitsPanel(Selection& selection, QWidget* parent) : Page(QStringLiteral("bits"), selection, parent) {
  compareBar()->hide();  // one model, one plan: there is no other side here
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kPanelMargin, kGap, kPanelMargin, kPanelMargin);
  layout->setSpacing(kGap);
  layout->addWidget(buildTools());
  m_noteLabel = new QLabel(this);
  m_noteLabel->setWordWrap(true);
  layout->addWidget(m_noteLabel);

  auto* top = new QWidget(this);
  auto* topLayout = new QVBoxLayout(top);
  topLayout->setContentsMargins(0, 0, 0, 0);
  topLayout->setSpacing(kGap / 2);
  m_chart = new BitChart(top);
  m_readout = readoutLabel(top);
  topLayout->addWidget(m_chart, 1);
  topLayout->addWidget(m_readout);

  auto* front = new QWidget(this);
  auto* frontLayout = new QVBoxLayout(front);
  frontLayout->setContentsMargins(0, 0, 0, 0);
  frontLayout->setSpacing(kGap / 2);
  m_pareto = new ParetoChart(front);
  m_paretoReadout = readoutLabel(front);
  frontLayout->addWidget(m_pareto, 1);
  frontLayout->addWidget(m_paretoReadout);

  auto* bottom = new QSplitter(Qt::Horizontal, this);
  bottom->setChildrenCollapsible(false);
  bottom->addWidget(front);
  bottom->addWidget(buildSide());
  bottom->setStretchFactor(0, 3);
  bottom->setStretchFactor(1, 2);
  bottom->setSizes({560, 380});
  m_split = new QSplitter(Qt::Vertical, this);
  m_split->setChildrenCollapsible(false);
  m_split->addWidget(top);
  m_split->addWidget(bottom);
  m_split->setStretchFactor(0, 1);
  m_split->setStretchFactor(1, 1);
  layout->addWidget(m_split, 1);
  connect(m_split, &QSplitter::splitterMoved, this, &Page::viewStateChanged);
  connectChart();
  connectPareto();
  setModel(nullptr);
}

QWidget* BitsPanel::buildTools() {
  auto* tools = new QWidget(this);
  auto* row = new QHBoxLayout(tools);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kGap);
  m_budgetBox = new QDoubleSpinBox(tools);
  m_budgetBox->setKeyboardTracking(false);
  m_budgetBox->setAccessibleName(tr("Budget"));
  m_budgetBox->setToolTip(tr("How large the plan may be. The solver's answer is shown at once; Solve writes it into the recipe."));
  m_unit = new QComboBox(tools);
  m_unit->addItem(tr("bits per weight"), QStringLiteral("bits"));
  m_unit->addItem(tr("MB of the model"), QStringLiteral("mb"));
  m_unit->setAccessibleName(tr("Unit of the budget"));
  m_unit->setToolTip(tr(
      "Bits per weight count codes, scales and zero points of the blocks' linears; the size of the model adds embedding, head and norms."));
  m_solve = new QPushButton(tr("S&olve"), tools);
  m_mode = new QComboBox(tools);
  m_mode->addItem(tr("from statistics"), Quick);
  m_mode->addItem(tr("with the KL of each"), Exact);
  m_mode->setAccessibleName(tr("How costs are measured"));
  m_mode->setToolTip(
      tr("From statistics: one pass over the text and its second-order estimate, in seconds. "
         "With the KL of each: every linear alone at 3 bits as well, in minutes."));
  m_measure = new QPushButton(tools);
  m_stop = new QPushButton(tr("Sto&p"), tools);
  m_stop->setToolTip(tr("Ends the measurement; the blocks that were measured are kept and not measured again."));
  auto* label = new QLabel(tr("Bud&get"), tools);
  label->setBuddy(m_budgetBox);
  for (auto* widget : std::initializer_list<QWidget*>{label, m_budgetBox, m_unit, m_solve}) row->addWidget(widget);
  row->addStretch(1);
  auto* costs = new QLabel(tr("Costs"), tools);
  for (auto* widget : std::initializer_list<QWidget*>{costs, m_mode, m_measure, m_stop}) row->addWidget(widget);

  connect(m_budgetBox, &QDoubleSpinBox::valueChanged, this, [this](double value) {
    if (!m_silent) proposeBudget(m_unit->currentData().toString() == QLatin1String("mb") ? bitsPerWeightOf(m_board, value) : value);
  });
  connect(m_unit, &QComboBox::currentIndexChanged, this, [this] {
    setBudget(m_budget);
    Q_EMIT viewStateChanged();
  });
  connect(m_solve, &QPushButton::clicked, this, &BitsPanel::solveBudget);
  connect(m_mode, &QComboBox::currentIndexChanged, this, [this] {
    Q_EMIT costModeChanged();
    Q_EMIT viewStateChanged();
  });
  connect(m_measure, &QPushButton::clicked, this, [this] { Q_EMIT measureRequested(costMode()); });
  connect(m_stop, &QPushButton::clicked, this, &BitsPanel::stopRequested);
  return tools;
}

QWidget* BitsPanel::buildSide() {
  auto* side = new QWidget(this);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(kGap, 0, 0, 0);
  column->setSpacing(kGap);
  m_numbers = new QLabel(side);
  m_numbers->setWordWrap(true);
  m_numbers->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_numbers->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  m_form = new PlanForm(side);
  m_fused = new QCheckBox(tr("Fuse&d linears together"), side);
  m_fused->setChecked(true);
  m_fused->setToolTip(tr("q, k and v, and gate and up, have the same bits: runtimes multiply them as one."));
  m_keep = new QPushButton(tr("&Keep as A"), side);
  m_keep->setToolTip(tr("Remembers this plan, so that later ones are compared with it; a click on its point brings it back."));
  m_differences = new QListWidget(side);
  m_differences->setAccessibleName(tr("Linears that differ between plan A and this plan"));
  m_differences->setUniformItemSizes(true);
  column->addWidget(m_numbers);
  column->addWidget(m_form);
  column->addWidget(m_fused);
  m_evaluate = new QPushButton(side);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(m_keep);
  buttons->addWidget(m_evaluate);
  buttons->addStretch(1);
  column->addLayout(buttons);
  column->addWidget(m_differences, 1);
  column->addStretch(0);  // while there is no list
  connect(m_fused, &QCheckBox::toggled, this, [this](bool on) {
    m_board.fused = on;
    propose(std::nullopt);
    refreshPareto();
    Q_EMIT viewStateChanged();
  });
  connect(m_form, &PlanForm::planEdited, this, &BitsPanel::planEdited);
  connect(m_evaluate, &QPushButton::clicked, this, &BitsPanel::evaluateRequested);
  connect(m_keep, &QPushButton::clicked, this, [this] {
    m_kept = m_board.plan;
    refreshPareto();
    refreshDifferences();
  });
  connect(m_differences, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
    if (item == nullptr || item->data(Qt::UserRole).toInt() < 0) return;
    const auto linears = m_board.linears();
    const auto index = static_cast<std::size_t>(item->data(Qt::UserRole).toInt());
    if (index < linears.size()) this->selection().selectLinear(linears[index]);
  });
  return side;
}

void BitsPanel::refreshPlan() {
  if (!m_board.config) {
    m_chart->setBars({});
    m_chart->setMean(std::nullopt);
    m_pareto->setProposed(std::nullopt);
    return refreshNumbers();
  }
  const Plan& shown = m_isDragged && m_proposal ? *m_proposal : m_board.plan;
  std::vector<int> proposed;
  if (m_proposal && !m_isDragged) {
    for (const LinearId id : m_board.linears()) proposed.push_back(weightBitsOf(m_proposal->of(id)));
  }
  m_chart->setCostUnit(errorUnit());
  if (m_board.table) m_chart->setCostTitle(tr("error at %1 bits").arg(sensitivityBits(*m_board.table)));
  m_chart->setBars(barsOf(m_board, shown), proposed);
  m_chart->setFocusLinear(selection().current().linear);
  m_chart->setMean(sizeOf(m_proposal.value_or(m_board.plan), *m_board.config).bitsPerWeight);
  std::optional<SizeAndCost> at;
  if (m_proposal && m_board.table) {
    const BitTotal total = totalOf(m_board, *m_proposal);
    if (total.predicted) at = SizeAndCost{total.size.bitsPerWeight, *total.predicted};
  }
  m_pareto->setProposed(at);
  refreshNumbers();
}

void BitsPanel::refreshPareto() {
  std::vector<ParetoPoint> points;
  m_pointPlans.clear();
  const auto add = [&](ParetoPoint::Kind kind, const QString& name, const Plan& plan, double error, double stderror) {
    points.push_back({kind, name, sizeOf(plan, *m_board.config).bitsPerWeight, error, stderror});
    m_pointPlans.push_back(plan);
  };
  const auto addPredicted = [&](ParetoPoint::Kind kind, const QString& name, const Plan& plan) {
    if (const BitTotal total = totalOf(m_board, plan); total.predicted && *total.predicted > 0) add(kind, name, plan, *total.predicted, 0);
  };
  if (m_board.config && m_board.table && !m_board.table->rows.empty()) {
    const bool nats = unitOf(*m_board.table) != CostUnit::RelativeError;
    m_pareto->setErrorTitle(nats ? tr("predicted KL, nats") : tr("relative error, summed"));
    for (const UniformPlan& uniform : uniformPlans(m_board))
      addPredicted(ParetoPoint::Uniform, QString::fromStdString(uniform.name), uniform.plan);
    if (m_kept) addPredicted(ParetoPoint::Kept, QStringLiteral("A"), *m_kept);
    for (const MeasuredPlan& measured : m_measured) {
      if (nats && measured.kl > 0)
        add(ParetoPoint::Measured, QString::fromStdString(measured.name), measured.plan, measured.kl, measured.klStderr);
    }
    addPredicted(ParetoPoint::Yours, tr("this plan"), m_board.plan);
  }
  m_pareto->setData(frontOf(m_board), std::move(points));
}

void BitsPanel::refreshNumbers() {
  if (!m_board.config) return m_numbers->setText(tr("Open a model first."));
  const BitTotal now = totalOf(m_board, m_board.plan);
  QStringList lines;
  QString first = tr("%1 bits per weight").arg(numberText(now.size.bitsPerWeight, 4));
  if (now.predicted) first += QStringLiteral(", ") + tr("predicted error %1 %2").arg(numberText(*now.predicted, 3), errorUnit()).trimmed();
  lines << first;
  lines << tr("%1 in all, %2 of them the blocks' linears")
               .arg(megabytesText(static_cast<double>(now.size.totalBytes)), megabytesText(static_cast<double>(now.size.blockBytes)));
  const auto change = [&](const BitTotal& from, const BitTotal& to) {
    QStringList parts{tr("%1 bits per weight").arg(signedText(to.size.bitsPerWeight - from.size.bitsPerWeight, 3)),
                      tr("%1 MB").arg(signedText(static_cast<double>(to.size.totalBytes - from.size.totalBytes) / 1e6, 3))};
    if (from.predicted && to.predicted) parts << tr("error %1").arg(signedText(*to.predicted - *from.predicted, 3));
    return parts.join(QStringLiteral(", "));
  };
  if (m_readGbps > 0) {
    const double milliseconds = bytesPerToken(m_board, m_proposal.value_or(m_board.plan)) / m_readGbps / 1e6;
    lines << tr("at least %1 ms per token, reading %2 GB/s").arg(numberText(milliseconds, 3), numberText(m_readGbps, 3));
  }
  if (m_board.table && now.unknown > 0)
    lines << tr("%1 linears have bits that were not measured: there is no prediction.").arg(now.unknown);
  if (m_proposal) {
    lines << tr("Proposed: %1").arg(change(now, totalOf(m_board, *m_proposal)));
  } else if (m_hasLast && m_last != m_board.plan) {
    lines << tr("Against the last plan: %1").arg(change(totalOf(m_board, m_last), now));
  }
  if (!m_measured.empty() && m_board.table && unitOf(*m_board.table) != CostUnit::RelativeError) {
    const MeasuredPlan& last = m_measured.back();
    if (const BitTotal then = totalOf(m_board, last.plan); then.predicted && last.kl > 0) {
      const QString error = last.klStderr > 0 ? QStringLiteral(" \u00b1 ") + numberText(last.klStderr, 2) : QString();
      lines << tr("Last measured: %1, predicted %2, measured %3 nats: the prediction was off by %4 %.")
                   .arg(QString::fromStdString(last.name), numberText(*then.predicted, 3), numberText(last.kl, 3) + error,
                        signedText(100 * (*then.predicted / last.kl - 1), 2));
      const auto uniform = uniformKl(m_board, m_measured, then.size.bitsPerWeight);
      if (uniform && exceptionsOf(last.plan) > 0) {
        lines << (last.kl < *uniform
                      ? tr("Uniform bits of its size measured %1 nats: it is %2 % better.")
                            .arg(numberText(*uniform, 3), numberText(100 * (1 - last.kl / *uniform), 2))
                      : tr("Uniform bits of its size measured %1 nats: it is no better than they are.").arg(numberText(*uniform, 3)));
      }
    }
  }
  m_numbers->setText(lines.join(QLatin1Char('\n')));
}

void BitsPanel::refreshDifferences() {
  const QSignalBlocker silent(m_differences);
  m_differences->clear();
  m_differences->setVisible(m_kept.has_value());
  m_keep->setEnabled(m_board.config.has_value());
  if (!m_kept) return;
  const auto perBlock = static_cast<int>(kBlockRoles.size());
  for (const BitDifference& each : differences(m_board, *m_kept, m_board.plan)) {
    auto* item = new QListWidgetItem(
        tr("%1: %2 \u2192 %3").arg(QString::fromStdString(toString(each.id)), bitsText(each.before), bitsText(each.now)), m_differences);
    item->setData(Qt::UserRole, each.id.block < 0 ? -1 : each.id.block * perBlock + static_cast<int>(each.id.role));
  }
  if (m_differences->count() == 0) {
    auto* item = new QListWidgetItem(tr("This plan is plan A."), m_differences);
    item->setData(Qt::UserRole, -1);
    item->setFlags(Qt::NoItemFlags);
  }
}

void BitsPanel::refreshControls() {
  const bool model = m_board.config.has_value(), table = model && m_board.table && !m_board.table->rows.empty();
  for (auto* widget : std::initializer_list<QWidget*>{m_budgetBox, m_unit, m_solve}) widget->setEnabled(table);
  m_solve->setToolTip(table ? tr("Writes the plan of the least predicted error within the budget into the recipe; locked linears stay.")
                            : tr("Measure the costs first."));
  m_evaluate->setText(m_evaluating ? tr("Evaluating\u2026") : tr("Evaluate &this plan"));
  m_evaluate->setEnabled(model && !m_evaluating && m_evaluateFault.isEmpty());
  m_evaluate->setToolTip(m_evaluateFault.isEmpty()
                             ? tr("Measures the KL divergence of this plan on the text; the run stands on the Evaluate page, too.")
                             : m_evaluateFault);
  m_fused->setEnabled(model);
  m_mode->setEnabled(model && !m_running);
  m_measure->setText(m_board.table ? tr("&Measure again") : tr("&Measure"));
  m_measure->setEnabled(model && !m_running && m_fault.isEmpty());
  m_measure->setToolTip(!m_fault.isEmpty() ? m_fault : m_needs);
  m_stop->setVisible(m_running);
  m_chart->setEmptyText(tr("Open a model first."));
  m_pareto->setEmptyText(!model ? tr("Open a model first.")
                         : m_running
                             ? tr("The costs are being measured.")
                             : tr("Predicted error against size, once it is known what every linear costs in every format: press Measure. "
                                  "Bits can be dragged before that."));
  QStringList notes;
  if (m_running) notes << (m_step.isEmpty() ? tr("Measuring the costs") : tr("Measuring the costs: %1").arg(m_step));
  if (!m_solveFault.isEmpty()) notes << m_solveFault;
  if (!m_noteText.isEmpty())
    notes << m_noteText;
  else if (model && !m_running && !m_fault.isEmpty())
    notes << m_fault;
  m_noteLabel->setText(notes.join(QLatin1Char('\n')));
  m_noteLabel->setVisible(!notes.isEmpty());
  const Theme theme = themeOf(palette());
  QPalette muted = palette();
  muted.setColor(QPalette::WindowText, theme.muted);
  for (auto* label : {m_noteLabel, m_readout, m_paretoReadout}) label->setPalette(muted);
}

}  // namespace bitscape
