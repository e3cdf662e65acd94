#include "views/overview/matrix_view.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "views/style/colour_bar.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

QString roleText(Role role) {
  const std::string_view name = roleName(role);
  return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

}  // namespace

MatrixView::MatrixView(QWidget* parent) : QWidget(parent), m_emptyText(tr("Nothing to show yet.")) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAccessibleName(tr("Matrix of linears"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void MatrixView::setData(MatrixData data) {
  m_data = std::move(data);
  m_data.values.resize(m_data.roles.size() * static_cast<std::size_t>(std::max(0, m_data.blocks)), std::numeric_limits<double>::quiet_NaN());
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double v : m_data.values) {
    if (!std::isfinite(v) || (m_data.logarithmic && v <= 0)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (!(high >= low)) low = 0, high = 1;
  m_scale = sensibleScale(m_map, m_data.logarithmic, low, high);
  if (m_selected && cellRect(*m_selected).isEmpty()) m_selected.reset();
  m_hover.reset();
  setAccessibleName(tr("Matrix of linears: %1").arg(m_data.title));
  updateGeometry();
  update();
}

void MatrixView::setColourMap(ColourMapId map) {
  m_map = map;
  m_scale.map = map;
  update();
}

void MatrixView::setEmptyText(const QString& text) {
  m_emptyText = text;
  update();
}

void MatrixView::setSelected(std::optional<LinearId> id) {
  m_selected = id && !cellRect(*id).isEmpty() ? id : std::nullopt;
  if (m_selected) setAccessibleDescription(describe(*m_selected));
  update();
}

void MatrixView::select(LinearId id) {
  if (cellRect(id).isEmpty()) return;
  const bool changed = m_selected != id;
  setSelected(id);
  if (changed) Q_EMIT selected(id);
}

QSize MatrixView::sizeHint() const { return {760, fontMetrics().height() * 4 + 7 * 26}; }
QSize MatrixView::minimumSizeHint() const {
  return {360, fontMetrics().height() * 4 + static_cast<int>(std::max<std::size_t>(3, m_data.roles.size())) * 16};
}

QRectF MatrixView::plotArea() const {
  const QFontMetrics metrics(font());
  int labels = 0;
  for (const Role role : m_data.roles) labels = std::max(labels, metrics.horizontalAdvance(roleText(role)));
  const double left = labels + 14, top = 4, right = colourBarWidth(font()) + 18, bottom = metrics.height() * 2 + 8;
  return {left, top, std::max(1.0, width() - left - right), std::max(1.0, height() - top - bottom)};
}

QRectF MatrixView::cellRect(LinearId id) const {
  const auto row = std::find(m_data.roles.begin(), m_data.roles.end(), id.role);
  if (row == m_data.roles.end() || id.block < 0 || id.block >= m_data.blocks) return {};
  const QRectF plot = plotArea();
  const double w = plot.width() / m_data.blocks, h = plot.height() / static_cast<double>(m_data.roles.size());
  return {plot.left() + id.block * w, plot.top() + static_cast<double>(row - m_data.roles.begin()) * h, w, h};
}

std::optional<LinearId> MatrixView::linearAt(const QPointF& point) const {
  const QRectF plot = plotArea();
  if (m_data.blocks <= 0 || m_data.roles.empty() || !plot.contains(point)) return std::nullopt;
  const int block = std::min(m_data.blocks - 1, static_cast<int>((point.x() - plot.left()) / plot.width() * m_data.blocks));
  const auto rows = m_data.roles.size();
  const auto row = std::min(rows - 1, static_cast<std::size_t>((point.y() - plot.top()) / plot.height() * static_cast<double>(rows)));
  return LinearId{block, m_data.roles[row]};
}

QRgb MatrixView::cellColour(double value) const {
  if (std::isinf(value)) return colourAt(m_map, (value > 0) == m_data.highIsBad ? 1 : 0);   // an exact linear has infinite SQNR
  const double t = m_scale.position(value);
  return colourAt(m_map, m_data.highIsBad ? t : 1 - t);
}

QString MatrixView::describe(LinearId id) const {
  const auto row = std::find(m_data.roles.begin(), m_data.roles.end(), id.role);
  if (row == m_data.roles.end() || id.block < 0 || id.block >= m_data.blocks) return {};
  const double value = m_data.at(static_cast<int>(row - m_data.roles.begin()), id.block);
  QString text = tr("block %1, %2").arg(id.block).arg(roleText(id.role)) + QStringLiteral("   ") + m_data.title + QStringLiteral(": ");
  if (std::isnan(value)) return text + tr("not computed yet");
  text += numberText(value) + (m_data.unit.isEmpty() ? QString() : QLatin1Char(' ') + m_data.unit);
  if (std::isfinite(value)) {
    qsizetype known = 0, worse = 0;
    for (const double v : m_data.values) {
      if (std::isnan(v)) continue;
      ++known;
      if (m_data.highIsBad ? v > value : v < value) ++worse;
    }
    text += QStringLiteral("   ") + tr("rank %1 of %2").arg(worse + 1).arg(known);
  }
  if (m_data.verdict) {
    if (const QString verdict = m_data.verdict(value); !verdict.isEmpty()) text += QStringLiteral("   ") + verdict;
  }
  return text;
}

void MatrixView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintAll(painter);
}

void MatrixView::paintAll(QPainter& painter) const {
  const Theme theme = themeOf(palette());
  const bool any = std::any_of(m_data.values.begin(), m_data.values.end(), [](double v) { return !std::isnan(v); });
  if (m_data.blocks <= 0 || m_data.roles.empty() || !any) {
    painter.fillRect(rect(), theme.plot);
    painter.setPen(theme.muted);
    painter.drawText(rect().adjusted(kPanelMargin, 0, -kPanelMargin, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    return;
  }
  const QRectF plot = plotArea();
  const QFontMetricsF metrics(font());
  const double w = plot.width() / m_data.blocks;
  const double gap = w > 6 ? 1 : 0;
  for (std::size_t r = 0; r < m_data.roles.size(); ++r) {
    for (int b = 0; b < m_data.blocks; ++b) {
      const double value = m_data.at(static_cast<int>(r), b);
      const QRectF cell = cellRect({b, m_data.roles[r]});
      const QRect pixels(QPoint(static_cast<int>(std::lround(cell.left())), static_cast<int>(std::lround(cell.top()))),
                         QPoint(static_cast<int>(std::lround(cell.right() - gap)) - 1, static_cast<int>(std::lround(cell.bottom() - gap)) - 1));
      painter.fillRect(pixels, std::isnan(value) ? theme.missing : QColor(cellColour(value)));
    }
    const QRectF first = cellRect({0, m_data.roles[r]});
    painter.setPen(m_selected && m_selected->role == m_data.roles[r] ? theme.accent : theme.text);
    painter.drawText(QRectF(0, first.top(), plot.left() - 8, first.height()), Qt::AlignRight | Qt::AlignVCenter, roleText(m_data.roles[r]));
  }
  const int step = std::max(1, static_cast<int>(std::ceil(metrics.horizontalAdvance(QStringLiteral("000")) / w)));
  const int nice = step <= 1 ? 1 : step <= 2 ? 2 : step <= 5 ? 5 : 10;
  for (int b = 0; b < m_data.blocks; b += nice) {
    painter.setPen(m_selected && m_selected->block == b ? theme.accent : theme.text);
    painter.drawText(QRectF(plot.left() + (b + 0.5) * w - 30, plot.bottom() + 3, 60, metrics.height()), Qt::AlignHCenter, QString::number(b));
  }
  painter.setPen(theme.muted);
  painter.drawText(QRectF(plot.left(), plot.bottom() + 4 + metrics.height(), plot.width(), metrics.height()), Qt::AlignHCenter, tr("block"));

  const auto outline = [&](LinearId id, double inner) {
    const QRectF cell = cellRect(id).adjusted(-0.5, -0.5, -gap + 0.5, -gap + 0.5);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0), inner + 2));
    painter.drawRect(cell);
    painter.setPen(QPen(QColor(255, 255, 255), inner));
    painter.drawRect(cell);
  };
  if (m_hover) outline(*m_hover, 1);
  if (m_selected) outline(*m_selected, hasFocus() ? 2.5 : 1.8);

  const QRectF bar(plot.right() + 16, plot.top() - metrics.height() / 2 + 2, width() - plot.right() - 16, plot.height() + metrics.height());
  if (m_data.highIsBad) {
    paintColourBar(painter, bar, m_scale, {}, palette());
  } else {   // bright stays bad: the same map, numbers running down
    const QRectF strip(bar.left(), plot.top(), 14, plot.height());
    for (int y = 0; y < static_cast<int>(strip.height()); ++y) {
      painter.fillRect(QRectF(strip.left(), strip.top() + y, strip.width(), 1), QColor(colourAt(m_map, 1.0 - y / strip.height())));
    }
    double last = -1e9;
    for (const Tick& tick : ticksOf(m_scale, std::max(2, static_cast<int>(strip.height() / (metrics.height() * 2.2))))) {
      const double y = strip.top() + m_scale.position(tick.value) * strip.height();
      if (std::abs(y - last) < metrics.height()) continue;
      last = y;
      painter.setPen(theme.text);
      painter.drawText(QRectF(strip.right() + 7, y - metrics.height() / 2, 80, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter, tick.label);
    }
  }
}

QImage MatrixView::toImage(double scale) const {
  const double ratio = std::clamp(scale, 0.25, 8.0);
  QImage image((QSizeF(size()) * ratio).toSize(), QImage::Format_RGB32);
  image.setDevicePixelRatio(ratio);
  image.fill(palette().color(QPalette::Window));
  QPainter painter(&image);
  painter.setFont(font());
  paintAll(painter);
  return image;
}

QString MatrixView::csv() const {
  QString text = QStringLiteral("block,role,value\r\n");
  for (int b = 0; b < m_data.blocks; ++b) {
    for (std::size_t r = 0; r < m_data.roles.size(); ++r) {
      const double v = m_data.at(static_cast<int>(r), b);
      text += QStringLiteral("%1,%2,%3\r\n").arg(b).arg(roleText(m_data.roles[r]), std::isnan(v) ? QString() : QString::number(v, 'g', 10));
    }
  }
  return text;
}

bool MatrixView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto id = linearAt(help->pos())) {
      QToolTip::showText(help->globalPos(), describe(*id) + (m_data.meaning.isEmpty() ? QString() : QStringLiteral("\n\n") + m_data.meaning), this);
    } else {
      QToolTip::hideText();
    }
    return true;
  }
  return QWidget::event(event);
}

