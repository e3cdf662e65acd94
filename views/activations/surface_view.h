// A matrix as a surface over its rows and columns, to be turned by hand: peaks are values, pins name the massive ones.
//
// Dragging turns it, Shift or the middle button pans, the wheel zooms (Shift: fewer channels, Ctrl: fewer tokens), a double click shows the
// selection or what lies around the cell, Home shows everything; arrow keys turn, +/- zoom. Pooled by maximum: no outlier is lost.
// Cells are painted as one raster, axes and text as vectors. GUI thread only.
#pragma once

#include <QPointF>
#include <QWidget>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "views/activations/surface_raster.h"
#include "views/figure/figure.h"

class QPainterPath;

namespace bitscape {

using CellSpan = std::pair<int, int>;  // first, last

class SurfaceView : public QWidget, public Figure {
  Q_OBJECT
 public:
  explicit SurfaceView(QWidget* parent = nullptr);

  // Null shows the empty text instead. The region stays when the shape stays.
  void setData(std::shared_ptr<const MaxPyramid> pyramid);
  const HeatGrid* grid() const;
  void setEmptyText(const QString& text);
  void setTitle(const QString& title);  // above the picture: the side; empty: none
  // Colours as elsewhere; heights have the same range, linear (from 0) or logarithmic. A signed map stands on a plane at zero.
  void setScale(const ColourScale& colours, bool logarithmicHeight);
  const ColourScale& heightScale() const { return m_heights; }
  void setMarks(std::vector<std::pair<int, int>> massive, std::vector<int> normalChannels);  // cells: pins; columns: hatched ridges
  void setColourBarVisible(bool visible);
  void setCrossHair(std::optional<int> row, std::optional<int> column);
  void setSelectedCells(std::optional<CellSpan> rows, std::optional<CellSpan> columns);

  void setAngles(const SurfaceAngles& angles);  // without a signal
  const SurfaceAngles& angles() const { return m_angles; }
  void setRegion(const CellRegion& region);  // part of the matrix that fills the box; without a signal
  const CellRegion& region() const { return m_region; }
  void zoomTo(int row, int column);  // the selection if the cell lies in one, else its neighbourhood

  // The cell that is seen at a point of the widget: the one of largest value among those it stands for.
  std::optional<std::pair<int, int>> cellAt(const QPointF& point) const;
  // Where a cell's value is on the screen.
  std::optional<QPointF> pointOf(int row, int column) const;
  QString readout(int row, int column) const;

  QString figureName() const override;
  QSize figureSize() const override { return size(); }
  void paintFigure(QPainter& painter, const QSize& size) const override;
  QString figureCsv() const override;
  Json figureJson() const override;
  QString valueText() const override;

  QSize sizeHint() const override { return {560, 400}; }
  QSize minimumSizeHint() const override { return {240, 180}; }

 Q_SIGNALS:
  void hovered(std::optional<int> row, std::optional<int> column);       // absent: the pointer left
  void selected(std::pair<int, int> rows, std::pair<int, int> columns);  // a click
  void cleared();                                                        // Esc
  void anglesChanged();
  void regionChanged();

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  // What is painted at one size; kept for the widget's own.
  struct Frame {
    QSize size;
    double ratio = 0;
    SurfaceCamera camera{{}, {}};
    SurfaceMesh mesh;
    SurfaceShape shape;
    SurfaceImage image;
  };
  enum class Stale { Nothing, Picture, Mesh };

  QRectF plotRect(const QSize& size, bool withBar) const;
  const Frame& frame() const;
  void prepare(Frame& frame, const QSize& size, double ratio) const;
  void paintAll(QPainter& painter, const Frame& frame, bool withBar) const;
  void paintWalls(QPainter& painter, const Frame& frame) const;
  void paintAxes(QPainter& painter, const Frame& frame) const;
  void paintOverlay(QPainter& painter, const Frame& frame) const;
  void paintPins(QPainter& painter, const Frame& frame) const;
  void paintStrip(QPainter& painter, const Frame& frame) const;
  QPainterPath ridge(const Frame& frame, bool alongColumns, int vertex, bool seen) const;
  CellRegion everything() const;
  void stale(Stale what);
  void turn(const SurfaceAngles& angles);
  void showRegion(CellRegion region);
  void point(std::optional<std::pair<int, int>> cell);
  void describe();
  QString valueTitle() const;

  std::shared_ptr<const MaxPyramid> m_pyramid;
  QString m_emptyText, m_title;
  ColourScale m_colours, m_heights;
  bool m_logarithmicHeight = false, m_bar = true;
  std::vector<std::pair<int, int>> m_massive;
  std::vector<int> m_normal;
  std::optional<int> m_crossRow, m_crossColumn;
  std::optional<CellSpan> m_selectedRows, m_selectedColumns;
  SurfaceAngles m_angles;
  CellRegion m_region;
  std::optional<std::pair<int, int>> m_hover;
  std::optional<QPointF> m_dragFrom;
  bool m_dragged = false;
  mutable Frame m_frame;
  mutable Stale m_stale = Stale::Mesh;
};

}  // namespace bitscape
