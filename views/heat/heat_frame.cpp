#include "views/heat/heat_frame.h"

#include <QFontMetrics>
#include <algorithm>
#include <cmath>

#include "views/style/colour_bar.h"

namespace bitscape {
namespace {

constexpr int kMostLabelWidth = 120, kMostLabelHeight = 84, kLabelLetters = 24;
constexpr int kStrip = 10, kStripGap = 3, kTick = 6;

// Width of the widest label, as far as it is of interest.
int widest(const QStringList& labels, const QFontMetrics& metrics, int least, int most) {
  int width = least;
  for (const QString& label : labels) {
    width = std::max(width, metrics.horizontalAdvance(label.size() > kLabelLetters ? label.left(kLabelLetters) : label));
    if (width >= most) return most;
  }
  return width;
}

}  // namespace

HeatFrame layOut(const QSize& size, const QFont& font, const HeatGrid& grid, bool readout) {
  const QFontMetrics metrics(font);
  const int line = metrics.height();
  HeatFrame frame;
  frame.rows = grid.rows;
  frame.columns = grid.columns;
  const int strip = grid.rows > 1 && grid.columns > 1 ? kStrip + kStripGap : 0;
  const int numbers = std::max(metrics.horizontalAdvance(QString::number(std::max(9999, grid.rows))),
                               std::min(kMostLabelWidth, metrics.horizontalAdvance(grid.rowTitle)));
  const int labels = grid.rowLabels.isEmpty() ? numbers : widest(grid.rowLabels, metrics, numbers, kMostLabelWidth);
  const int below = grid.columnLabels.isEmpty() ? line : widest(grid.columnLabels, metrics, line, kMostLabelHeight);
  const int left = 2 + labels + kTick + 2 + strip, top = line + 8 + strip;
  const int right = colourBarWidth(font) + 14, bottom = kTick + below + 2 + line + 4 + (readout ? line + 8 : 0);
  frame.plot = QRect(left, top, std::max(1, size.width() - left - right), std::max(1, size.height() - top - bottom));
  if (strip > 0) {
    frame.columnStrip = QRect(frame.plot.left(), frame.plot.top() - strip, frame.plot.width(), kStrip);
    frame.rowStrip = QRect(frame.plot.left() - strip, frame.plot.top(), kStrip, frame.plot.height());
  }
  frame.colourBar = QRectF(frame.plot.right() + 14, frame.plot.top() - 4, right - 14, frame.plot.height() + 8);
  frame.title = QRect(left, 0, std::max(0, size.width() - left - 4), line + 4);
  frame.rowLabels = QRect(2, frame.plot.top(), labels, frame.plot.height());
  frame.columnLabels = QRect(frame.plot.left(), frame.plot.bottom() + 1 + kTick, frame.plot.width(), below);
  if (readout) frame.readout = QRect(0, size.height() - line - 8, size.width(), line + 8);
  frame.view = frame.fitted();
  return frame;
}

HeatWindow HeatFrame::fitted() const {
  return {0, 0, static_cast<double>(plot.width()) / std::max(1, columns), static_cast<double>(plot.height()) / std::max(1, rows)};
}

QRectF HeatFrame::cell(int row, int column) const { return cells({row, row}, {column, column}); }

QRectF HeatFrame::cells(std::pair<int, int> rowRange, std::pair<int, int> columnRange) const {
  return {plot.left() + (columnRange.first - view.left) * view.pixelsPerColumn, plot.top() + (rowRange.first - view.top) * view.pixelsPerRow,
          (columnRange.second - columnRange.first + 1) * view.pixelsPerColumn, (rowRange.second - rowRange.first + 1) * view.pixelsPerRow};
}

std::optional<std::pair<int, int>> HeatFrame::cellAt(const QPointF& point) const {
  if (!QRectF(plot).contains(point)) return std::nullopt;
  const int column = static_cast<int>(std::floor(view.left + (point.x() - plot.left()) / view.pixelsPerColumn));
  const int row = static_cast<int>(std::floor(view.top + (point.y() - plot.top()) / view.pixelsPerRow));
  if (row < 0 || column < 0 || row >= rows || column >= columns) return std::nullopt;
  return std::pair{row, column};
}

int HeatFrame::rowAt(double y) const {
  return static_cast<int>(std::clamp(std::floor(view.top + (y - plot.top()) / view.pixelsPerRow), 0.0, static_cast<double>(std::max(0, rows - 1))));
}

int HeatFrame::columnAt(double x) const {
  return static_cast<int>(
      std::clamp(std::floor(view.left + (x - plot.left()) / view.pixelsPerColumn), 0.0, static_cast<double>(std::max(0, columns - 1))));
}

std::pair<int, int> HeatFrame::visibleRows() const {
  const int first = std::clamp(static_cast<int>(std::floor(view.top)), 0, std::max(0, rows - 1));
  const int last = static_cast<int>(std::ceil(view.top + plot.height() / view.pixelsPerRow - 1e-9)) - 1;
  return {first, std::clamp(last, first, std::max(first, rows - 1))};
}

std::pair<int, int> HeatFrame::visibleColumns() const {
  const int first = std::clamp(static_cast<int>(std::floor(view.left)), 0, std::max(0, columns - 1));
  const int last = static_cast<int>(std::ceil(view.left + plot.width() / view.pixelsPerColumn - 1e-9)) - 1;
  return {first, std::clamp(last, first, std::max(first, columns - 1))};
}

}  // namespace bitscape
