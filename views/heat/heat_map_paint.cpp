// How the heat map draws itself: cells, axes with tokens, marks, cross-hair, readout; and the clock that measures it.

#include <algorithm>
#include <cmath>

#include <QElapsedTimer>
#include <QPainter>

#include "views/heat/heat_map.h"
#include "views/style/colour_bar.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kGridFrom = 8, kNumbersFrom = 40;   // pixels per cell
constexpr std::size_t kMostRings = 2000;

QColor inkOn(QRgb ground) {
  const double luminance = 0.299 * qRed(ground) + 0.587 * qGreen(ground) + 0.114 * qBlue(ground);
  return luminance > 140 ? QColor(0xff101010) : QColor(0xfff4f4f4);
}

}  // namespace

void HeatMap::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintAll(painter, devicePixelRatioF());
}

QImage HeatMap::toImage(double scale) const {
  const double ratio = std::clamp(scale, 0.25, 8.0);
  QImage image((QSizeF(size()) * ratio).toSize(), QImage::Format_RGB32);
  image.setDevicePixelRatio(ratio);
  image.fill(palette().color(QPalette::Window));
  QPainter painter(&image);
  painter.setFont(font());
  paintAll(painter, ratio);
  return image;
}

void HeatMap::paintAll(QPainter& painter, double pixelRatio) const {
  const Theme theme = themeOf(palette());
  const QRect plot = plotArea();
  if (grid() == nullptr) {
    painter.fillRect(rect(), theme.plot);
    painter.setPen(theme.muted);
    painter.drawText(rect().adjusted(kPanelMargin, 0, -kPanelMargin, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    return;
  }
  const QFontMetrics metrics(font());
  painter.setPen(theme.text);
  painter.drawText(QRect(plot.left(), 0, width() - plot.left() - 4, metrics.height() + 4), Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(grid()->valueTitle, Qt::ElideRight, width() - plot.left() - 4));
  paintCells(painter, plot, pixelRatio);
  paintAxes(painter, plot);
  paintOverlay(painter, plot);
  const QString barTitle = m_scale.isSigned() ? tr("value") : tr("|value|");
  paintColourBar(painter, QRectF(plot.right() + 14, plot.top() - 4, width() - plot.right() - 14, plot.height() + 8), m_scale, barTitle,
                 palette());
}

void HeatMap::paintCells(QPainter& painter, const QRect& plot, double pixelRatio) const {
  const Theme theme = themeOf(palette());
  const HeatWindow window{m_view.left, m_view.top, m_view.pixelsPerColumn * pixelRatio, m_view.pixelsPerRow * pixelRatio};
  const int w = static_cast<int>(std::lround(plot.width() * pixelRatio)), h = static_cast<int>(std::lround(plot.height() * pixelRatio));
  if (m_cached.image.isNull() || !(m_cached.window == window) || m_cached.image.width() != w || m_cached.image.height() != h) {
    m_cached = {window, renderHeat(*m_pyramid, *m_colours, window, w, h, theme.plot.rgb())};
    m_cached.image.setDevicePixelRatio(pixelRatio);
  }
  painter.drawImage(plot.topLeft(), m_cached.image);

  const HeatGrid& g = *grid();
  const int firstColumn = std::max(0, static_cast<int>(m_view.left)), firstRow = std::max(0, static_cast<int>(m_view.top));
  const int lastColumn = std::min(g.columns, static_cast<int>(std::ceil(m_view.left + plot.width() / m_view.pixelsPerColumn)));
  const int lastRow = std::min(g.rows, static_cast<int>(std::ceil(m_view.top + plot.height() / m_view.pixelsPerRow)));
  painter.save();
  painter.setClipRect(plot);
  painter.setPen(QPen(QColor(0, 0, 0, 70), 0));
  if (m_view.pixelsPerColumn > kGridFrom) {
    for (int c = firstColumn; c <= lastColumn; ++c) {
      const double x = cellRect(0, c).left();
      painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom() + 1));
    }
  }
  if (m_view.pixelsPerRow > kGridFrom) {
    for (int r = firstRow; r <= lastRow; ++r) {
      const double y = cellRect(r, 0).top();
      painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right() + 1, y));
    }
  }
  if (m_view.pixelsPerColumn > kNumbersFrom && m_view.pixelsPerRow > painter.fontMetrics().height()) {
    for (int r = firstRow; r < lastRow; ++r) {
      for (int c = firstColumn; c < lastColumn; ++c) {
        const float value = g.at(r, c);
        QString text = numberText(value, 4);
        for (int digits = 3; digits > 0 && painter.fontMetrics().horizontalAdvance(text) > m_view.pixelsPerColumn - 4; --digits) {
          text = numberText(value, digits);
        }
        if (painter.fontMetrics().horizontalAdvance(text) > m_view.pixelsPerColumn - 2) continue;   // half a number misleads
        painter.setPen(inkOn((*m_colours)(value)));
        painter.drawText(cellRect(r, c), Qt::AlignCenter, text);
      }
    }
  }
  painter.restore();
}

