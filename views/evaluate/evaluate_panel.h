// The Evaluate page: what to run, its numbers as they come, two runs compared, text that both sides generate, and how fast the
// machine multiplies.
//
// Shows what it is given; asks through signals. Of the runs it compares the newest two, until the user picks others in the table.
// GUI thread only.
#pragma once

#include "views/evaluate/generation_view.h"
#include "views/evaluate/run_form.h"
#include "views/evaluate/runs_model.h"
#include "views/page/page.h"

class QTabWidget;

namespace bitscape {

class ComparisonCard;
class LineChart;
class RunsTable;
class SpeedPanel;

class EvaluatePanel : public Page {
  Q_OBJECT
 public:
  explicit EvaluatePanel(Selection& selection, QWidget* parent = nullptr);   // id "evaluate"

  void setReady(bool ready, const QString& why = {});                     // not ready: Run is off and says why
  void setBackends(const QList<BackendChoice>& backends);                 // best first
  void setPlanName(const QString& name);                                  // "w4a8 (4.25 bits per weight)"
  void setTextPath(const QString& path);
  void setNote(const QString& note);                                      // e.g. "weights are stored as Q4_1, a 4-bit grid already"
  void setEstimate(const QString& text, const QString& fault = {});       // a fault greys Run out and says why
  EvaluateRequest request() const;
  void setRequest(const EvaluateRequest& request);                        // without a signal

  void showRun(const Run& run);                                           // it began, went on, or ended
  void setRuns(const std::vector<Run>& runs);                             // all of a study
  void removeRun(int id);
  RunsModel* runs() const { return m_runs; }
  RunPair pair() const { return m_pair; }                                 // who is compared now
  void pick(int runId, Side side);

  GenerationView* generation() const { return m_generation; }
  SpeedPanel* speed() const { return m_speed; }
  enum Tab { Measure, Generate, Speed };
  void showTab(Tab tab);
  RunsTable* table() const { return m_table; }
  RunForm* form() const { return m_form; }
  ComparisonCard* card() const { return m_card; }
  LineChart* perplexityChart() const { return m_perplexity; }
  LineChart* divergenceChart() const { return m_divergence; }
  LineChart* blockChart() const { return m_blocks; }

  Json viewState() const override;
  void setViewState(const Json& state) override;

 Q_SIGNALS:
  void runRequested(const EvaluateRequest& request);
  void cancelRequested(int runId);
  void textChooseRequested();                                             // the app opens a file dialog
  void requestChanged();                                                  // another estimate is wanted
  void recipeRequested(int runId);                                        // make this run's recipe the present one
  void removeRequested(int runId);

 private:
  QWidget* buildMeasures();
  void updateAll();                                                       // after any change of the runs or the pair
  void updateForm();
  void updateComparison();

  RunsModel* m_runs = nullptr;
  RunPair m_picked, m_pair;                                               // what the user chose, and what is shown
  RunForm* m_form = nullptr;
  RunsTable* m_table = nullptr;
  ComparisonCard* m_card = nullptr;
  LineChart* m_perplexity = nullptr;
  LineChart* m_divergence = nullptr;
  LineChart* m_blocks = nullptr;
  QLabel* m_note = nullptr;
  GenerationView* m_generation = nullptr;
  SpeedPanel* m_speed = nullptr;
  QTabWidget* m_tabs = nullptr;
};

}  // namespace bitscape
