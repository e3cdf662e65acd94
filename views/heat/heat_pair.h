// A heat map of A, of B, of their difference, or of both beside each other: same range, same zoom, same focus, same cross-hair.
//
// The difference (B - A) has the diverging map, centred on zero, and its own range. GUI thread only.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "views/compare/compare_bar.h"
#include "views/heat/heat_map.h"

namespace bitscape {

class HeatPair : public QWidget, public Figure {
  Q_OBJECT
 public:
  using Range = HeatMap::Range;

  explicit HeatPair(QWidget* parent = nullptr);

  // Pyramids are built on a worker, differences too (differenceOf). Null: not there (yet); the empty text stands instead.
  void setSides(std::shared_ptr<const MaxPyramid> a, std::shared_ptr<const MaxPyramid> b, std::shared_ptr<const MaxPyramid> difference);
  void setEmptyTexts(const QString& a, const QString& b);
  void setOutliers(std::vector<std::pair<int, int>> a, std::vector<std::pair<int, int>> b);   // row, column: rings
  void setShown(Shown shown);
  Shown shown() const { return m_shown; }
  void setNames(const SideNames& names);                     // before the titles of the maps; empty: none
  void setFigureName(const QString& name) { m_figureName = name; }

  void setColourMap(ColourMapId map);                        // of A and B
  void setLogarithmic(bool logarithmic);                     // of the difference too
  void setFixedRange(Range range);                           // absent: what covers A and B both
  Range fixedRange() const { return m_range; }
  // Cross-hair and selection, in cells; absent: none. Both maps draw them.
  void setCrossHair(std::optional<int> row, std::optional<int> column);
  void setSelectedCells(CellRange rows, CellRange columns);
  void fit();
  HeatMap* map(Side side = Side::A) const { return side == Side::A ? m_first : m_second; }   // what is shown first; the second when both are

  QString figureName() const override;
  QSize figureSize() const override { return size(); }
  void paintFigure(QPainter& painter, const QSize& size) const override;
  QString figureCsv() const override;                        // of two maps: one table below the other, each with its name
  Json figureJson() const override;
  QString valueText() const override;

 Q_SIGNALS:
  void hovered(std::optional<int> row, std::optional<int> column);       // absent: the pointer left
  void selected(std::pair<int, int> rows, std::pair<int, int> columns);  // a click: one cell; a drag: a rectangle
  void cleared();                                                        // Esc
  void rangeChanged(double low, double high);                            // of A and B, for whichever reason
  void rangeChosen(bitscape::HeatMap::Range range);                      // by the user at the colour bar of A or B; absent: automatic again

 private:
  void connectMap(HeatMap* map, HeatMap* other);
  void refresh();
  void applyRange();
  bool bothShown() const { return m_shown == Shown::SideBySide; }
  bool sameShape() const;
  QString emptyText() const;
  QString valuesOfSides(int row, int column) const;

  std::shared_ptr<const MaxPyramid> m_a, m_b, m_difference;
  QString m_emptyA, m_emptyB, m_figureName;
  std::vector<std::pair<int, int>> m_outliersA, m_outliersB;
  SideNames m_names;
  Shown m_shown = Shown::A;
  ColourMapId m_map = ColourMapId::Viridis;
  bool m_logarithmic = false;
  Range m_range, m_differenceRange;                          // as the user fixed them
  std::pair<double, double> m_announced{0, 0};
  HeatMap* m_first = nullptr;
  HeatMap* m_second = nullptr;
};

// B - A where both have the same shape, else null. Takes time: for a worker.
std::shared_ptr<const MaxPyramid> differenceOf(const MaxPyramid& a, const MaxPyramid& b);

}  // namespace bitscape