void HeatMap::paintAxes(QPainter& painter, const QRect& plot) const {
  const Theme theme = themeOf(palette());
  const HeatGrid& g = *grid();
  const QFontMetrics metrics(font());
  const int line = metrics.height();
  painter.setPen(QPen(theme.axis, 0));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(QRectF(plot).adjusted(-0.5, -0.5, 0.5, 0.5));

  // Rows: a label per row where there is room, else every 2nd, 5th, 10th, ...
  int step = 1;
  for (int k = 0; step * m_view.pixelsPerRow < line; ++k) step = static_cast<int>((k % 3 == 0 ? 2 : k % 3 == 1 ? 2.5 : 2) * step);
  const int firstRow = std::max(0, static_cast<int>(std::ceil(m_view.top / step)) * step - (step == 1 ? 1 : 0));
  for (int r = firstRow; r < g.rows; r += step) {
    const double y = cellRect(r, 0).center().y();
    if (y > plot.bottom()) break;
    if (y < plot.top()) continue;
    painter.setPen(QPen(theme.axis, 0));
    painter.drawLine(QPointF(plot.left() - 4, y), QPointF(plot.left() - 1, y));
    const QString label = r < g.rowLabels.size() ? g.rowLabels[r] : QString::number(r);
    painter.setPen(r == m_focusRow && hasFocus() ? theme.accent : theme.text);
    painter.drawText(QRectF(2, y - line / 2.0, plot.left() - 8, line), Qt::AlignRight | Qt::AlignVCenter,
                     metrics.elidedText(label, Qt::ElideRight, plot.left() - 9));
  }
  // Columns: whole numbers.
  const double right = m_view.left + plot.width() / m_view.pixelsPerColumn;
  double last = -1e9;
  for (const Tick& tick : ticksOf(std::max(0.0, std::ceil(m_view.left - 0.5)), std::min<double>(g.columns - 1, right - 0.5) + 1e-6, false,
                                  std::max(2, plot.width() / 80))) {
    if (tick.value != std::floor(tick.value)) continue;
    const double x = cellRect(0, static_cast<int>(tick.value)).center().x();
    const QString label = QString::number(static_cast<int>(tick.value));
    const double half = metrics.horizontalAdvance(label) / 2.0 + 4;
    if (x < plot.left() || x > plot.right() || x - half < last) continue;
    last = x + half;
    painter.setPen(QPen(theme.axis, 0));
    painter.drawLine(QPointF(x, plot.bottom() + 2), QPointF(x, plot.bottom() + 5));
    painter.setPen(theme.text);
    painter.drawText(QRectF(x - 60, plot.bottom() + 6, 120, line), Qt::AlignHCenter | Qt::AlignTop, label);
  }
  painter.setPen(theme.muted);
  painter.drawText(QRectF(plot.left(), plot.bottom() + 8 + line, plot.width(), line), Qt::AlignHCenter | Qt::AlignTop, g.columnTitle);
  painter.drawText(QRectF(2, 0, plot.left() - 8, line + 4), Qt::AlignRight | Qt::AlignVCenter, g.rowTitle);
}

