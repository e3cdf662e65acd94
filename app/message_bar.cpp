#include "app/message_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

#include "views/style/theme.h"

namespace bitscape {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), m_text(new QLabel(this)) {
  m_text->setWordWrap(true);
  m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_text->setTextFormat(Qt::PlainText);
  m_text->setAccessibleName(tr("Message"));
  auto* close = new QToolButton(this);
  close->setText(QStringLiteral("✕"));
  close->setToolTip(tr("Close this message"));
  close->setAccessibleName(close->toolTip());
  close->setAutoRaise(true);
  connect(close, &QToolButton::clicked, this, &QWidget::hide);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(kPanelMargin, kGap, kGap, kGap);
  row->addWidget(m_text, 1);
  row->addWidget(close, 0, Qt::AlignTop);
  hide();
}

void MessageBar::show(const QString& sentence) {
  m_text->setText(sentence);
  setVisible(true);
}

QString MessageBar::text() const {
  return m_text->text();
}

void MessageBar::paintEvent(QPaintEvent* event) {
  QFrame::paintEvent(event);
  QPainter painter(this);
  auto ground = themeOf(palette()).bad;
  painter.fillRect(QRect(0, 0, 4, height()), ground);
  ground.setAlpha(36);
  painter.fillRect(rect(), ground);
}

}  // namespace bitscape
