#include "views/charts/line_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include <QGraphicsLineItem>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QStackedLayout>
#include <QToolTip>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QLogValueAxis>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include "views/charts/decimate.h"
#include "views/style/colour_scale.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr char kPart[] = "bitscapePart";   // property of a Qt series: index of ours; error bars and markers hide from the legend

bool hasPoints(const LineChartData& data) {
  for (const LineSeries& series : data.series) {
    for (const QPointF& p : series.points) {
      if (std::isfinite(p.y())) return true;
    }
  }
  return false;
}

// What can be drawn: finite, and above the floor of a logarithmic axis.
QPointF drawable(const QPointF& p, const LineChartData& data) {
  return data.logarithmic && !(p.y() > data.floor) ? QPointF(p.x(), data.floor) : p;
}

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  void add(double v) {
    if (!std::isfinite(v)) return;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  bool empty() const { return !(high >= low); }
};

}  // namespace

LineChart::LineChart(QWidget* parent) : QWidget(parent), m_emptyText(tr("Nothing to show yet.")) {
  m_view = new QChartView(new QChart, this);
  m_view->setRenderHint(QPainter::Antialiasing);
  m_view->setFrameShape(QFrame::NoFrame);
  m_view->viewport()->setMouseTracking(true);
  m_view->viewport()->installEventFilter(this);
  m_view->setFocusPolicy(Qt::NoFocus);
  QChart* chart = m_view->chart();
  chart->setAnimationOptions(QChart::NoAnimation);
  chart->setMargins(QMargins(4, 4, 8, 4));
  chart->setBackgroundRoundness(0);
  chart->legend()->setAlignment(Qt::AlignTop);
  chart->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
  m_mark = new QGraphicsLineItem(chart);
  m_mark->setZValue(20);
  m_mark->hide();
  connect(chart, &QChart::plotAreaChanged, this, [this] { placeMark(); });
  m_empty = new QLabel(m_emptyText, this);
  m_empty->setAlignment(Qt::AlignCenter);
  m_empty->setWordWrap(true);
  m_empty->setForegroundRole(QPalette::PlaceholderText);
  m_empty->setBackgroundRole(QPalette::Base);
  m_empty->setAutoFillBackground(true);
  m_empty->setMargin(kPanelMargin);
  auto* layout = new QStackedLayout(this);
  layout->addWidget(m_empty);
  layout->addWidget(m_view);
  setMinimumSize(220, 140);
  restyle();
}

QChart* LineChart::chart() const { return m_view->chart(); }

void LineChart::setData(LineChartData data) {
  m_data = std::move(data);
  setAccessibleName(m_data.title.isEmpty() ? tr("Chart") : tr("Chart: %1").arg(m_data.title));
  setAccessibleDescription(m_data.meaning);
  m_view->setToolTip(m_data.meaning);
  rebuild();
}

void LineChart::setEmptyText(const QString& text) {
  m_emptyText = text;
  m_empty->setText(text);
}

void LineChart::setMarkedX(std::optional<double> x) {
  m_markedX = x;
  placeMark();
}

