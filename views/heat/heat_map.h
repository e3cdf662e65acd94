// A heat map to explore: zoom, pan, exact values, marked outliers, tokens along the axis.
//
// Wheel or +/- zooms at the cursor (Shift: columns alone, Ctrl: rows alone), dragging pans, Home or double click fits, arrow keys move the
// focus cell (Page Up/Down by 16 rows). No value of large magnitude vanishes at any zoom. GUI thread only.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QImage>
#include <QPoint>
#include <QWidget>

#include "views/heat/heat_raster.h"

namespace bitscape {

class HeatMap : public QWidget {
  Q_OBJECT
 public:
  explicit HeatMap(QWidget* parent = nullptr);
  ~HeatMap() override;

  // Null shows `emptyText` instead. The zoom stays when the shape stays.
  void setData(std::shared_ptr<const HeatGrid> grid);
  void setData(std::shared_ptr<const MaxPyramid> pyramid);   // built elsewhere, so that the window never waits
  void setEmptyText(const QString& text);
  const HeatGrid* grid() const;

  void setColourMap(ColourMapId map);
  void setLogarithmic(bool logarithmic);
  void setFixedRange(std::optional<std::pair<double, double>> range);   // absent: from the data
  ColourScale colourScale() const { return m_scale; }
  void setOutliers(std::vector<std::pair<int, int>> cells);   // row, column: drawn as rings

  void fit();
  void zoomAt(const QPointF& widgetPoint, double factorColumns, double factorRows);
  void panBy(const QPointF& pixels);
  void setFocusCell(int row, int column);                    // scrolls it into view
  std::pair<int, int> focusCell() const { return {m_focusRow, m_focusColumn}; }
  // The cell under a point of the widget, if there is one.
  std::optional<std::pair<int, int>> cellAt(const QPointF& widgetPoint) const;
  QRect plotArea() const;
  // "token 3 "·the", channel 12: -4.25" as the strip below the picture says it.
  QString readout(int row, int column) const;

  // The widget as it is now, `scale` times finer.
  QImage toImage(double scale = 2.0) const;
  QSize sizeHint() const override { return {900, 560}; }
  QSize minimumSizeHint() const override { return {320, 220}; }

 Q_SIGNALS:
  void hovered(int row, int column, double value);
  void focusChanged(int row, int column, double value);
  void rangeChanged(double low, double high);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void updateScale();
  void clampView();
  void announce();
  void paintAll(QPainter& painter, double pixelRatio) const;
  void paintCells(QPainter& painter, const QRect& plot, double pixelRatio) const;
  void paintAxes(QPainter& painter, const QRect& plot) const;
  void paintOverlay(QPainter& painter, const QRect& plot) const;
  QRectF cellRect(int row, int column) const;
  double largestScaleX() const;
  double largestScaleY() const;

  std::shared_ptr<const MaxPyramid> m_pyramid;
  std::unique_ptr<FloatColours> m_colours;
  ColourScale m_scale;
  std::optional<std::pair<double, double>> m_fixedRange;
  std::vector<std::pair<int, int>> m_outliers;
  QString m_emptyText;
  HeatWindow m_view;
  bool m_fitted = true;
  int m_focusRow = 0, m_focusColumn = 0;
  std::optional<std::pair<int, int>> m_hover;
  std::optional<QPointF> m_dragFrom;
  bool m_dragged = false;
  struct Cached {
    HeatWindow window;
    QImage image;                    // the cells alone; null: out of date
  };
  mutable Cached m_cached;
};

// Mean milliseconds of one frame while panning and zooming over the whole range, painted into an image of the widget's size.
double frameMs(HeatMap& map, int frames = 60);

}  // namespace bitscape
