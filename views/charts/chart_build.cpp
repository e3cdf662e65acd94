#include "views/charts/chart_build.h"

#include <QPen>
#include <QtCharts/QAreaSeries>
#include <QtCharts/QBarCategoryAxis>
#include <QtCharts/QChart>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QLogValueAxis>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>
#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "views/charts/decimate.h"
#include "views/style/colour_scale.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr char kPart[] = "bitscapePart";    // property of a Qt series: index of ours
constexpr char kError[] = "bitscapeError";  // and whether it is an error bar
constexpr int kMostWithMarkers = 400;       // more points need no markers and no error bars
constexpr int kMostGrouped = 40;            // more bars than that lie over each other instead of side by side
constexpr double kBarShare = 0.8;           // of the room between two bars
constexpr double kHair = 1e-9;
constexpr double kLowChart = 230, kVeryLowChart = 185, kWideEnough = 480;  // a low chart has no room above and below its plot

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  void add(double v) {
    if (!std::isfinite(v)) return;
    low = std::min(low, v);
    high = std::max(high, v);
  }
};

bool hasErrors(const LineSeries& series) { return !series.errors.isEmpty() && series.errors.size() == series.points.size(); }
bool isFinite(const QPointF& p) { return std::isfinite(p.x()) && std::isfinite(p.y()); }

QList<QPointF> drawnPoints(const LineSeries& series, const LineChartData& data) {
  QList<QPointF> points;
  points.reserve(series.points.size());
  for (const QPointF& p : series.points) {
    if (isFinite(p)) points.append(drawable(p, data));
  }
  return points;
}

// Least distance between neighbours: how wide a bar may be.
double spacing(const QList<QPointF>& points) {
  double least = std::numeric_limits<double>::infinity();
  for (qsizetype i = 1; i < points.size(); ++i) {
    const double d = std::abs(points[i].x() - points[i - 1].x());
    if (d > 0) least = std::min(least, d);
  }
  return std::isfinite(least) ? least : 1;
}

QAbstractAxis* makeX(QChart& chart, const LineChartData& data, Range xs, ChartFrame& frame) {
  // More names than these would be cut to dots: their numbers stand below the chart, the names in the tooltips.
  constexpr qsizetype kMostNames = 16;
  if (!data.categories.isEmpty() && data.categories.size() <= kMostNames) {
    auto* axis = new QBarCategoryAxis(&chart);
    axis->append(data.categories);
    frame.left = -0.5;
    frame.right = static_cast<double>(data.categories.size()) - 0.5;
    return axis;
  }
  auto* axis = new QValueAxis(&chart);
  if (data.wholeX) {
    frame.left = xs.low - 0.5;
    frame.right = xs.high + 0.5;
    double step = 1;
    for (const double candidate : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0, 50000.0}) {
      step = candidate;
      if ((xs.high - xs.low) / candidate <= 7) break;
    }
    axis->setTickType(QValueAxis::TicksDynamic);
    axis->setTickAnchor(0);
    axis->setTickInterval(step);
    axis->setLabelFormat(QStringLiteral("%.0f"));
  } else {
    double pad = xs.high > xs.low ? (xs.high - xs.low) * 0.015 : 0.5;
    for (const LineSeries& series : data.series) {
      if (series.bars) pad = std::max(pad, spacing(series.points) / 2);
    }
    frame.left = xs.low - pad;
    frame.right = xs.high + pad;
    const auto ticks = ticksOf(frame.left, frame.right, false, 6);
    const double step = ticks.size() >= 2 ? ticks[1].value - ticks[0].value : frame.right - frame.left;
    if (step > 0 && std::isfinite(step)) {
      axis->setTickType(QValueAxis::TicksDynamic);
      axis->setTickAnchor(0);
      axis->setTickInterval(step);
      const double largest = std::max(std::abs(frame.left), std::abs(frame.right));
      axis->setLabelFormat(step < 1e-4 || largest >= 1e7
                               ? QStringLiteral("%g")
                               : QStringLiteral("%.%1f").arg(std::clamp(static_cast<int>(std::ceil(-std::log10(step) - kHair)), 0, 6)));
    }
  }
  axis->setRange(frame.left, frame.right);
  return axis;
}

