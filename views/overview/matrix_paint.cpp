// The matrix as a picture, and its numbers as text.

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "views/overview/matrix_view.h"
#include "views/style/colour_bar.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

QString roleText(Role role) { return QString::fromUtf8(roleName(role).data()); }

}  // namespace

QRgb MatrixView::cellColour(double value) const {
  const bool turned = !m_data.highIsBad && !m_data.isDifference;
  if (std::isinf(value)) return colourAt(m_scale.map, (value > 0) != turned ? 1 : 0);  // an exact linear has infinite SQNR
  const double t = m_scale.position(value);
  return colourAt(m_scale.map, turned ? 1 - t : t);
}

void MatrixView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintAll(painter, size(), true);
}

void MatrixView::paintAll(QPainter& painter, const QSize& size, bool withMarks) const {
  const QRect whole({}, size);
  const Theme theme = themeOf(palette());
  const bool any = std::any_of(m_data.values.begin(), m_data.values.end(), [](double v) { return !std::isnan(v); });
  if (m_data.blocks <= 0 || m_data.roles.empty() || !any) {
    painter.fillRect(whole, theme.plot);
    painter.setPen(theme.muted);
    painter.drawText(whole.adjusted(kPanelMargin, 0, -kPanelMargin, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    return;
  }
  const QRectF plot = plotArea(size);
  const QFontMetricsF metrics(font());
  const double w = plot.width() / m_data.blocks;
  const double gap = w > 6 ? 1 : 0;
  for (std::size_t r = 0; r < m_data.roles.size(); ++r) {
    for (int b = 0; b < m_data.blocks; ++b) {
      const double value = m_data.at(static_cast<int>(r), b);
      const QRectF cell = cellRect({b, m_data.roles[r]}, size);
      const QRect pixels(
          QPoint(static_cast<int>(std::lround(cell.left())), static_cast<int>(std::lround(cell.top()))),
          QPoint(static_cast<int>(std::lround(cell.right() - gap)) - 1, static_cast<int>(std::lround(cell.bottom() - gap)) - 1));
      painter.fillRect(pixels, std::isnan(value) ? theme.missing : QColor(cellColour(value)));
    }
    const QRectF first = cellRect({0, m_data.roles[r]}, size);
    painter.setPen(withMarks && m_selected && m_selected->role == m_data.roles[r] ? theme.accent : theme.text);
    painter.drawText(QRectF(0, first.top(), plot.left() - 8, first.height()), Qt::AlignRight | Qt::AlignVCenter, roleText(m_data.roles[r]));
  }
  const int step = std::max(1, static_cast<int>(std::ceil(metrics.horizontalAdvance(QStringLiteral("000")) / w)));
  const int nice = step <= 1 ? 1 : step <= 2 ? 2 : step <= 5 ? 5 : 10;
  for (int b = 0; b < m_data.blocks; b += nice) {
    painter.setPen(withMarks && m_selected && m_selected->block == b ? theme.accent : theme.text);
    painter.drawText(QRectF(plot.left() + (b + 0.5) * w - 30, plot.bottom() + 3, 60, metrics.height()), Qt::AlignHCenter,
                     QString::number(b));
  }
  painter.setPen(theme.muted);
  painter.drawText(QRectF(plot.left(), plot.bottom() + 4 + metrics.height(), plot.width(), metrics.height()), Qt::AlignHCenter,
                   tr("block"));

  if (withMarks) paintMarks(painter, size, gap);
  paintBar(painter, plot, size);
}

void MatrixView::paintMarks(QPainter& painter, const QSize& size, double gap) const {
  const auto outline = [&](LinearId id, double inner) {
    const QRectF cell = cellRect(id, size).adjusted(-0.5, -0.5, -gap + 0.5, -gap + 0.5);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0), inner + 2));
    painter.drawRect(cell);
    painter.setPen(QPen(QColor(255, 255, 255), inner));
    painter.drawRect(cell);
  };
  if (m_pointed) {
    const QRectF plot = plotArea(size), cell = cellRect(*m_pointed, size);
    // Light on dark cells, dark on pale ones.
    for (const auto& pen : {QPen(QColor(0, 0, 0, 110), 3), QPen(QColor(255, 255, 255, 170), 1)}) {
      painter.setPen(pen);
      for (const double y : {cell.top() - gap / 2, cell.bottom() - gap / 2})
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
      for (const double x : {cell.left() - gap / 2, cell.right() - gap / 2})
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    outline(*m_pointed, 1);
  }
  if (m_selected) outline(*m_selected, hasFocus() ? 2.5 : 1.8);
}

void MatrixView::paintBar(QPainter& painter, const QRectF& plot, const QSize& size) const {
  const Theme theme = themeOf(palette());
  const QFontMetricsF metrics(font());
  const QRectF bar(plot.right() + 16, plot.top() - metrics.height() / 2 + 2, size.width() - plot.right() - 16,
                   plot.height() + metrics.height());
  if (m_data.highIsBad || m_data.isDifference) {
    paintColourBar(painter, bar, m_scale, {}, palette());
  } else {  // bright stays bad: the same map, numbers running down
    const QRectF strip(bar.left(), plot.top(), 14, plot.height());
    for (int y = 0; y < static_cast<int>(strip.height()); ++y) {
      painter.fillRect(QRectF(strip.left(), strip.top() + y, strip.width(), 1), QColor(colourAt(m_scale.map, 1.0 - y / strip.height())));
    }
    double last = -1e9;
    for (const Tick& tick : ticksOf(m_scale, std::max(2, static_cast<int>(strip.height() / (metrics.height() * 2.2))))) {
      const double y = strip.top() + m_scale.position(tick.value) * strip.height();
      if (std::abs(y - last) < metrics.height()) continue;
      last = y;
      painter.setPen(theme.text);
      painter.drawText(QRectF(strip.right() + 7, y - metrics.height() / 2, 80, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                       tick.label);
    }
  }
}

QString MatrixView::figureName() const {
  return m_data.name.isEmpty() ? QStringLiteral("overview") : QStringLiteral("overview-%1").arg(m_data.name);
}

QString MatrixView::figureCsv() const {
  QString text = QStringLiteral("block,role,value\r\n");
  for (int b = 0; b < m_data.blocks; ++b) {
    for (std::size_t r = 0; r < m_data.roles.size(); ++r) {
      const double v = m_data.at(static_cast<int>(r), b);
      text += QStringLiteral("%1,%2,%3\r\n").arg(b).arg(roleText(m_data.roles[r]), std::isnan(v) ? QString() : QString::number(v, 'g', 10));
    }
  }
  return text;
}

Json MatrixView::figureJson() const {
  Json json{{"title", m_data.title.toStdString()},
            {"unit", m_data.unit.toStdString()},
            {"columns", {"block", "role", "value"}},
            {"values", Json::array()}};
  for (int b = 0; b < m_data.blocks; ++b) {
    for (std::size_t r = 0; r < m_data.roles.size(); ++r) {
      const double v = m_data.at(static_cast<int>(r), b);
      json["values"].push_back(Json::array({b, std::string(roleName(m_data.roles[r])), std::isfinite(v) ? Json(v) : Json(nullptr)}));
    }
  }
  return json;
}

QString MatrixView::valueText() const {
  const auto id = m_pointed ? m_pointed : m_selected;
  const auto row = id ? rowOf(*id) : std::nullopt;
  if (!row) return {};
  const double v = m_data.at(static_cast<int>(*row), id->block);
  return std::isnan(v) ? QString() : QString::number(v, 'g', 10);
}

}  // namespace bitscape
