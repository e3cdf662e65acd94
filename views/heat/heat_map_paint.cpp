// How the heat map draws its plot: cells with grid lines and numbers, marginal strips, selection, outliers, cross-hair, focus.

#include <QPaintEngine>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

#include "views/heat/heat_map.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kGridFrom = 8, kNumbersFrom = 40;   // pixels per cell
constexpr std::size_t kMostRings = 2000;
constexpr int kHatch = 8;
constexpr double kLeastVectorRatio = 2, kMostRatio = 8;

double linear(int channel) {
  const double c = channel / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

// Black or white, whichever has the larger contrast (WCAG 2): at least 4.5 on any ground.
QColor inkOn(QRgb ground) {
  const double luminance = 0.2126 * linear(qRed(ground)) + 0.7152 * linear(qGreen(ground)) + 0.0722 * linear(qBlue(ground));
  return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? QColor(Qt::black) : QColor(Qt::white);
}

QColor mixed(const QColor& a, const QColor& b, double share) {
  return QColor::fromRgbF(static_cast<float>(a.redF() + (b.redF() - a.redF()) * share), static_cast<float>(a.greenF() + (b.greenF() - a.greenF()) * share),
                          static_cast<float>(a.blueF() + (b.blueF() - a.blueF()) * share));
}

// Seen on every colour: light upon dark.
std::array<QPen, 2> outline(double width) { return {QPen(QColor(0, 0, 0, 210), width + 2), QPen(QColor(255, 255, 255), width)}; }

HeatWindow finer(const HeatWindow& view, double ratio) {
  return {view.left, view.top, view.pixelsPerColumn * ratio, view.pixelsPerRow * ratio};
}

}  // namespace

void HeatMap::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintAll(painter, frame(), devicePixelRatioF(), true);
}

void HeatMap::paintFigure(QPainter& painter, const QSize& size) const {
  painter.save();
  painter.setFont(font());
  static const HeatGrid kNothing;
  HeatFrame f = layOut(size, font(), grid() == nullptr ? kNothing : *grid(), false);
  if (grid() != nullptr) {   // the same cells as in the window, in a plot of another size
    const HeatFrame window = frame();
    f.view = m_view;
    f.view.pixelsPerColumn *= static_cast<double>(f.plot.width()) / window.plot.width();
    f.view.pixelsPerRow *= static_cast<double>(f.plot.height()) / window.plot.height();
  }
  // Pixels are drawn one by one; on paper the raster is finer than a logical pixel.
  const bool pixels = painter.paintEngine() != nullptr && painter.paintEngine()->type() == QPaintEngine::Raster;
  const double ratio = std::clamp(std::abs(painter.deviceTransform().m11()), pixels ? 0.25 : kLeastVectorRatio, kMostRatio);
  paintAll(painter, f, ratio, false);
  painter.restore();
}

