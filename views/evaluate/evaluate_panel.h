// The Evaluate page: what to run, its perplexity and KL divergence as they come, and the table of runs.
//
// Shows what it is given; asks through signals. GUI thread only.
#pragma once

#include <map>
#include <optional>

#include <QWidget>

#include "views/evaluate/runs_model.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTableView;

namespace bitscape {

class LineChart;

struct EvaluateRequest {
  QString plan;                      // a plan name as planFromName reads it: "w4a8", "w4a16g64s"; "float" is float alone
  int windows = 1, length = 2048;
  QString textPath;
  QString backend;                   // id given to setBackends: "fake", "reference"
  bool operator==(const EvaluateRequest&) const = default;
};

class EvaluatePanel : public QWidget {
  Q_OBJECT
 public:
  explicit EvaluatePanel(QWidget* parent = nullptr);

  void setReady(bool ready, const QString& why = {});                     // not ready: Run is off and says why
  void setBackends(const QList<std::pair<QString, QString>>& backends);   // id, title
  void setTextPath(const QString& path);
  void setNote(const QString& note);                                      // e.g. "weights are stored as Q4_1, a 4-bit grid already"
  EvaluateRequest request() const;
  void setRequest(const EvaluateRequest& request);                        // without a signal; understands names that it can write

  // A run began, went on, ended. Every report with more windows adds a point to the live charts.
  void showRun(const Run& run);
  RunsModel* runs() const { return m_runs; }
  LineChart* perplexityChart() const { return m_perplexity; }
  LineChart* divergenceChart() const { return m_divergence; }

 Q_SIGNALS:
  void planChanged(const QString& plan);                                  // the user chose other bits, groups or symmetry
  void runRequested(const EvaluateRequest& request);
  void cancelRequested(int runId);
  void textChooseRequested();                                             // the app opens a file dialog

 private:
  void buildForm(QWidget* parent);
  void updatePlanName();
  void updateButtons();
  void updateCharts();

  RunsModel* m_runs = nullptr;
  std::map<int, std::vector<Report>> m_history;   // by run: reports with growing windows
  bool m_ready = false, m_silent = false;         // silent: the form is being filled, not edited
  QString m_notReady;
  QComboBox* m_weightBits = nullptr;
  QComboBox* m_inputBits = nullptr;
  QComboBox* m_group = nullptr;
  QCheckBox* m_symmetric = nullptr;
  QSpinBox* m_windows = nullptr;
  QComboBox* m_length = nullptr;
  QComboBox* m_backend = nullptr;
  QLineEdit* m_text = nullptr;
  QPushButton* m_choose = nullptr;
  QPushButton* m_run = nullptr;
  QPushButton* m_cancel = nullptr;
  QLabel* m_planName = nullptr;
  QLabel* m_note = nullptr;
  QLabel* m_status = nullptr;
  QTableView* m_table = nullptr;
  LineChart* m_perplexity = nullptr;
  LineChart* m_divergence = nullptr;
};

}  // namespace bitscape