void LineChart::rebuild() {
  QChart* chart = m_view->chart();
  chart->removeAllSeries();
  for (QAbstractAxis* axis : chart->axes()) {
    chart->removeAxis(axis);
    delete axis;
  }
  const bool any = hasPoints(m_data);
  static_cast<QStackedLayout*>(layout())->setCurrentWidget(any ? static_cast<QWidget*>(m_view) : m_empty);
  if (!any) return;

  QAbstractAxis* xAxis = nullptr;
  QAbstractAxis* yAxis = nullptr;
  Range xs, ys;
  for (std::size_t s = 0; s < m_data.series.size(); ++s) {
    const LineSeries& series = m_data.series[s];
    const bool errors = series.errors.size() == series.points.size();
    for (qsizetype i = 0; i < series.points.size(); ++i) {
      if (!std::isfinite(series.points[i].y())) continue;
      xs.add(series.points[i].x());
      const QPointF p = drawable(series.points[i], m_data);
      ys.add(p.y());
      if (errors && std::isfinite(series.errors[i])) {
        ys.add(p.y() + series.errors[i]);
        ys.add(drawable({p.x(), p.y() - series.errors[i]}, m_data).y());
      }
    }
  }
  auto* xValues = new QValueAxis(chart);
  const double xPad = xs.high > xs.low ? (xs.high - xs.low) * 0.015 : 0.5;
  xValues->setRange(xs.low - xPad, xs.high + xPad);
  if (m_data.wholeX) {
    xValues->setRange(xs.low - 0.5, xs.high + 0.5);
    double step = 1;
    for (const double candidate : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0}) {
      step = candidate;
      if ((xs.high - xs.low) / candidate <= 10) break;
    }
    xValues->setTickType(QValueAxis::TicksDynamic);
    xValues->setTickAnchor(0);
    xValues->setTickInterval(step);
    xValues->setLabelFormat(QStringLiteral("%.0f"));
  }
  xAxis = xValues;
  if (m_data.logarithmic) {
    auto* axis = new QLogValueAxis(chart);
    axis->setBase(10);
    double low = std::max(ys.low, m_data.floor), high = std::max(ys.high, low);
    low = std::pow(10.0, std::floor(std::log10(low) + 1e-9));
    high = std::pow(10.0, std::ceil(std::log10(high) - 1e-9));
    // A hair wider: Qt leaves out the tick of an end that rounds to the wrong side.
    axis->setRange(low * (1 - 1e-9), (high > low ? high : low * 10) * (1 + 1e-9));
    axis->setMinorTickCount(0);
    axis->setLabelFormat(QStringLiteral("%g"));
    yAxis = axis;
  } else {
    auto* axis = new QValueAxis(chart);
    double low = ys.low, high = ys.high;
    if (m_data.yRange) std::tie(low, high) = *m_data.yRange;
    if (!(high > low)) {
      low -= std::max(1e-3, std::abs(low) * 0.05);
      high += std::max(1e-3, std::abs(high) * 0.05);
    }
    const auto ticks = ticksOf(low, high, false, 5);
    const double step = ticks.size() >= 2 ? ticks[1].value - ticks[0].value : (high - low) / 4;
    if (!m_data.yRange) {
      low = std::floor(low / step + 1e-9) * step;
      high = std::ceil(high / step - 1e-9) * step;
    }
    axis->setRange(low, high);
    axis->setTickType(QValueAxis::TicksDynamic);
    axis->setTickAnchor(0);
    axis->setTickInterval(step);
    axis->setLabelFormat(QStringLiteral("%.%1f").arg(std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6)));
    yAxis = axis;
  }
  xAxis->setTitleText(m_data.xTitle);
  yAxis->setTitleText(m_data.yTitle);
  chart->addAxis(xAxis, Qt::AlignBottom);
  chart->addAxis(yAxis, Qt::AlignLeft);

  for (std::size_t s = 0; s < m_data.series.size(); ++s) {
    const LineSeries& series = m_data.series[s];
    QList<QPointF> points;
    for (const QPointF& p : series.points) {
      if (std::isfinite(p.y())) points.append(drawable(p, m_data));
    }
    if (points.isEmpty()) continue;
    const bool few = points.size() <= 400;
    const auto attach = [&](QXYSeries* shown, bool inLegend) {
      shown->setProperty(kPart, static_cast<int>(s));
      chart->addSeries(shown);
      shown->attachAxis(xAxis);
      shown->attachAxis(yAxis);
      if (!inLegend) {
        for (QLegendMarker* marker : chart->legend()->markers(shown)) marker->setVisible(false);
      }
    };
    if (few && series.errors.size() == series.points.size()) {
      for (qsizetype i = 0; i < series.points.size(); ++i) {
        const QPointF p = series.points[i];
        if (!std::isfinite(p.y()) || !(series.errors[i] > 0) || !std::isfinite(series.errors[i])) continue;
        auto* bar = new QLineSeries(chart);
        bar->replace(QList<QPointF>{drawable({p.x(), p.y() - series.errors[i]}, m_data), drawable({p.x(), p.y() + series.errors[i]}, m_data)});
        attach(bar, false);
      }
    }
    if (series.line) {
      auto* line = new QLineSeries(chart);
      line->setName(series.name);
      line->replace(decimate(points));
      attach(line, true);
    }
    // A single point has no line to show.
    if ((series.markers && few) || !series.line || points.size() == 1) {
      auto* dots = new QScatterSeries(chart);
      dots->setName(series.name);
      dots->replace(decimate(points, 2000));
      attach(dots, !series.line);
    }
  }
  restyle();
  placeMark();
}

