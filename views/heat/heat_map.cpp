#include "views/heat/heat_map.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <QAccessible>
#include <QAccessibleWidget>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include "views/style/colour_bar.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kLargestCell = 160;   // pixels
constexpr int kPageRows = 16;
constexpr int kMostLabelWidth = 120;

// Says the value of the focus cell to assistive technology.
class HeatMapAccessible : public QAccessibleWidget {
 public:
  explicit HeatMapAccessible(HeatMap* map) : QAccessibleWidget(map, QAccessible::Chart) {}
  QString text(QAccessible::Text kind) const override {
    const auto* map = static_cast<const HeatMap*>(object());
    if (kind == QAccessible::Value && map->grid() != nullptr) return map->readout(map->focusCell().first, map->focusCell().second);
    return QAccessibleWidget::text(kind);
  }
};

QAccessibleInterface* makeAccessible(const QString& className, QObject* object) {
  if (className != QLatin1String(HeatMap::staticMetaObject.className())) return nullptr;
  auto* map = qobject_cast<HeatMap*>(object);
  return map == nullptr ? nullptr : new HeatMapAccessible(map);
}

}  // namespace

HeatMap::HeatMap(QWidget* parent) : QWidget(parent), m_emptyText(tr("Nothing to show yet.")) {
  static const bool installed = [] {
    QAccessible::installFactory(makeAccessible);
    return true;
  }();
  Q_UNUSED(installed)
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAccessibleName(tr("Heat map"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  updateScale();
}

HeatMap::~HeatMap() = default;

const HeatGrid* HeatMap::grid() const { return m_pyramid && m_pyramid->level(0).rows > 0 ? &m_pyramid->grid() : nullptr; }

void HeatMap::setData(std::shared_ptr<const HeatGrid> grid) {
  setData(grid ? std::make_shared<const MaxPyramid>(std::move(grid)) : std::shared_ptr<const MaxPyramid>());
}

void HeatMap::setData(std::shared_ptr<const MaxPyramid> pyramid) {
  const HeatGrid* before = grid();
  const int rows = before ? before->rows : 0, columns = before ? before->columns : 0;
  m_pyramid = std::move(pyramid);
  m_hover.reset();
  m_outliers.clear();
  const HeatGrid* now = grid();
  if (now == nullptr || now->rows != rows || now->columns != columns) {
    m_fitted = true;
    m_focusRow = m_focusColumn = 0;
  }
  if (now != nullptr) setAccessibleName(now->valueTitle.isEmpty() ? tr("Heat map") : tr("Heat map: %1").arg(now->valueTitle));
  updateScale();
  clampView();
  announce();
}

void HeatMap::setEmptyText(const QString& text) {
  m_emptyText = text;
  if (grid() == nullptr) {
    setAccessibleDescription(text);
    update();
  }
}

void HeatMap::setColourMap(ColourMapId map) {
  m_scale.map = map;
  updateScale();
}

void HeatMap::setLogarithmic(bool logarithmic) {
  m_scale.logarithmic = logarithmic;
  updateScale();
}

void HeatMap::setFixedRange(std::optional<std::pair<double, double>> range) {
  m_fixedRange = range;
  updateScale();
}

void HeatMap::setOutliers(std::vector<std::pair<int, int>> cells) {
  m_outliers = std::move(cells);
  update();
}

void HeatMap::updateScale() {
  double low = 0, high = 1;
  if (m_fixedRange) {
    std::tie(low, high) = *m_fixedRange;
  } else if (grid() != nullptr) {
    high = m_pyramid->largestMagnitude();
    low = m_scale.logarithmic ? m_pyramid->smallMagnitude() : 0;
  }
  const ColourScale next = sensibleScale(m_scale.map, m_scale.logarithmic, low, high);
  if (m_colours && next == m_colours->scale()) {
    m_cached.image = {};
    update();
    return;
  }
  const bool moved = next.low != m_scale.low || next.high != m_scale.high;
  m_scale = next;
  m_colours = std::make_unique<FloatColours>(m_scale);
  m_cached.image = {};
  update();
  if (moved) Q_EMIT rangeChanged(m_scale.low, m_scale.high);
}

QRect HeatMap::plotArea() const {
  const QFontMetrics metrics(font());
  int labels = metrics.horizontalAdvance(QStringLiteral("00000"));
  if (const HeatGrid* g = grid(); g != nullptr && !g->rowLabels.isEmpty()) {
    labels = metrics.horizontalAdvance(QStringLiteral("0000"));
    for (const QString& label : g->rowLabels) {
      labels = std::max(labels, metrics.horizontalAdvance(label.size() > 24 ? label.left(24) : label));
      if (labels >= kMostLabelWidth) break;
    }
    labels = std::min(labels, kMostLabelWidth);
  }
  const int line = metrics.height();
  const int left = labels + 10, top = line + 8;
  const int right = colourBarWidth(font()) + 14;
  const int bottom = line * 2 + 10 + line + 12;   // ticks, title, readout strip
  return QRect(left, top, std::max(1, width() - left - right), std::max(1, height() - top - bottom));
}

double HeatMap::largestScaleX() const {
  const HeatGrid* g = grid();
  return g == nullptr ? kLargestCell : std::max(kLargestCell, static_cast<double>(plotArea().width()) / g->columns);
}

double HeatMap::largestScaleY() const {
  const HeatGrid* g = grid();
  return g == nullptr ? kLargestCell : std::max(kLargestCell, static_cast<double>(plotArea().height()) / g->rows);
}

void HeatMap::clampView() {
  const HeatGrid* g = grid();
  if (g != nullptr) {
    const QRect plot = plotArea();
    const double leastX = static_cast<double>(plot.width()) / g->columns, leastY = static_cast<double>(plot.height()) / g->rows;
    if (m_fitted) m_view = {0, 0, leastX, leastY};
    m_view.pixelsPerColumn = std::clamp(m_view.pixelsPerColumn, leastX, largestScaleX());
    m_view.pixelsPerRow = std::clamp(m_view.pixelsPerRow, leastY, largestScaleY());
    m_view.left = std::clamp(m_view.left, 0.0, std::max(0.0, g->columns - plot.width() / m_view.pixelsPerColumn));
    m_view.top = std::clamp(m_view.top, 0.0, std::max(0.0, g->rows - plot.height() / m_view.pixelsPerRow));
  }
  update();
}

void HeatMap::fit() {
  m_fitted = true;
  clampView();
}

void HeatMap::zoomAt(const QPointF& widgetPoint, double factorColumns, double factorRows) {
  if (grid() == nullptr) return;
  const QRect plot = plotArea();
  const double x = std::clamp(widgetPoint.x() - plot.left(), 0.0, static_cast<double>(plot.width()));
  const double y = std::clamp(widgetPoint.y() - plot.top(), 0.0, static_cast<double>(plot.height()));
  const double column = m_view.left + x / m_view.pixelsPerColumn, row = m_view.top + y / m_view.pixelsPerRow;
  const HeatGrid* g = grid();
  m_view.pixelsPerColumn = std::clamp(m_view.pixelsPerColumn * factorColumns, static_cast<double>(plot.width()) / g->columns, largestScaleX());
  m_view.pixelsPerRow = std::clamp(m_view.pixelsPerRow * factorRows, static_cast<double>(plot.height()) / g->rows, largestScaleY());
  m_view.left = column - x / m_view.pixelsPerColumn;
  m_view.top = row - y / m_view.pixelsPerRow;
  m_fitted = false;
  clampView();
}

void HeatMap::panBy(const QPointF& pixels) {
  m_view.left -= pixels.x() / m_view.pixelsPerColumn;
  m_view.top -= pixels.y() / m_view.pixelsPerRow;
  m_fitted = false;
  clampView();
}

void HeatMap::setFocusCell(int row, int column) {
  const HeatGrid* g = grid();
  if (g == nullptr) return;
  m_focusRow = std::clamp(row, 0, g->rows - 1);
  m_focusColumn = std::clamp(column, 0, g->columns - 1);
  const QRect plot = plotArea();
  const double columns = plot.width() / m_view.pixelsPerColumn, rows = plot.height() / m_view.pixelsPerRow;
  if (m_focusColumn < m_view.left) m_view.left = m_focusColumn;
  if (m_focusColumn + 1 > m_view.left + columns) m_view.left = m_focusColumn + 1 - columns;
  if (m_focusRow < m_view.top) m_view.top = m_focusRow;
  if (m_focusRow + 1 > m_view.top + rows) m_view.top = m_focusRow + 1 - rows;
  clampView();
  announce();
  Q_EMIT focusChanged(m_focusRow, m_focusColumn, g->at(m_focusRow, m_focusColumn));
}

void HeatMap::announce() {
  setAccessibleDescription(grid() == nullptr ? m_emptyText : readout(m_focusRow, m_focusColumn));
}

std::optional<std::pair<int, int>> HeatMap::cellAt(const QPointF& widgetPoint) const {
  const HeatGrid* g = grid();
  const QRect plot = plotArea();
  if (g == nullptr || !QRectF(plot).contains(widgetPoint)) return std::nullopt;
  const int column = static_cast<int>(std::floor(m_view.left + (widgetPoint.x() - plot.left()) / m_view.pixelsPerColumn));
  const int row = static_cast<int>(std::floor(m_view.top + (widgetPoint.y() - plot.top()) / m_view.pixelsPerRow));
  if (row < 0 || column < 0 || row >= g->rows || column >= g->columns) return std::nullopt;
  return std::pair{row, column};
}

QRectF HeatMap::cellRect(int row, int column) const {
  const QRect plot = plotArea();
  return {plot.left() + (column - m_view.left) * m_view.pixelsPerColumn, plot.top() + (row - m_view.top) * m_view.pixelsPerRow,
          m_view.pixelsPerColumn, m_view.pixelsPerRow};
}

QString HeatMap::readout(int row, int column) const {
  const HeatGrid* g = grid();
  if (g == nullptr || row < 0 || column < 0 || row >= g->rows || column >= g->columns) return {};
  const double value = g->at(row, column);
  QString text = QStringLiteral("%1 %2").arg(g->rowTitle.isEmpty() ? tr("row") : g->rowTitle).arg(row);
  if (row < g->rowLabels.size()) text += QStringLiteral(" \u201c%1\u201d").arg(g->rowLabels[row]);
  text += QStringLiteral("   %1 %2   ").arg(g->columnTitle.isEmpty() ? tr("column") : g->columnTitle).arg(column);
  text += tr("value %1").arg(numberText(value));
  if (const double largest = m_pyramid->largestMagnitude(); largest > 0 && std::isfinite(value)) {
    text += QStringLiteral("   ") + tr("%1 % of the largest").arg(numberText(100 * std::abs(value) / largest, 3));
  }
  return text;
}

void HeatMap::resizeEvent(QResizeEvent*) { clampView(); }

void HeatMap::wheelEvent(QWheelEvent* event) {
  const QPoint delta = event->angleDelta();
  const double notches = (delta.y() != 0 ? delta.y() : delta.x()) / 120.0;   // Shift or Alt may turn the wheel sideways
  if (grid() == nullptr || notches == 0) return event->ignore();
  const double factor = std::pow(1.25, notches);
  const bool columnsOnly = event->modifiers().testFlag(Qt::ShiftModifier), rowsOnly = event->modifiers().testFlag(Qt::ControlModifier);
  zoomAt(event->position(), rowsOnly ? 1 : factor, columnsOnly ? 1 : factor);
  event->accept();
}

void HeatMap::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) return QWidget::mousePressEvent(event);
  m_dragFrom = event->position();
  m_dragged = false;
}

