#include "views/evaluate/evaluate_panel.h"

#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "views/charts/line_chart.h"
#include "views/style/colour_scale.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kFloatBits = 16;
constexpr char kBalanced[] = "2b";

QString bitsText(int bits) { return bits == 1 ? EvaluatePanel::tr("1 bit") : EvaluatePanel::tr("%1 bits").arg(bits); }

void selectData(QComboBox* box, const QVariant& value) {
  if (const int index = box->findData(value); index >= 0) box->setCurrentIndex(index);
}

}  // namespace

EvaluatePanel::EvaluatePanel(QWidget* parent) : QWidget(parent), m_notReady(tr("Open a model first.")) {
  m_runs = new RunsModel(this);
  auto* form = new QWidget(this);
  buildForm(form);

  m_perplexity = new LineChart(this);
  m_divergence = new LineChart(this);
  for (LineChart* chart : {m_perplexity, m_divergence}) chart->setEmptyText(tr("Run an evaluation: numbers appear here as windows are done."));
  auto* charts = new QSplitter(Qt::Horizontal, this);
  charts->addWidget(m_perplexity);
  charts->addWidget(m_divergence);
  charts->setHandleWidth(kGap);

  auto* sorted = new QSortFilterProxyModel(this);
  sorted->setSourceModel(m_runs);
  sorted->setSortRole(RunsModel::SortRole);
  m_table = new QTableView(this);
  m_table->setModel(sorted);
  m_table->setSortingEnabled(true);
  m_table->sortByColumn(-1, Qt::AscendingOrder);
  m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_table->setAlternatingRowColors(true);
  m_table->setShowGrid(false);
  m_table->setWordWrap(false);
  m_table->setFrameShape(QFrame::NoFrame);
  m_table->verticalHeader()->hide();
  m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
  m_table->horizontalHeader()->setHighlightSections(false);
  m_table->horizontalHeader()->setStretchLastSection(true);
  m_table->setAccessibleName(tr("Runs"));
  const QFontMetrics metrics(font());
  const auto width = [&](const char* sample) { return metrics.horizontalAdvance(QLatin1String(sample)) + 12; };
  const int widths[] = {width("w4a16g128s"), width("000.000 + 00.000"), width("KL mean"), width("KL median"), width("KL 99 %0"), width("Top-1 agrees"),
                        width("Bits / weight"), width("reference"), width("Windows"), width("Seconds"), width("cancelled")};
  for (std::size_t c = 0; c < std::size(widths); ++c) m_table->setColumnWidth(static_cast<int>(c), widths[c]);

  auto* results = new QSplitter(Qt::Vertical, this);
  results->addWidget(charts);
  results->addWidget(m_table);
  results->setSizes({600, 400});
  results->setStretchFactor(0, 3);
  results->setStretchFactor(1, 2);
  results->setChildrenCollapsible(false);
  results->setHandleWidth(kGap);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(kPanelMargin, kPanelMargin, kPanelMargin, kPanelMargin);
  layout->setSpacing(kPanelMargin);
  layout->addWidget(form);
  layout->addWidget(results, 1);
  updatePlanName();
  updateButtons();
}

