// A matrix to look at: numbers with the names of its axes. Plain value, shared read-only between views. (core/quant has a Grid, of codes.)
#pragma once

#include <cstddef>
#include <vector>

#include <QString>
#include <QStringList>

namespace bitscape {

struct HeatGrid {
  int rows = 0, columns = 0;
  std::vector<float> values;         // row-major, rows * columns, signed
  QStringList rowLabels;             // empty, or one per row: token texts
  QStringList columnLabels;          // likewise per column
  QString rowTitle, columnTitle;     // "token", "channel"
  QString valueTitle;                // "input of down"
  bool causal = false;               // cells right of the diagonal do not exist (a token attends to itself and what came before); values there: 0
  bool exists(int row, int column) const { return !causal || column <= row; }
  float at(int row, int column) const { return values[static_cast<std::size_t>(row) * columns + column]; }
};

// A token as it can be read: newline, tab, carriage return and leading or trailing spaces become visible signs; bytes that are
// no text become U+FFFD.
QString visibleToken(const QString& text);

}  // namespace bitscape
