// The attention of the document's prompt in one block, for the sides that are looked at: traced, remembered, compared.
//
// A block's queries and keys are traced once per side and kept for a while; the large map is computed for one head at a time. What is
// looked at no longer is cancelled, what changed in between is outdated. GUI thread only.
#pragma once

#include <QObject>
#include <array>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/attention_picture.h"
#include "app/document.h"
#include "views/attention/attention_panel.h"

namespace bitscape {

class AttentionLoader : public QObject {
  Q_OBJECT
 public:
  struct Look {
    int block = 0, head = 0;
    bool a = false, b = false, difference = false;           // the sides whose numbers are wanted
    bool operator==(const Look&) const = default;
  };

  explicit AttentionLoader(Document& document, QObject* parent = nullptr);   // which must outlive it
  ~AttentionLoader() override;
  // Computes what is missing of it; also after a change of the document, with the same `look`.
  void look(const Look& look);

  const AttentionSide& side(Side side) const { return lane(side).shown; }
  const std::shared_ptr<const MaxPyramid>& difference() const { return m_difference; }   // null: not there (yet)
  const std::vector<double>& divergence() const { return m_divergence; }                 // empty: not there (yet)
  QString fault(Side side) const { return lane(side).fault; }                            // why there is nothing; empty: nothing failed
  QString differenceFault() const;                                                       // why A and B cannot be compared
  std::int64_t tokens(Side side) const;                                                  // of the prompt; 0: not known yet
  bool wasCut(Side side) const;                                                          // the prompt is longer
  bool isComplete() const;                                                               // all that is looked at is there, or failed

 Q_SIGNALS:
  void changed();

 private:
  using Blocks = std::shared_ptr<const TracedBlock>;
  struct Lane {
    std::string key;                                         // model, recipe and block; empty: nothing is open
    Blocks traced;
    AttentionSide shown;
    int head = -1;                                           // of the map that is under way or there
    int mapHead = -1;                                        // of the map that is there
    int job = 0;                                             // that traces
    QString fault;
  };
  Lane& lane(Side side) { return m_lanes[static_cast<std::size_t>(side)]; }
  const Lane& lane(Side side) const { return m_lanes[static_cast<std::size_t>(side)]; }
  bool isWanted(Side side) const { return side == Side::A ? m_look.a : m_look.b; }
  void refresh();
  void prepare(Side side);
  void trace(Side side, const SideAnalysis::Source& source);
  void loadMap(Side side);
  void stop(Side side);
  void compareHeads();
  void compareMaps();
  void fail(Side side, const QString& sentence);
  void hearOfCancel(const JobState& job);
  void remember(const std::string& key, const Blocks& traced);

  Document& m_document;
  Look m_look;
  QString m_prompt;
  std::array<Lane, 2> m_lanes;
  std::list<std::pair<std::string, Blocks>> m_traced;        // the latest first
  std::shared_ptr<const MaxPyramid> m_difference;
  std::pair<const MaxPyramid*, const MaxPyramid*> m_differenceOf{};
  std::vector<double> m_divergence;
  using Pair = std::pair<std::string, std::string>;
  Pair m_divergenceOf;
  std::map<Pair, std::vector<double>> m_divergences;
};

}  // namespace bitscape