QAbstractAxis* makeLogY(QChart& chart, const LineChartData& data, Range ys, ChartFrame& frame) {
  auto* axis = new QLogValueAxis(&chart);
  axis->setBase(10);
  double low = std::max(ys.low, data.floor), high = std::max(ys.high, low);
  if (data.yRange) std::tie(low, high) = std::pair(std::max(data.yRange->first, data.floor), std::max(data.yRange->second, data.floor));
  low = std::pow(10.0, std::floor(std::log10(low) + kHair));
  high = std::pow(10.0, std::ceil(std::log10(high) - kHair));
  // A hair wider: Qt leaves out the tick of an end that rounds to the wrong side.
  frame.bottom = low * (1 - kHair);
  frame.top = (high > low ? high : low * 10) * (1 + kHair);
  axis->setRange(frame.bottom, frame.top);
  axis->setMinorTickCount(0);
  axis->setLabelFormat(QStringLiteral("%g"));
  return axis;
}

QAbstractAxis* makeY(QChart& chart, const LineChartData& data, Range ys, ChartFrame& frame) {
  auto* axis = new QValueAxis(&chart);
  double low = ys.low, high = ys.high;
  if (data.yRange) std::tie(low, high) = *data.yRange;
  if (!(high > low)) {
    low -= std::max(1e-3, std::abs(low) * 0.05);
    high += std::max(1e-3, std::abs(high) * 0.05);
  }
  const auto ticks = ticksOf(low, high, false, 5);
  const double step = ticks.size() >= 2 ? ticks[1].value - ticks[0].value : (high - low) / 4;
  if (!data.yRange) {
    low = std::floor(low / step + kHair) * step;
    high = std::ceil(high / step - kHair) * step;
  }
  frame.bottom = low;
  frame.top = high;
  axis->setRange(low, high);
  axis->setTickType(QValueAxis::TicksDynamic);
  axis->setTickAnchor(0);
  axis->setTickInterval(step);
  const bool fixed = step >= 1e-4 && std::max(std::abs(low), std::abs(high)) < 1e7;
  axis->setLabelFormat(fixed ? QStringLiteral("%.%1f").arg(std::clamp(static_cast<int>(std::ceil(-std::log10(step) - kHair)), 0, 6))
                             : QStringLiteral("%g"));
  return axis;
}

// Adds series to a chart and keeps count of the points.
class Builder {
 public:
  Builder(QChart& chart, const LineChartData& data, QAbstractAxis* x, QAbstractAxis* y, const ChartFrame& frame)
      : m_chart(chart), m_data(data), m_x(x), m_y(y), m_frame(frame) {
    m_perSeries = std::max(4, kMostChartPoints / static_cast<int>(std::max<std::size_t>(1, data.series.size())));
    m_barSeries = static_cast<int>(std::count_if(data.series.begin(), data.series.end(), [](const LineSeries& s) { return s.bars; }));
  }

  // False when the chart is full.
  bool add(std::size_t index) {
    const LineSeries& series = m_data.series[index];
    const QList<QPointF> points = drawnPoints(series, m_data);
    if (points.isEmpty()) return true;
    if (m_left < m_perSeries) return false;
    m_index = static_cast<int>(index);
    const bool few = points.size() <= std::min(kMostWithMarkers, m_perSeries / 4);
    if (series.bars) {
      addBars(series, points);
      if (few && hasErrors(series)) addErrors(series, m_offset);
      ++m_barsDone;
      return true;
    }
    if (few && hasErrors(series)) addErrors(series, 0);
    if (series.line) attachLine(series.name, decimate(points, m_perSeries), false);
    // A single point has no line to show.
    if ((series.markers && few) || !series.line || points.size() == 1) {
      auto* dots = new QScatterSeries(&m_chart);
      dots->setName(series.name);
      dots->replace(decimate(points, std::min(2000, m_perSeries / 2)));
      m_left -= static_cast<int>(dots->count());
      attach(dots, !series.line);
    }
    return true;
  }