void MatrixView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  if (const auto id = linearAt(event->position())) select(*id);
}

void MatrixView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (const auto id = linearAt(event->position())) Q_EMIT activated(*id);
}

void MatrixView::mouseMoveEvent(QMouseEvent* event) {
  const auto id = linearAt(event->position());
  if (id == m_hover) return;
  m_hover = id;
  if (id) {
    const auto row = std::find(m_data.roles.begin(), m_data.roles.end(), id->role) - m_data.roles.begin();
    Q_EMIT hovered(*id, m_data.at(static_cast<int>(row), id->block));
  }
  update();
}

void MatrixView::leaveEvent(QEvent*) {
  m_hover.reset();
  update();
}

void MatrixView::keyPressEvent(QKeyEvent* event) {
  if (m_data.blocks <= 0 || m_data.roles.empty()) return QWidget::keyPressEvent(event);
  const LinearId now = m_selected.value_or(LinearId{0, m_data.roles.front()});
  const int last = static_cast<int>(m_data.roles.size()) - 1;
  const int row = static_cast<int>(std::find(m_data.roles.begin(), m_data.roles.end(), now.role) - m_data.roles.begin());
  const auto go = [&](int block, int roleRow) {
    select({std::clamp(block, 0, m_data.blocks - 1), m_data.roles[static_cast<std::size_t>(std::clamp(roleRow, 0, last))]});
  };
  switch (event->key()) {
    case Qt::Key_Left: return go(m_selected ? now.block - 1 : 0, row);
    case Qt::Key_Right: return go(m_selected ? now.block + 1 : 0, row);
    case Qt::Key_Up: return go(now.block, row - 1);
    case Qt::Key_Down: return go(now.block, m_selected ? row + 1 : 0);
    case Qt::Key_Home: return go(0, row);
    case Qt::Key_End: return go(m_data.blocks - 1, row);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (m_selected) Q_EMIT activated(*m_selected);
      return;
    default: QWidget::keyPressEvent(event);
  }
}

}  // namespace bitscape