void LineChart::restyle() {
  const Theme theme = themeOf(palette());
  QChart* chart = m_view->chart();
  m_view->setBackgroundBrush(theme.plot);
  chart->setBackgroundBrush(theme.plot);
  chart->setBackgroundPen(Qt::NoPen);
  chart->setTitle(m_data.title);
  chart->setTitleBrush(theme.text);
  QFont title = font();
  title.setWeight(QFont::DemiBold);
  chart->setTitleFont(title);
  QFont small = font();
  small.setPointSizeF(std::max(7.0, font().pointSizeF() * 0.9));
  chart->legend()->setLabelColor(theme.text);
  chart->legend()->setFont(small);
  chart->legend()->setVisible(m_data.series.size() > 1);
  for (QAbstractAxis* axis : chart->axes()) {
    axis->setLabelsColor(theme.text);
    axis->setTitleBrush(theme.muted);
    axis->setTitleFont(small);
    axis->setLabelsFont(small);
    axis->setLinePen(QPen(theme.axis, 1));
    axis->setGridLinePen(QPen(theme.grid, 1));
    axis->setMinorGridLineColor(theme.grid);
    if (axis->alignment() == Qt::AlignBottom) axis->setGridLineVisible(false);
  }
  for (QAbstractSeries* each : chart->series()) {
    auto* series = static_cast<QXYSeries*>(each);
    const QColor colour = theme.series[series->property(kPart).toInt() % theme.series.size()];
    if (auto* dots = qobject_cast<QScatterSeries*>(series)) {
      dots->setMarkerSize(6);
      dots->setPen(Qt::NoPen);
      dots->setColor(colour);
    } else {
      series->setPen(QPen(colour, series->name().isEmpty() ? 1.2 : 1.8));
    }
  }
  QColor mark = theme.muted;
  mark.setAlpha(150);
  m_mark->setPen(QPen(mark, 1, Qt::DashLine));
}

void LineChart::placeMark() {
  QChart* chart = m_view->chart();
  if (!m_markedX || chart->series().isEmpty()) return m_mark->hide();
  const QRectF area = chart->plotArea();
  const double x = chart->mapToPosition(QPointF(*m_markedX, m_data.logarithmic ? std::max(1e-300, m_data.floor) : 0), chart->series().front()).x();
  m_mark->setVisible(x >= area.left() && x <= area.right());
  m_mark->setLine(x, area.top(), x, area.bottom());
}

std::optional<QPointF> LineChart::nearest(const QPoint& viewPoint, QString* name) const {
  QChart* chart = m_view->chart();
  if (chart->series().isEmpty()) return std::nullopt;
  const QPointF at = chart->mapFromScene(m_view->mapToScene(viewPoint));
  if (!chart->plotArea().contains(at)) return std::nullopt;
  double best = std::numeric_limits<double>::infinity();
  std::optional<QPointF> found;
  for (const LineSeries& series : m_data.series) {
    for (const QPointF& p : series.points) {
      if (!std::isfinite(p.y())) continue;
      const QPointF d = chart->mapToPosition(drawable(p, m_data), chart->series().front()) - at;
      const double distance = 4 * std::abs(d.x()) + std::abs(d.y());   // the column first, then the line
      if (distance < best) {
        best = distance;
        found = p;
        if (name != nullptr) *name = series.name;
      }
    }
  }
  return found;
}

bool LineChart::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    QString name;
    if (const auto point = nearest(help->pos(), &name)) {
      QToolTip::showText(help->globalPos(), QStringLiteral("%1\n%2 %3: %4%5")
                                                .arg(name, m_data.xTitle, numberText(point->x()), numberText(point->y()),
                                                     m_data.meaning.isEmpty() ? QString() : QStringLiteral("\n\n") + m_data.meaning));
      return true;
    }
  } else if (event->type() == QEvent::MouseButtonRelease) {
    if (const auto point = nearest(static_cast<QMouseEvent*>(event)->pos(), nullptr)) Q_EMIT xClicked(point->x());
  }
  return QWidget::eventFilter(watched, event);
}

void LineChart::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) restyle();
  QWidget::changeEvent(event);
}

QImage LineChart::toImage(double scale) const {
  const double ratio = std::clamp(scale, 0.25, 8.0);
  QImage image((QSizeF(size()) * ratio).toSize(), QImage::Format_RGB32);
  image.setDevicePixelRatio(ratio);
  image.fill(palette().color(QPalette::Base));
  QPainter painter(&image);
  const_cast<LineChart*>(this)->render(&painter, {}, {}, QWidget::DrawChildren);
  return image;
}

}  // namespace bitscape
