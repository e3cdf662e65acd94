#include "views/bits/pareto_chart.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

constexpr double kNear = 9;     // pixels
constexpr double kStep = 0.05;  // bits per weight, of a key
const QString kSpace = QStringLiteral("   ");

QString kindText(ParetoPoint::Kind kind) {
  switch (kind) {
    case ParetoPoint::Uniform:
      return ParetoChart::tr("uniform plan");
    case ParetoPoint::Kept:
      return ParetoChart::tr("plan A");
    case ParetoPoint::Measured:
      return ParetoChart::tr("measured");
    default:
      return ParetoChart::tr("this plan");
  }
}

}  // namespace

ParetoChart::ParetoChart(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Predicted error against bits per weight"));
  told();
}

void ParetoChart::setData(std::vector<SizeAndCost> front, std::vector<ParetoPoint> points) {
  if (points.size() != m_points.size()) m_focus.reset();
  m_front = std::move(front);
  m_points = std::move(points);
  m_pointed.reset();
  m_range = rangeOf();
  told();
}

void ParetoChart::setErrorTitle(const QString& title) {
  m_errorTitle = title;
  told();
}

void ParetoChart::setBudget(double bitsPerWeight) {
  m_budget = bitsPerWeight;
  told();
}

void ParetoChart::setProposed(std::optional<SizeAndCost> proposed) {
  m_proposed = proposed;
  told();
}

void ParetoChart::setEmptyText(const QString& text) {
  m_emptyText = text;
  told();
}

// Everything that is drawn fits: the front, the points and their error bars. Errors of zero have no place on a logarithmic axis.
ParetoChart::Range ParetoChart::rangeOf() const {
  Range range;
  bool any = false;
  const auto include = [&](double bits, double error) {
    if (error <= 0 || !std::isfinite(error)) return;
    range = any ? Range{std::min(range.left, bits), std::max(range.right, bits), std::min(range.bottom, error), std::max(range.top, error)}
                : Range{bits, bits, error, error};
    any = true;
  };
  for (const SizeAndCost& each : m_front) include(each.bitsPerWeight, each.predicted);
  for (const ParetoPoint& each : m_points) {
    include(each.bitsPerWeight, each.error);
    if (each.stderror > 0) include(each.bitsPerWeight, each.error + each.stderror);
  }
  const double width = std::max(0.5, range.right - range.left), ratio = std::pow(std::max(2.0, range.top / range.bottom), 0.06);
  return {range.left - 0.05 * width, range.right + 0.08 * width, range.bottom / ratio, range.top * ratio};
}

QPointF ParetoChart::place(double bits, double error, const QRectF& plot) const {
  const double x = (bits - m_range.left) / (m_range.right - m_range.left);
  const double y = std::log(std::max(error, 1e-300) / m_range.bottom) / std::log(m_range.top / m_range.bottom);
  return {plot.left() + x * plot.width(), plot.bottom() - std::clamp(y, 0.0, 1.0) * plot.height()};
}

double ParetoChart::xOf(double bitsPerWeight) const { return place(bitsPerWeight, m_range.bottom, plotArea(size())).x(); }
QPointF ParetoChart::placeOf(double bitsPerWeight, double error) const { return place(bitsPerWeight, error, plotArea(size())); }

std::optional<int> ParetoChart::pointAt(const QPointF& at) const {
  std::optional<int> nearest;
  double least = kNear;
  for (std::size_t i = 0; i < m_points.size(); ++i) {
    const QPointF away = placeOf(m_points[i].bitsPerWeight, m_points[i].error) - at;
    const double distance = std::hypot(away.x(), away.y());
    if (distance <= least) {
      least = distance;
      nearest = static_cast<int>(i);
    }
  }
  return nearest;
}

std::optional<double> ParetoChart::frontAt(const QPointF& at) const {
  std::optional<double> nearest;
  double least = kNear;
  for (const SizeAndCost& each : m_front) {
    const QPointF away = placeOf(each.bitsPerWeight, each.predicted) - at;
    const double distance = std::hypot(away.x(), away.y());
    if (distance <= least) {
      least = distance;
      nearest = each.bitsPerWeight;
    }
  }
  return nearest;
}

QString ParetoChart::describe(int index) const {
  if (index < 0 || index >= static_cast<int>(m_points.size())) return {};
  const ParetoPoint& point = m_points[static_cast<std::size_t>(index)];
  QString error = numberText(point.error, 3);
  if (point.stderror > 0) error += QStringLiteral(" \u00b1 ") + numberText(point.stderror, 2);
  return QStringList{point.name.isEmpty() ? kindText(point.kind) : tr("%1: %2").arg(kindText(point.kind), point.name),
                     tr("%1 bits per weight").arg(numberText(point.bitsPerWeight, 4)), QStringLiteral("%1: %2").arg(m_errorTitle, error)}
      .join(kSpace);
}

QString ParetoChart::readout() const {
  if (isEmpty()) return {};
  if (const auto point = m_pointed ? m_pointed : m_focus) return describe(*point);
  QString text = tr("Budget: %1 bits per weight").arg(numberText(m_budget, 4));
  if (m_proposed) text += kSpace + tr("the solver's plan: %1 (%2)").arg(numberText(m_proposed->predicted, 3), m_errorTitle);
  return text;
}

void ParetoChart::told() {
  setAccessibleDescription(isEmpty() ? m_emptyText : readout());
  Q_EMIT readoutChanged(readout());
  update();
}

