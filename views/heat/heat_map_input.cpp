// How the heat map is handled: wheel, mouse, keys, tooltips.

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>

#include "views/heat/heat_map.h"
#include "views/style/colour_bar.h"

namespace bitscape {
namespace {

constexpr int kPageRows = 16;
constexpr double kClickSlack = 4;      // pixels that a click may move
constexpr double kBarEnd = 9;          // pixels around an end of the colour bar that drag it
constexpr double kNearColumn = 56, kNearRow = 24;   // a cell's neighbourhood: cells of this size, wide enough for numbers

std::pair<int, int> ordered(int a, int b) { return {std::min(a, b), std::max(a, b)}; }
bool within(const CellRange& range, int index) { return !range || (index >= range->first && index <= range->second); }

// Which row or column is seen in a pixel of a marginal strip: the largest from `first` on.
int largestOf(const MaxPyramid* margin, int first, double pixelsPerCell) {
  if (margin == nullptr || pixelsPerCell >= 1) return first;
  const auto& values = margin->grid().values;
  const auto from = values.begin() + first, to = values.begin() + std::min<std::ptrdiff_t>(std::ssize(values), first + std::lround(std::ceil(1 / pixelsPerCell)));
  return static_cast<int>(std::max_element(from, to, [](float a, float b) { return std::abs(a) < std::abs(b); }) - values.begin());
}

// Like ColourScale::valueAt, but beyond the ends too: as far again as the bar is long.
double extended(const ColourScale& scale, double position) {
  const double t = std::clamp(position, -1.0, 2.0);
  if (t >= 0 && t <= 1) return scale.valueAt(t);
  if (scale.isSigned()) {
    const double beyond = 2 * t - 1;
    return scale.logarithmic ? std::copysign(scale.high * std::pow(1000.0, std::abs(beyond) - 1), beyond) : beyond * scale.high;
  }
  return scale.logarithmic ? scale.low * std::pow(scale.high / scale.low, t) : scale.low + (scale.high - scale.low) * t;
}

}  // namespace

void HeatMap::select(std::pair<int, int> rows, std::pair<int, int> columns) {
  setSelectedCells(rows, columns);
  Q_EMIT selected(rows, columns);
}

void HeatMap::moveFocus(int row, int column, bool select) {
  const auto from = m_anchor.value_or(focusCell());
  setFocusCell(row, column);
  Q_EMIT pointed(m_focusRow, m_focusColumn);
  if (!select) return m_anchor.reset();
  m_anchor = from;
  HeatMap::select(ordered(from.first, m_focusRow), ordered(from.second, m_focusColumn));
}

void HeatMap::chooseRange(Range range) {
  if (range) {
    const ColourScale next = sensibleScale(m_scale.map, m_scale.logarithmic, range->first, range->second);
    range = {next.low, next.high};
  }
  setFixedRange(range);
  Q_EMIT rangeChosen(range);
}

HeatMap::Drag HeatMap::barEndAt(const QPointF& point) const {
  if (grid() == nullptr) return Drag::None;
  const QRectF bar = colourBarRect(frame().colourBar, font(), true);
  if (point.x() < bar.left() - 4 || point.x() > bar.right() + 30) return Drag::None;
  if (std::abs(point.y() - bar.top()) <= kBarEnd) return Drag::BarHigh;
  if (std::abs(point.y() - bar.bottom()) <= kBarEnd) return Drag::BarLow;
  return Drag::None;
}

void HeatMap::dragRange(const QPointF& point) {
  const QRectF bar = colourBarRect(frame().colourBar, font(), true);
  const ColourScale& from = m_scaleAtPress;
  const double shift = (m_pressAt.y() - point.y()) / std::max(1.0, bar.height());
  double low = from.low, high = from.high;
  if (from.isSigned()) {
    high = std::abs(extended(from, m_drag == Drag::BarHigh ? std::max(0.51, 1 + shift) : std::min(0.49, shift)));
    low = -high;
  } else if (m_drag == Drag::BarHigh) {
    high = extended(from, std::max(0.01, 1 + shift));
  } else {
    low = extended(from, std::min(0.99, shift));
    if (!from.logarithmic) low = std::max(0.0, low);   // magnitudes
  }
  chooseRange(std::pair{low, high});
}

void HeatMap::point(const QPointF& widgetPoint) {
  const HeatFrame f = frame();
  std::optional<int> row, column;
  if (const auto cell = shownCellAt(widgetPoint)) {
    row = cell->first;
    column = cell->second;
  } else if (grid() != nullptr && QRectF(f.columnStrip).contains(widgetPoint)) {
    column = largestOf(m_pyramid->columnMargin(), f.columnAt(widgetPoint.x()), m_view.pixelsPerColumn);
  } else if (grid() != nullptr && QRectF(f.rowStrip).contains(widgetPoint)) {
    row = largestOf(m_pyramid->rowMargin(), f.rowAt(widgetPoint.y()), m_view.pixelsPerRow);
  }
  if (row == m_hoverRow && column == m_hoverColumn) return;
  m_hoverRow = row;
  m_hoverColumn = column;
  update();
  Q_EMIT pointed(row, column);
  if (row && column) Q_EMIT hovered(*row, *column, grid()->at(*row, *column));
}

void HeatMap::pointNowhere() {
  if (!m_hoverRow && !m_hoverColumn) return;
  m_hoverRow.reset();
  m_hoverColumn.reset();
  update();
  Q_EMIT pointed(std::nullopt, std::nullopt);
}

void HeatMap::updateCursor(const QPointF& widgetPoint) {
  if (m_drag == Drag::Pan) return setCursor(Qt::ClosedHandCursor);
  if (m_drag == Drag::BarHigh || m_drag == Drag::BarLow || barEndAt(widgetPoint) != Drag::None) return setCursor(Qt::SizeVerCursor);
  if (!m_hoverRow && !m_hoverColumn) return unsetCursor();
  setCursor(m_space ? Qt::OpenHandCursor : Qt::CrossCursor);
}

void HeatMap::resizeEvent(QResizeEvent*) { clampView(); }

void HeatMap::wheelEvent(QWheelEvent* event) {
  const QPoint delta = event->angleDelta();
  const double notches = (delta.y() != 0 ? delta.y() : delta.x()) / 120.0;   // Shift or Alt may turn the wheel sideways
  if (grid() == nullptr || notches == 0) return event->ignore();
  const double factor = std::pow(1.25, notches);
  const bool columnsOnly = event->modifiers().testFlag(Qt::ShiftModifier), rowsOnly = event->modifiers().testFlag(Qt::ControlModifier);
  zoomAt(event->position(), rowsOnly ? 1 : factor, columnsOnly ? 1 : factor);
  point(event->position());
  event->accept();
}

void HeatMap::mousePressEvent(QMouseEvent* event) {
  const bool left = event->button() == Qt::LeftButton, middle = event->button() == Qt::MiddleButton;
  if ((!left && !middle) || grid() == nullptr || m_drag != Drag::None) return QWidget::mousePressEvent(event);
  m_pressAt = event->position();
  m_scaleAtPress = m_scale;
  if (middle || m_space) {
    m_drag = Drag::Pan;
  } else {
    point(m_pressAt);   // a touch comes without a move before it
    m_drag = barEndAt(m_pressAt);
    if (m_drag == Drag::None && (m_hoverRow || m_hoverColumn)) m_drag = Drag::Press;
  }
  updateCursor(m_pressAt);
}

void HeatMap::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  if (event->buttons() == Qt::NoButton) m_drag = Drag::None;   // the release was lost, to a menu for example
  const HeatFrame f = frame();
  switch (m_drag) {
    case Drag::Pan:
      panBy(at - m_pressAt);
      m_pressAt = at;
      break;
    case Drag::BarHigh:
    case Drag::BarLow: dragRange(at); break;
    case Drag::Press:
      if ((at - m_pressAt).manhattanLength() < kClickSlack) break;
      m_beforeClick = {};
      m_drag = Drag::Select;
      [[fallthrough]];
    case Drag::Select: {
      // From a strip: whole rows or columns.
      const bool ofColumns = m_pressAt.y() < f.plot.top(), ofRows = m_pressAt.x() < f.plot.left();
      setSelectedCells(ofColumns ? std::pair{0, f.rows - 1} : ordered(f.rowAt(m_pressAt.y()), f.rowAt(at.y())),
                       ofRows ? std::pair{0, f.columns - 1} : ordered(f.columnAt(m_pressAt.x()), f.columnAt(at.x())));
      break;
    }
    case Drag::None: break;
  }
  if (m_drag != Drag::BarHigh && m_drag != Drag::BarLow) point(at);
  updateCursor(at);
}

