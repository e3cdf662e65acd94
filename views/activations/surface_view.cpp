#include "views/activations/surface_view.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace bitscape {
namespace {

constexpr double kDegreesPerPixel = 0.4, kDegreesPerKey = 5;
constexpr int kNear = 5;                           // pixels around the pointer in which a cell is still meant
constexpr int kPinReach = 8;                       // pixels to the tip of a pin
constexpr int kLeastRows = 4, kLeastColumns = 16;  // of a region

}  // namespace

SurfaceView::SurfaceView(QWidget* parent) : QWidget(parent), m_emptyText(tr("Nothing to show yet.")) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setScale(sensibleScale(ColourMapId::Inferno, false, 0, 1), false);
  describe();
}

const HeatGrid* SurfaceView::grid() const {
  return m_pyramid && m_pyramid->level(0).rows > 0 && m_pyramid->level(0).columns > 0 ? &m_pyramid->grid() : nullptr;
}

CellRegion SurfaceView::everything() const {
  const HeatGrid* g = grid();
  return g == nullptr ? CellRegion{} : CellRegion{0, 0, g->rows, g->columns};
}

void SurfaceView::setData(std::shared_ptr<const MaxPyramid> pyramid) {
  if (pyramid == m_pyramid) return;
  const HeatGrid* before = grid();
  const int rows = before ? before->rows : 0, columns = before ? before->columns : 0;
  m_pyramid = std::move(pyramid);
  m_hover.reset();
  m_massive.clear();
  m_normal.clear();
  const HeatGrid* now = grid();
  if (now != nullptr && (now->rows != rows || now->columns != columns)) m_region = everything();
  describe();
  stale(Stale::Mesh);
}

void SurfaceView::setEmptyText(const QString& text) {
  m_emptyText = text;
  describe();
  update();
}

void SurfaceView::setTitle(const QString& title) {
  if (title == m_title) return;
  m_title = title;
  describe();
  stale(Stale::Picture);
}

void SurfaceView::setScale(const ColourScale& colours, bool logarithmicHeight) {
  const double low = colours.isSigned() || colours.logarithmic == logarithmicHeight || !colours.logarithmic ? colours.low : 0;
  const ColourScale heights = sensibleScale(colours.map, logarithmicHeight, low, colours.high);
  m_logarithmicHeight = logarithmicHeight;
  if (colours == m_colours && heights == m_heights) return;
  m_colours = colours;
  m_heights = heights;
  stale(Stale::Mesh);
}

void SurfaceView::setMarks(std::vector<std::pair<int, int>> massive, std::vector<int> normalChannels) {
  if (massive == m_massive && normalChannels == m_normal) return;
  m_massive = std::move(massive);
  m_normal = std::move(normalChannels);
  describe();
  stale(Stale::Mesh);
}

void SurfaceView::setColourBarVisible(bool visible) {
  if (visible == m_bar) return;
  m_bar = visible;
  stale(Stale::Picture);
}

void SurfaceView::setCrossHair(std::optional<int> row, std::optional<int> column) {
  if (row == m_crossRow && column == m_crossColumn) return;
  m_crossRow = row;
  m_crossColumn = column;
  update();
}

void SurfaceView::setSelectedCells(std::optional<CellSpan> rows, std::optional<CellSpan> columns) {
  if (rows == m_selectedRows && columns == m_selectedColumns) return;
  m_selectedRows = rows;
  m_selectedColumns = columns;
  update();
}

void SurfaceView::setAngles(const SurfaceAngles& angles) {
  const auto sensible = sensibleAngles(angles);
  if (sensible == m_angles) return;
  m_angles = sensible;
  stale(Stale::Picture);
}

void SurfaceView::turn(const SurfaceAngles& angles) {
  const auto before = m_angles;
  setAngles(angles);
  if (m_angles != before) Q_EMIT anglesChanged();
}

void SurfaceView::setRegion(const CellRegion& region) {
  const HeatGrid* g = grid();
  if (g == nullptr || region == m_region) return;
  CellRegion next = region;
  next.rows = std::clamp(next.rows, std::min(kLeastRows, g->rows), g->rows);
  next.columns = std::clamp(next.columns, std::min(kLeastColumns, g->columns), g->columns);
  next.row = std::clamp(next.row, 0, g->rows - next.rows);
  next.column = std::clamp(next.column, 0, g->columns - next.columns);
  if (next == m_region) return;
  m_region = next;
  stale(Stale::Mesh);
}

void SurfaceView::showRegion(CellRegion region) {
  const auto before = m_region;
  setRegion(region);
  if (m_region != before) Q_EMIT regionChanged();
}

