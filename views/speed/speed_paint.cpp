// The grid of speeds as a picture.

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "views/speed/speed_chart.h"
#include "views/style/colour_bar.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kCellGap = 2;

// Text on a cell: whichever of black and white stands out more.
QColor inkOn(QRgb ground) { return qGray(ground) > 120 ? QColor(0, 0, 0) : QColor(255, 255, 255); }

}  // namespace

QRectF SpeedChart::plotArea(const QSize& size) const {
  const QFontMetrics metrics(font());
  const double left = metrics.horizontalAdvance(QStringLiteral("w8")) + metrics.height() + 3 * kGap;
  const double right = colourBarWidth(font()) + 2 * kGap + kGap, bottom = metrics.height() * 2 + kGap;
  return {left, kGap, std::max(1.0, size.width() - left - right), std::max(1.0, size.height() - kGap - bottom)};
}

QRectF SpeedChart::cellRect(SpeedPlace place, const QSize& size) const {
  const QRectF plot = plotArea(size);
  const double width = plot.width() / kSpeedBits, height = plot.height() / kSpeedBits;
  return QRectF(plot.left() + (place.a - 1) * width, plot.top() + (place.w - 1) * height, width, height).adjusted(0, 0, -kCellGap, -kCellGap);
}

void SpeedChart::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintAll(painter, size(), true);
}

void SpeedChart::paintCell(QPainter& painter, SpeedPlace place, const QRectF& area) const {
  const Theme theme = themeOf(palette());
  const SpeedCell* cell = m_grid.at(m_rows, place.w, place.a);
  if (cell == nullptr) {
    painter.fillRect(area, theme.missing);
    return;
  }
  const double share = m_grid.share(*cell);
  const QRgb ground = m_scale.colour(100 * share);
  painter.fillRect(area, QColor(ground));
  const QFontMetricsF metrics(painter.font());
  const bool roomy = metrics.horizontalAdvance(cellText(place)) < area.width();
  const QString value = roomy ? cellText(place) : cellText(place).section(QLatin1Char(' '), 0, 0);   // narrow: without its unit
  QString below = shareText(share);
  if (const QString both = below + QStringLiteral(" \u00b7 ") + cell->path; cell->path != QLatin1String("panels") && metrics.horizontalAdvance(both) < area.width()) below = both;
  painter.setPen(inkOn(ground));
  if (area.height() < 2 * metrics.height()) return painter.drawText(area, Qt::AlignCenter, value);
  const double middle = area.center().y();
  painter.drawText(QRectF(area.left(), middle - metrics.height(), area.width(), metrics.height()), Qt::AlignCenter, value);
  painter.drawText(QRectF(area.left(), middle, area.width(), metrics.height()), Qt::AlignCenter, below);
}

void SpeedChart::paintAll(QPainter& painter, const QSize& size, bool withMarks) const {
  const Theme theme = themeOf(palette());
  const QRect whole({}, size);
  painter.setFont(font());
  if (isEmpty()) {
    painter.fillRect(whole, theme.plot);
    painter.setPen(theme.muted);
    painter.drawText(whole.adjusted(4 * kPanelMargin, 0, -4 * kPanelMargin, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    if (withMarks && hasFocus()) {
      painter.setPen(QPen(theme.accent, 1.5));
      painter.drawRect(QRectF(whole).adjusted(1, 1, -1, -1));
    }
    return;
  }
  const QRectF plot = plotArea(size);
  const QFontMetricsF metrics(font());
  for (int w = 1; w <= kSpeedBits; ++w) {
    for (int a = 1; a <= kSpeedBits; ++a) paintCell(painter, {w, a}, cellRect({w, a}, size));
  }
  for (int bits = 1; bits <= kSpeedBits; ++bits) {
    const QRectF row = cellRect({bits, 1}, size), column = cellRect({1, bits}, size);
    painter.setPen(withMarks && m_focus.w == bits ? theme.accent : theme.text);
    painter.drawText(QRectF(0, row.top(), plot.left() - kGap, row.height()), Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("w%1").arg(bits));
    painter.setPen(withMarks && m_focus.a == bits ? theme.accent : theme.text);
    painter.drawText(QRectF(column.left(), plot.bottom() + 2, column.width(), metrics.height()), Qt::AlignHCenter, QStringLiteral("a%1").arg(bits));
  }
  painter.setPen(theme.muted);
  painter.drawText(QRectF(plot.left(), plot.bottom() + 3 + metrics.height(), plot.width(), metrics.height()), Qt::AlignHCenter, tr("bits of inputs"));
  painter.save();
  painter.translate(0, plot.center().y());
  painter.rotate(-90);
  painter.drawText(QRectF(-plot.height() / 2, kGap / 2, plot.height(), metrics.height()), Qt::AlignHCenter, tr("bits of weights"));
  painter.restore();
  const double left = plot.right() + 2 * kGap;
  paintColourBar(painter, QRectF(left, plot.top(), size.width() - left, plot.height()), m_scale, tr("% of ceiling"), palette());
  if (!withMarks) return;
  const auto outline = [&](SpeedPlace place, double inner) {
    const QRectF cell = cellRect(place, size).adjusted(-0.5, -0.5, 0.5, 0.5);
    painter.setBrush(Qt::NoBrush);
    for (const auto& pen : {QPen(QColor(0, 0, 0), inner + 2), QPen(QColor(255, 255, 255), inner)}) {
      painter.setPen(pen);
      painter.drawRect(cell);
    }
  };
  if (m_pointed) outline(*m_pointed, 1);
  outline(m_focus, hasFocus() ? 2.5 : 1.5);
}

}  // namespace bitscape
