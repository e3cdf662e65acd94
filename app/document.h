// What the window shows: one open model, its recipe, the selection, and everything computed so far.
//
// Holds only shared, immutable values and never computes on the GUI thread: work goes to Jobs, results come back in pieces and are
// announced by a signal each. Undo acts on the recipe alone. Opening is all or nothing: a bad file leaves what was open. GUI thread only.
#pragma once

#include <QObject>
#include <QUndoStack>
#include <map>
#include <memory>
#include <vector>

#include "app/jobs.h"
#include "app/prompt_picture.h"
#include "app/selection.h"
#include "core/calib/outliers.h"
#include "core/study/pipeline.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/model/model_tree.h"


namespace bitscape {

class Document : public QObject {
  Q_OBJECT
 public:
  explicit Document(Jobs& jobs, QObject* parent = nullptr);
  ~Document() override;

  // Opens a file, a folder or "sample", then analyses it. Fails with failed() and keeps what was open.
  void open(const QString& path);
  const std::shared_ptr<const Model>& model() const { return m_model; }       // null: nothing is open
  QString title() const;

  const Recipe& recipe() const { return m_recipe; }
  QString planName() const { return QString::fromStdString(m_recipe.plan.name); }
  QUndoStack& undoStack() { return m_undo; }
  // An undoable edit of the formats of all linears: "w4a8". Fails with failed() on a name that this model cannot do.
  void setPlan(const QString& name);

  Selection& selection() { return m_selection; }

  const QString& prompt() const { return m_prompt; }
  void setPrompt(const QString& prompt);
  const PromptTokens& promptTokens() const { return m_promptTokens; }
  const PromptPicture* picture(SeamId seam) const;                            // null: not computed yet

  const std::shared_ptr<const ActivationStats>& stats() const { return m_stats; }   // null, or what is known so far
  const std::vector<MassiveOutlier>& massive() const { return m_massive; }
  const std::vector<NormalOutlier>& normal() const { return m_normal; }
  QString statsNote() const;                                                  // which text they come from
  const std::map<LinearId, double>& sqnr() const { return m_sqnr; }           // static, at the current plan
  std::map<LinearId, LinearNumbers> numbers() const;                          // for the tree

  const QString& textPath() const { return m_textPath; }                      // what evaluations read
  void setTextPath(const QString& path);

  // Edits the recipe to the request's plan (undoable) and starts a run; returns its id, or 0 when it cannot start.
  int evaluate(const EvaluateRequest& request);
  void cancelRun(int id) { m_jobs.cancel(id); }

  bool isAnalysed() const;                                                    // prompt, statistics and errors are complete

 Q_SIGNALS:
  void modelChanged();
  void promptChanged();
  void pictureArrived(int block);
  void statsChanged();
  void sqnrChanged();
  void recipeChanged();
  void textChanged();
  void runChanged(const bitscape::Run& run);
  void failed(const QString& sentence);                                       // what failed and what to do

 private:
  void adopt(std::shared_ptr<Pipeline> pipeline);
  void analysePrompt();
  void collectStats();
  void showStats(const JobContext& context, std::shared_ptr<const ActivationStats> stats, bool complete);
  void measureErrors();
  void applyRecipe(const Recipe& recipe);
  void updateRun(const JobState& job);
  void report(const QString& sentence) { Q_EMIT failed(sentence); }

  Jobs& m_jobs;
  std::shared_ptr<Pipeline> m_pipeline;
  std::shared_ptr<const Model> m_model;
  Recipe m_recipe;
  QUndoStack m_undo;
  Selection m_selection;
  QString m_prompt, m_textPath;
  PromptTokens m_promptTokens;
  std::map<SeamId, PromptPicture> m_pictures;
  std::shared_ptr<const ActivationStats> m_stats;
  bool m_statsComplete = false;
  std::vector<MassiveOutlier> m_massive;
  std::vector<NormalOutlier> m_normal;
  std::map<LinearId, double> m_sqnr;
  std::map<std::string, std::map<LinearId, double>> m_sqnrMemo;               // by recipe hash: undo shows them at once
  std::map<int, Run> m_running;
};

}  // namespace bitscape
