#include "views/bits/bit_chart.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace bitscape {
namespace {

constexpr int kLinearsPerBlock = static_cast<int>(kBlockRoles.size());
const QString kSpace = QStringLiteral("   ");

// The keys 0 to 9 as bits; nothing: not such a key.
std::optional<std::optional<int>> bitsOfKey(const QKeyEvent& event) {
  if ((event.modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier || event.key() < Qt::Key_0 || event.key() > Qt::Key_9)
    return std::nullopt;
  const int digit = event.key() - Qt::Key_0;
  return digit == 0 ? std::optional<int>() : std::optional(bitsOfLevel(digit));
}

}  // namespace

int levelOf(int bits) { return bits > 8 ? kFloatLevel : bits; }
int bitsOfLevel(int level) { return level >= kFloatLevel ? kFloatBits : std::max(1, level); }

QString bitsText(int bits) {
  if (bits > 8) return BitChart::tr("float");
  return bits == 1 ? BitChart::tr("1 bit") : BitChart::tr("%1 bits").arg(bits);
}

BitChart::BitChart(QWidget* parent) : QWidget(parent), m_emptyText(tr("Open a model first.")) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Bits of every linear"));
  told();
}

void BitChart::setBars(std::vector<BitBar> bars, std::vector<int> proposed) {
  if (bars.size() != m_bars.size()) {
    m_selected.clear();
    m_gesture = Gesture::None;
    m_pointed.reset();
    m_focus = m_anchor = 0;
  }
  m_bars = std::move(bars);
  m_proposed = proposed.size() == m_bars.size() ? std::move(proposed) : std::vector<int>();
  double low = 0, high = 0;
  for (const BitBar& bar : m_bars) {
    if (!bar.sensitivity || *bar.sensitivity <= 0) continue;
    low = low == 0 ? *bar.sensitivity : std::min(low, *bar.sensitivity);
    high = std::max(high, *bar.sensitivity);
  }
  m_scale = sensibleScale(ColourMapId::Viridis, true, low, high);
  told();
}

void BitChart::setMean(std::optional<double> bitsPerWeight) {
  m_mean = bitsPerWeight;
  update();
}

void BitChart::setCostTitle(const QString& title) {
  m_costTitle = title;
  update();
}

void BitChart::setEmptyText(const QString& text) {
  m_emptyText = text;
  told();
}

void BitChart::setFocusLinear(LinearId id) {
  const auto found = std::find_if(m_bars.begin(), m_bars.end(), [&](const BitBar& bar) { return bar.id == id; });
  if (found == m_bars.end() || found - m_bars.begin() == m_focus) return;
  m_focus = m_anchor = static_cast<int>(found - m_bars.begin());
  if (m_selected.count(m_focus) == 0) m_selected = {m_focus};  // what another view selects is what keys act on
  told();
}

std::optional<LinearId> BitChart::focusLinear() const {
  if (m_bars.empty()) return std::nullopt;
  return m_bars[static_cast<std::size_t>(m_focus)].id;
}

std::set<LinearId> BitChart::selected() const {
  std::set<LinearId> linears;
  for (const int bar : m_selected) linears.insert(m_bars[static_cast<std::size_t>(bar)].id);
  if (linears.empty() && !m_bars.empty()) linears.insert(*focusLinear());
  return linears;
}

void BitChart::select(const std::set<LinearId>& linears) {
  m_selected.clear();
  for (std::size_t i = 0; i < m_bars.size(); ++i) {
    if (linears.count(m_bars[i].id) > 0) m_selected.insert(static_cast<int>(i));
  }
  told();
}

// Who cannot see the bar hears it: the description is that of the focus, never of the pointer.
void BitChart::told() {
  setAccessibleDescription(m_bars.empty() ? m_emptyText : describe(m_focus));
  Q_EMIT readoutChanged(readout());
  update();
}

QString BitChart::describe(int index) const {
  if (index < 0 || index >= static_cast<int>(m_bars.size())) return {};
  const BitBar& bar = m_bars[static_cast<std::size_t>(index)];
  QStringList words{QString::fromStdString(toString(bar.id)), bitsText(bar.bits)};
  const auto megabytes = QLocale().toString(static_cast<double>(bar.bytes) / 1e6, 'f', 3);
  words << tr("%1 bits per weight with its scales, %2 MB").arg(numberText(bar.storedBits, 4), megabytes);
  if (bar.cost) words << tr("predicted error %1 %2").arg(numberText(*bar.cost, 3), m_unit).trimmed();
  if (bar.sensitivity) words << QStringLiteral("%1: %2").arg(m_costTitle, numberText(*bar.sensitivity, 3));
  const auto at = static_cast<std::size_t>(index);
  if (!m_proposed.empty() && m_proposed[at] != bar.bits) words << tr("proposed: %1").arg(bitsText(m_proposed[at]));
  if (bar.locked) words << tr("locked");
  return words.join(kSpace);
}