void HeatMap::mouseMoveEvent(QMouseEvent* event) {
  if (m_dragFrom && event->buttons() != Qt::NoButton) {
    const QPointF moved = event->position() - *m_dragFrom;
    if (!m_dragged && moved.manhattanLength() < 4) return;
    m_dragged = true;
    setCursor(Qt::ClosedHandCursor);
    m_dragFrom = event->position();
    panBy(moved);
    return;
  }
  const auto cell = cellAt(event->position());
  if (cell == m_hover) return;
  m_hover = cell;
  if (cell) {
    setCursor(Qt::CrossCursor);
    Q_EMIT hovered(cell->first, cell->second, grid()->at(cell->first, cell->second));
  } else {
    unsetCursor();
  }
  update();
}

void HeatMap::mouseReleaseEvent(QMouseEvent* event) {
  if (m_dragFrom && !m_dragged && event->button() == Qt::LeftButton) {
    if (const auto cell = cellAt(event->position())) setFocusCell(cell->first, cell->second);
  }
  m_dragFrom.reset();
  setCursor(m_hover ? Qt::CrossCursor : Qt::ArrowCursor);
}

void HeatMap::mouseDoubleClickEvent(QMouseEvent*) { fit(); }

void HeatMap::keyPressEvent(QKeyEvent* event) {
  if (grid() == nullptr) return QWidget::keyPressEvent(event);
  const QPointF centre = m_hover ? cellRect(m_hover->first, m_hover->second).center() : QPointF(cellRect(m_focusRow, m_focusColumn).center());
  switch (event->key()) {
    case Qt::Key_Left: return setFocusCell(m_focusRow, m_focusColumn - 1);
    case Qt::Key_Right: return setFocusCell(m_focusRow, m_focusColumn + 1);
    case Qt::Key_Up: return setFocusCell(m_focusRow - 1, m_focusColumn);
    case Qt::Key_Down: return setFocusCell(m_focusRow + 1, m_focusColumn);
    case Qt::Key_PageUp: return setFocusCell(m_focusRow - kPageRows, m_focusColumn);
    case Qt::Key_PageDown: return setFocusCell(m_focusRow + kPageRows, m_focusColumn);
    case Qt::Key_Plus:
    case Qt::Key_Equal: return zoomAt(centre, 1.25, 1.25);
    case Qt::Key_Minus: return zoomAt(centre, 0.8, 0.8);
    case Qt::Key_Home: return fit();
    default: QWidget::keyPressEvent(event);
  }
}

void HeatMap::leaveEvent(QEvent*) {
  m_hover.reset();
  update();
}

void HeatMap::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
    m_cached.image = {};
    clampView();
  }
  QWidget::changeEvent(event);
}

}  // namespace bitscape
