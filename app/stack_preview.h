// The selected block through the recipe's stack while the user edits it: faults, placements and costs for the stack panel, and what A's
// prompt pictures become (*static*: no block runs).
//
// One block at a time, in a light job beside whatever computes: what is under way is finished and shown, then the newest edit is solved,
// so that a slider being dragged shows its way. Recipe and block are remembered by BlockPreviews. A recipe with faults keeps the last
// pictures; its rows say why. GUI thread only.
#pragma once

#include <QObject>
#include <map>
#include <memory>

#include "app/block_preview.h"
#include "app/jobs.h"
#include "app/prompt_picture.h"
#include "views/stack/stack_outcome.h"

namespace bitscape {

class StackPreview : public QObject {
  Q_OBJECT
 public:
  // A's pictures of the selected block's seams, as far as they are there.
  using Pictures = std::map<SeamId, PromptPicture>;
  struct Subject {
    std::shared_ptr<const BlockPreviews> previews;  // null: nothing is open
    Recipe recipe;
    SeamId seam;         // where the user looks; its block is solved
    Pictures pictures;   // to push through the stack; empty: nobody looks
  };

  explicit StackPreview(Jobs& jobs, QObject* parent = nullptr);
  void show(Subject subject);
  const StackOutcome& outcome() const { return m_outcome; }
  // Solved last, maybe of the recipe before; null: none yet.
  const std::shared_ptr<const PreviewedBlock>& block() const { return m_block; }
  bool isComplete() const { return !isRunning(); }

 Q_SIGNALS:
  void outcomeChanged();
  void settled();   // nothing is under way any more
  void picturesArrived(const std::map<bitscape::SeamId, bitscape::PromptPicture>& pictures);

 private:
  void solve();
  void take(const Subject& subject, const std::shared_ptr<const PreviewedBlock>& solved);
  void tell(StackOutcome::State state, std::vector<std::string> notes);
  void end();
  bool isRunning() const;

  Jobs& m_jobs;
  Subject m_subject;
  StackOutcome m_outcome;
  std::shared_ptr<const PreviewedBlock> m_block;
  bool m_running = false, m_again = false;
};

// What the quantizer of the picture's seam sees instead: the picture through the steps. For a worker.
PromptPicture throughSteps(const PromptPicture& picture, SeamId seam, const std::vector<Step>& steps);

}  // namespace bitscape