QString BitChart::readout() const {
  if (m_bars.empty()) return {};
  QString text = describe(m_pointed.value_or(m_focus));
  if (m_selected.size() > 1) text += kSpace + tr("(%1 linears selected)").arg(m_selected.size());
  return text;
}

std::optional<int> BitChart::barAt(const QPointF& point) const {
  const QRectF plot = plotArea(size());
  if (m_bars.empty() || point.x() < plot.left() || point.x() >= plot.right() || point.y() < plot.top() || point.y() > height())
    return std::nullopt;
  const int count = static_cast<int>(m_bars.size());
  return std::clamp(static_cast<int>((point.x() - plot.left()) / plot.width() * count), 0, count - 1);
}

int BitChart::levelAt(double y) const {
  const QRectF plot = plotArea(size());
  return std::clamp(static_cast<int>(std::lround((plot.bottom() - y) / plot.height() * kFloatLevel)), 1, kFloatLevel);
}

int BitChart::columns() const { return std::min(static_cast<int>(m_bars.size()), std::max(1, static_cast<int>(plotArea(size()).width()))); }

bool BitChart::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto bar = barAt(help->pos())) {
      QToolTip::showText(help->globalPos(), describe(*bar).split(kSpace).join(QLatin1Char('\n')), this);
    } else {
      QToolTip::hideText();
    }
    return true;
  }
  // Keys that are shortcuts of the window are this chart's while it has the focus.
  if (event->type() == QEvent::ShortcutOverride && !m_bars.empty()) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (bitsOfKey(*key) || (key->key() == Qt::Key_Escape && (m_gesture != Gesture::None || m_selected.size() > 1))) {
      event->accept();
      return true;
    }
  }
  return QWidget::event(event);
}

void BitChart::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  const auto bar = barAt(event->position());
  if (!bar) return;
  m_gesture = Gesture::Pressed;
  m_pressed = event->position();
  m_toggle = event->modifiers().testFlag(Qt::ControlModifier);
  m_before = m_selected;
  if (event->modifiers().testFlag(Qt::ShiftModifier)) {
    selectRange(m_anchor, *bar, m_toggle);
    m_focus = *bar;
  } else {
    m_focus = m_anchor = *bar;
    if (m_toggle) {
      if (!m_selected.erase(*bar)) m_selected.insert(*bar);
    } else if (m_selected.count(*bar) == 0) {
      m_selected = {*bar};  // a press on a selected bar keeps the selection: it may be dragged whole
    }
  }
  Q_EMIT focusChanged(*focusLinear());
  Q_EMIT selectionChanged();
  told();
}

void BitChart::mouseMoveEvent(QMouseEvent* event) {
  const auto bar = barAt(event->position());
  if (m_gesture == Gesture::None) {
    if (bar == m_pointed) return;
    m_pointed = bar;
    Q_EMIT readoutChanged(readout());
    return update();
  }
  const QPointF moved = event->position() - m_pressed;
  if (m_gesture == Gesture::Pressed && moved.manhattanLength() >= QApplication::startDragDistance() / 2.0) {
    m_gesture = std::abs(moved.y()) >= std::abs(moved.x()) ? Gesture::Bits : Gesture::Brush;
    m_draggedLevel = levelOf(m_bars[static_cast<std::size_t>(m_focus)].bits);
    m_pointed.reset();
  }
  if (m_gesture == Gesture::Brush) {
    const QRectF plot = plotArea(size());
    const auto here = barAt({std::clamp(event->position().x(), plot.left(), plot.right() - 1), plot.center().y()});
    if (!m_toggle)
      m_selected.clear();
    else
      m_selected = m_before;
    selectRange(m_anchor, here.value_or(m_focus), true);
    m_focus = here.value_or(m_focus);
    Q_EMIT selectionChanged();
    told();
  } else if (m_gesture == Gesture::Bits) {
    const int level = levelAt(event->position().y());
    if (level == m_draggedLevel) return;
    m_draggedLevel = level;
    Q_EMIT bitsDragged(bitsOfLevel(level));
  }
}

void BitChart::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || m_gesture == Gesture::None) return QWidget::mouseReleaseEvent(event);
  const Gesture ended = std::exchange(m_gesture, Gesture::None);
  if (ended == Gesture::Bits) return Q_EMIT bitsChosen(bitsOfLevel(m_draggedLevel));
  const bool click = ended == Gesture::Pressed && event->modifiers() == Qt::NoModifier;
  if (click && m_selected.size() > 1) {  // a plain click on one of many leaves that one
    m_selected = {m_focus};
    Q_EMIT selectionChanged();
  }
  if (ended == Gesture::Brush) Q_EMIT focusChanged(*focusLinear());
  told();
}

