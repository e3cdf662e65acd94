#include "views/evaluate/runs_table.h"

#include <algorithm>
#include <array>
#include <memory>

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QScopedValueRollback>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>

#include "views/evaluate/run_text.h"

namespace bitscape {
namespace {

using Column = RunsModel::Column;

// Who stays when there is little room; what is not listed here always stays.
constexpr std::array kByImportance{RunsModel::State,    RunsModel::Bits,  RunsModel::Top1,    RunsModel::Decode, RunsModel::Floor, RunsModel::Backend, RunsModel::Windows,
                                   RunsModel::KlP99, RunsModel::KlMedian, RunsModel::Seconds, RunsModel::Kind,   RunsModel::Text,  RunsModel::Speed};
constexpr std::array kAlways{RunsModel::Compared, RunsModel::Number, RunsModel::Plan, RunsModel::Perplexity, RunsModel::KlMean};

constexpr int kCellPadding = 16;

const char* keyOf(int column) {
  switch (column) {
    case RunsModel::KlMedian: return "kl_median";
    case RunsModel::KlP99: return "kl_p99";
    case RunsModel::Top1: return "top1";
    case RunsModel::Bits: return "bits";
    case RunsModel::Kind: return "kind";
    case RunsModel::Backend: return "backend";
    case RunsModel::Windows: return "windows";
    case RunsModel::Text: return "text";
    case RunsModel::Seconds: return "seconds";
    case RunsModel::Speed: return "speed";
    case RunsModel::Decode: return "decode";
    case RunsModel::Floor: return "floor";
    case RunsModel::State: return "state";
    default: return "";
  }
}

// A number and the word after it would stand too close.
class RoomyCells : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    if (option->displayAlignment & Qt::AlignRight) option->text += QStringLiteral("\u2002");
    if (option->displayAlignment & Qt::AlignLeft) option->text.prepend(QStringLiteral("\u2002"));
  }
};

}  // namespace

RunsTable::RunsTable(RunsModel& runs, QWidget* parent) : QTableView(parent), m_runs(runs), m_sorted(new QSortFilterProxyModel(this)) {
  m_sorted->setSourceModel(&runs);
  m_sorted->setSortRole(RunsModel::SortRole);
  setModel(m_sorted);
  setSortingEnabled(true);
  sortByColumn(RunsModel::Number, Qt::DescendingOrder);   // the newest first
  setSelectionBehavior(SelectRows);
  setSelectionMode(SingleSelection);
  setItemDelegate(new RoomyCells(this));
  setAlternatingRowColors(true);
  setShowGrid(false);
  setWordWrap(false);
  setTabKeyNavigation(false);                             // Tab leaves the table; arrows walk in it
  setFrameShape(QFrame::NoFrame);
  setAccessibleName(tr("Runs"));
  verticalHeader()->hide();
  verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
  horizontalHeader()->setHighlightSections(false);
  horizontalHeader()->setSectionsMovable(false);
  horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(horizontalHeader(), &QHeaderView::customContextMenuRequested, this, [this](const QPoint& at) {
    const std::unique_ptr<QMenu> menu(columnMenu());
    menu->exec(horizontalHeader()->mapToGlobal(at));
  });
  for (const auto changed : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) connect(m_sorted, changed, this, &RunsTable::fitColumns);
  connect(m_sorted, &QAbstractItemModel::dataChanged, this, &RunsTable::fitColumns);
  connect(m_sorted, &QAbstractItemModel::modelReset, this, &RunsTable::fitColumns);
  fitColumns();
}

int RunsTable::runAt(const QModelIndex& index) const { return index.isValid() ? index.data(RunsModel::IdRole).toInt() : 0; }

int RunsTable::wishOf(int column) const {
  int width = std::max(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column));
  if (column == RunsModel::Text) width = std::min(width, 24 * fontMetrics().averageCharWidth());
  return width + kCellPadding;
}

void RunsTable::fitColumns() {
  if (m_fitting) return;
  const QScopedValueRollback guard(m_fitting, true);
  int left = viewport()->width();
  const auto place = [&](int column) {
    const int width = wishOf(column);
    setColumnWidth(column, width);
    return width;
  };
  for (const Column column : kAlways) left -= place(column);
  for (const Column column : kByImportance) {
    if (const auto chosen = m_chosen.find(column); chosen != m_chosen.end() && chosen->second) left -= place(column);
  }
  bool room = true;   // the first that does not fit ends it: no gaps in the order of importance
  for (const Column column : kByImportance) {
    const auto chosen = m_chosen.find(column);
    if (chosen != m_chosen.end()) {
      setColumnHidden(column, !chosen->second);
      continue;
    }
    setColumnHidden(column, false);   // hidden columns have no width to ask for
    const int width = place(column);
    room = room && width <= left;
    if (room) left -= width;
    setColumnHidden(column, !room);
  }
  // What is left over goes to the columns in even shares, so that the table ends where the window does.
  int shown = 0;
  for (int column = RunsModel::Plan; column < RunsModel::ColumnCount; ++column) shown += isColumnHidden(column) ? 0 : 1;
  if (left <= 0 || shown == 0) return;
  for (int column = RunsModel::Plan; column < RunsModel::ColumnCount; ++column) {
    if (isColumnHidden(column)) continue;
    const int share = left / shown--;
    setColumnWidth(column, columnWidth(column) + share);
    left -= share;
  }
}