void HeatMap::paintOverlay(QPainter& painter, const QRect& plot) const {
  const Theme theme = themeOf(palette());
  painter.save();
  painter.setClipRect(plot.adjusted(-1, -1, 2, 2));
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(Qt::NoBrush);
  std::size_t rings = 0;
  for (const auto& [row, column] : m_outliers) {
    const QPointF centre = cellRect(row, column).center();
    if (!QRectF(plot).adjusted(-8, -8, 8, 8).contains(centre)) continue;
    if (++rings > kMostRings) break;
    const double radius = std::max(5.0, std::min(m_view.pixelsPerColumn, m_view.pixelsPerRow) / 2 + 2);
    painter.setPen(QPen(QColor(0, 0, 0, 200), 3.2));
    painter.drawEllipse(centre, radius, radius);
    painter.setPen(QPen(QColor(255, 255, 255), 1.4));
    painter.drawEllipse(centre, radius, radius);
  }
  painter.setRenderHint(QPainter::Antialiasing, false);
  if (m_hover) {
    const QPointF centre = cellRect(m_hover->first, m_hover->second).center();
    for (const auto& pen : {QPen(QColor(0, 0, 0, 120), 3), QPen(QColor(255, 255, 255, 190), 1)}) {
      painter.setPen(pen);
      painter.drawLine(QPointF(plot.left(), centre.y()), QPointF(plot.right(), centre.y()));
      painter.drawLine(QPointF(centre.x(), plot.top()), QPointF(centre.x(), plot.bottom()));
    }
  }
  if (hasFocus()) {
    QRectF cell = cellRect(m_focusRow, m_focusColumn);
    const QPointF centre = cell.center();
    cell.setSize({std::max(7.0, cell.width()), std::max(7.0, cell.height())});
    cell.moveCenter(centre);
    painter.setPen(QPen(QColor(0, 0, 0), 3));
    painter.drawRect(cell);
    painter.setPen(QPen(QColor(255, 255, 255), 1));
    painter.drawRect(cell);
  }
  painter.restore();

  const QFontMetrics metrics(font());
  const QRect strip(0, height() - metrics.height() - 8, width(), metrics.height() + 8);
  painter.fillRect(strip, theme.plot);
  const auto cell = m_hover ? *m_hover : std::pair{m_focusRow, m_focusColumn};
  const bool shown = m_hover || hasFocus();
  painter.setPen(shown ? theme.text : theme.muted);
  const QString text = shown ? readout(cell.first, cell.second)
                             : tr("%1 \u00d7 %2   largest |value| %3   wheel zooms, drag pans, Home fits")
                                   .arg(grid()->rows)
                                   .arg(grid()->columns)
                                   .arg(numberText(m_pyramid->largestMagnitude()));
  painter.drawText(strip.adjusted(kGap, 0, -kGap, 0), Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(text, Qt::ElideRight, strip.width() - 2 * kGap));
}

double frameMs(HeatMap& map, int frames) {
  if (frames < 1) return 0;
  QImage target(map.size() * map.devicePixelRatioF(), QImage::Format_RGB32);
  target.setDevicePixelRatio(map.devicePixelRatioF());
  map.fit();
  map.render(&target);   // fonts and tables are warm
  const QRect plot = map.plotArea();
  QElapsedTimer clock;
  clock.start();
  for (int i = 0; i < frames; ++i) {
    // In towards a wandering point for two thirds of the frames, then back out; a pan with each.
    const bool in = i % 30 < 20;
    const double factor = in ? 1.3 : 1 / 1.69;
    map.zoomAt(QPointF(plot.left() + plot.width() * (0.5 + 0.4 * std::sin(i * 0.7)), plot.top() + plot.height() * (0.5 + 0.4 * std::cos(i * 0.9))),
               factor, factor);
    map.panBy(QPointF(17 * std::sin(i), 13 * std::cos(i)));
    map.render(&target);
  }
  const double result = clock.nsecsElapsed() / 1e6 / frames;
  map.fit();
  return result;
}

}  // namespace bitscape
