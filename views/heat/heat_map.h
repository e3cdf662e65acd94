// A heat map to explore: zoom, pan, exact values, selected ranges, marked outliers, tokens along the axes, largest values at the margins.
//
// Wheel or +/- zooms at the cursor (Shift: columns alone, Ctrl: rows alone), middle-drag or Space+drag pans, Home fits. A click selects a
// cell, a drag a rectangle, a click on a marginal strip a whole row or column; a double click zooms to the selection or to the cell's
// neighbourhood, and back. Arrow keys move the focus cell (Page Up/Down by 16 rows), with Shift they select, Return selects and then zooms,
// Esc clears. Dragging an end of the colour bar (Ctrl+Up, Ctrl+Down) sets the range, a double click on it (Ctrl+Home) returns to automatic.
// No value of large magnitude vanishes at any zoom: a pixel, and what is read under it, is the largest of its cells. GUI thread only.
#pragma once

#include <QImage>
#include <QPoint>
#include <QWidget>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "views/figure/figure.h"
#include "views/heat/heat_frame.h"

namespace bitscape {

class HeatMap : public QWidget, public Figure {
  Q_OBJECT
 public:
  using Range = std::optional<std::pair<double, double>>;

  explicit HeatMap(QWidget* parent = nullptr);
  ~HeatMap() override;

  // Null shows `emptyText` instead. Zoom and selection stay when the shape stays; outliers are dropped.
  void setData(std::shared_ptr<const HeatGrid> grid);
  void setData(std::shared_ptr<const MaxPyramid> pyramid);   // built elsewhere, so that the window never waits
  void setEmptyText(const QString& text);
  void setCaption(const QString& caption);                   // stands before the value's title: "A: float"
  void setFigureName(const QString& name) { m_figureName = name; }   // else made from the value's title
  const HeatGrid* grid() const;

  void setColourMap(ColourMapId map);
  void setLogarithmic(bool logarithmic);
  void setFixedRange(Range range);                           // absent: from the data
  void setColours(ColourMapId map, bool logarithmic);        // both at once
  void setRange(const std::pair<double, double>& range, bool chosen);   // fixed; marked as set by hand only if `chosen`
  ColourScale colourScale() const { return m_scale; }
  void setOutliers(std::vector<std::pair<int, int>> cells);  // row, column: drawn as rings
  // What another view points at: light lines. The pointer over this map goes before.
  void setCrossHair(std::optional<int> row, std::optional<int> column);
  void setSelectedCells(CellRange rows, CellRange columns);  // both absent: nothing is selected
  CellRange selectedRows() const { return m_selectedRows; }
  CellRange selectedColumns() const { return m_selectedColumns; }
  // More words for the readout of a cell: what the other side has there.
  void setReadoutExtra(std::function<QString(int row, int column)> extra) { m_readoutExtra = std::move(extra); }

  void fit();
  void zoomAt(const QPointF& widgetPoint, double factorColumns, double factorRows);
  void zoomTo(CellRange rows, CellRange columns);
  void panBy(const QPointF& pixels);
  const HeatWindow& view() const { return m_view; }
  bool isFitted() const { return m_fitted; }
  void setView(const HeatWindow& view, bool fitted);         // without a signal
  void setFocusCell(int row, int column);                    // scrolls it into view
  std::pair<int, int> focusCell() const { return {m_focusRow, m_focusColumn}; }
  // The cell under a point of the widget, if there is one.
  std::optional<std::pair<int, int>> cellAt(const QPointF& widgetPoint) const;
  // The cell whose value is seen there: the largest of those that share the pixel.
  std::optional<std::pair<int, int>> shownCellAt(const QPointF& widgetPoint) const;
  QRect plotArea() const { return frame().plot; }
  HeatFrame frame() const;
  // "token 3 "·the"   channel 12   value -4.25" as the line below the picture says it.
  QString readout(int row, int column) const;

  QString figureName() const override;
  QSize figureSize() const override { return size(); }
  void paintFigure(QPainter& painter, const QSize& size) const override;
  QString figureCsv() const override;                        // the cells in view
  Json figureJson() const override;
  QString valueText() const override;
  QSize sizeHint() const override { return {900, 560}; }
  QSize minimumSizeHint() const override { return {320, 220}; }

 Q_SIGNALS:
  void hovered(int row, int column, double value);
  void pointed(std::optional<int> row, std::optional<int> column);   // a cell, a strip's row or column; both absent: the pointer left
  void focusChanged(int row, int column, double value);
  void selected(std::pair<int, int> rows, std::pair<int, int> columns);
  void cleared();                                            // Esc: nothing is selected any more
  void viewChanged();                                        // zoomed or panned
  void rangeChanged(double low, double high);                // for whichever reason
  void rangeChosen(bitscape::HeatMap::Range range);          // by the user at the colour bar; absent: automatic again

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  enum class Drag { None, Press, Select, Pan, BarHigh, BarLow };
  struct Cells {                     // a selection
    CellRange rows, columns;
    bool operator==(const Cells&) const = default;
  };
  void updateScale();
  bool clampView();                  // true: it moved
  void moved();
  void announce();
  void moveFocus(int row, int column, bool select);
  void select(std::pair<int, int> rows, std::pair<int, int> columns);
  void chooseRange(Range range);
  void dragRange(const QPointF& point);
  Drag barEndAt(const QPointF& point) const;
  void point(const QPointF& widgetPoint);
  void pointNowhere();
  void updateCursor(const QPointF& widgetPoint);
  bool isClipped() const;
  QString stripReadout() const;
  QString tipAt(const QPointF& point) const;
  // Painting, by what lies upon what; `live`: focus, pointer and readout too.
  void paintAll(QPainter& painter, const HeatFrame& frame, double pixelRatio, bool live) const;
  QImage cellImage(const HeatFrame& frame, double pixelRatio) const;
  void paintLinesAndNumbers(QPainter& painter, const HeatFrame& frame) const;
  void paintStrips(QPainter& painter, const HeatFrame& frame, double pixelRatio) const;
  void paintAxes(QPainter& painter, const HeatFrame& frame, bool live) const;
  void paintBar(QPainter& painter, const HeatFrame& frame, bool live) const;
  void paintMarks(QPainter& painter, const HeatFrame& frame, bool live) const;
  void paintReadout(QPainter& painter, const HeatFrame& frame) const;

  std::shared_ptr<const MaxPyramid> m_pyramid;
  std::unique_ptr<FloatColours> m_colours;
  ColourScale m_scale;
  Range m_fixedRange;
  bool m_rangeChosen = false;        // the user fixed it
  std::vector<std::pair<int, int>> m_outliers;
  QString m_emptyText, m_caption, m_figureName;
  std::function<QString(int, int)> m_readoutExtra;
  HeatWindow m_view;
  bool m_fitted = true;
  int m_focusRow = 0, m_focusColumn = 0;
  std::optional<std::pair<int, int>> m_anchor;               // where Shift+arrows began
  std::optional<int> m_hoverRow, m_hoverColumn;              // both: a cell; one: a strip
  std::optional<int> m_crossRow, m_crossColumn;
  CellRange m_selectedRows, m_selectedColumns;
  Cells m_beforeClick;                                       // a double click inside it zooms to it
  Drag m_drag = Drag::None;
  QPointF m_pressAt;
  ColourScale m_scaleAtPress;
  bool m_space = false;
  struct Cached {
    HeatWindow window;
    QImage image;                    // the cells alone; null: out of date
  };
  mutable Cached m_cached;
};

}  // namespace bitscape
