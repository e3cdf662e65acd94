// Error against size as a picture.

#include <QPainter>
#include <QPainterPath>
#include <algorithm>

#include "views/bits/pareto_chart.h"
#include "views/style/colour_scale.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kRadius = 4.5;

QColor colourOf(ParetoPoint::Kind kind, const Theme& theme) {
  switch (kind) {
    case ParetoPoint::Uniform:
      return theme.series.value(0, theme.text);
    case ParetoPoint::Kept:
      return theme.series.value(2, theme.good);
    case ParetoPoint::Measured:
      return theme.series.value(4, theme.bad);
    default:
      return theme.accent;
  }
}

}  // namespace

QRectF ParetoChart::plotArea(const QSize& size) const {
  const QFontMetrics metrics(font());
  const double left = metrics.horizontalAdvance(QStringLiteral("0.00001")) + metrics.height() + 2 * kGap,
               bottom = 2 * metrics.height() + kGap;
  return {left, kGap, std::max(1.0, size.width() - left - 2 * kGap), std::max(1.0, size.height() - kGap - bottom)};
}

QSize ParetoChart::minimumSizeHint() const { return {fontMetrics().horizontalAdvance(QLatin1Char('0')) * 32, fontMetrics().height() * 10}; }

void ParetoChart::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintAll(painter, size(), true);
}

void ParetoChart::paintAxes(QPainter& painter, const QRectF& plot) const {
  const Theme theme = themeOf(palette());
  const QFontMetricsF metrics(painter.font());
  for (const Tick& tick : ticksOf(m_range.left, m_range.right, false, std::max(3, static_cast<int>(plot.width() / 70)))) {
    const double x = place(tick.value, m_range.bottom, plot).x();
    if (x < plot.left() || x > plot.right()) continue;
    painter.setPen(QPen(theme.grid, 0));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    painter.setPen(theme.text);
    painter.drawText(QRectF(x - 40, plot.bottom() + 2, 80, metrics.height()), Qt::AlignHCenter, tick.label);
  }
  for (const Tick& tick : ticksOf(m_range.bottom, m_range.top, true, std::max(3, static_cast<int>(plot.height() / 36)))) {
    if (tick.value < m_range.bottom || tick.value > m_range.top) continue;
    const double y = place(m_range.left, tick.value, plot).y();
    painter.setPen(QPen(theme.grid, 0));
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    painter.setPen(theme.text);
    painter.drawText(QRectF(0, y - metrics.height() / 2, plot.left() - kGap / 2, metrics.height()), Qt::AlignRight | Qt::AlignVCenter,
                     tick.label);
  }
  painter.setPen(theme.muted);
  painter.drawText(QRectF(plot.left(), plot.bottom() + 3 + metrics.height(), plot.width(), metrics.height()), Qt::AlignHCenter,
                   tr("bits per weight"));
  painter.save();
  painter.translate(0, plot.center().y());
  painter.rotate(-90);
  painter.drawText(QRectF(-plot.height() / 2, 2, plot.height(), metrics.height()), Qt::AlignHCenter, m_errorTitle);
  painter.restore();
}

// Names stand beside their points, where no other name is yet.
void ParetoChart::paintPoints(QPainter& painter, const QRectF& plot, bool withMarks) const {
  const Theme theme = themeOf(palette());
  const QFontMetricsF metrics(painter.font());
  std::vector<QRectF> taken;
  for (const ParetoPoint& point : m_points) {
    const QPointF at = place(point.bitsPerWeight, point.error, plot);
    taken.push_back({at.x() - kRadius, at.y() - kRadius, 2 * kRadius, 2 * kRadius});
  }
  for (std::size_t i = m_points.size(); i-- > 0;) {  // yours last in the list, first to have its name
    const ParetoPoint& point = m_points[i];
    const QPointF at = place(point.bitsPerWeight, point.error, plot);
    const QColor colour = colourOf(point.kind, theme);
    painter.setPen(QPen(colour, 1.5));
    if (point.stderror > 0) {
      painter.drawLine(place(point.bitsPerWeight, std::max(point.error - point.stderror, m_range.bottom), plot),
                       place(point.bitsPerWeight, point.error + point.stderror, plot));
    }
    painter.setBrush(point.kind == ParetoPoint::Measured ? QBrush(theme.plot) : QBrush(colour));
    if (point.kind == ParetoPoint::Yours) {
      painter.setPen(QPen(theme.text, 1.5));
      painter.drawEllipse(at, kRadius + 1.5, kRadius + 1.5);
    } else if (point.kind == ParetoPoint::Uniform) {
      painter.drawRect(QRectF(at.x() - kRadius + 1, at.y() - kRadius + 1, 2 * kRadius - 2, 2 * kRadius - 2));
    } else {
      painter.drawEllipse(at, kRadius, kRadius);
    }
    if (withMarks && (m_pointed == static_cast<int>(i) || (hasFocus() && m_focus == static_cast<int>(i)))) {
      painter.setBrush(Qt::NoBrush);
      painter.setPen(QPen(theme.text, 1.5));
      painter.drawEllipse(at, kRadius + 4, kRadius + 4);
    }
    const double width = metrics.horizontalAdvance(point.name) + 2;
    const QPointF offsets[] = {
        {kRadius + 4, -metrics.height()}, {-width - kRadius - 4, 0}, {kRadius + 4, 0}, {-width - kRadius - 4, -metrics.height()}};
    for (const QPointF& offset : offsets) {
      const QRectF label(at + offset, QSizeF(width, metrics.height()));
      if (!plot.contains(label)) continue;
      if (std::any_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(label); })) continue;
      taken.push_back(label);
      painter.setPen(theme.text);
      painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter, point.name);
      break;
    }
  }
}

