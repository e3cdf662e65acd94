// The box around a surface: walls with the lines of the upright axis, and three axes with ticks, labels and titles.
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

#include "views/activations/surface_view.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kTickLength = 5;
constexpr int kMostLabel = 16;  // letters of a token

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
    const double apart =
        std::min((widest + 10) / std::max(1e-3, std::abs(along.x())), (metrics.height() + 1) / std::max(1e-3, std::abs(along.y())));
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
  double lastY = m_heights.isSigned() ? 1e300 : foot.y();  // at the floor stand the labels of the other axes
  for (const Tick& tick : ticksOf(m_heights, std::clamp(static_cast<int>(height / (1.6 * metrics.height())), 2, 6))) {
    const QPointF at = foot + (top - foot) * m_heights.position(tick.value);
    painter.setPen(QPen(theme.axis, 1));
    painter.drawLine(at, at - QPointF(kTickLength, 0));
    if (std::abs(lastY - at.y()) < metrics.height() * 0.9) continue;
    lastY = at.y();
    painter.setPen(theme.text);
    const double width = metrics.horizontalAdvance(tick.label) + 1;
    painter.drawText(QRectF(at.x() - kTickLength - 3 - width, at.y() - metrics.height() / 2, width, metrics.height()),
                     Qt::AlignRight | Qt::TextDontClip, tick.label);
  }
  painter.setPen(theme.muted);
  const QString title = m_heights.isSigned() ? tr("value") : tr("|value|");
  const double width = metrics.horizontalAdvance(title) + 1;
  painter.drawText(QRectF(std::max(2.0, top.x() - width), top.y() - metrics.height() * 1.6, width, metrics.height()),
                   Qt::AlignRight | Qt::TextDontClip, title);
}

}  // namespace bitscape