void EvaluatePanel::buildForm(QWidget* parent) {
  parent->setFixedWidth(std::max(250, fontMetrics().averageCharWidth() * 40));
  m_weightBits = new QComboBox(parent);
  m_inputBits = new QComboBox(parent);
  m_weightBits->addItem(tr("float"), QString::number(kFloatBits));
  m_inputBits->addItem(tr("float"), QString::number(kFloatBits));
  for (int bits = 8; bits >= 1; --bits) {
    m_weightBits->addItem(bitsText(bits), QString::number(bits));
    m_inputBits->addItem(bitsText(bits), QString::number(bits));
    if (bits == 2) m_weightBits->addItem(tr("2 bits, balanced (5 levels)"), QLatin1String(kBalanced));
  }
  m_weightBits->setToolTip(tr("Bits of a stored weight code"));
  m_inputBits->setToolTip(tr("Bits of a linear's input, quantized per token while the model runs"));
  m_group = new QComboBox(parent);
  m_group->addItem(tr("whole row"), 0);
  for (const int group : {256, 128, 64, 32, 16}) m_group->addItem(tr("%1 inputs").arg(group), group);
  m_group->setToolTip(tr("Weights that share one scale: fewer are more exact and take more space. Must divide the width of every linear"));
  m_symmetric = new QCheckBox(tr("S&ymmetric weights"), parent);
  m_symmetric->setToolTip(tr("No zero point: simpler kernels, a coarser grid when the range is lopsided"));
  m_planName = new QLabel(parent);
  m_planName->setTextInteractionFlags(Qt::TextSelectableByMouse);
  QFont bold = font();
  bold.setWeight(QFont::DemiBold);
  m_planName->setFont(bold);
  m_windows = new QSpinBox(parent);
  m_windows->setRange(1, 100000);
  m_windows->setValue(4);
  m_windows->setToolTip(tr("The first N windows of the text; more windows, smaller error"));
  m_length = new QComboBox(parent);
  for (const int length : {256, 512, 1024, 2048, 4096}) m_length->addItem(tr("%1 tokens").arg(length), length);
  selectData(m_length, 2048);
  m_length->setToolTip(tr("Tokens in a window. Published perplexities use 2048"));
  m_backend = new QComboBox(parent);
  m_backend->setToolTip(tr("Fake quantization is fast and shows the error; the reference multiplies the packed integer codes exactly, slowly"));
  m_text = new QLineEdit(parent);
  m_text->setPlaceholderText(tr("a UTF-8 text file"));
  m_choose = new QPushButton(tr("C&hoose\u2026"), parent);
  m_run = new QPushButton(tr("&Run"), parent);
  m_run->setDefault(true);
  m_cancel = new QPushButton(tr("Cance&l"), parent);
  m_status = new QLabel(parent);
  m_status->setWordWrap(true);
  m_note = new QLabel(parent);
  m_note->setWordWrap(true);
  m_note->setForegroundRole(QPalette::PlaceholderText);
  m_note->hide();

  auto* fields = new QFormLayout;
  fields->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  fields->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  fields->setHorizontalSpacing(kPanelMargin);
  fields->setVerticalSpacing(kGap);
  fields->addRow(tr("&Weights"), m_weightBits);
  fields->addRow(tr("&Inputs"), m_inputBits);
  fields->addRow(tr("Scale &per"), m_group);
  fields->addRow(QString(), m_symmetric);
  fields->addRow(tr("Plan"), m_planName);
  auto* line = new QFrame(parent);
  line->setFrameShape(QFrame::HLine);
  line->setForegroundRole(QPalette::Mid);
  line->setFrameShadow(QFrame::Plain);
  fields->addRow(line);
  auto* text = new QHBoxLayout;
  text->setSpacing(kGap / 2);
  text->addWidget(m_text, 1);
  text->addWidget(m_choose);
  fields->addRow(tr("&Text"), text);
  fields->addRow(tr("Wi&ndows"), m_windows);
  fields->addRow(tr("&Length"), m_length);
  fields->addRow(tr("&Backend"), m_backend);
  if (auto* label = qobject_cast<QLabel*>(fields->labelForField(text))) label->setBuddy(m_text);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(kGap);
  buttons->addWidget(m_run, 1);
  buttons->addWidget(m_cancel, 1);
  auto* layout = new QVBoxLayout(parent);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kPanelMargin);
  layout->addLayout(fields);
  layout->addLayout(buttons);
  layout->addWidget(m_status);
  layout->addStretch(1);
  layout->addWidget(m_note);

  for (QComboBox* box : {m_weightBits, m_inputBits, m_group}) connect(box, &QComboBox::currentIndexChanged, this, [this] { updatePlanName(); });
  connect(m_symmetric, &QCheckBox::toggled, this, [this] { updatePlanName(); });
  connect(m_text, &QLineEdit::textChanged, this, [this] { updateButtons(); });
  connect(m_choose, &QPushButton::clicked, this, &EvaluatePanel::textChooseRequested);
  connect(m_run, &QPushButton::clicked, this, [this] { Q_EMIT runRequested(request()); });
  connect(m_cancel, &QPushButton::clicked, this, [this] {
    for (const Run& run : m_runs->runs()) {
      if (run.state == RunState::Running) Q_EMIT cancelRequested(run.id);
    }
  });
  selectData(m_weightBits, QStringLiteral("4"));
  selectData(m_inputBits, QStringLiteral("8"));
}

void EvaluatePanel::updatePlanName() {
  const QString weight = m_weightBits->currentData().toString();
  const bool grid = weight != QString::number(kFloatBits) && weight != QLatin1String(kBalanced);
  m_group->setEnabled(grid);
  m_symmetric->setEnabled(grid);
  m_planName->setText(request().plan);
  if (m_ready && !m_silent) Q_EMIT planChanged(request().plan);
}

