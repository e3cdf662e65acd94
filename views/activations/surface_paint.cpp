// How a surface is painted: walls behind it, the cells as one raster, then axes, cross-hair, selection and pins.
#include <algorithm>
#include <array>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "views/activations/surface_view.h"
#include "views/style/colour_bar.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kMostSide = 84;             // beside the box: labels and titles
constexpr double kTickLength = 5;
constexpr QRgb kRidgeColour = 0xff8fe9ff;      // in none of the sequential maps, light and dark themes alike
constexpr int kMostPins = 24, kMostPinLabels = 6, kPinLength = 16, kMostLabel = 16;

struct AxisTick {
  double at = 0;                             // 0..1 along the axis
  QString label;
};

// A label at `anchor`: centred below or above it, or beside it where `outward` (of length 1) points sideways, so that labels of a slanting
// axis are flush.
QRectF labelRect(const QPointF& anchor, const QPointF& outward, const QSizeF& text) {
  constexpr double kSideways = 0.4;
  if (std::abs(outward.x()) < kSideways) {
    return {anchor.x() - text.width() / 2, outward.y() > 0 ? anchor.y() : anchor.y() - text.height(), text.width(), text.height()};
  }
  return {outward.x() > 0 ? anchor.x() : anchor.x() - text.width(), anchor.y() - text.height() / 2, text.width(), text.height()};
}

QPointF unit(const QPointF& v) {
  const double length = std::hypot(v.x(), v.y());
  return length > 1e-9 ? v / length : QPointF(0, 1);
}

