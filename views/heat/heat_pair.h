// A heat map of A, of B, of their difference, or of both beside each other: same range, same zoom, same focus, same cross-hair.
//
// The difference (B - A) has the diverging map, centred on zero. GUI thread only.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "views/compare/compare_bar.h"
#include "views/heat/heat_map.h"

namespace bitscape {

class HeatPair : public QWidget {
  Q_OBJECT
 public:
  explicit HeatPair(QWidget* parent = nullptr);

  // Pyramids are built on a worker, differences too (differenceOf). Null: not there (yet); the empty text stands instead.
  void setSides(std::shared_ptr<const MaxPyramid> a, std::shared_ptr<const MaxPyramid> b, std::shared_ptr<const MaxPyramid> difference);
  void setEmptyTexts(const QString& a, const QString& b);
  void setOutliers(std::vector<std::pair<int, int>> a, std::vector<std::pair<int, int>> b);   // row, column: rings
  void setShown(Shown shown);
  void setNames(const SideNames& names);                     // titles above the maps when both are shown

  void setColourMap(ColourMapId map);                        // of A and B
  void setLogarithmic(bool logarithmic);
  void setFixedRange(std::optional<std::pair<double, double>> range);   // absent: what covers A and B both
  // Cross-hair and selection, in cells; absent: none. Both maps draw them.
  void setCrossHair(std::optional<int> row, std::optional<int> column);
  void setSelectedCells(std::optional<std::pair<int, int>> rows, std::optional<std::pair<int, int>> columns);   // first, last
  void fit();
  HeatMap* map(Side side = Side::A) const;                   // what is shown first; Side::B: the second when both are shown

 Q_SIGNALS:
  void hovered(std::optional<int> row, std::optional<int> column);       // absent: the pointer left
  void selected(std::pair<int, int> rows, std::pair<int, int> columns);  // a click: one cell; a drag: a rectangle
  void rangeChanged(double low, double high);
};

// B - A where both have the same shape, else null. Takes time: for a worker.
std::shared_ptr<const MaxPyramid> differenceOf(const MaxPyramid& a, const MaxPyramid& b);

}  // namespace bitscape