void BitChart::leaveEvent(QEvent*) {
  m_pointed.reset();
  told();
}

void BitChart::cancelDrag() {
  const Gesture ended = std::exchange(m_gesture, Gesture::None);
  if (ended == Gesture::Bits) Q_EMIT bitsDragged(std::nullopt);
  if (ended == Gesture::Brush) m_selected = m_before;
  told();
}

void BitChart::selectRange(int from, int to, bool add) {
  if (!add) m_selected.clear();
  for (int bar = std::min(from, to); bar <= std::max(from, to); ++bar) m_selected.insert(bar);
}

void BitChart::moveFocus(int bar, bool range) {
  m_pointed.reset();  // the keyboard reads now
  m_focus = std::clamp(bar, 0, static_cast<int>(m_bars.size()) - 1);
  if (!range) m_anchor = m_focus;
  selectRange(m_anchor, m_focus, false);
  Q_EMIT focusChanged(*focusLinear());
  Q_EMIT selectionChanged();
  told();
}

void BitChart::keyPressEvent(QKeyEvent* event) {
  if (m_bars.empty()) return QWidget::keyPressEvent(event);
  if (const auto bits = bitsOfKey(*event)) return Q_EMIT bitsChosen(*bits);
  const bool range = event->modifiers().testFlag(Qt::ShiftModifier);
  switch (event->key()) {
    case Qt::Key_Left:
      return moveFocus(m_focus - 1, range);
    case Qt::Key_Right:
      return moveFocus(m_focus + 1, range);
    case Qt::Key_Up:
      return m_focus + kLinearsPerBlock < static_cast<int>(m_bars.size()) ? moveFocus(m_focus + kLinearsPerBlock, range) : void();
    case Qt::Key_Down:
      return m_focus >= kLinearsPerBlock ? moveFocus(m_focus - kLinearsPerBlock, range) : void();
    case Qt::Key_Home:
      return moveFocus(0, range);
    case Qt::Key_End:
      return moveFocus(static_cast<int>(m_bars.size()) - 1, range);
    case Qt::Key_Plus:
      return Q_EMIT bitsStepped(1);
    case Qt::Key_Minus:
      return Q_EMIT bitsStepped(-1);
    case Qt::Key_L:
      return Q_EMIT lockToggled();
    case Qt::Key_Escape:
      if (m_gesture != Gesture::None) return cancelDrag();
      return m_selected.size() > 1 ? moveFocus(m_focus, false) : QWidget::keyPressEvent(event);
    case Qt::Key_A:
      if (!event->modifiers().testFlag(Qt::ControlModifier)) break;
      selectRange(0, static_cast<int>(m_bars.size()) - 1, false);
      Q_EMIT selectionChanged();
      return told();
    default:
      break;
  }
  QWidget::keyPressEvent(event);
}

QString BitChart::figureCsv() const {
  if (m_bars.empty()) return {};
  QString text = QStringLiteral("block,linear,bits,stored_bits,bytes,predicted,sensitivity,locked\r\n");
  const auto number = [](const std::optional<double>& value) { return value ? QString::number(*value, 'g', 10) : QString(); };
  for (const BitBar& bar : m_bars) {
    const QStringList row{QString::number(bar.id.block), QString::fromStdString(std::string(roleName(bar.id.role))),
                          QString::number(bar.bits),     number(bar.storedBits),
                          QString::number(bar.bytes),    number(bar.cost),
                          number(bar.sensitivity),       bar.locked ? QStringLiteral("1") : QStringLiteral("0")};
    text += row.join(QLatin1Char(',')) + QStringLiteral("\r\n");
  }
  return text;
}

Json BitChart::figureJson() const {
  Json json{{"title", "bits"},
            {"columns", {"block", "linear", "bits", "stored_bits", "bytes", "predicted", "sensitivity", "locked"}},
            {"values", Json::array()}};
  const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
  for (const BitBar& bar : m_bars) {
    json["values"].push_back(Json::array(
        {bar.id.block, roleName(bar.id.role), bar.bits, bar.storedBits, bar.bytes, number(bar.cost), number(bar.sensitivity), bar.locked}));
  }
  return json;
}

QString BitChart::valueText() const {
  return m_bars.empty() ? QString() : QString::number(m_bars[static_cast<std::size_t>(m_pointed.value_or(m_focus))].bits);
}

}  // namespace bitscape
