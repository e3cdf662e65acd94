// What is open: the models A and B, the recipe with its undo stack, the selection, the prompt; and the analyses of both sides.
//
// A is the model as it is stored. B is a second model when one was opened beside it, else A's model as the recipe transforms and quantizes
// it: *static* while the recipe has a stack and does not propagate (A's numbers pushed through the stack, no block runs), else *propagated*
// (every block runs on what those before it leave). Undo acts on the recipe alone. Opening is all or nothing: a bad file leaves what was open. Never computes on the GUI thread. GUI thread only.
#pragma once

#include <QObject>
#include <QSet>
#include <QUndoStack>
#include <memory>

#include "app/jobs.h"
#include "app/linear_errors.h"
#include "app/side_analysis.h"
#include "app/stack_preview.h"
#include "core/study/pipeline.h"
#include "core/study/study.h"
#include "views/compare/compare_bar.h"
#include "views/selection/selection.h"

namespace bitscape {

// A model with its tokenizer, ready to run, and the recipe to begin with: of a folder that was quantized already its own formats, and its
// codes as they are. Reads headers alone, and codes where there are some.
struct OpenedModel {
  std::shared_ptr<Pipeline> pipeline;
  Recipe recipe;
};

class Document : public QObject {
  Q_OBJECT
 public:
  explicit Document(Jobs& jobs, QObject* parent = nullptr);
  ~Document() override;
  Jobs& jobs() { return m_jobs; }

  // Opens a file, a folder or "sample", as A with a fresh recipe, or beside it as B. Fails with failed() and keeps what was open.
  void open(const QString& path);
  void openOther(const QString& path);
  void closeOther();
  bool hasOther() const { return m_other != nullptr; }
  const std::shared_ptr<const Model>& model(Side side = Side::A) const;        // null: nothing is open; B without a second model is A's
  const std::shared_ptr<Pipeline>& pipeline(Side side = Side::A) const;        // likewise
  SideNames sideNames() const;                                                 // "float" and "w4a8", or the models' names
  QString title(Side side = Side::A) const;                                    // of the model, as people know it

  const Recipe& recipe() const { return m_recipe; }
  QString planName() const { return QString::fromStdString(m_recipe.plan.name); }
  QUndoStack& undoStack() { return m_undo; }
  // One undoable edit; edits of the same `kind` that follow each other merge (a slider being dragged). 0: never. A recipe that does not
  // fit the model changes nothing: failed() says why, recipeChanged() lets forms show what stands.
  void edit(const QString& title, const Recipe& next, int kind = 0);
  // Only the uniform plan, by its name: "w4a8".
  void setPlan(const QString& name);

  Selection& selection() { return m_selection; }
  const QString& prompt() const { return m_prompt; }
  void setPrompt(const QString& prompt);
  const QString& textPath() const { return m_textPath; }                       // what evaluations read
  void setTextPath(const QString& path);

  SideAnalysis& analysis(Side side) { return side == Side::A ? m_a : m_b; }
  const SideAnalysis& analysis(Side side) const { return side == Side::A ? m_a : m_b; }
  LinearErrors& errors() { return m_errors; }
  StackPreview& preview() { return m_preview; }
  const std::shared_ptr<const BlockPreviews>& previews() const { return m_previews; }   // null: nothing is open
  SideAnalysis::Source sourceOf(Side side) const;
  bool isStatic() const;                                                       // B is
  QString modeName() const;                                                    // "static" or "propagated"; empty: B is another model
  QString faultOfB() const;                                                    // why the recipe cannot be shown; B keeps its last numbers
  // A page that shows B asks for it, and says when it no longer does; B is computed while anyone asks.
  void wantB(const QObject* who, bool wanted);
  void recompute();                                                            // of both sides, and what a cancel left out
  bool isAnalysed() const;                                                     // everything wanted is complete

  // What a study holds of all this (its keeper adds view state and runs), and the way back: everything is replaced, the recipe (without a
  // study: the one that the model came with) begins a fresh undo history.
  StudyState state() const;
  void adopt(OpenedModel opened, std::shared_ptr<Pipeline> other, const std::optional<Study>& study);
  bool isAdopting() const { return m_adopting; }                               // what is announced now is not the user's doing

 Q_SIGNALS:
  void modelChanged();                                                         // A, with everything that hangs on it
  void otherChanged();                                                         // B was opened or closed
  void recipeChanged();
  void promptChanged();
  void textChanged();
  void failed(const QString& sentence);                                        // what failed and what to do

 private:
  void openAs(Side side, const QString& path);
  void applyRecipe(const Recipe& recipe);
  void pointSides();
  void measureErrors();
  void showPreview();
  void renewPreviews();

  Jobs& m_jobs;
  std::shared_ptr<Pipeline> m_pipeline, m_other;
  Recipe m_recipe;
  QUndoStack m_undo;
  Selection m_selection;
  QString m_prompt, m_textPath;
  SideAnalysis m_a, m_b;
  LinearErrors m_errors;
  StackPreview m_preview;
  std::shared_ptr<const BlockPreviews> m_previews;
  QSet<const QObject*> m_wantB;
  bool m_adopting = false;
};

// For a worker. Throws Error.
OpenedModel openForDocument(const std::string& path, const Progress& progress);

}  // namespace bitscape
