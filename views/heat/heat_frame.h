// Where things are in the picture of a matrix: plot, marginal strips, colour bar, readout, and the cells that are in view.
//
// All in logical pixels. Strips lie above the plot (largest |x| of each column) and left of it (of each row), aligned with it. Pure.
#pragma once

#include <QFont>
#include <QRectF>
#include <QSize>
#include <optional>
#include <utility>

#include "views/heat/heat_raster.h"

namespace bitscape {

// First and last index along one axis, both included; absent: everything.
using CellRange = std::optional<std::pair<int, int>>;

struct HeatFrame {
  QRect plot;
  QRect columnStrip, rowStrip;       // empty: a matrix of one row or column needs none
  QRectF colourBar;                  // title, bar and its labels
  QRect title, rowLabels, columnLabels, readout;   // an empty readout: there is none
  HeatWindow view;
  int rows = 0, columns = 0;

  // The view that shows the whole matrix.
  HeatWindow fitted() const;
  QRectF cell(int row, int column) const;
  QRectF cells(std::pair<int, int> rowRange, std::pair<int, int> columnRange) const;
  // The cell at a point; nullopt outside the plot or the matrix.
  std::optional<std::pair<int, int>> cellAt(const QPointF& point) const;
  int rowAt(double y) const;         // clamped to the matrix
  int columnAt(double x) const;
  std::pair<int, int> visibleRows() const;      // first, last: at least partly in view
  std::pair<int, int> visibleColumns() const;
};

// `readout`: room for the line below that says the value under the pointer.
HeatFrame layOut(const QSize& size, const QFont& font, const HeatGrid& grid, bool readout);

}  // namespace bitscape
