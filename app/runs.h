// The evaluations of this study: starts them as heavy jobs, follows their reports, keeps what they found.
//
// A run holds the recipe it was started with; later edits do not touch it. Opening another model ends what runs and empties the list;
// a study brings its own back with setRuns(). GUI thread only.
#pragma once

#include <QObject>
#include <map>
#include <optional>
#include <vector>

#include "app/document.h"
#include "core/eval/run.h"
#include "core/study/estimate.h"
#include "views/evaluate/run_form.h"

namespace bitscape {

class Runs : public QObject {
  Q_OBJECT
 public:
  explicit Runs(Document& document, QObject* parent = nullptr);
  ~Runs() override;                                     // cancels what goes on

  // Evaluates the document's recipe as it is now. Returns the run's id, 0 when no model is open. What goes wrong later is the run's
  // message and Document::failed().
  int start(const EvaluateRequest& request);
  void cancel(int id);                                  // what it found so far stays
  void remove(int id);                                  // a running one is cancelled first
  const std::vector<Run>& runs() const { return m_runs; }
  const Run* find(int id) const;                        // null: no such run
  void setRuns(std::vector<Run> runs);                  // those of a study
  void setReadGbps(double readGbps) { m_readGbps = readGbps; }   // of this machine; runs that start later set their speed against it

  // What a run as asked for will need; absent when no model is open. Its time comes from runs of this process with the same backend.
  std::optional<Estimate> needs(const EvaluateRequest& request) const;

 Q_SIGNALS:
  void runChanged(const bitscape::Run& run);            // it began, went on, or ended
  void runRemoved(int id);
  void runsReset();                                     // all of them are others

 private:
  Run* findRun(int id);
  void follow(const JobState& job);
  void hear(int id, const Report& report);
  void hearSpeed(int id, const std::optional<DecodeSpeed>& decode);
  void forget();

  Document& m_document;
  std::vector<Run> m_runs;
  std::map<int, int> m_active;                          // job to run
  std::map<std::string, double> m_speed;                // by backend: tokens per second of one forward pass, measured here
  double m_readGbps = 0;                                // 0: not measured
};

// "w4a8", with "+3" when three linears have bits of their own.
QString recipeName(const Recipe& recipe);

}  // namespace bitscape
