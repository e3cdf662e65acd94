// The table of evaluations: one row per run, the newest last, with marks on the two that are compared.
//
// GUI thread only.
#pragma once

#include <optional>
#include <vector>

#include <QAbstractTableModel>

#include "core/eval/run.h"

namespace bitscape {

// The two runs that are compared, by id; 0: none.
struct RunPair {
  int a = 0, b = 0;
  bool operator==(const RunPair&) const = default;
};

class RunsModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column {
    Compared, Number, Plan, Perplexity, KlMean, KlMedian, KlP99, Top1, Bits, Kind, Backend, Windows, Text, Seconds, Speed, Decode, Floor, State, ColumnCount
  };
  enum DataRole { SortRole = Qt::UserRole + 1, IdRole };

  explicit RunsModel(QObject* parent = nullptr);
  void put(const Run& run);          // adds it, or replaces the run of the same id
  void remove(int id);
  void setRuns(std::vector<Run> runs);
  void setPair(RunPair pair);        // who is marked A and B
  const Run* find(int id) const;
  const std::vector<Run>& runs() const { return m_runs; }
  QString csv() const;               // RFC 4180, dot decimal; empty where nothing is known

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QVariant sortValue(const Run& run, int column) const;

  std::vector<Run> m_runs;
  RunPair m_pair;
};

// Of the two sides the newest runs that have numbers (done or going on), unless the user picked one that is still there.
RunPair choosePair(const std::vector<Run>& runs, RunPair picked);

// "#3 w4a8"
QString runName(const Run& run);
// "21.25 ± 0.41": with the digits that the standard error leaves worth reading, two of it; four decimals without one.
QString withError(double value, double standardError);

}  // namespace bitscape
