// The runs as a sortable table that fits its width: the less important columns give way first, unless the user chose them.
//
// A click picks A; Ctrl+click, or a click in the first column, picks B; keys A and B do the same for the focused row. Enter or a double
// click asks for the run's recipe, Delete removes it. The header's context menu chooses columns. GUI thread only.
#pragma once

#include <map>

#include <QTableView>

#include "core/base/json.h"
#include "views/compare/compare_bar.h"
#include "views/evaluate/runs_model.h"

class QMenu;
class QSortFilterProxyModel;

namespace bitscape {

class RunsTable : public QTableView {
  Q_OBJECT
 public:
  explicit RunsTable(RunsModel& runs, QWidget* parent = nullptr);

  bool isShown(RunsModel::Column column) const { return !isColumnHidden(column); }
  void chooseColumn(RunsModel::Column column, bool shown);
  void chooseNoColumns();                    // back to what fits
  Json columnState() const;                  // {"kl_p99": true, ...}: only what the user chose
  void setColumnState(const Json& state);

  // What the menus hold, also for tests. The caller owns them.
  QMenu* columnMenu();
  QMenu* runMenu(int runId);

 Q_SIGNALS:
  void picked(int runId, Side side);
  void recipeRequested(int runId);
  void removeRequested(int runId);
  void columnsChosen();

 protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  int runAt(const QModelIndex& index) const; // 0: none
  void fitColumns();
  int wishOf(int column) const;              // the width it needs

  RunsModel& m_runs;
  QSortFilterProxyModel* m_sorted = nullptr;
  std::map<int, bool> m_chosen;              // by column: the user's word
  bool m_fitting = false;
};

}  // namespace bitscape
