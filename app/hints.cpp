#include "app/hints.h"

#include <QEvent>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/settings.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kWidth = 380;

}  // namespace

Hints::Hints(QWidget& area) : QFrame(&area), m_area(area) {
  setAccessibleName(tr("Hints"));
  setFixedWidth(kWidth);
  auto* title = new QLabel(tr("Three things to begin with"));
  auto bold = title->font();
  bold.setBold(true);
  title->setFont(bold);
  auto* rows = new QGridLayout;
  rows->setHorizontalSpacing(kPanelMargin);
  rows->setVerticalSpacing(kGap);
  const QString tips[] = {
      tr("Every cell of the overview is one linear layer. Click one that stands out: all pages follow the selection."),
      tr("Each page shows A (the model as it is), B (as the recipe quantizes it), or their difference."),
      tr("Right-click any picture to copy it or to save it with its numbers. Ctrl+Z undoes every change of the recipe."),
  };
  for (int i = 0; i < 3; ++i) {
    auto* number = new QLabel(QString::number(i + 1));
    number->setFont(bold);
    number->setForegroundRole(QPalette::PlaceholderText);
    auto* text = new QLabel(tips[i]);
    text->setWordWrap(true);
    rows->addWidget(number, i, 0, Qt::AlignTop);
    rows->addWidget(text, i, 1);
  }
  rows->setColumnStretch(1, 1);
  auto* gotIt = new QPushButton(tr("Got it"));
  gotIt->setToolTip(tr("Close this card for ever (Esc)"));
  connect(gotIt, &QPushButton::clicked, this, &Hints::dismiss);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(2 * kGap, 2 * kGap, 2 * kGap, kPanelMargin);
  column->setSpacing(kPanelMargin);
  column->addWidget(title);
  column->addLayout(rows);
  column->addWidget(gotIt, 0, Qt::AlignRight);
  area.installEventFilter(this);
  place();
}

Hints* Hints::showOnce(QWidget& area) {
  if (settings::hintsDismissed()) return nullptr;
  if (auto* shown = area.findChild<Hints*>()) return shown;
  auto* card = new Hints(area);
  card->show();
  card->raise();
  return card;
}

void Hints::dismiss() {
  settings::dismissHints();
  hide();
  Q_EMIT dismissed();
  deleteLater();
}

void Hints::place() {
  const int height = layout()->hasHeightForWidth() ? layout()->heightForWidth(kWidth) : sizeHint().height();
  resize(kWidth, height);
  move(std::max(0, m_area.width() - width() - 2 * kPanelMargin), std::max(0, m_area.height() - height - 2 * kPanelMargin));
  raise();
}

bool Hints::eventFilter(QObject* object, QEvent* event) {
  if (object == &m_area && event->type() == QEvent::Resize) place();
  return QFrame::eventFilter(object, event);
}

void Hints::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Escape) return QFrame::keyPressEvent(event);
  dismiss();
}

void Hints::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(palette().color(QPalette::Highlight), 1.2));
  painter.setBrush(palette().color(QPalette::ToolTipBase));
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
}

}  // namespace bitscape