 private:
  // One area whose edge steps up and down is quick where hundreds of bar items are not, and logarithmic axes are no trouble to it.
  void addBars(const LineSeries& series, const QList<QPointF>& points) {
    const QList<QPointF> shown = decimate(points, std::max(4, (m_perSeries - 2) / 4));
    const bool grouped = m_barSeries > 1 && points.size() <= kMostGrouped;
    const double room = m_data.categories.isEmpty() ? spacing(points) : 1;
    const double width = room * (points.size() > 150 ? 1 : kBarShare) / (grouped ? m_barSeries : 1);
    m_offset = grouped ? (m_barsDone - (m_barSeries - 1) / 2.0) * width : 0;
    const double base = m_data.logarithmic ? m_frame.bottom : std::clamp(0.0, m_frame.bottom, m_frame.top);
    QList<QPointF> top;
    top.reserve(shown.size() * 4);
    const double half = width * (grouped ? 0.46 : 0.5);
    for (const QPointF& p : shown) {
      const double x = p.x() + m_offset;
      top << QPointF(x - half, base) << QPointF(x - half, p.y()) << QPointF(x + half, p.y()) << QPointF(x + half, base);
    }
    auto* upper = new QLineSeries(&m_chart);
    upper->replace(top);
    auto* lower = new QLineSeries(&m_chart);
    lower->replace(QList<QPointF>{{top.front().x(), base}, {top.back().x(), base}});
    auto* area = new QAreaSeries(upper, lower);
    area->setName(series.name);
    m_left -= static_cast<int>(top.size()) + 2;
    attach(area, true);
  }

  void addErrors(const LineSeries& series, double offset) {
    for (qsizetype i = 0; i < series.points.size(); ++i) {
      const QPointF p = series.points[i];
      const double error = series.errors[i];
      if (!isFinite(p) || !(error > 0) || !std::isfinite(error)) continue;
      const double x = p.x() + offset;
      attachLine({}, {drawable({x, p.y() - error}, m_data), drawable({x, p.y() + error}, m_data)}, true);
    }
  }

  void attachLine(const QString& name, const QList<QPointF>& points, bool isError) {
    auto* line = new QLineSeries(&m_chart);
    line->setName(name);
    line->replace(points);
    line->setProperty(kError, isError);
    m_left -= static_cast<int>(points.size());
    attach(line, !isError);
  }

  void attach(QAbstractSeries* series, bool inLegend) {
    series->setProperty(kPart, m_index);
    m_chart.addSeries(series);
    series->attachAxis(m_x);
    series->attachAxis(m_y);
    if (inLegend) return;
    for (QLegendMarker* marker : m_chart.legend()->markers(series)) marker->setVisible(false);
  }

  QChart& m_chart;
  const LineChartData& m_data;
  QAbstractAxis *m_x, *m_y;
  const ChartFrame& m_frame;
  int m_left = kMostChartPoints, m_perSeries = 0, m_index = 0, m_barSeries = 0, m_barsDone = 0;
  double m_offset = 0;
};

}  // namespace

QPointF ChartFrame::place(const QPointF& value, const QRectF& plot) const {
  const double t = logarithmic ? std::log(value.y() / bottom) / std::log(top / bottom) : (value.y() - bottom) / (top - bottom);
  return {placeX(value.x(), plot), plot.bottom() - t * plot.height()};
}

double ChartFrame::placeX(double x, const QRectF& plot) const { return plot.left() + (x - left) / (right - left) * plot.width(); }

bool hasPoints(const LineChartData& data) {
  return std::any_of(data.series.begin(), data.series.end(),
                     [](const LineSeries& series) { return std::any_of(series.points.begin(), series.points.end(), isFinite); });
}

QPointF drawable(const QPointF& value, const LineChartData& data) {
  return data.logarithmic && !(value.y() > data.floor) ? QPointF(value.x(), data.floor) : value;
}