void HeatMap::mouseReleaseEvent(QMouseEvent* event) {
  const Drag drag = std::exchange(m_drag, Drag::None);
  const HeatGrid* g = grid();
  updateCursor(event->position());
  if (g == nullptr) return;
  if (drag == Drag::Select && m_selectedRows && m_selectedColumns) {
    m_anchor.reset();
    Q_EMIT selected(*m_selectedRows, *m_selectedColumns);
  } else if (drag == Drag::Press && (m_hoverRow || m_hoverColumn)) {
    m_beforeClick = {m_selectedRows, m_selectedColumns};
    m_anchor.reset();
    const int row = m_hoverRow.value_or(m_focusRow), column = m_hoverColumn.value_or(m_focusColumn);
    const bool wholeColumn = !m_hoverRow, wholeRow = !m_hoverColumn;
    setFocusCell(row, column);
    select(wholeColumn ? std::pair{0, g->rows - 1} : std::pair{row, row}, wholeRow ? std::pair{0, g->columns - 1} : std::pair{column, column});
  }
}

void HeatMap::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || grid() == nullptr) return;
  const HeatFrame f = frame();
  if (f.colourBar.contains(event->position())) return chooseRange(std::nullopt);
  const auto cell = shownCellAt(event->position());
  if (!cell) return;
  // The first click of the two has replaced the selection: bring a larger one back.
  const Cells before = std::exchange(m_beforeClick, {});
  const bool larger = (before.rows && before.rows->first < before.rows->second) || (before.columns && before.columns->first < before.columns->second);
  if (larger && within(before.rows, cell->first) && within(before.columns, cell->second)) {
    select(before.rows.value_or(std::pair{0, f.rows - 1}), before.columns.value_or(std::pair{0, f.columns - 1}));
    return zoomTo(before.rows, before.columns);
  }
  const HeatWindow whole = f.fitted();
  const double factorX = std::max(kNearColumn, whole.pixelsPerColumn) / m_view.pixelsPerColumn;
  const double factorY = std::max(kNearRow, whole.pixelsPerRow) / m_view.pixelsPerRow;
  if (factorX < 1.01 && factorY < 1.01) return fit();
  const int halfRows = static_cast<int>(f.plot.height() / std::max(kNearRow, m_view.pixelsPerRow) / 2);
  const int halfColumns = static_cast<int>(f.plot.width() / std::max(kNearColumn, m_view.pixelsPerColumn) / 2);
  const auto around = [](int centre, int half, int count) {
    const int first = std::clamp(centre - half, 0, std::max(0, count - 2 * half));
    return std::pair{first, std::min(count - 1, first + std::max(0, 2 * half - 1))};
  };
  zoomTo(around(cell->first, halfRows, f.rows), around(cell->second, halfColumns, f.columns));
}

