#include "views/speed/speed_chart.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>

#include "views/style/theme.h"

namespace bitscape {

SpeedChart::SpeedChart(QWidget* parent) : QWidget(parent), m_emptyText(tr("Nothing was measured yet.")) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  m_scale = {ColourMapId::Viridis, false, 0, 100};
  told();
}

void SpeedChart::setGrid(const SpeedGrid& grid) {
  m_grid = grid;
  told();
}

void SpeedChart::setRows(int rows) {
  if (std::find(kSpeedRows.begin(), kSpeedRows.end(), rows) == kSpeedRows.end()) return;
  m_rows = rows;
  told();
}

void SpeedChart::setUnit(Unit unit) {
  m_unit = unit;
  update();
}

void SpeedChart::setEmptyText(const QString& text) {
  m_emptyText = text;
  told();
}

void SpeedChart::setFocusPlace(SpeedPlace place) {
  m_focus = {std::clamp(place.w, 1, kSpeedBits), std::clamp(place.a, 1, kSpeedBits)};
  told();
}

// Who cannot see the cell hears it: the description is that of the focus, never of the pointer.
void SpeedChart::told() {
  setAccessibleName(tr("Speed of products by bits of weights and bits of inputs; rows at once: %1").arg(m_rows));
  setAccessibleDescription(isEmpty() ? m_emptyText : describe(m_focus));
  Q_EMIT readoutChanged(readout());
  update();
}

void SpeedChart::point(std::optional<SpeedPlace> place) {
  if (place == m_pointed) return;
  m_pointed = place;
  Q_EMIT readoutChanged(readout());
  update();
}

bool SpeedChart::isEmpty() const {
  return std::none_of(m_grid.cells.begin(), m_grid.cells.end(), [this](const auto& cell) { return std::get<0>(cell.first) == m_rows; });
}

QSize SpeedChart::minimumSizeHint() const {
  return {fontMetrics().horizontalAdvance(QStringLiteral("0,000")) * (kSpeedBits + 4), fontMetrics().height() * (2 * kSpeedBits + 4)};
}

std::optional<SpeedPlace> SpeedChart::placeAt(const QPointF& point) const {
  const QRectF plot = plotArea(size());
  if (isEmpty() || !plot.contains(point)) return std::nullopt;
  const auto step = [](double share) { return std::clamp(static_cast<int>(share * kSpeedBits) + 1, 1, kSpeedBits); };
  return SpeedPlace{step((point.y() - plot.top()) / plot.height()), step((point.x() - plot.left()) / plot.width())};
}

QString SpeedChart::cellText(SpeedPlace place) const {
  const SpeedCell* cell = m_grid.at(m_rows, place.w, place.a);
  if (cell == nullptr) return {};
  return m_unit == Gops ? gopsText(cell->gops) : microsecondsText(cell->microseconds);
}

QString SpeedChart::describe(SpeedPlace place) const {
  const QString space = QStringLiteral("   ");
  const QString name = QStringLiteral("w%1a%2").arg(place.w).arg(place.a) + space;
  const SpeedCell* cell = m_grid.at(m_rows, place.w, place.a);
  if (cell == nullptr) return name + tr("not measured yet");
  const QString time = tr("%1 \u00b1 %2 %", "a time and its spread in percent")
                           .arg(microsecondsText(cell->microseconds), QString::number(100 * cell->spread, 'f', 1));
  const QString rate = tr("%1 of %2").arg(gopsText(cell->gops), gopsText(cell->peakGops));
  const QString bytes = m_grid.readGbps > 0 ? tr("%1 of %2 GB/s").arg(cell->gbps, 0, 'f', 1).arg(m_grid.readGbps, 0, 'f', 1)
                                            : tr("%1 GB/s").arg(cell->gbps, 0, 'f', 1);
  const QString share = m_grid.readingBounds(*cell) ? tr("%1 of the rate of reading").arg(shareText(m_grid.share(*cell)))
                                                    : tr("%1 of the rate of the instructions").arg(shareText(m_grid.share(*cell)));
  return name + QStringList{tr("by %1").arg(cell->path), time, rate, bytes, share}.join(space);
}

QString SpeedChart::readout() const { return isEmpty() ? QString() : describe(m_pointed.value_or(m_focus)); }

bool SpeedChart::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  if (const auto place = placeAt(help->pos())) {
    const QString words = describe(*place).split(QStringLiteral("   ")).join(QLatin1Char('\n'));
    QToolTip::showText(help->globalPos(), words, this);
  } else {
    QToolTip::hideText();
  }
  return true;
}

void SpeedChart::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  if (const auto place = placeAt(event->position())) setFocusPlace(*place);
}

void SpeedChart::mouseMoveEvent(QMouseEvent* event) { point(placeAt(event->position())); }
void SpeedChart::leaveEvent(QEvent*) { point(std::nullopt); }

void SpeedChart::keyPressEvent(QKeyEvent* event) {
  const auto go = [this](int w, int a) {
    m_pointed.reset();   // the keyboard reads now
    setFocusPlace({w, a});
  };
  switch (event->key()) {
    case Qt::Key_Left: return go(m_focus.w, m_focus.a - 1);
    case Qt::Key_Right: return go(m_focus.w, m_focus.a + 1);
    case Qt::Key_Up: return go(m_focus.w - 1, m_focus.a);
    case Qt::Key_Down: return go(m_focus.w + 1, m_focus.a);
    case Qt::Key_Home: return go(m_focus.w, 1);
    case Qt::Key_End: return go(m_focus.w, kSpeedBits);
    case Qt::Key_PageUp: return go(1, m_focus.a);
    case Qt::Key_PageDown: return go(kSpeedBits, m_focus.a);
    default: QWidget::keyPressEvent(event);
  }
}

QString SpeedChart::figureName() const { return QStringLiteral("speed-m%1").arg(m_rows); }

QString SpeedChart::figureCsv() const {
  if (m_grid.cells.empty()) return {};
  QString text = QStringLiteral("m,w,a,n,k,path,us,spread,gops,gbps,peak_gops,read_gbps,share\r\n");
  const auto number = [](double value) { return QString::number(value, 'g', 10); };
  for (const auto& [key, cell] : m_grid.cells) {
    const auto [m, w, a] = key;
    const QStringList row{QString::number(m), QString::number(w), QString::number(a), QString::number(m_grid.outputs), QString::number(m_grid.inputs),
                          cell.path, number(cell.microseconds), number(cell.spread), number(cell.gops), number(cell.gbps),
                          number(cell.peakGops), number(m_grid.readGbps), number(m_grid.share(cell))};
    text += row.join(QLatin1Char(',')) + QStringLiteral("\r\n");
  }
  return text;
}

Json SpeedChart::figureJson() const {
  Json json{{"title", "speed"},
            {"machine", m_grid.machine.toStdString()},
            {"isa", m_grid.isa.toStdString()},
            {"peak_gops", m_grid.peakGops},
            {"read_gbps", m_grid.readGbps},
            {"n", m_grid.outputs},
            {"k", m_grid.inputs},
            {"columns", {"m", "w", "a", "path", "us", "spread", "gops", "gbps", "peak_gops", "share"}},
            {"values", Json::array()}};
  for (const auto& [key, cell] : m_grid.cells) {
    const auto [m, w, a] = key;
    json["values"].push_back(
        Json::array({m, w, a, cell.path.toStdString(), cell.microseconds, cell.spread, cell.gops, cell.gbps, cell.peakGops, m_grid.share(cell)}));
  }
  return json;
}

QString SpeedChart::valueText() const { return cellText(m_pointed.value_or(m_focus)); }

}  // namespace bitscape
