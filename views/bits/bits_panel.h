// The page of bits: every linear's bits to drag, a budget to solve for, predicted error against size, what changed.
//
// An edit is asked for once, when a drag, a brush or a key has ended; until then it is shown as a proposal. Shows what it is given, asks
// through signals. GUI thread only.
#pragma once

#include "views/bits/bit_chart.h"
#include "views/bits/pareto_chart.h"
#include "views/page/page.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QListWidget;
class QPushButton;
class QSplitter;

namespace bitscape {

class PlanForm;

class BitsPanel : public Page {
  Q_OBJECT
 public:
  enum CostMode { Quick, Exact };  // from statistics; with the KL of every linear alone

  explicit BitsPanel(Selection& selection, QWidget* parent = nullptr);
  void setModel(const ModelConfig* config);               // null: none; forgets locks and the kept plan
  void setPlan(const Plan& plan);                         // ends every proposal
  void setTable(std::shared_ptr<const CostTable> table);  // null: nothing was measured
  void setMeasured(std::vector<MeasuredPlan> measured);   // the latest last
  void setRunning(bool running, const QString& step = {});
  void setReadGbps(double gbps);                                 // how fast this machine reads memory; 0: not measured
  void setEvaluation(bool running, const QString& fault);        // of this plan; a fault: why it cannot start
  void setNote(const QString& note);                             // what to do, or what went wrong; empty: nothing
  void setEstimate(const QString& needs, const QString& fault);  // of measuring; a fault: why it cannot start

  const BitBoard& board() const { return m_board; }
  const std::optional<Plan>& proposal() const { return m_proposal; }
  double budget() const { return m_budget; }  // bits per weight
  CostMode costMode() const;
  BitChart* chart() const { return m_chart; }
  ParetoChart* pareto() const { return m_pareto; }
  PlanForm* form() const { return m_form; }
  QDoubleSpinBox* budgetBox() const { return m_budgetBox; }
  QPushButton* solveButton() const { return m_solve; }
  QPushButton* measureButton() const { return m_measure; }
  QPushButton* stopButton() const { return m_stop; }
  QPushButton* keepButton() const { return m_keep; }
  QPushButton* evaluateButton() const { return m_evaluate; }
  QCheckBox* fusedBox() const { return m_fused; }
  QListWidget* differenceList() const { return m_differences; }
  QString numbers() const;  // what is said of the plan
  QString note() const;

  Json viewState() const override;  // {"fused", "locks", "unit", "mode", "split"}
  void setViewState(const Json& state) override;

 Q_SIGNALS:
  void planEdited(const QString& title, const bitscape::Plan& plan);
  void measureRequested(bitscape::BitsPanel::CostMode mode);
  void stopRequested();
  void evaluateRequested();  // of this plan
  void costModeChanged();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QWidget* buildTools();
  QWidget* buildSide();
  void connectChart();
  void connectPareto();
  void propose(std::optional<Plan> plan);  // absent: nothing is considered
  void proposeBudget(double bitsPerWeight);
  void settle(const QString& title, const Plan& plan);
  void solveBudget();
  void toggleLocks();
  void setBudget(double bitsPerWeight);
  void refreshPlan();  // what a proposal changes; quick
  void refreshPareto();
  void refreshNumbers();
  void refreshDifferences();
  void refreshControls();
  QString editTitle(const std::set<LinearId>& linears, std::optional<int> bits) const;
  QString errorUnit() const;

  BitBoard m_board;
  Plan m_last;  // before the latest edit
  bool m_hasLast = false;
  std::optional<Plan> m_kept, m_proposal;
  std::vector<MeasuredPlan> m_measured;
  std::vector<Plan> m_pointPlans;  // of the chart's points
  double m_budget = 4;
  bool m_budgetChosen = false;  // by the user: it stays when the plan changes
  bool m_isDragged = false;     // the proposal is of the bars' own drag
  bool m_running = false, m_evaluating = false, m_silent = false;
  double m_readGbps = 0;
  QString m_step, m_noteText, m_fault, m_needs, m_solveFault, m_evaluateFault;
  QDoubleSpinBox* m_budgetBox = nullptr;
  QComboBox* m_unit = nullptr;
  QPushButton* m_solve = nullptr;
  QCheckBox* m_fused = nullptr;
  QComboBox* m_mode = nullptr;
  QPushButton* m_measure = nullptr;
  QPushButton* m_stop = nullptr;
  QLabel* m_noteLabel = nullptr;
  BitChart* m_chart = nullptr;
  QLabel* m_readout = nullptr;
  ParetoChart* m_pareto = nullptr;
  QLabel* m_paretoReadout = nullptr;
  QLabel* m_numbers = nullptr;
  PlanForm* m_form = nullptr;
  QPushButton* m_keep = nullptr;
  QPushButton* m_evaluate = nullptr;
  QListWidget* m_differences = nullptr;
  QSplitter* m_split = nullptr;
};

}  // namespace bitscape
