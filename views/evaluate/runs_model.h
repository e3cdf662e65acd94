// The table of evaluations: one row per run, the newest last.
//
// GUI thread only.
#pragma once

#include <optional>
#include <vector>

#include <QAbstractTableModel>

#include "core/eval/report.h"

namespace bitscape {

enum class RunState { Running, Done, Cancelled, Failed };

struct Run {
  int id = 0;
  QString plan;                      // "w4a8", "float"
  QString label;                     // "propagated, fake-quant"
  QString backend;
  RunState state = RunState::Running;
  Report report;                     // windows == 0: nothing known yet
  QString message;                   // why it failed
};

class RunsModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Plan, Perplexity, KlMean, KlMedian, KlP99, Top1, Bits, Backend, Windows, Seconds, State, Label, ColumnCount };
  enum DataRole { SortRole = Qt::UserRole + 1 };

  explicit RunsModel(QObject* parent = nullptr);
  void put(const Run& run);          // adds it, or replaces the run of the same id
  const Run* find(int id) const;
  const std::vector<Run>& runs() const { return m_runs; }
  void clear();
  QString csv() const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::vector<Run> m_runs;
};

}  // namespace bitscape
