// The grid of speeds as a heat map: bits of weights downwards, bits of inputs to the right, for one number of rows at once.
//
// Colour is the share of the nearer ceiling (speed_grid.h). Hovering and arrow keys read cells; Home, End, Page Up and Page Down go to the
// borders. GUI thread only.
#pragma once

#include <QWidget>
#include <optional>

#include "views/figure/figure.h"
#include "views/speed/speed_grid.h"
#include "views/style/colour_scale.h"

namespace bitscape {

struct SpeedPlace {
  int w = 1, a = 1;
  bool operator==(const SpeedPlace&) const = default;
};

class SpeedChart : public QWidget, public Figure {
  Q_OBJECT
 public:
  enum Unit { Gops, Microseconds };

  explicit SpeedChart(QWidget* parent = nullptr);
  void setGrid(const SpeedGrid& grid);
  const SpeedGrid& grid() const { return m_grid; }
  void setRows(int rows);                                    // one of kSpeedRows
  int rows() const { return m_rows; }
  void setUnit(Unit unit);
  Unit unit() const { return m_unit; }
  void setEmptyText(const QString& text);
  void setFocusPlace(SpeedPlace place);                      // clamped to the grid
  SpeedPlace focusPlace() const { return m_focus; }
  QRectF cellRect(SpeedPlace place) const { return cellRect(place, size()); }
  std::optional<SpeedPlace> placeAt(const QPointF& point) const;
  QString cellText(SpeedPlace place) const;                  // what stands in the cell; empty: not measured
  QString describe(SpeedPlace place) const;                  // one line with every number
  QString readout() const;                                   // of the cell under the pointer, else of the focus

  QString figureName() const override;
  QSize figureSize() const override { return size(); }
  void paintFigure(QPainter& painter, const QSize& size) const override { paintAll(painter, size, false); }
  QString figureCsv() const override;                        // every number of rows
  Json figureJson() const override;
  QString valueText() const override;
  QSize sizeHint() const override { return {900, 560}; }
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void readoutChanged(const QString& text);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void told();                                               // the words of the cell that is read have changed
  void point(std::optional<SpeedPlace> place);
  bool isEmpty() const;
  QRectF plotArea(const QSize& size) const;
  QRectF cellRect(SpeedPlace place, const QSize& size) const;
  void paintAll(QPainter& painter, const QSize& size, bool withMarks) const;
  void paintCell(QPainter& painter, SpeedPlace place, const QRectF& area) const;

  SpeedGrid m_grid;
  ColourScale m_scale;
  QString m_emptyText;
  int m_rows = kSpeedRows.front();
  Unit m_unit = Gops;
  SpeedPlace m_focus;
  std::optional<SpeedPlace> m_pointed;
};

}  // namespace bitscape