void RunsTable::chooseColumn(Column column, bool shown) {
  m_chosen[column] = shown;
  fitColumns();
  Q_EMIT columnsChosen();
}

void RunsTable::chooseNoColumns() {
  m_chosen.clear();
  fitColumns();
  Q_EMIT columnsChosen();
}

Json RunsTable::columnState() const {
  Json state = Json::object();
  for (const auto& [column, shown] : m_chosen) state[keyOf(column)] = shown;
  return state;
}

void RunsTable::setColumnState(const Json& state) {
  m_chosen.clear();
  for (const Column column : kByImportance) {
    if (state.is_object() && state.contains(keyOf(column)) && state[keyOf(column)].is_boolean()) m_chosen[column] = state[keyOf(column)].get<bool>();
  }
  fitColumns();
}

QMenu* RunsTable::columnMenu() {
  auto* menu = new QMenu(this);
  auto* automatic = menu->addAction(tr("As Many as &Fit"));
  automatic->setEnabled(!m_chosen.empty());
  connect(automatic, &QAction::triggered, this, &RunsTable::chooseNoColumns);
  menu->addSeparator();
  std::array columns = kByImportance;
  std::sort(columns.begin(), columns.end());
  for (const Column column : columns) {
    auto* action = menu->addAction(run_text::columnTitle(column));
    action->setCheckable(true);
    action->setChecked(isShown(column));
    connect(action, &QAction::toggled, this, [this, column](bool shown) { chooseColumn(column, shown); });
  }
  return menu;
}

QMenu* RunsTable::runMenu(int runId) {
  const Run* run = m_runs.find(runId);
  if (run == nullptr) return nullptr;
  auto* menu = new QMenu(this);
  const auto add = [&](const QString& text, const QKeySequence& key, auto act) {
    auto* action = menu->addAction(text, this, act);
    action->setShortcut(key);   // shown only: the table handles the keys itself
    action->setShortcutContext(Qt::WidgetShortcut);
    return action;
  };
  add(tr("Compare as &A"), Qt::Key_A, [this, runId] { Q_EMIT picked(runId, Side::A); });
  add(tr("Compare as &B"), Qt::Key_B, [this, runId] { Q_EMIT picked(runId, Side::B); });
  menu->addSeparator();
  add(tr("&Use This Run's Recipe"), Qt::Key_Return, [this, runId] { Q_EMIT recipeRequested(runId); })->setEnabled(!run->recipe.empty());
  add(tr("&Remove Run"), Qt::Key_Delete, [this, runId] { Q_EMIT removeRequested(runId); });
  return menu;
}

void RunsTable::mousePressEvent(QMouseEvent* event) {
  const QModelIndex index = indexAt(event->pos());
  const int run = runAt(index);
  if (run == 0 || event->button() != Qt::LeftButton) return QTableView::mousePressEvent(event);
  const bool second = event->modifiers().testFlag(Qt::ControlModifier) || index.column() == RunsModel::Compared;
  setFocus(Qt::MouseFocusReason);
  setCurrentIndex(index);   // Ctrl+click would take the selection away
  Q_EMIT picked(run, second ? Side::B : Side::A);
}

void RunsTable::mouseDoubleClickEvent(QMouseEvent* event) {
  const QModelIndex index = indexAt(event->pos());
  if (const int run = runAt(index); run != 0 && event->button() == Qt::LeftButton && index.column() != RunsModel::Compared) Q_EMIT recipeRequested(run);
}

void RunsTable::keyPressEvent(QKeyEvent* event) {
  const int run = runAt(currentIndex());
  if (run != 0 && (event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier)) {
    switch (event->key()) {
      case Qt::Key_A: Q_EMIT picked(run, Side::A); return;
      case Qt::Key_B: Q_EMIT picked(run, Side::B); return;
      case Qt::Key_Return:
      case Qt::Key_Enter: Q_EMIT recipeRequested(run); return;
      case Qt::Key_Delete: Q_EMIT removeRequested(run); return;
      default: break;
    }
  }
  QTableView::keyPressEvent(event);
}

void RunsTable::contextMenuEvent(QContextMenuEvent* event) {
  const QModelIndex index = event->reason() == QContextMenuEvent::Keyboard ? currentIndex() : indexAt(event->pos());
  const int run = runAt(index);
  if (run == 0) return;
  setCurrentIndex(index);
  const std::unique_ptr<QMenu> menu(runMenu(run));
  if (menu) menu->exec(event->reason() == QContextMenuEvent::Keyboard ? viewport()->mapToGlobal(visualRect(index).bottomLeft()) : event->globalPos());
}

void RunsTable::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  fitColumns();
}

void RunsTable::changeEvent(QEvent* event) {
  QTableView::changeEvent(event);
  if (event->type() == QEvent::FontChange && m_sorted != nullptr) fitColumns();
}

}  // namespace bitscape
