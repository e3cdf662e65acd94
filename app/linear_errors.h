// The static error of every linear at the recipe, block by block, the selected block first; remembered by recipe, so that undo shows it
// at once. With a stack also the statistics of every block pushed through it.
//
// GUI thread only.
#pragma once

#include <QObject>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/block_preview.h"
#include "app/jobs.h"
#include "core/calib/outliers.h"

namespace bitscape {

// A's statistics as the stack leaves them, with what stands out in them. Without sampled rows and X'X.
struct MappedStats {
  std::shared_ptr<const ActivationStats> stats;
  std::vector<MassiveOutlier> massive;
  std::vector<NormalOutlier> normal;
  bool complete = false;  // of all blocks; those not reached yet are A's
};

class LinearErrors : public QObject {
  Q_OBJECT
 public:
  explicit LinearErrors(Jobs& jobs, QObject* parent = nullptr);
  // Measures what is not known yet; without statistics (or `previews`) only what is remembered is shown, and for a recipe with faults
  // nothing changes. `firstBlock`: where the user looks. `later`: the work waits for go(), so that what is selected is drawn first.
  void measure(std::shared_ptr<const BlockPreviews> previews, const Recipe& recipe, int firstBlock, bool later = false);
  void go();
  void forget();                                                   // another model, or other statistics
  const std::map<LinearId, double>& sqnr() const { return m_sqnr; }   // dB, as far as known
  const MappedStats& mapped() const { return m_mapped; }              // no stats: no stack, or nothing is known yet
  bool isComplete() const { return m_complete; }

 Q_SIGNALS:
  void changed();
  void mappedChanged();
  void failed(const QString& sentence);

 private:
  struct Known {
    std::map<LinearId, double> sqnr;
    MappedStats mapped;
  };
  void run(std::shared_ptr<const BlockPreviews> previews, const Recipe& recipe, int firstBlock);
  void remember(const std::string& key);
  const Known* find(const std::string& key) const;

  Jobs& m_jobs;
  std::map<LinearId, double> m_sqnr;
  MappedStats m_mapped;
  bool m_complete = false;
  std::function<void()> m_waiting;                   // the work of measure(), until go()
  std::deque<std::pair<std::string, Known>> m_memo;  // by recipe hash, the latest first
};

}  // namespace bitscape
