#include "views/style/colour_bar.h"

#include <algorithm>

#include <QFontMetricsF>
#include <QImage>
#include <QPainter>

#include "views/style/theme.h"

namespace bitscape {
namespace {
constexpr double kBarWidth = 14, kTickLength = 4;
}

int colourBarWidth(const QFont& font) {
  return static_cast<int>(kBarWidth + kTickLength + 4 + QFontMetricsF(font).horizontalAdvance(QStringLiteral("\u22120.00001")));
}

QRectF colourBarRect(const QRectF& area, const QFont& font, bool titled) {
  const double line = QFontMetricsF(font).height();
  const double above = titled ? line * 1.5 : line / 2;
  return {area.left(), area.top() + above, kBarWidth, area.height() - above - line / 2};
}

void paintColourBar(QPainter& painter, const QRectF& area, const ColourScale& scale, const QString& title, const QPalette& palette) {
  const Theme theme = themeOf(palette);
  const QFontMetricsF metrics(painter.font());
  const QRectF bar = colourBarRect(area, painter.font(), !title.isEmpty());
  painter.save();
  if (!title.isEmpty()) {
    painter.setPen(theme.muted);
    painter.drawText(QRectF(area.left(), area.top(), area.width(), metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(title, Qt::ElideRight, area.width()));
  }
  if (bar.height() < 10) {
    painter.restore();
    return;
  }
  QImage strip(1, 256, QImage::Format_RGB32);
  for (int i = 0; i < 256; ++i) strip.setPixel(0, i, colourAt(scale.map, 1.0 - i / 255.0));
  painter.drawImage(bar, strip);
  painter.setPen(QPen(theme.axis, 0));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(bar);
  const int most = std::max(2, static_cast<int>(bar.height() / (metrics.height() * 2.2)));
  double lastY = 1e9;
  for (const Tick& tick : ticksOf(scale, most)) {
    const double y = bar.bottom() - scale.position(tick.value) * bar.height();
    if (lastY - y < metrics.height()) continue;
    lastY = y;
    painter.setPen(QPen(theme.axis, 0));
    painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + kTickLength, y));
    painter.setPen(theme.text);
    painter.drawText(QRectF(bar.right() + kTickLength + 3, y - metrics.height() / 2, area.right() - bar.right(), metrics.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, tick.label);
  }
  painter.restore();
}

ColourBar::ColourBar(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
  setAccessibleName(tr("Colour bar"));
}

void ColourBar::setScale(const ColourScale& scale, const QString& title) {
  m_scale = scale;
  m_title = title;
  setAccessibleDescription(tr("%1: colours run from %2 to %3").arg(title, numberText(scale.low), numberText(scale.high)));
  update();
}

QSize ColourBar::sizeHint() const { return {colourBarWidth(font()), 200}; }
QSize ColourBar::minimumSizeHint() const { return {colourBarWidth(font()), 60}; }

void ColourBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintColourBar(painter, rect(), m_scale, m_title, palette());
}

}  // namespace bitscape
