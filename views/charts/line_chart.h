// Values in, picture out: named lines, points or bars on linear or logarithmic axes with error bars, over Qt Charts.
//
// On a logarithmic axis values at or below the floor are drawn at the floor. NaN leaves a gap out. Keys: left and right walk the points,
// up and down change the series, Return is a click, Escape leaves the point. GUI thread only.
#pragma once

#include <QList>
#include <QPointF>
#include <QString>
#include <QStringList>
#include <QWidget>
#include <optional>
#include <utility>
#include <vector>

#include "views/figure/figure.h"

class QChart;
class QChartView;
class QGraphicsEllipseItem;
class QGraphicsLineItem;
class QGraphicsRectItem;
class QLabel;
class QStackedLayout;

namespace bitscape {

struct LineSeries {
  QString name;
  QList<QPointF> points;
  QList<double> errors;  // empty, or one per point: half the length of the error bar
  bool markers = false, line = true;
  bool bars = false;  // upright bars from the axis, instead of line and markers
  bool operator==(const LineSeries&) const = default;
};

struct LineChartData {
  QString title, xTitle, yTitle;
  QString meaning;  // the tooltip: what is shown and what is good
  std::vector<LineSeries> series;
  bool logarithmic = false;  // the y axis
  double floor = 1e-6;       // least value of a logarithmic axis
  bool wholeX = false;       // x counts things: whole ticks
  QStringList categories;    // names of x = 0, 1, ...: written below the bars instead of numbers
  std::optional<std::pair<double, double>> yRange;
  bool operator==(const LineChartData&) const = default;
};
// RFC 4180: one row per x of any series, dot decimal, empty where a series has no point.
QString csvOf(const LineChartData& data);
Json jsonOf(const LineChartData& data);              // {"title", "x", "y", "series": [{"name", "points": [[x, y], ...], "errors"}]}
QString xText(const LineChartData& data, double x);  // the category there, or the number

// The part of the plane that the axes show.
struct ChartFrame {
  double left = 0, right = 1, bottom = 0, top = 1;
  bool logarithmic = false;
  // Where a point lies in the plot area, and the same for x alone.
  QPointF place(const QPointF& value, const QRectF& plot) const;
  double placeX(double x, const QRectF& plot) const;
};

class LineChart : public QWidget, public Figure {
  Q_OBJECT
 public:
  explicit LineChart(QWidget* parent = nullptr);
  void setData(LineChartData data);
  const LineChartData& data() const { return m_data; }
  void setEmptyText(const QString& text);     // shown while no series has a point
  void setMarkedX(std::optional<double> x);   // an upright line: the selection
  void setPointedX(std::optional<double> x);  // a light upright line: the pointer in another view
  void setFigureName(const QString& name);    // else made from the title
  QChart* chart() const;
  std::optional<QPointF> focusedPoint() const;  // where the keyboard is

  QString figureName() const override;
  QSize figureSize() const override { return size(); }
  void paintFigure(QPainter& painter, const QSize& size) const override;
  QString figureCsv() const override { return csvOf(m_data); }
  Json figureJson() const override { return jsonOf(m_data); }
  QString valueText() const override;

 Q_SIGNALS:
  void xClicked(double x);  // nearest point's x
  void xDoubleClicked(double x);
  void xPointed(std::optional<double> x);  // the pointer is over it; absent: it left

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  struct Spot {  // a point by its place in the data
    std::size_t series = 0;
    qsizetype point = 0;
    bool operator==(const Spot&) const = default;
  };
  void rebuild();
  void restyle();
  void placeMarks();
  void hover(std::optional<Spot> spot);
  void focusSpot(std::optional<Spot> spot, bool tell);
  std::optional<Spot> nearest(const QPoint& viewPoint) const;
  std::optional<Spot> step(Spot from, int series, int points) const;
  const QPointF& at(Spot spot) const { return m_data.series[spot.series].points[spot.point]; }
  bool isDrawn(Spot spot) const;
  QString describe(Spot spot) const;

  LineChartData m_data;
  ChartFrame m_frame;
  QString m_emptyText, m_figureName;
  std::optional<double> m_markedX, m_pointedX;
  std::optional<Spot> m_hover, m_focus;
  QChartView* m_view = nullptr;
  QGraphicsLineItem* m_mark = nullptr;
  QGraphicsLineItem* m_pointed = nullptr;
  QGraphicsEllipseItem* m_ring = nullptr;
  QGraphicsRectItem* m_focusFrame = nullptr;
  QLabel* m_empty = nullptr;
  QStackedLayout* m_stack = nullptr;
};

}  // namespace bitscape