void ParetoChart::paintAll(QPainter& painter, const QSize& size, bool withMarks) const {
  const Theme theme = themeOf(palette());
  painter.setFont(font());
  painter.setRenderHint(QPainter::Antialiasing);
  const auto frame = [&] {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, 1.5));
    painter.drawRect(QRectF({}, size).adjusted(1, 1, -1, -1));
  };
  if (isEmpty()) {
    painter.fillRect(QRect({}, size), theme.plot);
    painter.setPen(theme.muted);
    painter.drawText(QRect({}, size).adjusted(40, 0, -40, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    if (withMarks && hasFocus()) frame();
    return;
  }
  const QRectF plot = plotArea(size);
  painter.fillRect(plot, theme.plot);
  paintAxes(painter, plot);
  const QFontMetricsF metrics(painter.font());
  painter.save();
  painter.setClipRect(plot.adjusted(-kRadius, -kRadius, kRadius, kRadius));
  QPainterPath path;
  for (const SizeAndCost& each : m_front) {
    if (each.predicted <= 0) continue;
    const QPointF at = place(each.bitsPerWeight, each.predicted, plot);
    path.elementCount() == 0 ? path.moveTo(at) : path.lineTo(at);
  }
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(theme.accent, 2));
  painter.drawPath(path);
  const double x = place(m_budget, m_range.bottom, plot).x();
  painter.setPen(QPen(theme.text, isDragging() ? 2 : 1.25, Qt::DashLine));
  painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.text);
  painter.drawRoundedRect(QRectF(x - 4, plot.top() + 2, 8, 18), 3, 3);  // the handle
  painter.setPen(theme.text);
  const QString budget = tr("budget %1").arg(numberText(m_budget, 4));
  const double width = metrics.horizontalAdvance(budget) + 2;
  const bool left = x + 8 + width > plot.right();
  painter.drawText(QRectF(left ? x - 8 - width : x + 8, plot.top() + 3, width, metrics.height()), Qt::AlignLeft, budget);
  paintPoints(painter, plot, withMarks);
  if (m_proposed && m_proposed->predicted > 0) {
    painter.setBrush(theme.plot);
    painter.setPen(QPen(theme.accent, 2));
    painter.drawEllipse(place(m_proposed->bitsPerWeight, m_proposed->predicted, plot), kRadius + 1, kRadius + 1);
  }
  painter.restore();
  // What the marks mean.
  const struct {
    QString text;
    QColor colour;
  } marks[] = {{tr("solver"), theme.accent},
               {tr("uniform"), colourOf(ParetoPoint::Uniform, theme)},
               {tr("measured"), colourOf(ParetoPoint::Measured, theme)}};
  double y = plot.bottom() - 3 * metrics.height() - kGap;
  for (const auto& mark : marks) {
    painter.setPen(QPen(mark.colour, 2));
    painter.drawLine(QPointF(plot.left() + kGap, y + metrics.height() / 2), QPointF(plot.left() + kGap + 14, y + metrics.height() / 2));
    painter.setPen(theme.text);
    painter.drawText(QRectF(plot.left() + kGap + 20, y, 200, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter, mark.text);
    y += metrics.height();
  }
  if (withMarks && hasFocus()) frame();
}

}  // namespace bitscape
