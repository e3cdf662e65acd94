#include "views/heat/heat_map.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "views/heat/heat_accessible.h"
#include "views/heat/heat_cells.h"

namespace bitscape {
namespace {

constexpr double kLargestCell = 160;   // pixels

// "Block 7, input of down" as a file name: "block-7-input-of-down".
QString fileNameOf(const QString& title) {
  QString name;
  for (const QChar c : title.toLower()) {
    if (c.isLetterOrNumber()) {
      name += c;
    } else if (!name.isEmpty() && !name.endsWith(QLatin1Char('-'))) {
      name += QLatin1Char('-');
    }
  }
  while (name.endsWith(QLatin1Char('-'))) name.chop(1);
  return name.isEmpty() ? QStringLiteral("heat-map") : name;
}

CellRange clamped(CellRange range, int count) {
  if (!range || count < 1 || range->second < 0 || range->first >= count || range->first > range->second) return std::nullopt;
  return std::pair{std::max(0, range->first), std::min(count - 1, range->second)};
}

}  // namespace

HeatMap::HeatMap(QWidget* parent) : QWidget(parent), m_emptyText(tr("Nothing to show yet.")) {
  makeHeatMapsAccessible();
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
  m_outliers.clear();
  const HeatGrid* now = grid();
  if (now == nullptr || now->rows != rows || now->columns != columns) {
    m_fitted = true;
    m_focusRow = m_focusColumn = 0;
    m_anchor.reset();
    m_hoverRow.reset();
    m_hoverColumn.reset();
    if (now != nullptr) {
      m_selectedRows = clamped(m_selectedRows, now->rows);
      m_selectedColumns = clamped(m_selectedColumns, now->columns);
    }
  }
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

void HeatMap::setCaption(const QString& caption) {
  m_caption = caption;
  announce();
  update();
}

void HeatMap::setColourMap(ColourMapId map) {
  m_scale.map = map;
  updateScale();
}

void HeatMap::setLogarithmic(bool logarithmic) {
  m_scale.logarithmic = logarithmic;
  updateScale();
}

void HeatMap::setFixedRange(Range range) {
  m_fixedRange = range;
  m_rangeChosen = range.has_value();
  updateScale();
}

void HeatMap::setColours(ColourMapId map, bool logarithmic) {
  m_scale.map = map;
  m_scale.logarithmic = logarithmic;
  updateScale();
}

void HeatMap::setRange(const std::pair<double, double>& range, bool chosen) {
  m_fixedRange = range;
  m_rangeChosen = chosen;
  updateScale();
}

void HeatMap::setOutliers(std::vector<std::pair<int, int>> cells) {
  m_outliers = std::move(cells);
  update();
}

void HeatMap::setCrossHair(std::optional<int> row, std::optional<int> column) {
  if (row == m_crossRow && column == m_crossColumn) return;
  m_crossRow = row;
  m_crossColumn = column;
  update();
}

void HeatMap::setSelectedCells(CellRange rows, CellRange columns) {
  if (const HeatGrid* g = grid(); g != nullptr) {
    rows = clamped(rows, g->rows);
    columns = clamped(columns, g->columns);
  }
  if (rows == m_selectedRows && columns == m_selectedColumns) return;
  m_selectedRows = rows;
  m_selectedColumns = columns;
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
  m_cached.image = {};
  update();
  if (m_colours && next == m_colours->scale()) {
    m_scale = next;
    return;
  }
  const bool isOther = !m_colours || next.low != m_colours->scale().low || next.high != m_colours->scale().high;
  m_scale = next;
  m_colours = std::make_unique<FloatColours>(m_scale);
  if (isOther) Q_EMIT rangeChanged(m_scale.low, m_scale.high);
}

bool HeatMap::isClipped() const { return grid() != nullptr && m_pyramid->largestMagnitude() > m_scale.high * (1 + 1e-6); }

HeatFrame HeatMap::frame() const {
  static const HeatGrid kNothing;
  HeatFrame frame = layOut(size(), font(), grid() == nullptr ? kNothing : *grid(), true);
  if (grid() != nullptr) frame.view = m_view;
  return frame;
}

bool HeatMap::clampView() {
  const HeatGrid* g = grid();
  update();
  if (g == nullptr) return false;
  const HeatWindow before = m_view;
  const HeatFrame f = frame();
  const HeatWindow whole = f.fitted();
  if (m_fitted) m_view = whole;
  m_view.pixelsPerColumn = std::clamp(m_view.pixelsPerColumn, whole.pixelsPerColumn, std::max(kLargestCell, whole.pixelsPerColumn));
  m_view.pixelsPerRow = std::clamp(m_view.pixelsPerRow, whole.pixelsPerRow, std::max(kLargestCell, whole.pixelsPerRow));
  m_view.left = std::clamp(m_view.left, 0.0, std::max(0.0, g->columns - f.plot.width() / m_view.pixelsPerColumn));
  m_view.top = std::clamp(m_view.top, 0.0, std::max(0.0, g->rows - f.plot.height() / m_view.pixelsPerRow));
  return !(before == m_view);
}

// After the user's zoom or pan.
void HeatMap::moved() {
  clampView();
  Q_EMIT viewChanged();
}

void HeatMap::setView(const HeatWindow& view, bool fitted) {
  m_view = view;
  m_fitted = fitted;
  clampView();
}

void HeatMap::fit() {
  m_fitted = true;
  moved();
}

void HeatMap::zoomAt(const QPointF& widgetPoint, double factorColumns, double factorRows) {
  if (grid() == nullptr) return;
  const HeatFrame f = frame();
  const HeatWindow whole = f.fitted();
  const double x = std::clamp(widgetPoint.x() - f.plot.left(), 0.0, static_cast<double>(f.plot.width()));
  const double y = std::clamp(widgetPoint.y() - f.plot.top(), 0.0, static_cast<double>(f.plot.height()));
  const double column = m_view.left + x / m_view.pixelsPerColumn, row = m_view.top + y / m_view.pixelsPerRow;
  m_view.pixelsPerColumn =
      std::clamp(m_view.pixelsPerColumn * factorColumns, whole.pixelsPerColumn, std::max(kLargestCell, whole.pixelsPerColumn));
  m_view.pixelsPerRow = std::clamp(m_view.pixelsPerRow * factorRows, whole.pixelsPerRow, std::max(kLargestCell, whole.pixelsPerRow));
  m_view.left = column - x / m_view.pixelsPerColumn;
  m_view.top = row - y / m_view.pixelsPerRow;
  m_fitted = false;
  moved();
}

void HeatMap::zoomTo(CellRange rows, CellRange columns) {
  const HeatGrid* g = grid();
  if (g == nullptr) return;
  const auto [firstRow, lastRow] = clamped(rows, g->rows).value_or(std::pair{0, g->rows - 1});
  const auto [firstColumn, lastColumn] = clamped(columns, g->columns).value_or(std::pair{0, g->columns - 1});
  const HeatFrame f = frame();
  const double cellsX = lastColumn - firstColumn + 1, cellsY = lastRow - firstRow + 1;
  const HeatWindow whole = f.fitted();
  m_view.pixelsPerColumn = std::clamp(f.plot.width() / cellsX, whole.pixelsPerColumn, std::max(kLargestCell, whole.pixelsPerColumn));
  m_view.pixelsPerRow = std::clamp(f.plot.height() / cellsY, whole.pixelsPerRow, std::max(kLargestCell, whole.pixelsPerRow));
  // A range that cannot fill the plot stands in its middle.
  m_view.left = firstColumn + cellsX / 2 - f.plot.width() / m_view.pixelsPerColumn / 2;
  m_view.top = firstRow + cellsY / 2 - f.plot.height() / m_view.pixelsPerRow / 2;
  m_fitted = false;
  moved();
}

void HeatMap::panBy(const QPointF& pixels) {
  if (grid() == nullptr) return;
  m_view.left -= pixels.x() / m_view.pixelsPerColumn;
  m_view.top -= pixels.y() / m_view.pixelsPerRow;
  m_fitted = false;
  moved();
}

void HeatMap::setFocusCell(int row, int column) {
  const HeatGrid* g = grid();
  if (g == nullptr) return;
  m_focusRow = std::clamp(row, 0, g->rows - 1);
  m_focusColumn = std::clamp(column, 0, g->columns - 1);
  const HeatFrame f = frame();
  const double columns = f.plot.width() / m_view.pixelsPerColumn, rows = f.plot.height() / m_view.pixelsPerRow;
  if (m_focusColumn < m_view.left) m_view.left = m_focusColumn;
  if (m_focusColumn + 1 > m_view.left + columns) m_view.left = m_focusColumn + 1 - columns;
  if (m_focusRow < m_view.top) m_view.top = m_focusRow;
  if (m_focusRow + 1 > m_view.top + rows) m_view.top = m_focusRow + 1 - rows;
  clampView();
  announce();
  if (!(f.view == m_view)) Q_EMIT viewChanged();
  Q_EMIT focusChanged(m_focusRow, m_focusColumn, g->at(m_focusRow, m_focusColumn));
}

void HeatMap::announce() {
  const HeatGrid* g = grid();
  const QString title = g == nullptr ? QString() : g->valueTitle;
  QString name = tr("Heat map");
  if (!m_caption.isEmpty() && !title.isEmpty()) {
    name = tr("Heat map of %1, %2").arg(m_caption, title);
  } else if (!m_caption.isEmpty() || !title.isEmpty()) {
    name = tr("Heat map of %1").arg(m_caption.isEmpty() ? title : m_caption);
  }
  setAccessibleName(name);
  setAccessibleDescription(g == nullptr ? m_emptyText : readout(m_focusRow, m_focusColumn));
  tellValue(*this);
}

std::optional<std::pair<int, int>> HeatMap::cellAt(const QPointF& widgetPoint) const {
  return grid() == nullptr ? std::nullopt : frame().cellAt(widgetPoint);
}

std::optional<std::pair<int, int>> HeatMap::shownCellAt(const QPointF& widgetPoint) const {
  const auto cell = cellAt(widgetPoint);
  if (!cell) return std::nullopt;
  const HeatGrid& g = *grid();
  // The cells of the pixel, as renderHeat pools them.
  const int columns = m_view.pixelsPerColumn < 1 ? static_cast<int>(std::ceil(1 / m_view.pixelsPerColumn)) : 1;
  const int rows = m_view.pixelsPerRow < 1 ? static_cast<int>(std::ceil(1 / m_view.pixelsPerRow)) : 1;
  auto best = *cell;
  for (int r = cell->first; r < std::min(g.rows, cell->first + rows); ++r) {
    for (int c = cell->second; c < std::min(g.columns, cell->second + columns); ++c) {
      if (std::abs(g.at(r, c)) > std::abs(g.at(best.first, best.second))) best = {r, c};
    }
  }
  return best;
}

QString HeatMap::figureName() const {
  if (!m_figureName.isEmpty()) return m_figureName;
  const QString title = grid() == nullptr ? QString() : grid()->valueTitle;
  return fileNameOf(m_caption.isEmpty() ? title : title + QLatin1Char(' ') + m_caption);
}

QString HeatMap::figureCsv() const {
  if (grid() == nullptr) return {};
  const HeatFrame f = frame();
  return heatCsv(*m_pyramid, f.visibleRows(), f.visibleColumns(), levelShown(*m_pyramid, m_view));
}

Json HeatMap::figureJson() const {
  if (grid() == nullptr) return {{"title", m_caption.toStdString()}, {"values", Json::array()}};
  const HeatFrame f = frame();
  Json json = heatJson(*m_pyramid, f.visibleRows(), f.visibleColumns(), levelShown(*m_pyramid, m_view));
  if (!m_caption.isEmpty()) json["side"] = m_caption.toStdString();
  return json;
}

QString HeatMap::valueText() const { return grid() == nullptr ? QString() : readout(m_focusRow, m_focusColumn); }

}  // namespace bitscape
