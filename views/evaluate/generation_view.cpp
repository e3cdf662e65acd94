#include "views/evaluate/generation_view.h"

#include <QDoubleSpinBox>
#include <QEvent>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>

#include "views/evaluate/token_text.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kPromptLines = 4;

// "token 17" of one side in words: its text as a reader sees it, id, probability.
QString tokenText(const TokenText& column, int token) {
  if (token < 0 || token >= static_cast<int>(column.tokens().size())) return QStringLiteral("\u2013");
  const GeneratedToken& t = column.tokens()[static_cast<std::size_t>(token)];
  QString text = t.text;
  text.replace(QLatin1Char('\n'), QStringLiteral("\u21b5")).replace(QLatin1Char('\t'), QStringLiteral("\u21e5"));
  return GenerationView::tr("\u201c%1\u201d (id %2, probability %3 %)").arg(text).arg(t.id).arg(QString::number(100 * t.probability, 'f', 1));
}

}  // namespace

GenerationView::GenerationView(QWidget* parent) : QWidget(parent), m_notReady(tr("Open a model first.")), m_names{tr("float"), tr("quantized")} {
  QWidget* form = buildForm();
  m_summary = new QLabel(this);
  m_summary->setWordWrap(true);
  m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_detail = new QLabel(this);
  m_detail->setForegroundRole(QPalette::PlaceholderText);
  m_detail->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  m_detail->setTextFormat(Qt::PlainText);
  auto* columns = new QSplitter(Qt::Horizontal, this);
  columns->addWidget(buildColumn(Side::A));
  columns->addWidget(buildColumn(Side::B));
  columns->setChildrenCollapsible(false);
  columns->setHandleWidth(kGap);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, kGap, 0, 0);
  layout->setSpacing(kGap);
  layout->addWidget(form);
  layout->addWidget(m_summary);
  layout->addWidget(columns, 1);
  layout->addWidget(m_detail);
  setNames(m_names);
  showToken(-1);
  updateState();
}

QWidget* GenerationView::buildForm() {
  auto* form = new QWidget(this);
  m_prompt = new QPlainTextEdit(form);
  m_prompt->setPlaceholderText(tr("Text that both models continue"));
  m_prompt->setTabChangesFocus(true);
  m_prompt->setAccessibleName(tr("Prompt"));
  m_prompt->setFixedHeight(kPromptLines * fontMetrics().lineSpacing() + 14);
  m_tokens = new QSpinBox(form);
  m_tokens->setRange(8, 512);
  m_tokens->setValue(64);
  m_tokens->setToolTip(tr("How many tokens each model writes at most; an end-of-text token ends it earlier."));
  m_temperature = new QDoubleSpinBox(form);
  m_temperature->setRange(0, 2);
  m_temperature->setSingleStep(0.1);
  m_temperature->setDecimals(1);
  m_temperature->setSpecialValueText(tr("greedy"));
  m_temperature->setToolTip(tr("Greedy takes the most probable token each time: the fairest comparison. Above that tokens are drawn, with the same random numbers for A and B."));
  m_run = new QPushButton(tr("&Generate"), form);
  m_stop = new QPushButton(tr("&Stop"), form);
  auto* label = new QLabel(tr("&Prompt"), form);
  label->setBuddy(m_prompt);
  auto* settings = new QFormLayout;
  settings->setContentsMargins(0, 0, 0, 0);
  settings->setHorizontalSpacing(kPanelMargin);
  settings->setVerticalSpacing(kGap);
  settings->addRow(tr("To&kens"), m_tokens);
  settings->addRow(tr("Te&mperature"), m_temperature);
  auto* buttons = new QVBoxLayout;
  buttons->setSpacing(kGap);
  buttons->addWidget(m_run);
  buttons->addWidget(m_stop);
  buttons->addStretch(1);
  auto* layout = new QHBoxLayout(form);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kPanelMargin);
  layout->addWidget(label, 0, Qt::AlignTop);
  layout->addWidget(m_prompt, 1);
  layout->addLayout(settings);
  layout->addLayout(buttons);
  const auto changed = [this] {
    updateState();
    if (!m_silent) Q_EMIT requestChanged();
  };
  connect(m_prompt, &QPlainTextEdit::textChanged, this, changed);
  connect(m_tokens, &QSpinBox::valueChanged, this, changed);
  connect(m_temperature, &QDoubleSpinBox::valueChanged, this, changed);
  connect(m_run, &QPushButton::clicked, this, [this] { Q_EMIT generateRequested(request()); });
  connect(m_stop, &QPushButton::clicked, this, &GenerationView::stopRequested);
  return form;
}