void SurfaceView::zoomTo(int row, int column) {
  if (grid() == nullptr) return;
  const auto within = [](const std::optional<CellSpan>& span, int at) { return span && at >= span->first && at <= span->second; };
  const bool inRows = within(m_selectedRows, row) && m_selectedRows->second > m_selectedRows->first;
  const bool inColumns = within(m_selectedColumns, column) && m_selectedColumns->second > m_selectedColumns->first;
  CellRegion next = m_region;
  if (inRows || inColumns) {
    if (inRows) next.row = m_selectedRows->first, next.rows = m_selectedRows->second - m_selectedRows->first + 1;
    if (inColumns) next.column = m_selectedColumns->first, next.columns = m_selectedColumns->second - m_selectedColumns->first + 1;
  } else {
    next.rows = std::max(kLeastRows, m_region.rows / 2);
    next.columns = std::max(kLeastColumns, m_region.columns / 4);
    next.row = row - next.rows / 2;
    next.column = column - next.columns / 2;
  }
  showRegion(next);
}

void SurfaceView::stale(Stale what) {
  m_stale = std::max(m_stale, what);
  update();
}

std::optional<QPointF> SurfaceView::pointOf(int row, int column) const {
  if (grid() == nullptr || !m_region.contains(row, column)) return std::nullopt;
  const Frame& f = frame();
  if (!f.mesh.region.contains(row, column)) return std::nullopt;
  const int r = f.mesh.vertexRow(row), c = f.mesh.vertexColumn(column);
  return f.camera.project({f.mesh.columnPlace(c), f.mesh.rowPlace(r), f.shape.height[f.shape.index(r + 1, c + 1)]});
}

std::optional<std::pair<int, int>> SurfaceView::cellAt(const QPointF& point) const {
  if (grid() == nullptr) return std::nullopt;
  // A peak that is a few pixels wide is easier to hit at its pin.
  std::optional<std::pair<int, int>> found;
  double nearest = kPinReach;
  for (const auto& [row, column] : m_massive) {
    const auto tip = pointOf(row, column);
    if (!tip) continue;
    const double distance = std::hypot(tip->x() - point.x(), tip->y() - point.y());
    if (distance < nearest) {
      nearest = distance;
      found = std::pair{row, column};
    }
  }
  if (found) return found;

  const Frame& f = frame();
  const int x = static_cast<int>(point.x() * f.ratio), y = static_cast<int>(point.y() * f.ratio);
  std::int32_t quad = f.image.at(x, y);
  for (int reach = 1; quad < 0 && reach <= kNear; ++reach) {
    for (int dy = -reach; dy <= reach && quad < 0; ++dy) {
      for (int dx = -reach; dx <= reach && quad < 0; ++dx) quad = f.image.at(x + dx, y + dy);
    }
  }
  if (quad < 0) return std::nullopt;
  double least = 0;
  int vertexRow = -1, vertexColumn = -1;
  for (const int step : {0, 1, 2, 3}) {
    const int r = std::clamp(quad / f.shape.columns + step / 2 - 1, 0, f.mesh.rows - 1);
    const int c = std::clamp(quad % f.shape.columns + step % 2 - 1, 0, f.mesh.columns - 1);
    const QPointF at = f.camera.project({f.mesh.columnPlace(c), f.mesh.rowPlace(r), f.shape.height[f.shape.index(r + 1, c + 1)]});
    const double distance = std::hypot(at.x() - point.x(), at.y() - point.y());
    if (vertexRow >= 0 && distance >= least) continue;
    least = distance;
    vertexRow = r;
    vertexColumn = c;
  }
  return strongestCell(f.mesh, *grid(), vertexRow, vertexColumn);
}

void SurfaceView::point(std::optional<std::pair<int, int>> cell) {
  if (cell == m_hover) return;
  m_hover = cell;
  if (cell) {
    Q_EMIT hovered(cell->first, cell->second);
  } else {
    Q_EMIT hovered(std::nullopt, std::nullopt);
  }
  update();
}

bool SurfaceView::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  if (const auto cell = cellAt(help->pos())) {
    QToolTip::showText(help->globalPos(), readout(cell->first, cell->second), this);
  } else {
    QToolTip::hideText();
    event->ignore();
  }
  return true;
}

