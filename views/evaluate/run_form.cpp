#include "views/evaluate/run_form.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QStandardItemModel>
#include <algorithm>

#include "views/style/theme.h"

namespace bitscape {
namespace {

void selectData(QComboBox* box, const QVariant& value) {
  if (const int index = box->findData(value); index >= 0) box->setCurrentIndex(index);
}

}  // namespace

RunForm::RunForm(QWidget* parent) : QWidget(parent), m_notReady(tr("Open a model first.")) {
  m_plan = new QLabel(this);
  m_plan->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_plan->setToolTip(tr("What is evaluated. The Recipe dock changes it."));
  m_text = new QLineEdit(this);
  m_text->setPlaceholderText(tr("a UTF-8 text file"));
  m_text->setMinimumWidth(14 * fontMetrics().averageCharWidth());
  auto* choose = new QPushButton(tr("C&hoose\u2026"), this);
  choose->setToolTip(tr("Choose the text that the evaluation reads"));
  m_windows = new QSpinBox(this);
  m_windows->setRange(1, 100000);
  m_windows->setValue(4);
  m_windows->setToolTip(tr("The first N windows of the text. Four times as many halve the standard error."));
  m_length = new QComboBox(this);
  for (const int length : {128, 256, 512, 1024, 2048, 4096}) m_length->addItem(tr("%1 tokens").arg(length), length);
  selectData(m_length, 512);
  m_length->setToolTip(tr("Tokens in a window. Published perplexities use 2048."));
  m_length->setAccessibleName(tr("Tokens in a window"));
  m_backend = new QComboBox(this);
  m_backend->setObjectName(QStringLiteral("backend"));
  m_backend->setToolTip(tr("What multiplies: fake quantization shows the error in floating point; the others multiply the packed integer codes, the reference exactly and slowly."));
  m_run = new QPushButton(tr("&Run"), this);
  m_run->setDefault(true);
  m_cancel = new QPushButton(tr("Cance&l"), this);
  m_cancel->setToolTip(tr("Stops the run that goes on; what it found so far stays in the table."));
  m_status = new QLabel(this);
  m_status->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);

  const auto label = [this](const QString& text, QWidget* buddy) {
    auto* result = new QLabel(text, this);
    result->setBuddy(buddy);
    return result;
  };
  auto* text = new QHBoxLayout;
  text->setSpacing(kGap / 2);
  text->addWidget(m_text, 1);
  text->addWidget(choose);
  auto* amount = new QHBoxLayout;
  amount->setSpacing(kGap / 2);
  amount->addWidget(m_windows);
  amount->addWidget(new QLabel(QStringLiteral("\u00d7"), this));
  amount->addWidget(m_length);
  auto* second = new QHBoxLayout;
  second->setSpacing(kGap);
  second->addLayout(amount);
  second->addSpacing(kGap);
  second->addWidget(label(tr("&Backend"), m_backend));
  second->addWidget(m_backend);
  second->addStretch(1);
  second->addWidget(m_run);
  second->addWidget(m_cancel);
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(kPanelMargin);
  grid->setVerticalSpacing(kGap);
  grid->addWidget(new QLabel(tr("Recipe"), this), 0, 0);
  grid->addWidget(m_plan, 0, 1);
  grid->addWidget(label(tr("&Text"), m_text), 0, 2);
  grid->addLayout(text, 0, 3);
  grid->addWidget(label(tr("Wi&ndows"), m_windows), 1, 0);
  grid->addLayout(second, 1, 1, 1, 3);
  grid->addWidget(m_status, 2, 0, 1, 4);
  grid->setColumnStretch(3, 1);

  const auto changed = [this] {
    updateState();
    if (!m_silent) Q_EMIT requestChanged();
  };
  connect(m_text, &QLineEdit::textChanged, this, changed);
  connect(m_windows, &QSpinBox::valueChanged, this, changed);
  connect(m_length, &QComboBox::currentIndexChanged, this, changed);
  connect(m_backend, &QComboBox::currentIndexChanged, this, changed);
  connect(m_backend, &QComboBox::activated, this, [this] { m_wanted = m_backend->currentData().toString(); });
  connect(choose, &QPushButton::clicked, this, &RunForm::textChooseClicked);
  connect(m_run, &QPushButton::clicked, this, &RunForm::runClicked);
  connect(m_cancel, &QPushButton::clicked, this, &RunForm::cancelClicked);
  QFont bold = font();
  bold.setWeight(QFont::DemiBold);
  m_plan->setFont(bold);
  updateState();
}

EvaluateRequest RunForm::request() const {
  return {m_windows->value(), m_length->currentData().toInt(), m_text->text().trimmed(), m_backend->currentData().toString()};
}

void RunForm::setRequest(const EvaluateRequest& request) {
  const QScopedValueRollback silent(m_silent, true);
  m_windows->setValue(request.windows);
  if (m_length->findData(request.length) < 0 && request.length > 1) m_length->addItem(tr("%1 tokens").arg(request.length), request.length);
  selectData(m_length, request.length);
  m_text->setText(request.textPath);
  if (!request.backend.isEmpty()) m_wanted = request.backend;
  selectBackend();
}

void RunForm::setBackends(const QList<BackendChoice>& backends) {
  if (backends == m_backends) return;   // an open list stays open
  m_backends = backends;
  const QScopedValueRollback silent(m_silent, true);
  m_backend->clear();
  auto* items = qobject_cast<QStandardItemModel*>(m_backend->model());
  for (const auto& [id, title, fault] : backends) {
    m_backend->addItem(title, id);
    auto* item = items->item(m_backend->count() - 1);
    item->setEnabled(fault.isEmpty());
    item->setToolTip(fault);
    item->setAccessibleDescription(fault);
  }
  selectBackend();
}

void RunForm::selectBackend() {
  const auto usable = [](const BackendChoice& choice) { return choice.fault.isEmpty(); };
  auto found = std::find_if(m_backends.begin(), m_backends.end(), [&](const BackendChoice& choice) { return choice.id == m_wanted && usable(choice); });
  if (found == m_backends.end()) found = std::find_if(m_backends.begin(), m_backends.end(), usable);
  if (found != m_backends.end()) selectData(m_backend, found->id);
}

void RunForm::setReady(bool ready, const QString& why) {
  m_ready = ready;
  m_notReady = why;
  updateState();
}

void RunForm::setPlanName(const QString& name) { m_plan->setText(name); }

void RunForm::setEstimate(const QString& text, const QString& fault) {
  m_estimate = text;
  m_fault = fault;
  updateState();
}

void RunForm::setRunning(const QString& text) {
  m_running = text;
  updateState();
}

void RunForm::setTextPath(const QString& path) { m_text->setText(path); }

void RunForm::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && m_status != nullptr) updateState();
}

void RunForm::updateState() {
  const QString missing = !m_ready ? m_notReady : m_text->text().trimmed().isEmpty() ? tr("Choose a text file to run on.") : m_fault;
  m_run->setEnabled(m_ready && missing.isEmpty());
  m_run->setToolTip(missing.isEmpty() ? tr("Evaluates the recipe and adds a row to the table") : missing);
  m_cancel->setEnabled(!m_running.isEmpty());
  const QString status = !missing.isEmpty() ? missing : !m_running.isEmpty() ? m_running : m_estimate;
  m_status->setText(status);
  m_status->setToolTip(status);   // where it is cut
  const Theme theme = themeOf(palette());
  QPalette shown = palette();
  shown.setColor(QPalette::WindowText, m_ready && !m_fault.isEmpty() ? theme.bad : theme.muted);
  m_status->setPalette(shown);
}

}  // namespace bitscape
