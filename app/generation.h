// Continues one prompt with A and then with B as one heavy job, token by token.
//
// A is the model as it is stored; B the same model as the recipe quantizes it, or the second model. Both draw with the same random
// numbers. After a greedy pair of one model it also counts how many of A's tokens B would have chosen. One model is in memory at a time.
// B runs on the best backend that can (backend_list.h).
// GUI thread only.
#pragma once

#include <QObject>
#include <optional>

#include "app/document.h"
#include "views/evaluate/generation_view.h"

namespace bitscape {

class Generation : public QObject {
  Q_OBJECT
 public:
  explicit Generation(Document& document, QObject* parent = nullptr);
  ~Generation() override;                               // stops what goes on

  void start(const GenerateRequest& request);           // a generation under way is stopped
  void stop();
  bool isRunning() const { return m_job != 0; }
  // The careful guess of a generation: no speed is known before. Absent when no model is open.
  std::optional<Estimate> needs(const GenerateRequest& request) const;

 Q_SIGNALS:
  void began();
  void stepChanged(const QString& step);                // what is being done before tokens come
  void tokenArrived(bitscape::Side side, const bitscape::GeneratedToken& token);
  void agreementKnown(double share);
  void ended(const QString& message);                   // empty: both are complete; else why not

 private:
  void follow(const JobState& job);

  Document& m_document;
  int m_job = 0;                                        // 0: none
};

}  // namespace bitscape