void SurfaceView::wheelEvent(QWheelEvent* event) {
  const QPoint delta = event->angleDelta();
  const double notches = (delta.y() != 0 ? delta.y() : delta.x()) / 120.0;
  if (grid() == nullptr || notches == 0) return event->ignore();
  event->accept();
  const double factor = std::pow(1.2, notches);
  const bool channels = event->modifiers().testFlag(Qt::ShiftModifier), tokens = event->modifiers().testFlag(Qt::ControlModifier);
  if (channels || tokens) {
    const auto cell =
        cellAt(event->position()).value_or(std::pair{m_region.row + m_region.rows / 2, m_region.column + m_region.columns / 2});
    CellRegion next = m_region;
    const auto scaled = [factor](int& first, int& count, int keep) {
      const int fewer =
          factor > 1 ? std::min(count - 1, static_cast<int>(count / factor)) : std::max(count + 1, static_cast<int>(count / factor));
      first = keep - static_cast<int>(static_cast<std::int64_t>(keep - first) * fewer / std::max(1, count));
      count = fewer;
    };
    if (channels) scaled(next.column, next.columns, cell.second);
    if (tokens) scaled(next.row, next.rows, cell.first);
    return showRegion(next);
  }
  // What is under the pointer stays there.
  SurfaceAngles next = m_angles;
  next.zoom = sensibleAngles({0, 0, m_angles.zoom * factor, {}}).zoom;
  const QRectF plot = plotRect(size(), m_bar);
  const double grown = next.zoom / m_angles.zoom;
  const QPointF at = event->position() - plot.center(), pan(m_angles.pan.x() * plot.width(), m_angles.pan.y() * plot.height());
  const QPointF moved = at - (at - pan) * grown;
  next.pan = next.zoom <= 1 ? QPointF() : QPointF(moved.x() / plot.width(), moved.y() / plot.height());
  turn(next);
}

void SurfaceView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) return QWidget::mousePressEvent(event);
  m_dragFrom = event->position();
  m_dragged = false;
}

void SurfaceView::mouseMoveEvent(QMouseEvent* event) {
  if (m_dragFrom && event->buttons() != Qt::NoButton) {
    const QPointF moved = event->position() - *m_dragFrom;
    if (!m_dragged && moved.manhattanLength() < 4) return;
    m_dragged = true;
    m_dragFrom = event->position();
    setCursor(Qt::ClosedHandCursor);
    SurfaceAngles next = m_angles;
    if (event->buttons().testFlag(Qt::MiddleButton) || event->modifiers().testFlag(Qt::ShiftModifier)) {
      const QRectF plot = plotRect(size(), m_bar);
      next.pan += QPointF(moved.x() / plot.width(), moved.y() / plot.height());
    } else {
      next.yaw += moved.x() * kDegreesPerPixel;
      next.pitch += moved.y() * kDegreesPerPixel;
    }
    return turn(next);
  }
  const auto cell = cellAt(event->position());
  setCursor(cell ? Qt::CrossCursor : Qt::OpenHandCursor);
  point(cell);
}

void SurfaceView::mouseReleaseEvent(QMouseEvent* event) {
  if (m_dragFrom && !m_dragged && event->button() == Qt::LeftButton) {
    if (const auto cell = cellAt(event->position())) Q_EMIT selected({cell->first, cell->first}, {cell->second, cell->second});
  }
  m_dragFrom.reset();
  setCursor(m_hover ? Qt::CrossCursor : Qt::OpenHandCursor);
}

void SurfaceView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (const auto cell = cellAt(event->position())) {
    zoomTo(cell->first, cell->second);
  } else {
    showRegion(everything());
  }
}

void SurfaceView::keyPressEvent(QKeyEvent* event) {
  SurfaceAngles next = m_angles;
  switch (event->key()) {
    case Qt::Key_Left:
      next.yaw -= kDegreesPerKey;
      break;
    case Qt::Key_Right:
      next.yaw += kDegreesPerKey;
      break;
    case Qt::Key_Up:
      next.pitch -= kDegreesPerKey;
      break;
    case Qt::Key_Down:
      next.pitch += kDegreesPerKey;
      break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      next.zoom *= 1.2;
      break;
    case Qt::Key_Minus:
      next.zoom /= 1.2;
      break;
    case Qt::Key_Escape:
      if (!m_selectedRows && !m_selectedColumns) return QWidget::keyPressEvent(event);
      Q_EMIT cleared();
      return;
    case Qt::Key_Home:
      showRegion(everything());
      next = {};
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  turn(next);
}

void SurfaceView::leaveEvent(QEvent*) { point(std::nullopt); }

void SurfaceView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) stale(Stale::Mesh);
  QWidget::changeEvent(event);
}

}  // namespace bitscape