// Whole numbers in steps of 1, 2 or 5 times a power of ten, at most `most` of them.
int stepFor(int count, int most) {
  for (int power = 1;; power *= 10) {
    for (const int m : {1, 2, 5}) {
      if (static_cast<std::int64_t>(m) * power * std::max(1, most) >= count) return m * power;
    }
    if (power > 100'000'000) return power;
  }
}

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
    painter.drawText(rect().adjusted(kPanelMargin, kPanelMargin, -kPanelMargin, -kPanelMargin), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
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

void SurfaceView::paintWalls(QPainter& painter, const Frame& frame) const {
  const Theme theme = themeOf(palette());
  const auto& camera = frame.camera;
  const double farX = camera.xFallsAway() ? 1 : 0, farY = camera.yFallsAway() ? 1 : 0;
  const auto polygon = [&](std::array<BoxPoint, 4> corners) {
    QPolygonF shape;
    for (const auto& corner : corners) shape << camera.project(corner);
    painter.drawPolygon(shape);
  };
  painter.setPen(QPen(theme.axis, 1));
  QColor ground = theme.grid;
  ground.setAlpha(110);
  painter.setBrush(ground);
  polygon({{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}}});
  ground.setAlpha(60);
  painter.setBrush(ground);
  polygon({{{0, farY, 0}, {1, farY, 0}, {1, farY, 1}, {0, farY, 1}}});
  polygon({{{farX, 0, 0}, {farX, 1, 0}, {farX, 1, 1}, {farX, 0, 1}}});
  painter.setPen(QPen(theme.grid, 1));
  for (const Tick& tick : ticksOf(m_heights, 5)) {
    const double z = m_heights.position(tick.value);
    painter.drawLine(camera.project({0, farY, z}), camera.project({1, farY, z}));
    painter.drawLine(camera.project({farX, 0, z}), camera.project({farX, 1, z}));
  }
  if (m_heights.isSigned()) {
    painter.setPen(QPen(theme.muted, 1, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    polygon({{{0, 0, 0.5}, {1, 0, 0.5}, {1, 1, 0.5}, {0, 1, 0.5}}});
  }
}

void SurfaceView::paintAxes(QPainter& painter, const Frame& frame) const {
  const Theme theme = themeOf(palette());
  const auto& camera = frame.camera;
  const HeatGrid& g = *grid();
  const QFontMetricsF metrics(font());
  const double nearX = camera.xFallsAway() ? 0 : 1, nearY = camera.yFallsAway() ? 0 : 1;
  const QPointF middle = camera.project({0.5, 0.5, 0});

  // An axis along an edge of the floor; labels and title away from the middle of the floor.
  const auto axis = [&](BoxPoint from, BoxPoint to, const QString& title, int first, int count, const auto& label) {
    const QPointF a = camera.project(from), b = camera.project(to);
    const QPointF along = unit(b - a), edge = 0.5 * (a + b);
    const double length = std::hypot(b.x() - a.x(), b.y() - a.y());
    QPointF outward(-along.y(), along.x());
    if (QPointF::dotProduct(outward, edge - middle) < 0) outward = -outward;
    double widest = metrics.horizontalAdvance(QString::number(first + count));
    for (int i = 0; i < std::min(count, 256); ++i) widest = std::max(widest, metrics.horizontalAdvance(label(first + i)));
    // Labels in a row must neither overlap sideways nor upwards.
    const double apart = std::min((widest + 10) / std::max(1e-3, std::abs(along.x())), (metrics.height() + 1) / std::max(1e-3, std::abs(along.y())));
    const int step = stepFor(count, std::max(1, static_cast<int>(length / apart)));
    double deepest = metrics.height();
    painter.setPen(QPen(theme.axis, 1));
    painter.drawLine(a, b);
    for (int index = (first + step - 1) / step * step; index < first + count; index += step) {
      const double t = (index + 0.5 - first) / count;
      const QPointF at = a + (b - a) * t;
      painter.setPen(QPen(theme.axis, 1));
      painter.drawLine(at, at + outward * kTickLength);
      const QString text = label(index);
      const QRectF box = labelRect(at + outward * (kTickLength + 3), outward, {metrics.horizontalAdvance(text) + 1, metrics.height()});
      deepest = std::max(deepest, std::abs(outward.x()) * box.width() + std::abs(outward.y()) * box.height());
      painter.setPen(theme.text);
      painter.drawText(box, Qt::AlignCenter | Qt::TextDontClip, text);
    }
    painter.setPen(theme.muted);
    QRectF box = labelRect(edge + outward * (kTickLength + 9 + deepest), outward, {metrics.horizontalAdvance(title) + 1, metrics.height()});
    const QRectF within(2, 0, frame.size.width() - 4, frame.size.height() - metrics.height() - 8);
    if (box.right() > within.right()) box.moveRight(within.right());
    if (box.left() < within.left()) box.moveLeft(within.left());
    if (box.bottom() > within.bottom()) box.moveBottom(within.bottom());
    painter.drawText(box, Qt::AlignCenter | Qt::TextDontClip, title);
  };
  const CellRegion& region = frame.mesh.region;
  axis({0, nearY, 0}, {1, nearY, 0}, g.columnTitle, region.column, region.columns, [](int column) { return QString::number(column); });
  axis({nearX, 0, 0}, {nearX, 1, 0}, g.rowTitle, region.row, region.rows, [&](int row) {
    if (row >= g.rowLabels.size()) return QString::number(row);
    const QString& text = g.rowLabels[row];
    return QStringLiteral("%1 %2").arg(row).arg(text.size() > kMostLabel ? text.left(kMostLabel - 1) + QStringLiteral("…") : text);
  });

  // The upright axis stands at the leftmost corner on the screen.
  BoxPoint corner;
  double left = 1e300;
  for (const double x : {0.0, 1.0}) {
    for (const double y : {0.0, 1.0}) {
      const double at = camera.project({x, y, 0}).x();
      if (at >= left) continue;
      left = at;
      corner = {x, y, 0};
    }
  }
  const QPointF foot = camera.project(corner), top = camera.project({corner.x, corner.y, 1});
  painter.setPen(QPen(theme.axis, 1));
  painter.drawLine(foot, top);
  const double height = std::abs(foot.y() - top.y());
  if (height < 2 * metrics.height()) return;
  double lastY = m_heights.isSigned() ? 1e300 : foot.y();   // at the floor stand the labels of the other axes
  for (const Tick& tick : ticksOf(m_heights, std::clamp(static_cast<int>(height / (1.6 * metrics.height())), 2, 6))) {
    const QPointF at = foot + (top - foot) * m_heights.position(tick.value);
    painter.setPen(QPen(theme.axis, 1));
    painter.drawLine(at, at - QPointF(kTickLength, 0));
    if (std::abs(lastY - at.y()) < metrics.height() * 0.9) continue;
    lastY = at.y();
    painter.setPen(theme.text);
    const double width = metrics.horizontalAdvance(tick.label) + 1;
    painter.drawText(QRectF(at.x() - kTickLength - 3 - width, at.y() - metrics.height() / 2, width, metrics.height()), Qt::AlignRight | Qt::TextDontClip,
                     tick.label);
  }
  painter.setPen(theme.muted);
  const QString title = m_heights.isSigned() ? tr("value") : tr("|value|");
  const double width = metrics.horizontalAdvance(title) + 1;
  painter.drawText(QRectF(std::max(2.0, top.x() - width), top.y() - metrics.height() * 1.6, width, metrics.height()), Qt::AlignRight | Qt::TextDontClip, title);
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
    const QPointF at = frame.camera.project({shape.x[static_cast<std::size_t>(c)], shape.y[static_cast<std::size_t>(r)], shape.height[shape.index(r, c)]});
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
    const bool inside = alongColumns ? cell >= region.row && cell < region.row + region.rows : cell >= region.column && cell < region.column + region.columns;
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
  if (m_selectedRows && m_selectedColumns && m_selectedRows->first == m_selectedRows->second && m_selectedColumns->first == m_selectedColumns->second) {
    dot(m_selectedRows->first, m_selectedColumns->first, theme.selection);
  }
  if (m_crossRow && m_crossColumn) dot(*m_crossRow, *m_crossColumn, theme.accent);
}

void SurfaceView::paintPins(QPainter& painter, const Frame& frame) const {
  const Theme theme = themeOf(palette());
  const HeatGrid& g = *grid();
  auto cells = m_massive;
  std::erase_if(cells, [&](const auto& cell) { return !frame.mesh.region.contains(cell.first, cell.second); });
  std::sort(cells.begin(), cells.end(), [&](const auto& a, const auto& b) { return std::abs(g.at(a.first, a.second)) > std::abs(g.at(b.first, b.second)); });
  if (cells.size() > kMostPins) cells.resize(kMostPins);
  QFont small = font();
  small.setPointSizeF(std::max(7.0, font().pointSizeF() * 0.9));
  painter.setFont(small);
  const QFontMetricsF metrics(small);
  std::vector<QRectF> taken;
  for (const auto& [row, column] : cells) {
    const int r = frame.mesh.vertexRow(row), c = frame.mesh.vertexColumn(column);
    const double z = frame.shape.height[frame.shape.index(r + 1, c + 1)];
    const QPointF tip = frame.camera.project({frame.mesh.columnPlace(c), frame.mesh.rowPlace(r), z});
    // A pin points away from the plane, so that a peak downwards has its pin below.
    const bool down = m_heights.isSigned() && z < 0.5;
    const QPointF head = tip + QPointF(0, down ? kPinLength : -kPinLength);
    painter.setPen(QPen(theme.bad, 1.4));
    painter.drawLine(tip, head);
    painter.setPen(QPen(theme.plot, 1));
    painter.setBrush(theme.bad);
    painter.drawEllipse(head, 3.6, 3.6);
    painter.setBrush(Qt::NoBrush);
    if (taken.size() >= kMostPinLabels) continue;
    const QString label = numberText(g.at(row, column), 4);
    const QSizeF size(metrics.horizontalAdvance(label) + 6, metrics.height());
    QRectF box(head.x() + 6, head.y() - size.height() / 2, size.width(), size.height());
    if (box.right() > frame.size.width() - 2) box.moveRight(head.x() - 6);
    if (std::any_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(box); })) continue;
    taken.push_back(box);
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
  painter.drawText(strip.adjusted(kGap, 0, -kGap, 0), Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(text, Qt::ElideRight, strip.width() - 2 * kGap));
}

}  // namespace bitscape
