// The bars of bits as a picture.

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "views/bits/bit_chart.h"
#include "views/style/colour_bar.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kLockStrip = 5;                // below the axis
constexpr double kRoomy = 5, kRoomyBlock = 14;  // pixels from which a bar, a block, has a gap beside it

}  // namespace

QRectF BitChart::plotArea(const QSize& size) const {
  const QFontMetrics metrics(font());
  const double left = metrics.horizontalAdvance(tr("float")) + metrics.height() + 2 * kGap;
  const double right = colourBarWidth(font()) + 3 * kGap, bottom = 2 * metrics.height() + kLockStrip + kGap;
  return {left, kGap, std::max(1.0, size.width() - left - right), std::max(1.0, size.height() - kGap - bottom)};
}

QSize BitChart::minimumSizeHint() const { return {fontMetrics().horizontalAdvance(QLatin1Char('0')) * 50, fontMetrics().height() * 9}; }

double BitChart::yOf(double level, const QRectF& plot) const { return plot.bottom() - plot.height() * level / kFloatLevel; }

QRectF BitChart::barRect(int bar) const {
  const QRectF plot = plotArea(size());
  const double width = plot.width() / static_cast<double>(std::max<std::size_t>(1, m_bars.size()));
  const double top = yOf(levelOf(m_bars[static_cast<std::size_t>(bar)].bits), plot);
  return {plot.left() + bar * width, top, width, plot.bottom() - top};
}

void BitChart::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintAll(painter, size(), true);
}

// Columns of whole pixels: neither a seam of half-covered pixels between thin bars, nor one that is left out.
void BitChart::paintBars(QPainter& painter, const QRectF& plot, bool withMarks) const {
  const Theme theme = themeOf(palette());
  const int count = static_cast<int>(m_bars.size());
  const int columns = std::min(count, std::max(1, static_cast<int>(plot.width())));
  const double step = plot.width() / columns;
  const double gap = step >= kRoomy ? 1 : 0;
  for (int column = 0; column < columns; ++column) {
    const int first = column * count / columns, last = std::max(first, (column + 1) * count / columns - 1);
    int level = 0, proposed = 0;
    std::optional<double> sensitivity;
    bool locked = false, selected = false;
    for (int i = first; i <= last; ++i) {
      const auto at = static_cast<std::size_t>(i);
      level = std::max(level, levelOf(m_bars[at].bits));
      if (!m_proposed.empty()) proposed = std::max(proposed, levelOf(m_proposed[at]));
      if (m_bars[at].sensitivity) sensitivity = std::max(sensitivity.value_or(0), *m_bars[at].sensitivity);
      locked = locked || m_bars[at].locked;
      selected = selected || m_selected.count(i) > 0;
    }
    const double left = std::round(plot.left() + column * step), next = std::round(plot.left() + (column + 1) * step);
    const bool endsBlock =
        count == columns && (column + 1) % static_cast<int>(kBlockRoles.size()) == 0 && step * kBlockRoles.size() >= kRoomyBlock;
    const double width = std::max(1.0, next - left - (endsBlock ? 1 : gap));
    if (withMarks && selected && m_selected.size() > 1) {
      QColor ground = theme.selection;
      ground.setAlphaF(0.3f);
      painter.fillRect(QRectF(left, plot.top(), next - left, plot.height()), ground);
    }
    const QColor colour = sensitivity ? QColor(m_scale.colour(*sensitivity)) : theme.muted;
    const QRectF bar(left, yOf(level, plot), width, plot.bottom() - yOf(level, plot));
    painter.fillRect(bar, colour);
    if (proposed > 0 && proposed != level) {
      // What would be added is light, what would go is darkened; the new height is a line.
      const QRectF change = QRectF(QPointF(left, yOf(proposed, plot)), QPointF(left + width, yOf(level, plot))).normalized();
      QColor tint = proposed > level ? colour : theme.plot;
      tint.setAlphaF(proposed > level ? 0.45f : 0.65f);
      painter.fillRect(change, tint);
      painter.fillRect(QRectF(left, yOf(proposed, plot) - 1, width, 2), theme.text);
    }
    if (locked) painter.fillRect(QRectF(left, plot.bottom() + 2, width, kLockStrip - 2), theme.accent);
    if (step >= painter.fontMetrics().averageCharWidth() * 1.8) {
      const QString initial = QString::fromLatin1(roleName(m_bars[static_cast<std::size_t>(first)].id.role).data(), 1);
      painter.setPen(theme.muted);
      painter.drawText(QRectF(left, plot.bottom() + kLockStrip, step, painter.fontMetrics().height()), Qt::AlignHCenter, initial);
    }
  }
}