void HeatMap::paintAll(QPainter& painter, const HeatFrame& f, double pixelRatio, bool live) const {
  const Theme theme = themeOf(palette());
  if (grid() == nullptr) {
    const QRect all = live ? rect() : QRect(0, 0, f.title.right() + 4, f.columnLabels.bottom() + f.title.height());
    painter.fillRect(all, theme.plot);
    painter.setPen(theme.muted);
    painter.drawText(all.adjusted(kPanelMargin, 0, -kPanelMargin, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    if (!m_caption.isEmpty()) {
      QFont bold = font();
      bold.setBold(true);
      painter.setFont(bold);
      painter.drawText(all.adjusted(kGap, 4, -kGap, 0), Qt::AlignLeft | Qt::AlignTop,
                       QFontMetrics(bold).elidedText(m_caption, Qt::ElideMiddle, all.width() - 2 * kGap));
      painter.setFont(font());
    }
    if (live && hasFocus()) {
      painter.setPen(QPen(theme.accent, 1));
      painter.setBrush(Qt::NoBrush);
      painter.drawRect(QRectF(all).adjusted(0.5, 0.5, -1.5, -1.5));
    }
    return;
  }
  painter.setRenderHint(QPainter::Antialiasing, false);
  if (live) {
    const HeatWindow window = finer(f.view, pixelRatio);
    const QSize size = (QSizeF(f.plot.size()) * pixelRatio).toSize();
    if (m_cached.image.isNull() || !(m_cached.window == window) || m_cached.image.size() != size) {
      m_cached = {window, cellImage(f, pixelRatio)};
      m_cached.image.setDevicePixelRatio(pixelRatio);
    }
    painter.drawImage(f.plot.topLeft(), m_cached.image);
  } else {
    painter.drawImage(QRectF(f.plot), cellImage(f, pixelRatio));
  }
  paintLinesAndNumbers(painter, f);
  paintStrips(painter, f, pixelRatio);
  paintAxes(painter, f, live);
  paintMarks(painter, f, live);
  paintBar(painter, f, live);
  if (live) paintReadout(painter, f);
}

QImage HeatMap::cellImage(const HeatFrame& f, double pixelRatio) const {
  const Theme theme = themeOf(palette());
  const QSize size = (QSizeF(f.plot.size()) * pixelRatio).toSize();
  return renderHeat(*m_pyramid, *m_colours, finer(f.view, pixelRatio), size.width(), size.height(), theme.plot.rgb(),
                    mixed(theme.plot, theme.axis, 0.6).rgb(), static_cast<int>(std::lround(kHatch * pixelRatio)));
}

void HeatMap::paintLinesAndNumbers(QPainter& painter, const HeatFrame& f) const {
  const HeatGrid& g = *grid();
  const auto [firstRow, lastRow] = f.visibleRows();
  const auto [firstColumn, lastColumn] = f.visibleColumns();
  painter.save();
  painter.setClipRect(f.plot);
  painter.setPen(QPen(QColor(0, 0, 0, 70), 0));
  const double right = f.plot.right() + 1, bottom = f.plot.bottom() + 1;
  if (f.view.pixelsPerColumn > kGridFrom) {
    for (int c = firstColumn; c <= lastColumn; ++c) {
      const double x = f.cell(0, c).left();
      painter.drawLine(QPointF(x, f.plot.top()), QPointF(x, bottom));
    }
  }
  if (f.view.pixelsPerRow > kGridFrom) {
    for (int r = firstRow; r <= lastRow; ++r) {
      const double y = f.cell(r, 0).top();
      painter.drawLine(QPointF(f.plot.left(), y), QPointF(right, y));
    }
  }
  const QFontMetrics metrics(font());
  if (f.view.pixelsPerColumn > kNumbersFrom && f.view.pixelsPerRow > metrics.height()) {
    for (int r = firstRow; r <= lastRow; ++r) {
      for (int c = firstColumn; c <= lastColumn; ++c) {
        if (!g.exists(r, c)) continue;
        const float value = g.at(r, c);
        QString text = numberText(value, 4);
        for (int digits = 3; digits > 0 && metrics.horizontalAdvance(text) > f.view.pixelsPerColumn - 6; --digits) text = numberText(value, digits);
        if (metrics.horizontalAdvance(text) > f.view.pixelsPerColumn - 2) continue;   // half a number misleads
        painter.setPen(inkOn((*m_colours)(value)));
        painter.drawText(f.cell(r, c), Qt::AlignCenter, text);
      }
    }
  }
  painter.restore();
}

void HeatMap::paintStrips(QPainter& painter, const HeatFrame& f, double pixelRatio) const {
  if (f.columnStrip.isEmpty() || m_pyramid->columnMargin() == nullptr) return;
  const Theme theme = themeOf(palette());
  const auto pixels = [&](int logical) { return static_cast<int>(std::lround(logical * pixelRatio)); };
  const HeatWindow view = finer(f.view, pixelRatio);
  const auto strip = [&](const QRect& area, const MaxPyramid& margin, const HeatWindow& window) {
    painter.drawImage(QRectF(area), renderHeat(margin, *m_colours, window, pixels(area.width()), pixels(area.height()), theme.plot.rgb()));
    painter.setPen(QPen(theme.axis, 0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(area).adjusted(-0.5, -0.5, 0.5, 0.5));
  };
  strip(f.columnStrip, *m_pyramid->columnMargin(), {view.left, 0, view.pixelsPerColumn, f.columnStrip.height() * pixelRatio});
  strip(f.rowStrip, *m_pyramid->rowMargin(), {0, view.top, f.rowStrip.width() * pixelRatio, view.pixelsPerRow});
}

void HeatMap::paintMarks(QPainter& painter, const HeatFrame& f, bool live) const {
  const Theme theme = themeOf(palette());
  const QRectF plot(f.plot);
  painter.save();
  painter.setBrush(Qt::NoBrush);
  if (m_selectedRows || m_selectedColumns) {
    const auto rows = m_selectedRows.value_or(std::pair{0, f.rows - 1}), columns = m_selectedColumns.value_or(std::pair{0, f.columns - 1});
    QRectF area = f.cells(rows, columns);
    // Where it lies, between the strips and the plot: seen at any zoom.
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.accent);
    const QRectF across(area.center().x() - std::max(3.0, area.width()) / 2, f.plot.top() - 3, std::max(3.0, area.width()), 2);
    const QRectF down(f.plot.left() - 3, area.center().y() - std::max(3.0, area.height()) / 2, 2, std::max(3.0, area.height()));
    painter.drawRect(across.intersected(plot.adjusted(0, -4, 0, 0)));
    painter.drawRect(down.intersected(plot.adjusted(-4, 0, 0, 0)));
    painter.setBrush(Qt::NoBrush);
    painter.setClipRect(plot.adjusted(-2, -2, 2, 2));
    if (rows.first < rows.second || columns.first < columns.second) {
      QColor veil = theme.plot;
      veil.setAlpha(70);
      const QRectF bright = area.intersected(plot);
      for (const QRectF& dim : {QRectF(plot.topLeft(), QPointF(plot.right(), bright.top())), QRectF(QPointF(plot.left(), bright.bottom()), plot.bottomRight()),
                                QRectF(QPointF(plot.left(), bright.top()), bright.bottomLeft()), QRectF(bright.topRight(), QPointF(plot.right(), bright.bottom()))}) {
        if (!bright.isEmpty() && dim.width() > 0 && dim.height() > 0) painter.fillRect(dim, veil);
      }
    }
    const QPointF centre = area.center();
    area.setSize({std::max(7.0, area.width()), std::max(7.0, area.height())});
    area.moveCenter(centre);
    for (const QPen& pen : outline(2)) {
      painter.setPen(pen);
      painter.drawRect(area);
    }
  }
  painter.setClipRect(plot.adjusted(-1, -1, 1, 1));
  painter.setRenderHint(QPainter::Antialiasing);
  std::size_t rings = 0;
  for (const auto& [row, column] : m_outliers) {
    const QPointF centre = f.cell(row, column).center();
    if (!plot.adjusted(-8, -8, 8, 8).contains(centre)) continue;
    if (++rings > kMostRings) break;
    const double radius = std::max(5.0, std::min(f.view.pixelsPerColumn, f.view.pixelsPerRow) / 2 + 2);
    for (const QPen& pen : outline(1.4)) {
      painter.setPen(pen);
      painter.drawEllipse(centre, radius, radius);
    }
  }
  painter.setRenderHint(QPainter::Antialiasing, false);
  if (live) {
    const bool here = m_hoverRow || m_hoverColumn;
    const auto row = here ? m_hoverRow : m_crossRow, column = here ? m_hoverColumn : m_crossColumn;
    for (const auto& pen : {QPen(QColor(0, 0, 0, 120), 3), QPen(QColor(255, 255, 255, 190), 1)}) {
      painter.setPen(pen);
      if (row) {
        const double y = f.cell(*row, 0).center().y();
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
      }
      if (column) {
        const double x = f.cell(0, *column).center().x();
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
      }
    }
    if (hasFocus()) {
      QRectF cell = f.cell(m_focusRow, m_focusColumn);
      const QPointF centre = cell.center();
      cell.setSize({std::max(7.0, cell.width()), std::max(7.0, cell.height())});
      cell.moveCenter(centre);
      for (const QPen& pen : outline(1)) {
        painter.setPen(pen);
        painter.drawRect(cell);
      }
    }
  }
  painter.restore();
}

}  // namespace bitscape
