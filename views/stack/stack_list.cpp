#include "views/stack/stack_list.h"

#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "views/stack/stack_edit.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kBetween = 6, kMark = 3;  // pixels between rows; of the line where a row would go
constexpr int kNearEdge = 24;           // of the scrolled area: dragging there scrolls

QScrollArea* scrollOf(QWidget* widget) {
  for (auto* up = widget->parentWidget(); up; up = up->parentWidget()) {
    if (auto* area = qobject_cast<QScrollArea*>(up)) return area;
  }
  return nullptr;
}

}  // namespace

StackList::StackList(QWidget* parent) : QWidget(parent) {
  m_column = new QVBoxLayout(this);
  m_column->setContentsMargins(0, kBetween, 0, kBetween);
  m_column->setSpacing(kBetween);
  setAccessibleName(tr("Steps of the stack, in order"));
}

StackRow* StackList::makeRow(const StackEntry& entry) {
  auto* row = new StackRow(entry);
  connect(row, &StackRow::asked, this, [this, row](StackRow::Ask what) {
    const auto index = indexOf(row);
    if (what == StackRow::Ask::FocusUp && index > 0) return focusRow(index - 1);
    if (what == StackRow::Ask::FocusDown && index + 1 < m_rows.size()) return focusRow(index + 1);
    if (what != StackRow::Ask::FocusUp && what != StackRow::Ask::FocusDown) Q_EMIT asked(index, what);
  });
  connect(row, &StackRow::enabledChanged, this, [this, row](bool on) { Q_EMIT enabledChanged(indexOf(row), on); });
  connect(row, &StackRow::parameterEdited, this,
          [this, row](const ParamSpec& spec, const Json& value) { Q_EMIT parameterEdited(indexOf(row), spec, value); });
  connect(row, &StackRow::gestureChanged, this, &StackList::gestureChanged);
  connect(row, &StackRow::dragMoved, this, [this, row](const QPoint& global) { drag(row, global); });
  connect(row, &StackRow::dragEnded, this, [this, row](bool dropped) { drop(row, dropped); });
  return row;
}

std::size_t StackList::indexOf(const StackRow* row) const {
  return static_cast<std::size_t>(std::find(m_rows.begin(), m_rows.end(), row) - m_rows.begin());
}

void StackList::setStack(const std::vector<StackEntry>& stack) {
  std::vector<StackEntry> before;
  for (const auto* row : m_rows) before.push_back(row->entry());
  const auto match = matchEntries(before, stack);
  std::vector<StackRow*> rows;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    auto* row = match[i] >= 0 ? m_rows[static_cast<std::size_t>(match[i])] : makeRow(stack[i]);
    row->setEntry(stack[i]);
    rows.push_back(row);
  }
  const bool sameRows = rows == m_rows;
  if (!sameRows) {
    for (auto* row : m_rows) {
      if (std::find(rows.begin(), rows.end(), row) != rows.end()) continue;
      m_column->removeWidget(row);
      row->hide();
      row->deleteLater();  // it may be the one whose menu is asking
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto* item = m_column->itemAt(static_cast<int>(i));
      if (!item || item->widget() != rows[i]) m_column->insertWidget(static_cast<int>(i), rows[i]);
    }
    m_rows = std::move(rows);
    for (std::size_t i = 0; i < m_rows.size(); ++i) m_rows[i]->setPlace(static_cast<int>(i), static_cast<int>(m_rows.size()));
    chainTabs();
  }
  showOutcome();
}

void StackList::setOutcome(const StackOutcome& outcome, const ModelConfig* config) {
  m_outcome = outcome;
  m_config = config ? std::optional(*config) : std::nullopt;
  showOutcome();
}

// A row shows what was solved for an entry of its pass at its place, else nothing yet.
void StackList::showOutcome() {
  const bool computing = m_outcome.state == StackOutcome::State::Computing;
  for (std::size_t i = 0; i < m_rows.size(); ++i) {
    const bool known = i < m_outcome.entries.size() && i < m_outcome.stack.size() && m_outcome.stack[i].pass == m_rows[i]->entry().pass;
    m_rows[i]->setOutcome(known ? &m_outcome.entries[i] : nullptr, computing, m_config ? &*m_config : nullptr);
  }
}

void StackList::focusRow(std::size_t index) {
  if (m_rows.empty()) return;
  auto* row = m_rows[std::min(index, m_rows.size() - 1)];
  row->setFocus(Qt::OtherFocusReason);
  if (auto* area = scrollOf(this)) area->ensureWidgetVisible(row, 0, kBetween);
}

void StackList::chainTabs() {
  auto* last = m_before;
  const auto chain = [&last](QWidget* widget) {
    if (last) QWidget::setTabOrder(last, widget);
    last = widget;
  };
  for (auto* row : m_rows) {
    chain(row);
    for (auto* inner : row->findChildren<QWidget*>()) {
      if ((inner->focusPolicy() & Qt::TabFocus) && inner->window() == window()) chain(inner);  // menus are windows
    }
  }
}

void StackList::drag(StackRow* row, const QPoint& global) {
  row->setLifted(true);
  const int y = mapFromGlobal(global).y();
  if (auto* area = scrollOf(this)) {
    const int inView = area->viewport()->mapFromGlobal(global).y();
    if (inView < kNearEdge || inView > area->viewport()->height() - kNearEdge) {
      const auto there = area->widget()->mapFromGlobal(global);
      area->ensureVisible(there.x(), there.y(), 0, kNearEdge);
    }
  }
  std::size_t gap = 0;
  while (gap < m_rows.size() && y > m_rows[gap]->geometry().center().y()) ++gap;
  if (m_gap == gap) return;
  m_gap = gap;
  update();
}

void StackList::drop(StackRow* row, bool drop) {
  row->setLifted(false);
  const auto gap = m_gap;
  m_gap.reset();
  update();
  const auto from = indexOf(row);
  if (!drop || !gap || from >= m_rows.size()) return;
  const auto to = *gap > from ? *gap - 1 : *gap;
  if (to != from) Q_EMIT moved(from, to);
}

void StackList::paintEvent(QPaintEvent*) {
  if (!m_gap || m_rows.empty()) return;
  QPainter painter(this);
  const int y =
      *m_gap < m_rows.size() ? m_rows[*m_gap]->geometry().top() - kBetween / 2 : m_rows.back()->geometry().bottom() + kBetween / 2;
  painter.fillRect(QRect(0, y - kMark / 2, width(), kMark), themeOf(palette()).accent);
}

}  // namespace bitscape