void HeatMap::keyPressEvent(QKeyEvent* event) {
  const HeatGrid* g = grid();
  if (g == nullptr) return QWidget::keyPressEvent(event);
  const bool shift = event->modifiers().testFlag(Qt::ShiftModifier), control = event->modifiers().testFlag(Qt::ControlModifier);
  const HeatFrame f = frame();
  const QPointF centre = m_hoverRow && m_hoverColumn ? f.cell(*m_hoverRow, *m_hoverColumn).center() : f.cell(m_focusRow, m_focusColumn).center();
  switch (event->key()) {
    case Qt::Key_Left: return moveFocus(m_focusRow, m_focusColumn - 1, shift);
    case Qt::Key_Right: return moveFocus(m_focusRow, m_focusColumn + 1, shift);
    case Qt::Key_Up:
    case Qt::Key_Down: {
      const bool up = event->key() == Qt::Key_Up;
      if (!control) return moveFocus(m_focusRow + (up ? -1 : 1), m_focusColumn, shift);
      const double factor = up ? 1.25 : 0.8;
      return chooseRange(std::pair{m_scale.isSigned() ? m_scale.low * factor : std::min(m_scale.low, m_scale.high * factor * 0.5), m_scale.high * factor});
    }
    case Qt::Key_PageUp: return moveFocus(m_focusRow - kPageRows, m_focusColumn, shift);
    case Qt::Key_PageDown: return moveFocus(m_focusRow + kPageRows, m_focusColumn, shift);
    case Qt::Key_Plus:
    case Qt::Key_Equal: return zoomAt(centre, 1.25, 1.25);
    case Qt::Key_Minus: return zoomAt(centre, 0.8, 0.8);
    case Qt::Key_Home: return control ? chooseRange(std::nullopt) : fit();
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (m_selectedRows && m_selectedColumns && within(m_selectedRows, m_focusRow) && within(m_selectedColumns, m_focusColumn)) {
        return zoomTo(m_selectedRows, m_selectedColumns);
      }
      m_anchor.reset();
      return select({m_focusRow, m_focusRow}, {m_focusColumn, m_focusColumn});
    case Qt::Key_Escape:
      if (!m_selectedRows && !m_selectedColumns) return event->ignore();   // somebody else's Esc: a job
      m_drag = Drag::None;
      m_anchor.reset();
      setSelectedCells(std::nullopt, std::nullopt);
      Q_EMIT cleared();
      return;
    case Qt::Key_Space:
      if (!event->isAutoRepeat()) m_space = true;
      updateCursor(mapFromGlobal(QPointF(QCursor::pos())));
      return;
    default: QWidget::keyPressEvent(event);
  }
}

void HeatMap::keyReleaseEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Space || event->isAutoRepeat()) return QWidget::keyReleaseEvent(event);
  m_space = false;
  updateCursor(mapFromGlobal(QPointF(QCursor::pos())));
}

void HeatMap::focusOutEvent(QFocusEvent* event) {
  m_space = false;
  QWidget::focusOutEvent(event);
  update();
}

void HeatMap::leaveEvent(QEvent*) { pointNowhere(); }

void HeatMap::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
    m_cached.image = {};
    clampView();
  }
  QWidget::changeEvent(event);
}

bool HeatMap::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    // While there is something to clear, Esc is ours and not the window's.
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Escape && grid() != nullptr && (m_selectedRows || m_selectedColumns)) {
      event->accept();
      return true;
    }
  }
  if (event->type() == QEvent::ToolTip && grid() != nullptr) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString tip = tipAt(help->pos());
    if (tip.isEmpty()) {
      QToolTip::hideText();
      event->ignore();
    } else {
      QToolTip::showText(help->globalPos(), tip, this);
    }
    return true;
  }
  return QWidget::event(event);
}

}  // namespace bitscape
