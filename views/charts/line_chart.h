// Values in, picture out: named lines, points or bars on linear or logarithmic axes with error bars, over Qt Charts.
//
// On a logarithmic axis values at or below the floor are drawn at the floor. NaN leaves a gap out. GUI thread only.
#pragma once

#include <optional>
#include <vector>

#include <QImage>
#include <QList>
#include <QPointF>
#include <QString>
#include <QWidget>

#include "views/figure/figure.h"

class QChart;
class QChartView;
class QGraphicsLineItem;
class QLabel;

namespace bitscape {

struct LineSeries {
  QString name;
  QList<QPointF> points;
  QList<double> errors;              // empty, or one per point: half the length of the error bar
  bool markers = false, line = true;
  bool bars = false;                 // upright bars from the axis, instead of line and markers
};

struct LineChartData {
  QString title, xTitle, yTitle;
  QString meaning;                   // the tooltip: what is shown and what is good
  std::vector<LineSeries> series;
  bool logarithmic = false;          // the y axis
  double floor = 1e-6;               // least value of a logarithmic axis
  bool wholeX = false;               // x counts things: whole ticks
  QStringList categories;            // names of x = 0, 1, ...: written below the bars instead of numbers
  std::optional<std::pair<double, double>> yRange;
};
// RFC 4180: one row per x of any series, dot decimal, empty where a series has no point.
QString csvOf(const LineChartData& data);
Json jsonOf(const LineChartData& data);          // {"title", "x", "y", "series": [{"name", "points": [[x, y], ...], "errors"}]}

class LineChart : public QWidget, public Figure {
  Q_OBJECT
 public:
  explicit LineChart(QWidget* parent = nullptr);
  void setData(LineChartData data);
  const LineChartData& data() const { return m_data; }
  void setEmptyText(const QString& text);        // shown while no series has a point
  void setMarkedX(std::optional<double> x);      // an upright line: the selection
  void setPointedX(std::optional<double> x);     // a light upright line: the pointer in another view
  void setFigureName(const QString& name);       // else made from the title
  QChart* chart() const;

  QString figureName() const override;
  QSize figureSize() const override { return size(); }
  void paintFigure(QPainter& painter, const QSize& size) const override;
  QString figureCsv() const override { return csvOf(m_data); }
  Json figureJson() const override { return jsonOf(m_data); }
  QString valueText() const override;

 Q_SIGNALS:
  void xClicked(double x);                       // nearest point's x
  void xDoubleClicked(double x);
  void xPointed(std::optional<double> x);        // the pointer is over it; absent: it left

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void rebuild();
  void restyle();
  void placeMark();
  std::optional<QPointF> nearest(const QPoint& viewPoint, QString* name) const;

  LineChartData m_data;
  QString m_emptyText;
  std::optional<double> m_markedX;
  QChartView* m_view = nullptr;
  QGraphicsLineItem* m_mark = nullptr;
  QLabel* m_empty = nullptr;
};

}  // namespace bitscape
