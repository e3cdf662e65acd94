#include "app/message_bar.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <utility>

#include "views/jobs/glyph_button.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

QColor colourOf(MessageSeverity severity, const QPalette& palette) {
  const auto theme = themeOf(palette);
  return severity == MessageSeverity::Error ? theme.bad : severity == MessageSeverity::Warning ? theme.fair : theme.accent;
}

}  // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), m_sign(new QLabel(this)), m_text(new QLabel(this)), m_action(new QPushButton(this)) {
  auto bold = font();
  bold.setBold(true);
  m_sign->setFont(bold);
  m_text->setWordWrap(true);
  m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_text->setTextFormat(Qt::PlainText);
  m_text->setAccessibleName(tr("Message"));
  auto* close = new GlyphButton(Glyph::Cross, this);
  close->setObjectName(QStringLiteral("close"));
  close->setTip(tr("Close this message (Esc)"));
  connect(close, &QToolButton::clicked, this, &QWidget::hide);
  connect(m_action, &QPushButton::clicked, this, [this] {
    hide();
    if (const auto act = std::exchange(m_act, {})) act();   // may tell the next message
  });
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(kPanelMargin + 4, kGap / 2, kGap, kGap / 2);
  row->setSpacing(kGap);
  row->addWidget(m_sign);
  row->addWidget(m_text, 1);
  row->addWidget(m_action);
  row->addWidget(close);
  hide();
}

void MessageBar::tell(MessageSeverity severity, const QString& sentence, const QString& action, std::function<void()> act) {
  m_severity = severity;
  m_sign->setText(severitySign(severity));
  m_sign->setAccessibleName(severityText(severity));
  m_sign->setToolTip(severityText(severity));
  m_text->setText(sentence);
  m_act = std::move(act);
  m_action->setText(action);
  m_action->setVisible(!action.isEmpty());
  setAccessibleName(tr("%1: %2").arg(severityText(severity), sentence));
  setVisible(true);
  update();
  QAccessibleEvent alert(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&alert);
  Q_EMIT told(severity, sentence);
}

QString MessageBar::text() const {
  return m_text->text();
}

void MessageBar::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Escape) return QFrame::keyPressEvent(event);
  hide();
}

void MessageBar::paintEvent(QPaintEvent* event) {
  QFrame::paintEvent(event);
  QPainter painter(this);
  auto ground = colourOf(m_severity, palette());
  painter.fillRect(QRect(0, 0, 4, height()), ground);
  ground.setAlpha(36);
  painter.fillRect(rect(), ground);
}

}  // namespace bitscape
