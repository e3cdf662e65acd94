// What is seen of one side (A or B): the activations of the prompt as pictures, and the statistics of a text with their outliers.
//
// A side is a model and how its blocks run: float, or as a recipe transforms and quantizes them (*propagated*). Work goes to Jobs, results
// come back block by block; a change of the source, the recipe or the prompt outdates what is under way. Nothing is computed for a side
// that nobody looks at. A *static* side runs nothing: it is handed what the other side's numbers become, and keeps it while a recipe
// changes, until newer numbers come.
// GUI thread only.
#pragma once

#include <QObject>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "app/jobs.h"
#include "app/linear_errors.h"
#include "app/prompt_picture.h"
#include "core/calib/outliers.h"
#include "core/study/pipeline.h"

namespace bitscape {

class SideAnalysis : public QObject {
  Q_OBJECT
 public:
  struct Source {
    std::shared_ptr<Pipeline> pipeline;      // null: nothing is open
    std::optional<Recipe> recipe;            // how it is quantized; absent: float
    std::shared_ptr<const BlockPreviews> previews;   // static: how its blocks are solved; null: blocks run
    std::string key() const;                 // tells sources apart: fingerprint and hash of the recipe
  };

  // `name` makes the keys of its jobs: "A", "B".
  SideAnalysis(Jobs& jobs, const QString& name, QObject* parent = nullptr);

  void setSource(const Source& source);      // forgets what another source gave
  const Source& source() const { return m_source; }
  void setPrompt(const QString& prompt);
  void setWanted(bool wanted);               // begins what is missing; false keeps what is there
  void recompute();                          // pictures and statistics anew; what is there stays until then
  void setStats(std::shared_ptr<const ActivationStats> stats, const QString& note);   // known already, from a study file
  // Of a static side: the pictures of one block, which replace all there are, with the tokens they are of; and the statistics.
  void takePictures(const PromptTokens& tokens, const std::map<SeamId, PromptPicture>& pictures);
  void takeStats(const MappedStats& mapped, const QString& note);

  const PromptTokens& tokens() const { return m_tokens; }
  const PromptPicture* picture(SeamId seam) const;                                  // null: not computed yet
  const std::shared_ptr<const ActivationStats>& stats() const { return m_stats; }   // null, or what is known so far
  const std::vector<MassiveOutlier>& massive() const { return m_massive; }
  const std::vector<NormalOutlier>& normal() const { return m_normal; }
  QString statsNote() const;                                                        // which text they come from
  bool hasStats() const { return m_statsComplete; }                                 // of the whole text
  bool isComplete() const;                                                          // statistics and pictures are all there

 Q_SIGNALS:
  void promptChanged();                      // other tokens: the pictures are gone
  void pictureArrived(int block);
  void statsChanged();
  void failed(const QString& sentence);

 private:
  void start();
  void analysePrompt();
  void collectStats();
  void showStats(const JobContext& context, std::shared_ptr<const ActivationStats> stats, bool complete);

  Jobs& m_jobs;
  QString m_name, m_prompt;
  Source m_source;
  bool m_wanted = false;
  PromptTokens m_tokens;
  std::map<SeamId, PromptPicture> m_pictures;
  bool m_picturesComplete = false, m_statsComplete = false;
  QString m_statsNote;
  std::shared_ptr<const ActivationStats> m_stats;
  std::vector<MassiveOutlier> m_massive;
  std::vector<NormalOutlier> m_normal;
};

}  // namespace bitscape