void BitChart::paintAxes(QPainter& painter, const QRectF& plot, bool withMarks) const {
  const Theme theme = themeOf(palette());
  const QFontMetricsF metrics(painter.font());
  painter.setPen(QPen(theme.grid, 0));
  const int every = plot.height() / kFloatLevel >= metrics.height() ? 1 : 2;
  for (int level = 1; level <= kFloatLevel; ++level) {
    const double y = yOf(level, plot);
    painter.setPen(QPen(theme.grid, 0));
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    if (level % every != 0 && level != kFloatLevel) continue;
    if (every > 1 && level == kFloatLevel - 1) continue;  // room for "float"
    painter.setPen(theme.text);
    const QString label = level == kFloatLevel ? tr("float") : QString::number(level);
    painter.drawText(QRectF(0, y - metrics.height() / 2, plot.left() - kGap, metrics.height()), Qt::AlignRight | Qt::AlignVCenter, label);
  }
  const int perBlock = static_cast<int>(kBlockRoles.size()), blocks = static_cast<int>(m_bars.size()) / perBlock;
  const double width = plot.width() / std::max(1, blocks);
  const int stride = std::max(1, static_cast<int>(std::ceil(metrics.horizontalAdvance(QStringLiteral("00 ")) / width)));
  const bool initials = width / perBlock >= metrics.averageCharWidth() * 1.8;
  const double below = plot.bottom() + kLockStrip + (initials ? metrics.height() : 0);
  for (int block = 0; block < blocks; ++block) {
    if (width >= 14 && block > 0) {
      painter.setPen(QPen(theme.axis, 0));
      painter.drawLine(QPointF(plot.left() + block * width, plot.bottom()),
                       QPointF(plot.left() + block * width, plot.bottom() + kLockStrip));
    }
    if (block % stride != 0) continue;
    painter.setPen(theme.text);
    const QRectF place(plot.left() + block * width, below, std::max(width, metrics.horizontalAdvance(QStringLiteral("00"))),
                       metrics.height());
    painter.drawText(place, width >= 14 ? Qt::AlignHCenter : Qt::AlignLeft, QString::number(block));
  }
  painter.setPen(theme.muted);
  if (!initials) {
    const QString title = tr("block"), help = title + QStringLiteral("   \u00b7   ") +
                                              tr("drag up or down to change bits, sideways to select; keys 1 to 8 set them, L locks");
    const QRectF line(plot.left(), below + metrics.height(), plot.width(), metrics.height());
    painter.drawText(line, Qt::AlignHCenter, withMarks && metrics.horizontalAdvance(help) < line.width() ? help : title);
  }
  if (std::any_of(m_bars.begin(), m_bars.end(), [](const BitBar& bar) { return bar.locked; })) {
    painter.fillRect(QRectF(plot.right() + 2 * kGap, plot.bottom() + 2, 14, kLockStrip - 2), theme.accent);
    painter.drawText(QRectF(plot.right() + 2 * kGap + 18, plot.bottom() + 4 - metrics.height() / 2, 200, metrics.height()),
                     Qt::AlignVCenter, tr("locked"));
  }
  painter.save();
  painter.translate(0, plot.center().y());
  painter.rotate(-90);
  painter.drawText(QRectF(-plot.height() / 2, kGap / 2, plot.height(), metrics.height()), Qt::AlignHCenter, tr("bits of weights"));
  painter.restore();
}

void BitChart::paintAll(QPainter& painter, const QSize& size, bool withMarks) const {
  const Theme theme = themeOf(palette());
  painter.setFont(font());
  const auto frame = [&](const QRectF& area) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, 1.5));
    painter.drawRect(area);
  };
  if (m_bars.empty()) {
    painter.fillRect(QRect({}, size), theme.plot);
    painter.setPen(theme.muted);
    painter.drawText(QRect({}, size).adjusted(40, 0, -40, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    if (withMarks && hasFocus()) frame(QRectF({}, size).adjusted(1, 1, -1, -1));
    return;
  }
  const QRectF plot = plotArea(size);
  painter.fillRect(plot, theme.plot);
  paintAxes(painter, plot, withMarks);
  paintBars(painter, plot, withMarks);
  if (m_mean) {
    const double y = yOf(std::min<double>(*m_mean, kFloatLevel), plot);
    painter.setPen(QPen(theme.text, 1, Qt::DashLine));
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    const QString mean = tr("%1 bits per weight").arg(numberText(*m_mean, 4));
    const QFontMetricsF metrics(painter.font());
    const double width = metrics.horizontalAdvance(mean) + 2 * kGap;
    // Above everything that bits reach: the line itself may lie among the bars.
    const QRectF label(plot.right() - width, plot.top() + 1, width, metrics.height());
    painter.drawText(label, Qt::AlignCenter, mean);
    const double middle = label.center().y();
    painter.drawLine(QPointF(label.left() - 3 * kGap, middle), QPointF(label.left() - 2, middle));
  }
  const bool coloured = std::any_of(m_bars.begin(), m_bars.end(), [](const BitBar& bar) { return bar.sensitivity.has_value(); });
  if (coloured) {
    const double left = plot.right() + 2 * kGap;
    paintColourBar(painter, QRectF(left, plot.top(), size.width() - left, plot.height()), m_scale, m_costTitle, palette());
  }
  if (!withMarks) return;
  const double width = plot.width() / static_cast<double>(m_bars.size());
  const auto outline = [&](int bar, double pen) {
    const QRectF column(plot.left() + bar * width, plot.top(), std::max(3.0, width), plot.height());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.text, pen));
    painter.drawRect(column.adjusted(-0.5, 0, -0.5, 0));
  };
  if (m_pointed) outline(*m_pointed, 0.75);
  outline(m_focus, hasFocus() ? 1.75 : 1);
  if (hasFocus()) frame(QRectF({}, size).adjusted(1, 1, -1, -1));
}

}  // namespace bitscape