ChartFrame buildChart(QChart& chart, const LineChartData& data) {
  chart.removeAllSeries();
  for (QAbstractAxis* axis : chart.axes()) {
    chart.removeAxis(axis);
    delete axis;
  }
  ChartFrame frame;
  frame.logarithmic = data.logarithmic;
  if (!hasPoints(data)) return frame;
  Range xs, ys;
  for (const LineSeries& series : data.series) {
    const bool errors = hasErrors(series);
    for (qsizetype i = 0; i < series.points.size(); ++i) {
      if (!isFinite(series.points[i])) continue;
      const QPointF p = drawable(series.points[i], data);
      xs.add(p.x());
      ys.add(p.y());
      if (series.bars && !data.logarithmic) ys.add(0);
      if (errors && std::isfinite(series.errors[i])) {
        ys.add(p.y() + series.errors[i]);
        ys.add(drawable({p.x(), p.y() - series.errors[i]}, data).y());
      }
    }
  }
  QAbstractAxis* xAxis = makeX(chart, data, xs, frame);
  QAbstractAxis* yAxis = data.logarithmic ? makeLogY(chart, data, ys, frame) : makeY(chart, data, ys, frame);
  xAxis->setTitleText(data.xTitle);
  yAxis->setTitleText(data.yTitle);
  chart.addAxis(xAxis, Qt::AlignBottom);
  chart.addAxis(yAxis, Qt::AlignLeft);
  Builder builder(chart, data, xAxis, yAxis, frame);
  for (std::size_t s = 0; s < data.series.size() && builder.add(s); ++s) {
  }
  return frame;
}

void styleChart(QChart& chart, const LineChartData& data, const QPalette& palette, const QFont& font) {
  const Theme theme = themeOf(palette);
  chart.setAnimationOptions(QChart::NoAnimation);
  chart.setMargins(QMargins(4, 2, 8, 2));
  chart.setBackgroundRoundness(0);
  chart.setBackgroundBrush(theme.plot);
  chart.setBackgroundPen(Qt::NoPen);
  chart.setTitle(data.title);
  chart.setTitleBrush(theme.text);
  QFont title = font;
  title.setWeight(QFont::DemiBold);
  chart.setTitleFont(title);
  QFont small = font;
  small.setPointSizeF(std::max(7.0, font.pointSizeF() * 0.9));
  const QSizeF size = chart.size();
  const bool isLow = size.height() < kLowChart;
  chart.legend()->setAlignment(isLow && size.width() >= kWideEnough ? Qt::AlignRight : Qt::AlignTop);
  chart.legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
  chart.legend()->setLabelColor(theme.text);
  chart.legend()->setFont(small);
  chart.legend()->setVisible(data.series.size() > 1);
  for (QAbstractAxis* axis : chart.axes()) {
    axis->setLabelsColor(theme.text);
    axis->setTitleBrush(theme.muted);
    axis->setTitleFont(small);
    axis->setLabelsFont(small);
    axis->setLinePen(QPen(theme.axis, 1));
    axis->setGridLinePen(QPen(theme.grid, 1));
    axis->setMinorGridLineColor(theme.grid);
    if (axis->alignment() != Qt::AlignBottom) continue;
    if (axis->type() == QAbstractAxis::AxisTypeBarCategory && size.width() < 60.0 * data.categories.size()) {
      QFont narrow = small;  // names are cut where they do not fit
      narrow.setPointSizeF(std::max(6.5, small.pointSizeF() * 0.85));
      axis->setLabelsFont(narrow);
    }
    axis->setGridLineVisible(false);
    axis->setTitleVisible(size.height() >= kVeryLowChart);
  }
  const auto bars = std::count_if(data.series.begin(), data.series.end(), [](const LineSeries& s) { return s.bars; });
  for (QAbstractSeries* series : chart.series()) {
    const auto index = static_cast<std::size_t>(series->property(kPart).toInt());
    const QColor colour = theme.series[static_cast<qsizetype>(index) % theme.series.size()];
    const bool isError = series->property(kError).toBool();
    if (auto* area = qobject_cast<QAreaSeries*>(series)) {
      QColor fill = colour;
      if (bars > 1 && data.series[index].points.size() > kMostGrouped) fill.setAlpha(150);  // lies over the others
      area->setPen(Qt::NoPen);
      area->setBrush(fill);
      for (QLegendMarker* marker : chart.legend()->markers(area)) {
        marker->setShape(QLegend::MarkerShapeRectangle);
        marker->setPen(Qt::NoPen);
        marker->setBrush(colour);
      }
    } else if (auto* line = qobject_cast<QLineSeries*>(series)) {
      // An error bar on a bar of its own colour would not be seen.
      line->setPen(QPen(isError && data.series[index].bars ? theme.text : colour, isError ? 1.2 : 1.8));
    } else if (auto* dots = qobject_cast<QScatterSeries*>(series)) {
      dots->setMarkerSize(6);
      dots->setPen(Qt::NoPen);
      dots->setColor(colour);
    }
  }
}

}  // namespace bitscape
