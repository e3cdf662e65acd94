// Keeps the Evaluate page in step with the document, its runs and the generation; what the page asks for goes to them.
//
// GUI thread only.
#pragma once

#include <QObject>

#include "app/generation.h"
#include "app/runs.h"

namespace bitscape {

class EvaluatePanel;

class EvaluatePresenter : public QObject {
  Q_OBJECT
 public:
  EvaluatePresenter(Document& document, Runs& runs, EvaluatePanel& page, QObject* parent = nullptr);
  Generation& generation() { return m_generation; }

 Q_SIGNALS:
  void chooseText();                                    // the user wants to choose another text file

 private:
  void connectRuns();
  void connectGeneration();
  void showModel();
  void showRecipe();
  void showRuns();
  void showEstimates();
  void takeRecipe(int runId);

  Document& m_document;
  Runs& m_runs;
  EvaluatePanel& m_page;
  Generation m_generation;
};

}  // namespace bitscape
