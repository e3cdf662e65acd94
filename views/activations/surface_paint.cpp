// How a surface is painted: walls behind it, the cells as one raster, then axes, cross-hair, selection and pins. Walls and axes are in
// surface_axes.cpp.
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cmath>

#include "views/activations/surface_view.h"
#include "views/style/colour_bar.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kMostSide = 84;  // beside the box: labels and titles
// Seen on the sequential maps, which are the same in light and dark themes.
constexpr QRgb kRidgeColour = 0xff8fe9ff, kPinColour = 0xffff5a4a;
constexpr int kMostPins = 24, kMostPinLabels = 6, kPinLength = 16;

}  // namespace

QRectF SurfaceView::plotRect(const QSize& size, bool withBar) const {
  const double line = QFontMetricsF(font()).height(), bar = withBar ? colourBarWidth(font()) : 0;
  // Above: the title and the name of the upright axis; below: labels, title and the readout.
  const double top = 2 * line, below = 3.2 * line + 8, side = std::min(kMostSide, size.width() / 7.0);
  return QRectF(side, top, std::max(40.0, size.width() - 2 * side - bar), std::max(40.0, size.height() - top - below));
}

void SurfaceView::prepare(Frame& frame, const QSize& size, double ratio) const {
  frame.size = size;
  frame.ratio = ratio;
  const QRectF plot = plotRect(size, m_bar);
  // A vertex should be at least two or three pixels wide.
  const int most = std::clamp(static_cast<int>(plot.width() / 2.5), 24, kMostVertices);
  frame.mesh = poolSurface(*m_pyramid, m_region, most, most);
  frame.shape = shapeOf(frame.mesh, m_colours, m_heights, m_normal, kRidgeColour);
}

const SurfaceView::Frame& SurfaceView::frame() const {
  const double ratio = devicePixelRatioF();
  if (m_frame.size != size() || m_frame.ratio != ratio || m_stale == Stale::Mesh) {
    prepare(m_frame, size(), ratio);
    m_stale = Stale::Picture;
  }
  if (m_stale == Stale::Picture) {
    m_frame.camera = SurfaceCamera(m_angles, plotRect(size(), m_bar));
    m_frame.image = renderSurface(m_frame.shape, m_frame.camera, (QSizeF(size()) * ratio).toSize(), ratio);
    m_stale = Stale::Nothing;
  }
  return m_frame;
}

void SurfaceView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme theme = themeOf(palette());
  painter.fillRect(rect(), theme.plot);
  if (grid() == nullptr) {
    painter.setPen(theme.muted);
    painter.drawText(rect().adjusted(kPanelMargin, kPanelMargin, -kPanelMargin, -kPanelMargin), Qt::AlignCenter | Qt::TextWordWrap,
                     m_emptyText);
  } else {
    const Frame& f = frame();
    paintAll(painter, f, m_bar);
    paintStrip(painter, f);
  }
  if (hasFocus()) {
    painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
  }
}