bool ParetoChart::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto point = pointAt(help->pos())) {
      QToolTip::showText(help->globalPos(), describe(*point).split(kSpace).join(QLatin1Char('\n')), this);
    } else {
      QToolTip::hideText();
    }
    return true;
  }
  if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape &&
      (m_gesture != Gesture::None || m_keyed)) {
    event->accept();
    return true;
  }
  return QWidget::event(event);
}

void ParetoChart::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || isEmpty()) return QWidget::mousePressEvent(event);
  m_pointed = pointAt(event->position());
  if (m_pointed) {
    m_focus = m_pointed;
    m_gesture = Gesture::Point;
  } else if (std::abs(event->position().x() - xOf(m_budget)) <= kNear) {
    m_gesture = Gesture::Budget;
    m_budgetBefore = m_budget;
  } else if (frontAt(event->position())) {
    m_gesture = Gesture::Front;
  }
  told();
}

void ParetoChart::mouseMoveEvent(QMouseEvent* event) {
  if (m_gesture == Gesture::Budget) {
    const QRectF plot = plotArea(size());
    const double share = (event->position().x() - plot.left()) / plot.width();
    const double bits = std::clamp(m_range.left + share * (m_range.right - m_range.left), 0.5, 16.0);
    if (bits == m_budget) return;
    m_budget = bits;
    Q_EMIT budgetDragged(m_budget);
    return told();
  }
  const auto point = isEmpty() ? std::nullopt : pointAt(event->position());
  const bool overLine = !isEmpty() && !point && std::abs(event->position().x() - xOf(m_budget)) <= kNear;
  setCursor(overLine ? Qt::SplitHCursor : point || (!isEmpty() && frontAt(event->position())) ? Qt::PointingHandCursor : Qt::ArrowCursor);
  if (point == m_pointed) return;
  m_pointed = point;
  Q_EMIT readoutChanged(readout());
  update();
}

void ParetoChart::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mouseReleaseEvent(event);
  switch (std::exchange(m_gesture, Gesture::None)) {
    case Gesture::Budget:
      if (m_budget != m_budgetBefore) Q_EMIT budgetChosen(m_budget);
      break;
    case Gesture::Point:
      if (const auto point = pointAt(event->position()); point && point == m_focus) Q_EMIT pointChosen(*point);
      break;
    case Gesture::Front:
      if (const auto bits = frontAt(event->position())) Q_EMIT frontChosen(*bits);
      break;
    default:
      break;
  }
}

void ParetoChart::leaveEvent(QEvent*) {
  m_pointed.reset();
  told();
}

void ParetoChart::keyPressEvent(QKeyEvent* event) {
  if (isEmpty()) return QWidget::keyPressEvent(event);
  const auto moveBudget = [&](double by) {
    if (!m_keyed) m_budgetBefore = m_budget;
    m_keyed = true;
    m_focus.reset();
    m_budget = std::clamp(m_budget + by * (event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1), 0.5, 16.0);
    Q_EMIT budgetDragged(m_budget);
    told();
  };
  const int count = static_cast<int>(m_points.size());
  const auto walk = [&](int by) {
    if (count == 0) return;
    m_pointed.reset();
    m_focus = m_focus ? (*m_focus + by + count) % count : by > 0 ? 0 : count - 1;
    told();
  };
  switch (event->key()) {
    case Qt::Key_Left:
      return moveBudget(-kStep);
    case Qt::Key_Right:
      return moveBudget(kStep);
    case Qt::Key_Up:
      return walk(-1);
    case Qt::Key_Down:
      return walk(1);
    case Qt::Key_Space:
      return m_focus ? Q_EMIT pointChosen(*m_focus) : void();
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (std::exchange(m_keyed, false)) return Q_EMIT budgetChosen(m_budget);
      return m_focus ? Q_EMIT pointChosen(*m_focus) : void();
    case Qt::Key_Escape:
      if (m_gesture != Gesture::Budget && !m_keyed) break;
      m_gesture = Gesture::None;
      m_keyed = false;
      m_budget = m_budgetBefore;
      Q_EMIT budgetReturned();
      return told();
    default:
      break;
  }
  QWidget::keyPressEvent(event);
}

QString ParetoChart::figureCsv() const {
  if (isEmpty()) return {};
  QString text = QStringLiteral("kind,name,bits_per_weight,error,stderr\r\n");
  const auto number = [](double value) { return QString::number(value, 'g', 10); };
  for (const SizeAndCost& each : m_front)
    text += QStringLiteral("front,,%1,%2,\r\n").arg(number(each.bitsPerWeight), number(each.predicted));
  static const QStringList kKinds{QStringLiteral("uniform"), QStringLiteral("a"), QStringLiteral("measured"), QStringLiteral("plan")};
  for (const ParetoPoint& each : m_points) {
    QString name = each.name;
    name.replace(QLatin1Char('"'), QStringLiteral("\"\""));
    text += QStringLiteral("%1,\"%2\",%3,%4,%5\r\n")
                .arg(kKinds[each.kind], name, number(each.bitsPerWeight), number(each.error),
                     each.stderror > 0 ? number(each.stderror) : QString());
  }
  return text;
}

Json ParetoChart::figureJson() const {
  Json json{{"title", "bits pareto"}, {"front", Json::array()}, {"points", Json::array()}, {"budget", m_budget}};
  for (const SizeAndCost& each : m_front) json["front"].push_back(Json::array({each.bitsPerWeight, each.predicted}));
  for (const ParetoPoint& each : m_points) {
    json["points"].push_back({{"kind", static_cast<int>(each.kind)},
                              {"name", each.name.toStdString()},
                              {"bits_per_weight", each.bitsPerWeight},
                              {"error", each.error},
                              {"stderr", each.stderror}});
  }
  return json;
}

}  // namespace bitscape
