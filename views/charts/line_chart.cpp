#include "views/charts/line_chart.h"

#include <QCoreApplication>
#include <QGraphicsEllipseItem>
#include <QGraphicsLineItem>
#include <QGraphicsRectItem>
#include <QGraphicsScene>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QStackedLayout>
#include <QToolTip>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <algorithm>
#include <cmath>
#include <limits>

#include "views/charts/chart_build.h"
#include "views/style/colour_scale.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr double kRing = 4.5;         // radius around the focused point
constexpr qsizetype kPickAll = 4000;  // in longer series only the points near the pointer are compared

}  // namespace

LineChart::LineChart(QWidget* parent) : QWidget(parent), m_emptyText(tr("Nothing to show yet.")) {
  setFocusPolicy(Qt::StrongFocus);
  m_view = new QChartView(new QChart, this);
  m_view->setRenderHint(QPainter::Antialiasing);
  m_view->setFrameShape(QFrame::NoFrame);
  m_view->viewport()->setMouseTracking(true);
  m_view->viewport()->installEventFilter(this);
  m_view->setFocusPolicy(Qt::NoFocus);
  QChart* chart = m_view->chart();
  m_mark = new QGraphicsLineItem(chart);
  m_pointed = new QGraphicsLineItem(chart);
  m_ring = new QGraphicsEllipseItem(-kRing, -kRing, 2 * kRing, 2 * kRing, chart);
  m_focusFrame = new QGraphicsRectItem(chart);
  for (QGraphicsItem* item : std::initializer_list<QGraphicsItem*>{m_mark, m_pointed, m_ring, m_focusFrame}) {
    item->setZValue(20);
    item->hide();
  }
  connect(chart, &QChart::plotAreaChanged, this, [this] { placeMarks(); });
  m_empty = new QLabel(m_emptyText, this);
  m_empty->setAlignment(Qt::AlignCenter);
  m_empty->setWordWrap(true);
  m_empty->setForegroundRole(QPalette::PlaceholderText);
  m_empty->setBackgroundRole(QPalette::Base);
  m_empty->setAutoFillBackground(true);
  m_empty->setMargin(kPanelMargin);
  m_stack = new QStackedLayout(this);
  m_stack->addWidget(m_empty);
  m_stack->addWidget(m_view);
  setMinimumSize(220, 140);
  restyle();
}

QChart* LineChart::chart() const { return m_view->chart(); }

void LineChart::setData(LineChartData data) {
  if (data == m_data) return;   // building a chart takes ten milliseconds
  m_data = std::move(data);
  setAccessibleName(m_data.title.isEmpty() ? tr("Chart") : tr("Chart: %1").arg(m_data.title));
  setAccessibleDescription(m_data.meaning);
  m_view->setToolTip(m_data.meaning);
  m_hover.reset();
  if (m_focus && !isDrawn(*m_focus)) m_focus.reset();
  rebuild();
}

void LineChart::setEmptyText(const QString& text) {
  m_emptyText = text;
  m_empty->setText(text);
}

void LineChart::setMarkedX(std::optional<double> x) {
  m_markedX = x;
  placeMarks();
}

void LineChart::setPointedX(std::optional<double> x) {
  m_pointedX = x;
  placeMarks();
}

void LineChart::setFigureName(const QString& name) { m_figureName = name; }

void LineChart::rebuild() {
  const bool any = hasPoints(m_data);
  m_frame = buildChart(*chart(), m_data);
  m_stack->setCurrentWidget(any ? static_cast<QWidget*>(m_view) : m_empty);
  restyle();
  placeMarks();
}

void LineChart::restyle() {
  const Theme theme = themeOf(palette());
  m_view->setBackgroundBrush(theme.plot);
  styleChart(*chart(), m_data, palette(), font());
  QColor mark = theme.text;
  mark.setAlpha(170);
  m_mark->setPen(QPen(mark, 1, Qt::DashLine));
  mark.setAlpha(90);
  m_pointed->setPen(QPen(mark, 1));
  m_ring->setPen(QPen(theme.text, 1.6));
  m_focusFrame->setPen(QPen(theme.accent, 1));
}

void LineChart::placeMarks() {
  const QRectF plot = chart()->plotArea();
  const bool any = !chart()->series().isEmpty();
  const auto upright = [&](QGraphicsLineItem* line, std::optional<double> at) {
    const double x = any && at ? m_frame.placeX(*at, plot) : -1;
    line->setVisible(x >= plot.left() && x <= plot.right());
    line->setLine(x, plot.top(), x, plot.bottom());
  };
  upright(m_mark, m_markedX);
  upright(m_pointed, m_pointedX);
  const bool ring = any && m_focus && isDrawn(*m_focus) && hasFocus();
  m_ring->setVisible(ring);
  if (ring) m_ring->setPos(m_frame.place(drawable(at(*m_focus), m_data), plot));
  m_focusFrame->setVisible(any && hasFocus());
  m_focusFrame->setRect(plot);
}