QWidget* GenerationView::buildColumn(Side side) {
  auto* box = new QWidget(this);
  auto* title = new QLabel(box);
  QFont bold = font();
  bold.setWeight(QFont::DemiBold);
  title->setFont(bold);
  auto* text = new TokenText(box);
  text->setMinimumSize(180, 100);
  (side == Side::A ? m_titleA : m_titleB) = title;
  (side == Side::A ? m_a : m_b) = text;
  connect(text, &TokenText::tokenPointed, this, &GenerationView::showToken);
  auto* layout = new QVBoxLayout(box);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kGap / 2);
  layout->addWidget(title);
  layout->addWidget(text, 1);
  return box;
}

GenerateRequest GenerationView::request() const { return {m_prompt->toPlainText(), m_tokens->value(), m_temperature->value()}; }

void GenerationView::setRequest(const GenerateRequest& request) {
  const QScopedValueRollback silent(m_silent, true);
  if (m_prompt->toPlainText() != request.prompt) m_prompt->setPlainText(request.prompt);
  m_tokens->setValue(request.tokens);
  m_temperature->setValue(request.temperature);
}

void GenerationView::setReady(bool ready, const QString& why) {
  m_ready = ready;
  m_notReady = why;
  updateState();
}

void GenerationView::setEstimate(const QString& text, const QString& fault) {
  m_estimate = text;
  m_fault = fault;
  updateState();
}

void GenerationView::setNames(const SideNames& names) {
  m_names = names;
  m_titleA->setText(tr("A: %1").arg(names.a));
  m_titleB->setText(tr("B: %1").arg(names.b));
  m_a->setAccessibleName(tr("Text of A, %1").arg(names.a));
  m_b->setAccessibleName(tr("Text of B, %1").arg(names.b));
}

void GenerationView::begin() {
  m_a->clearTokens();
  m_b->clearTokens();
  m_marked = 0;
  m_agreement.reset();
  m_message.clear();
  m_step.clear();
  m_ended = false;
  m_running = true;
  showToken(-1);
  updateState();
}

void GenerationView::setStep(const QString& step) {
  m_step = step;
  if (m_running) updateState();
}

void GenerationView::add(Side side, const GeneratedToken& token) {
  column(side)->append(token);
  updateMarks();
  updateState();
}

void GenerationView::setAgreement(double share) {
  m_agreement = share;
  updateState();
}

void GenerationView::end(const QString& message) {
  m_running = false;
  m_ended = message.isEmpty();   // what was stopped early is compared as far as both came
  m_message = message;
  updateMarks();
  updateState();
}

GenerationComparison GenerationView::comparison() const { return compareGenerations(m_a->tokens(), m_b->tokens(), m_ended); }

void GenerationView::updateMarks() {
  const GenerationComparison found = comparison();
  for (; m_marked < found.compared; ++m_marked) {
    if (!found.differs[static_cast<std::size_t>(m_marked)]) continue;
    const auto mark = m_marked == found.firstDifference ? TokenText::FirstDifferent : TokenText::Different;
    m_a->mark(m_marked, mark);
    m_b->mark(m_marked, mark);
  }
}

QString GenerationView::summary() const { return m_summary->text(); }

void GenerationView::updateState() {
  const bool prompt = !m_prompt->toPlainText().trimmed().isEmpty();
  const QString missing = !m_ready ? m_notReady : !prompt ? tr("Write a prompt that both models continue.") : m_fault;
  m_run->setEnabled(missing.isEmpty() && !m_running);
  m_run->setToolTip(missing.isEmpty() ? tr("Lets A and then B continue the prompt") : missing);
  m_stop->setEnabled(m_running);
  QStringList parts;
  const QString found = summaryOf(comparison(), m_ended, m_agreement);
  if (!m_message.isEmpty()) parts << m_message;
  if (!found.isEmpty()) parts << found;
  if (m_running && m_b->tokens().empty()) parts << (m_step.isEmpty() ? tr("Waiting for its turn \u2026") : m_step);
  if (parts.isEmpty()) parts << (missing.isEmpty() ? m_estimate : missing);
  m_summary->setText(parts.join(QLatin1Char(' ')));
  QPalette shown = palette();
  const Theme theme = themeOf(palette());
  shown.setColor(QPalette::WindowText, found.isEmpty() ? (m_ready && !m_fault.isEmpty() ? theme.bad : theme.muted) : theme.text);
  m_summary->setPalette(shown);
  const auto silence = m_ended ? tr("The model ended its text at once.") : tr("The text appears here, token by token.");
  for (TokenText* column : {m_a, m_b}) column->setPlaceholderText(m_running ? QString() : silence);
}

void GenerationView::showToken(int token) {
  if (token < 0) {
    m_detail->setText(m_a->tokens().empty() && m_b->tokens().empty() ? QString() : tr("Point at a token: its id and probability in A and in B."));
  } else {
    m_detail->setText(tr("Token %1: A %2, B %3").arg(token + 1).arg(tokenText(*m_a, token), tokenText(*m_b, token)));
  }
  m_detail->setToolTip(m_detail->text());
}

void GenerationView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && m_b != nullptr) updateState();
}

}  // namespace bitscape
