// What quantizing one linear, or one kind of linear, alone does to the output at the document's recipe: measured on request, kept by
// recipe.
//
// Runs as heavy jobs on the first tokens of the bundled text; linears arrive block by block, the selected block first. What a cancelled
// job found stays, marked as partial; undo shows at once what was measured before. GUI thread only.
#pragma once

#include <QObject>
#include <map>
#include <optional>
#include <string>

#include "core/study/estimate.h"
#include "core/study/study.h"

namespace bitscape {

class Document;

class Effects : public QObject {
  Q_OBJECT
 public:
  enum Part { Linears, Components };
  static constexpr std::int64_t kTokens = 256;

  Effects(Document& document, QObject* parent = nullptr);

  void measureLinears() { measure(Linears); }
  void measureComponents() { measure(Components); }
  void measure(Part part);  // nothing happens when it runs already or cannot run
  void cancel(Part part);
  bool isRunning(Part part) const;   // waiting in the line counts
  bool isComplete(Part part) const;  // at the recipe as it is now
  QString whyNot() const;            // why nothing can be measured; empty: it can
  std::optional<Estimate> estimate(Part part) const;

  // At the recipe as it is now, as far as known.
  std::map<LinearId, Effect> linears() const;
  const std::vector<ComponentEffect>& components() const { return now().components; }

  void collect(StudyArtifacts& artifacts) const;
  void restore(const StudyArtifacts& artifacts);

 Q_SIGNALS:
  void changed();  // numbers, or what runs
  void failed(const QString& sentence);

 private:
  struct Known {
    std::map<LinearId, Effect> linears;
    std::vector<ComponentEffect> components;
    bool complete[2] = {false, false};  // by Part
  };
  const Known& now() const;
  void forget();
  void outdate();

  Document& m_document;
  std::map<std::string, Known> m_memo;  // by the recipe's hash; of one model
  std::string m_latest;                 // the key that was measured last
  std::string m_key;                    // of the recipe as it is now
  int m_jobs[2] = {0, 0};               // by Part; 0: none
  std::optional<double> m_seconds[2];   // what the last whole measurement of this model took
};

}  // namespace bitscape
