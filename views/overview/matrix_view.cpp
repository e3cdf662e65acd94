#include "views/overview/matrix_view.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "views/style/colour_bar.h"

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

void MatrixView::follow(Selection& selection) {
  m_selection = &selection;
  connect(&selection, &Selection::changed, this, [this](const Selected& now) { setSelected(now.linear); });
  connect(&selection, &Selection::pointedChanged, this, [this](const Pointed& now) { setPointed(now.linear); });
  setSelected(selection.current().linear);
}

void MatrixView::setData(MatrixData data) {
  m_data = std::move(data);
  m_data.values.resize(m_data.roles.size() * static_cast<std::size_t>(std::max(0, m_data.blocks)),
                       std::numeric_limits<double>::quiet_NaN());
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double v : m_data.values) {
    if (!std::isfinite(v) || (m_data.logarithmic && !m_data.isDifference && v <= 0)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (!(high >= low)) low = 0, high = 1;
  if (m_data.range) std::tie(low, high) = *m_data.range;
  m_scale = sensibleScale(m_data.isDifference ? ColourMapId::Diverging : m_map, m_data.logarithmic, low, high);
  if (m_selection) m_selected = m_selection->current().linear;
  if (m_selected && !rowOf(*m_selected)) m_selected.reset();
  if (m_pointed && !rowOf(*m_pointed)) m_pointed.reset();
  setAccessibleName(tr("Matrix of linears: %1").arg(m_data.title));
  updateGeometry();
  update();
}

void MatrixView::setColourMap(ColourMapId map) {
  m_map = map;
  if (!m_data.isDifference) m_scale.map = map;
  update();
}

void MatrixView::setEmptyText(const QString& text) {
  m_emptyText = text;
  update();
}

void MatrixView::setSelected(std::optional<LinearId> id) {
  const auto next = id && rowOf(*id) ? id : std::nullopt;
  if (next == m_selected) return;
  m_selected = next;
  if (m_selected) setAccessibleDescription(describe(*m_selected));
  update();
}

void MatrixView::setPointed(std::optional<LinearId> id) {
  const auto next = id && rowOf(*id) ? id : std::nullopt;
  if (next == m_pointed) return;
  m_pointed = next;
  update();
}

void MatrixView::select(LinearId id) {
  if (!rowOf(id)) return;
  const bool changed = m_selected != id;
  setSelected(id);
  if (m_selection) m_selection->selectLinear(id);
  if (changed) Q_EMIT selected(id);
}

QSize MatrixView::sizeHint() const { return {760, fontMetrics().height() * 4 + 7 * 26}; }
QSize MatrixView::minimumSizeHint() const {
  return {360, fontMetrics().height() * 4 + static_cast<int>(std::max<std::size_t>(3, m_data.roles.size())) * 16};
}

std::optional<std::size_t> MatrixView::rowOf(LinearId id) const {
  const auto row = std::find(m_data.roles.begin(), m_data.roles.end(), id.role);
  if (row == m_data.roles.end() || id.block < 0 || id.block >= m_data.blocks) return std::nullopt;
  return static_cast<std::size_t>(row - m_data.roles.begin());
}

QRectF MatrixView::plotArea(const QSize& size) const {
  const QFontMetrics metrics(font());
  int labels = 0;
  for (const Role role : m_data.roles) labels = std::max(labels, metrics.horizontalAdvance(roleText(role)));
  const double left = labels + 14, top = 4, right = colourBarWidth(font()) + 18, bottom = metrics.height() * 2 + 8;
  return {left, top, std::max(1.0, size.width() - left - right), std::max(1.0, size.height() - top - bottom)};
}

QRectF MatrixView::cellRect(LinearId id) const { return cellRect(id, size()); }

QRectF MatrixView::cellRect(LinearId id, const QSize& size) const {
  const auto row = rowOf(id);
  if (!row) return {};
  const QRectF plot = plotArea(size);
  const double w = plot.width() / m_data.blocks, h = plot.height() / static_cast<double>(m_data.roles.size());
  return {plot.left() + id.block * w, plot.top() + static_cast<double>(*row) * h, w, h};
}

std::optional<LinearId> MatrixView::linearAt(const QPointF& point) const {
  const QRectF plot = plotArea(size());
  if (m_data.blocks <= 0 || m_data.roles.empty() || !plot.contains(point)) return std::nullopt;
  const int block = std::min(m_data.blocks - 1, static_cast<int>((point.x() - plot.left()) / plot.width() * m_data.blocks));
  const auto rows = m_data.roles.size();
  const auto row = std::min(rows - 1, static_cast<std::size_t>((point.y() - plot.top()) / plot.height() * static_cast<double>(rows)));
  return LinearId{block, m_data.roles[row]};
}

QString MatrixView::describe(LinearId id) const {
  const auto row = rowOf(id);
  if (!row) return {};
  const double value = m_data.at(static_cast<int>(*row), id.block);
  const QString place = tr("block %1, %2").arg(id.block).arg(roleText(id.role)) + QStringLiteral("   ");
  if (std::isnan(value)) return place + tr("%1: not computed yet").arg(m_data.title);
  const QString number = m_data.unit.isEmpty() ? numberText(value) : QStringLiteral("%1 %2").arg(numberText(value), m_data.unit);
  QString text = place + tr("%1: %2").arg(m_data.title, number);
  if (std::isfinite(value)) {
    qsizetype known = 0, worse = 0;
    for (const double v : m_data.values) {
      if (std::isnan(v)) continue;
      ++known;
      const bool isWorse = m_data.isDifference ? std::abs(v) > std::abs(value) : m_data.highIsBad ? v > value : v < value;
      if (isWorse) ++worse;
    }
    text += QStringLiteral("   ") + tr("rank %1 of %2").arg(worse + 1).arg(known);
  }
  if (m_data.verdict) {
    if (const QString verdict = m_data.verdict(value); !verdict.isEmpty()) text += QStringLiteral("   ") + verdict;
  }
  return text;
}

bool MatrixView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto id = linearAt(help->pos())) {
      QToolTip::showText(help->globalPos(),
                         describe(*id) + (m_data.meaning.isEmpty() ? QString() : QStringLiteral("\n\n") + m_data.meaning), this);
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

void MatrixView::mouseMoveEvent(QMouseEvent* event) { hover(linearAt(event->position())); }

void MatrixView::leaveEvent(QEvent*) { hover(std::nullopt); }

void MatrixView::hover(std::optional<LinearId> id) {
  if (id == m_pointed) return;
  setPointed(id);
  if (m_selection && id) m_selection->point({id, std::nullopt, std::nullopt, std::nullopt});
  if (m_selection && !id) m_selection->pointNowhere();
  if (id) Q_EMIT hovered(*id, m_data.at(static_cast<int>(*rowOf(*id)), id->block));
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
    case Qt::Key_Left:
      return go(m_selected ? now.block - 1 : 0, row);
    case Qt::Key_Right:
      return go(m_selected ? now.block + 1 : 0, row);
    case Qt::Key_Up:
      return go(now.block, row - 1);
    case Qt::Key_Down:
      return go(now.block, m_selected ? row + 1 : 0);
    case Qt::Key_PageUp:
      return go(now.block, 0);
    case Qt::Key_PageDown:
      return go(now.block, last);
    case Qt::Key_Home:
      return go(0, row);
    case Qt::Key_End:
      return go(m_data.blocks - 1, row);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (m_selected) Q_EMIT activated(*m_selected);
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

}  // namespace bitscape