bool LineChart::isDrawn(Spot spot) const {
  return spot.series < m_data.series.size() && spot.point >= 0 && spot.point < m_data.series[spot.series].points.size() &&
         std::isfinite(at(spot).x()) && std::isfinite(at(spot).y());
}

QString LineChart::describe(Spot spot) const {
  const LineSeries& series = m_data.series[spot.series];
  const QPointF& p = at(spot);
  const bool known = series.errors.size() == series.points.size();
  const QString x = xText(m_data, m_data.categories.isEmpty() ? p.x() : std::round(p.x()));
  QStringList lines;
  if (!series.name.isEmpty()) lines << series.name;
  const QString place = m_data.xTitle.isEmpty() ? x : tr("%1 %2", "axis and value: block 7").arg(m_data.xTitle, x);
  lines << (known ? tr("%1: %2 ± %3").arg(place, numberText(p.y()), numberText(series.errors[spot.point], 3))
                  : tr("%1: %2").arg(place, numberText(p.y())));
  return lines.join(QLatin1Char('\n'));
}

std::optional<LineChart::Spot> LineChart::nearest(const QPoint& viewPoint) const {
  if (chart()->series().isEmpty()) return std::nullopt;
  const QPointF cursor = chart()->mapFromScene(m_view->mapToScene(viewPoint));
  const QRectF plot = chart()->plotArea();
  if (!plot.contains(cursor)) return std::nullopt;
  double best = std::numeric_limits<double>::infinity();
  std::optional<Spot> found;
  const double perPixel = (m_frame.right - m_frame.left) / std::max(1.0, plot.width());
  const double x = m_frame.left + (cursor.x() - plot.left()) * perPixel;
  for (std::size_t s = 0; s < m_data.series.size(); ++s) {
    const auto& points = m_data.series[s].points;
    qsizetype from = 0, to = points.size();
    if (points.size() > kPickAll) {  // long series are sorted by x
      const auto less = [](const QPointF& p, double value) { return p.x() < value; };
      from = std::lower_bound(points.begin(), points.end(), x - 8 * perPixel, less) - points.begin();
      to = std::min(to, std::lower_bound(points.begin(), points.end(), x + 8 * perPixel, less) - points.begin() + 1);
      from = std::max<qsizetype>(0, from - 1);
    }
    for (qsizetype i = from; i < to; ++i) {
      if (!isDrawn({s, i})) continue;
      const QPointF d = m_frame.place(drawable(points[i], m_data), plot) - cursor;
      const double distance = 4 * std::abs(d.x()) + std::abs(d.y());  // the column first, then the line
      if (distance < best) {
        best = distance;
        found = Spot{s, i};
      }
    }
  }
  return found;
}

void LineChart::hover(std::optional<Spot> spot) {
  if (spot == m_hover) return;
  const bool sameX = spot && m_hover && at(*spot).x() == at(*m_hover).x();
  m_hover = spot;
  if (!sameX) Q_EMIT xPointed(spot ? std::optional(at(*spot).x()) : std::nullopt);
}

std::optional<LineChart::Spot> LineChart::step(Spot from, int series, int points) const {
  Spot next = from;
  if (series != 0) {  // the other line's point nearest in x
    for (;;) {
      const auto s = static_cast<std::ptrdiff_t>(next.series) + series;
      if (s < 0 || s >= static_cast<std::ptrdiff_t>(m_data.series.size())) return std::nullopt;
      next = {static_cast<std::size_t>(s), 0};
      std::optional<Spot> best;
      for (; next.point < m_data.series[next.series].points.size(); ++next.point) {
        if (isDrawn(next) && (!best || std::abs(at(next).x() - at(from).x()) < std::abs(at(*best).x() - at(from).x()))) best = next;
      }
      if (best) return best;
    }
  }
  do next.point += points;
  while (next.point >= 0 && next.point < m_data.series[next.series].points.size() && !isDrawn(next));
  return isDrawn(next) ? std::optional(next) : std::nullopt;
}

void LineChart::focusSpot(std::optional<Spot> spot, bool tell) {
  m_focus = spot;
  placeMarks();
  if (!spot) {
    setAccessibleDescription(m_data.meaning);
    QToolTip::hideText();
  } else {
    const QString text = describe(*spot);
    setAccessibleDescription(text);
    const QPointF place = m_frame.place(drawable(at(*spot), m_data), chart()->plotArea());
    const QPoint inView = m_view->mapFromScene(chart()->mapToScene(place));
    if (tell && isVisible()) QToolTip::showText(m_view->viewport()->mapToGlobal(inView + QPoint(6, 6)), text, this);
  }
  if (tell) Q_EMIT xPointed(spot ? std::optional(at(*spot).x()) : std::nullopt);
}

std::optional<QPointF> LineChart::focusedPoint() const { return m_focus ? std::optional(at(*m_focus)) : std::nullopt; }