EvaluateRequest EvaluatePanel::request() const {
  EvaluateRequest request;
  const QString weight = m_weightBits->currentData().toString(), input = m_inputBits->currentData().toString();
  const bool grid = weight != QString::number(kFloatBits) && weight != QLatin1String(kBalanced);
  if (weight == QString::number(kFloatBits) && input == QString::number(kFloatBits)) {
    request.plan = QStringLiteral("float");
  } else {
    request.plan = QLatin1Char('w') + weight + (weight == QLatin1String(kBalanced) && input == QString::number(kFloatBits) ? QString() : QLatin1Char('a') + input);
    if (grid && m_group->currentData().toInt() > 0) request.plan += QStringLiteral("g%1").arg(m_group->currentData().toInt());
    if (grid && m_symmetric->isChecked()) request.plan += QLatin1Char('s');
  }
  request.windows = m_windows->value();
  request.length = m_length->currentData().toInt();
  request.textPath = m_text->text().trimmed();
  request.backend = m_backend->currentData().toString();
  return request;
}

void EvaluatePanel::setRequest(const EvaluateRequest& request) {
  static const QRegularExpression pattern(QStringLiteral("^w(\\d+|2b)(?:a(\\d+))?(?:g(\\d+))?(s?)$"));
  m_silent = true;
  const auto match = pattern.match(request.plan == QLatin1String("float") ? QStringLiteral("w16a16") : request.plan);
  if (match.hasMatch()) {
    selectData(m_weightBits, match.captured(1));
    selectData(m_inputBits, match.captured(2).isEmpty() ? QStringLiteral("16") : match.captured(2));
    selectData(m_group, match.captured(3).toInt());
    m_symmetric->setChecked(!match.captured(4).isEmpty());
  }
  m_silent = false;
  m_windows->setValue(request.windows);
  if (m_length->findData(request.length) < 0) m_length->addItem(tr("%1 tokens").arg(request.length), request.length);
  selectData(m_length, request.length);
  m_text->setText(request.textPath);
  selectData(m_backend, request.backend);
}

void EvaluatePanel::setBackends(const QList<std::pair<QString, QString>>& backends) {
  const QString before = m_backend->currentData().toString();
  m_backend->clear();
  for (const auto& [id, title] : backends) m_backend->addItem(title, id);
  selectData(m_backend, before);
}

void EvaluatePanel::setTextPath(const QString& path) { m_text->setText(path); }

void EvaluatePanel::setNote(const QString& note) {
  m_note->setText(note);
  m_note->setVisible(!note.isEmpty());
}

void EvaluatePanel::setReady(bool ready, const QString& why) {
  m_ready = ready;
  m_notReady = why;
  updateButtons();
}

void EvaluatePanel::updateButtons() {
  const Run* running = nullptr;
  for (const Run& run : m_runs->runs()) {
    if (run.state == RunState::Running) running = &run;
  }
  const bool text = !m_text->text().trimmed().isEmpty();
  m_run->setEnabled(m_ready && text);
  m_cancel->setEnabled(running != nullptr);
  m_status->setText(running != nullptr ? tr("Running %1: %2 windows done.").arg(running->plan).arg(running->report.windows)
                    : !m_ready         ? m_notReady
                    : !text            ? tr("Choose a text file to run on.")
                                       : QString());
}

void EvaluatePanel::showRun(const Run& run) {
  m_runs->put(run);
  auto& history = m_history[run.id];
  if (run.report.windows > 0) {
    while (!history.empty() && history.back().windows >= run.report.windows) history.pop_back();
    history.push_back(run.report);
  }
  updateButtons();
  updateCharts();
}

void EvaluatePanel::updateCharts() {
  constexpr std::size_t kShown = 6;   // the newest runs; colours repeat beyond
  LineChartData ppl, kl;
  ppl.title = tr("Perplexity");
  ppl.yTitle = tr("perplexity");
  ppl.meaning = tr("Lower is better; bars are one standard error from the spread between windows. Compare runs at the same number of windows.");
  kl.title = tr("KL divergence from the float model");
  kl.yTitle = tr("nats");
  kl.meaning = tr("Mean over positions: 0 is identical, below 0.05 is hardly noticed, above 0.5 hurts.");
  for (LineChartData* data : {&ppl, &kl}) {
    data->xTitle = tr("windows");
    data->wholeX = true;
  }
  const auto& runs = m_runs->runs();
  for (std::size_t i = runs.size() > kShown ? runs.size() - kShown : 0; i < runs.size(); ++i) {
    LineSeries a, b;
    a.name = b.name = runs[i].plan;
    a.markers = b.markers = true;
    for (const Report& r : m_history[runs[i].id]) {
      a.points.append({static_cast<double>(r.windows), r.ppl});
      a.errors.append(r.windows > 1 ? r.pplStderr : 0);
      b.points.append({static_cast<double>(r.windows), r.klMean});
    }
    ppl.series.push_back(std::move(a));
    kl.series.push_back(std::move(b));
  }
  m_perplexity->setData(std::move(ppl));
  m_divergence->setData(std::move(kl));
}

}  // namespace bitscape
