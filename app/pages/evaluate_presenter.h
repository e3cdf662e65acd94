// Keeps the Evaluate page in step with the document, its runs, the generation and the measured speeds; what the page asks for goes to them.
//
// GUI thread only.
#pragma once

#include <QObject>

#include "app/generation.h"
#include "app/runs.h"
#include "app/speeds.h"

namespace bitscape {

class EvaluatePanel;

class EvaluatePresenter : public QObject {
  Q_OBJECT
 public:
  EvaluatePresenter(Document& document, Runs& runs, EvaluatePanel& page, QObject* parent = nullptr);
  Generation& generation() { return m_generation; }
  Speeds& speeds() { return m_speeds; }

 Q_SIGNALS:
  void chooseText();                                    // the user wants to choose another text file

 private:
  void connectRuns();
  void connectGeneration();
  void connectSpeeds();
  void showModel();
  void showRecipe();
  void showBackends();
  void showRuns();
  void showEstimates();
  void showSpeeds();
  void takeRecipe(int runId);

  Document& m_document;
  Runs& m_runs;
  EvaluatePanel& m_page;
  Generation m_generation;
  Speeds m_speeds;
};

}  // namespace bitscape