void LineChart::keyPressEvent(QKeyEvent* event) {
  if (!hasPoints(m_data)) return QWidget::keyPressEvent(event);
  const auto go = [&](int series, int points) {
    if (!m_focus) {  // begin at the selection
      Spot first{0, 0};
      if (!isDrawn(first)) first = step(first, 0, 1).value_or(step(first, 1, 0).value_or(first));
      if (!isDrawn(first)) return;
      if (m_markedX) {
        for (Spot spot = first; spot.point < m_data.series[spot.series].points.size(); ++spot.point) {
          if (isDrawn(spot) && std::abs(at(spot).x() - *m_markedX) < std::abs(at(first).x() - *m_markedX)) first = spot;
        }
      }
      return focusSpot(first, true);
    }
    if (const auto next = step(*m_focus, series, points)) focusSpot(next, true);
  };
  const auto end = [&](bool last) {
    Spot spot = m_focus.value_or(Spot{});
    spot.point = last ? m_data.series[spot.series].points.size() : -1;
    if (const auto next = step(spot, 0, last ? -1 : 1)) focusSpot(next, true);
  };
  switch (event->key()) {
    case Qt::Key_Left:
      return go(0, -1);
    case Qt::Key_Right:
      return go(0, 1);
    case Qt::Key_Up:
      return go(-1, 0);
    case Qt::Key_Down:
      return go(1, 0);
    case Qt::Key_Home:
      return end(false);
    case Qt::Key_End:
      return end(true);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (m_focus) Q_EMIT xClicked(at(*m_focus).x());
      return;
    case Qt::Key_Escape:
      if (m_focus) return focusSpot(std::nullopt, true);
      break;
    default:
      break;
  }
  QWidget::keyPressEvent(event);
}

void LineChart::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  placeMarks();
}

void LineChart::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  if (m_focus) Q_EMIT xPointed(std::nullopt);
  placeMarks();
}

bool LineChart::eventFilter(QObject* watched, QEvent* event) {
  switch (event->type()) {
    case QEvent::ToolTip: {
      const auto* help = static_cast<QHelpEvent*>(event);
      if (const auto spot = nearest(help->pos())) {
        const QString meaning = m_data.meaning.isEmpty() ? QString() : QStringLiteral("\n\n") + m_data.meaning;
        QToolTip::showText(help->globalPos(), describe(*spot) + meaning);
        return true;
      }
      break;
    }
    case QEvent::MouseMove:
      hover(nearest(static_cast<QMouseEvent*>(event)->pos()));
      break;
    case QEvent::Leave:
      hover(std::nullopt);
      break;
    case QEvent::MouseButtonPress:
      setFocus(Qt::MouseFocusReason);
      break;
    case QEvent::MouseButtonRelease:
    case QEvent::MouseButtonDblClick: {
      const auto* mouse = static_cast<QMouseEvent*>(event);
      const auto spot = mouse->button() == Qt::LeftButton ? nearest(mouse->pos()) : std::nullopt;
      if (!spot) break;
      focusSpot(spot, false);
      if (event->type() == QEvent::MouseButtonRelease)
        Q_EMIT xClicked(at(*spot).x());
      else
        Q_EMIT xDoubleClicked(at(*spot).x());
      break;
    }
    default:
      break;
  }
  return QWidget::eventFilter(watched, event);
}

void LineChart::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  restyle();  // a low chart has its legend at the side
}

void LineChart::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) restyle();
  QWidget::changeEvent(event);
}

QString LineChart::figureName() const {
  if (!m_figureName.isEmpty()) return m_figureName;
  QString name;
  for (const QChar c : m_data.title.toLower()) {
    if (c.isLetterOrNumber())
      name += c;
    else if (!name.isEmpty() && !name.endsWith(QLatin1Char('-')))
      name += QLatin1Char('-');
  }
  while (name.endsWith(QLatin1Char('-'))) name.chop(1);
  return name.isEmpty() ? QStringLiteral("chart") : name;
}

void LineChart::paintFigure(QPainter& painter, const QSize& size) const {
  const QRectF whole(0, 0, size.width(), size.height());
  painter.fillRect(whole, palette().color(QPalette::Base));
  if (!hasPoints(m_data)) {
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(whole.adjusted(kPanelMargin, kPanelMargin, -kPanelMargin, -kPanelMargin), Qt::AlignCenter | Qt::TextWordWrap,
                     m_emptyText);
    return;
  }
  // A chart of its own: laid out for the figure's size, without what marks the selection.
  QGraphicsScene scene(whole);
  auto* chart = new QChart;
  scene.addItem(chart);
  chart->resize(whole.size());
  buildChart(*chart, m_data);
  styleChart(*chart, m_data, palette(), font());
  QCoreApplication::sendPostedEvents(chart);  // the layout
  scene.render(&painter, whole, whole);
}

QString LineChart::valueText() const {
  const auto spot = m_hover ? m_hover : m_focus;
  return spot && isDrawn(*spot) ? QString::number(at(*spot).y(), 'g', 10) : QString();
}

}  // namespace bitscape
