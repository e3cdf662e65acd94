// The static error of every linear at the recipe, block by block, the selected block first; remembered by recipe, so that undo shows it
// at once.
//
// GUI thread only.
#pragma once

#include <QObject>
#include <map>
#include <memory>
#include <string>

#include "app/jobs.h"
#include "core/calib/stats.h"
#include "core/model/model.h"
#include "core/study/recipe.h"

namespace bitscape {

class LinearErrors : public QObject {
  Q_OBJECT
 public:
  explicit LinearErrors(Jobs& jobs, QObject* parent = nullptr);
  // Measures what is not known yet; null stats: only what is remembered is shown. `firstBlock`: where the user looks.
  void measure(std::shared_ptr<const Model> model, std::shared_ptr<const ActivationStats> stats, const Recipe& recipe, int firstBlock);
  void forget();                                                   // another model
  const std::map<LinearId, double>& sqnr() const { return m_sqnr; }   // dB, as far as known
  bool isComplete() const { return m_complete; }

 Q_SIGNALS:
  void changed();
  void failed(const QString& sentence);

 private:
  Jobs& m_jobs;
  std::map<LinearId, double> m_sqnr;
  bool m_complete = false;
  std::map<std::string, std::map<LinearId, double>> m_memo;        // by recipe hash
};

}  // namespace bitscape