void SurfaceView::paintFigure(QPainter& painter, const QSize& size) const {
  painter.save();
  painter.fillRect(QRect({}, size), themeOf(palette()).plot);
  if (grid() == nullptr) {
    painter.setPen(themeOf(palette()).muted);
    painter.drawText(QRect({}, size), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
  } else {
    constexpr double kRatio = 2;
    Frame frame;
    prepare(frame, size, kRatio);
    frame.camera = SurfaceCamera(m_angles, plotRect(size, true));
    frame.image = renderSurface(frame.shape, frame.camera, size * kRatio, kRatio);
    paintAll(painter, frame, true);
  }
  painter.restore();
}

void SurfaceView::paintAll(QPainter& painter, const Frame& frame, bool withBar) const {
  painter.setFont(font());
  painter.setRenderHint(QPainter::Antialiasing);
  paintWalls(painter, frame);
  painter.drawImage(QPointF(0, 0), frame.image.image);
  paintAxes(painter, frame);
  paintOverlay(painter, frame);
  paintPins(painter, frame);
  const Theme theme = themeOf(palette());
  const double line = QFontMetricsF(font()).height();
  if (!m_title.isEmpty()) {
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(theme.text);
    painter.drawText(QRectF(kGap, 4, frame.size.width() - 2 * kGap, line), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    painter.setFont(font());
  }
  if (withBar) {
    const double width = colourBarWidth(font());
    const QRectF area(frame.size.width() - width - 4, 3 * line, width, std::max(60.0, frame.size.height() - 6 * line));
    paintColourBar(painter, area, m_colours, {}, palette());
  }
}

// The line over the surface along a row (or column) of vertices: where it is seen, or where something stands before it.
QPainterPath SurfaceView::ridge(const Frame& frame, bool alongColumns, int vertex, bool seen) const {
  QPainterPath path;
  const auto& shape = frame.shape;
  const int count = alongColumns ? shape.columns : shape.rows;
  QPointF before;
  bool open = false;
  for (int i = 0; i < count; ++i) {
    const int r = alongColumns ? vertex + 1 : i, c = alongColumns ? i : vertex + 1;
    const QPointF at =
        frame.camera.project({shape.x[static_cast<std::size_t>(c)], shape.y[static_cast<std::size_t>(r)], shape.height[shape.index(r, c)]});
    if (i > 0) {
      const QPointF half = 0.5 * (before + at) * frame.ratio;
      bool visible = false;
      for (const double lift : {0.0, -1.5}) {
        const auto quad = frame.image.at(static_cast<int>(half.x()), static_cast<int>(half.y() + lift));
        visible = visible || quad < 0 || (std::abs(quad / shape.columns - r) <= 3 && std::abs(quad % shape.columns - c) <= 3);
      }
      if (visible == seen) {
        if (!open) path.moveTo(before);
        path.lineTo(at);
      }
      open = visible == seen;
    }
    before = at;
  }
  return path;
}

void SurfaceView::paintOverlay(QPainter& painter, const Frame& frame) const {
  const Theme theme = themeOf(palette());
  const auto& mesh = frame.mesh;
  const auto& region = mesh.region;
  painter.setBrush(Qt::NoBrush);
  const auto line = [&](bool alongColumns, int cell, const QColor& colour, double width, Qt::PenStyle style) {
    const bool inside = alongColumns ? cell >= region.row && cell < region.row + region.rows
                                     : cell >= region.column && cell < region.column + region.columns;
    if (!inside) return;
    const int vertex = alongColumns ? mesh.vertexRow(cell) : mesh.vertexColumn(cell);
    const QPainterPath seen = ridge(frame, alongColumns, vertex, true);
    QColor ground = theme.plot;
    ground.setAlpha(150);
    painter.setPen(QPen(ground, width + 2));
    painter.drawPath(seen);
    painter.setPen(QPen(colour, width, style));
    painter.drawPath(seen);
    QColor faint = colour;
    faint.setAlpha(120);
    painter.setPen(QPen(faint, 1));
    painter.drawPath(ridge(frame, alongColumns, vertex, false));
  };
  const auto span = [&](bool alongColumns, const std::optional<CellSpan>& cells) {
    if (!cells) return;
    line(alongColumns, cells->first, theme.selection, 1.6, Qt::SolidLine);
    if (cells->second != cells->first) line(alongColumns, cells->second, theme.selection, 1.6, Qt::SolidLine);
  };
  span(true, m_selectedRows);
  span(false, m_selectedColumns);
  if (m_crossRow) line(true, *m_crossRow, theme.accent, 1.2, Qt::SolidLine);
  if (m_crossColumn) line(false, *m_crossColumn, theme.accent, 1.2, Qt::SolidLine);
  const auto dot = [&](int row, int column, const QColor& colour) {
    if (!region.contains(row, column)) return;
    const int r = mesh.vertexRow(row), c = mesh.vertexColumn(column);
    const BoxPoint at{mesh.columnPlace(c), mesh.rowPlace(r), frame.shape.height[frame.shape.index(r + 1, c + 1)]};
    painter.setPen(QPen(colour, 1, Qt::DotLine));
    painter.drawLine(frame.camera.project(at), frame.camera.project({at.x, at.y, m_heights.isSigned() ? 0.5 : 0}));
    painter.setPen(QPen(theme.plot, 1));
    painter.setBrush(colour);
    painter.drawEllipse(frame.camera.project(at), 3.5, 3.5);
    painter.setBrush(Qt::NoBrush);
  };
  if (m_selectedRows && m_selectedColumns && m_selectedRows->first == m_selectedRows->second &&
      m_selectedColumns->first == m_selectedColumns->second) {
    dot(m_selectedRows->first, m_selectedColumns->first, theme.selection);
  }
  if (m_crossRow && m_crossColumn) dot(*m_crossRow, *m_crossColumn, theme.accent);
}

void SurfaceView::paintPins(QPainter& painter, const Frame& frame) const {
  const Theme theme = themeOf(palette());
  const HeatGrid& g = *grid();
  auto cells = m_massive;
  std::erase_if(cells, [&](const auto& cell) { return !frame.mesh.region.contains(cell.first, cell.second); });
  std::sort(cells.begin(), cells.end(),
            [&](const auto& a, const auto& b) { return std::abs(g.at(a.first, a.second)) > std::abs(g.at(b.first, b.second)); });
  if (cells.size() > kMostPins) cells.resize(kMostPins);
  QFont small = font();
  small.setPointSizeF(std::max(7.0, font().pointSizeF() * 0.9));
  painter.setFont(small);
  const QFontMetricsF metrics(small);
  struct Pin {
    QPointF tip, head;
    float value = 0;
  };
  std::vector<Pin> pins;
  std::vector<QRectF> taken;  // by heads and labels
  for (const auto& [row, column] : cells) {
    const int r = frame.mesh.vertexRow(row), c = frame.mesh.vertexColumn(column);
    const double z = frame.shape.height[frame.shape.index(r + 1, c + 1)];
    const QPointF tip = frame.camera.project({frame.mesh.columnPlace(c), frame.mesh.rowPlace(r), z});
    // A pin points away from the plane, so that a peak downwards has its pin below.
    const bool down = m_heights.isSigned() && z < 0.5;
    const QPointF head = tip + QPointF(0, down ? kPinLength : -kPinLength);
    pins.push_back({tip, head, g.at(row, column)});
    taken.emplace_back(head.x() - 4, head.y() - 4, 8, 8);
  }
  int labels = 0;
  for (const auto& pin : pins) {
    painter.setPen(QPen(QColor(kPinColour), 1.4));
    painter.drawLine(pin.tip, pin.head);
    painter.setPen(QPen(theme.plot, 1));
    painter.setBrush(QColor(kPinColour));
    painter.drawEllipse(pin.head, 3.6, 3.6);
    painter.setBrush(Qt::NoBrush);
  }
  for (const auto& pin : pins) {
    if (labels == kMostPinLabels) break;
    const QString label = numberText(pin.value, 4);
    const QSizeF size(metrics.horizontalAdvance(label) + 6, metrics.height());
    QRectF box(pin.head.x() + 6, pin.head.y() - size.height() / 2, size.width(), size.height());
    if (box.right() > frame.size.width() - 2) box.moveRight(pin.head.x() - 6);
    if (std::any_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(box); })) continue;
    taken.push_back(box);
    ++labels;
    QColor ground = theme.plot;
    ground.setAlpha(200);
    painter.fillRect(box, ground);
    painter.setPen(theme.text);
    painter.drawText(box, Qt::AlignCenter | Qt::TextDontClip, label);
  }
  painter.setFont(font());
}

void SurfaceView::paintStrip(QPainter& painter, const Frame& frame) const {
  const Theme theme = themeOf(palette());
  const QFontMetrics metrics(font());
  const QRect strip(0, height() - metrics.height() - 8, width(), metrics.height() + 8);
  painter.fillRect(strip, theme.plot);
  QString text = tr("Drag turns, wheel zooms, double click goes closer, Home shows all");
  if (m_hover) {
    text = readout(m_hover->first, m_hover->second);
  } else if (frame.mesh.region != everything()) {
    text = tr("Tokens %1 to %2, channels %3 to %4; Home shows all")
               .arg(frame.mesh.region.row)
               .arg(frame.mesh.region.row + frame.mesh.region.rows - 1)
               .arg(frame.mesh.region.column)
               .arg(frame.mesh.region.column + frame.mesh.region.columns - 1);
  }
  painter.setPen(m_hover ? theme.text : theme.muted);
  painter.drawText(strip.adjusted(kGap, 0, -kGap, 0), Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(text, Qt::ElideRight, strip.width() - 2 * kGap));
}

}  // namespace bitscape
