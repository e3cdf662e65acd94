// The selected linear's weight for the sides that are looked at, and its codes: B is the weight as the stack transforms and the rounding
// quantizes it (*static*: from A's statistics), or a second model's.
//
// One job at a time: a newer selection supersedes it, a newer recipe waits for it, so that a slider being dragged shows its way. What is
// there of the same linear and recipe is not computed again. When only the recipe changes, the numbers of the old one stand until newer
// ones come, so that nothing flickers.
// GUI thread only.
#pragma once

#include <QObject>
#include <memory>
#include <optional>

#include "app/document.h"
#include "views/weights/weights_panel.h"

namespace bitscape {

class WeightsLoader : public QObject {
  Q_OBJECT
 public:
  explicit WeightsLoader(Document& document, QObject* parent = nullptr);  // which must outlive it
  // Computes what is missing: side A and the codes always, B and the difference when asked for. Nothing while `seen` is false.
  void look(bool seen, bool b, bool difference);

  const WeightSide& a() const { return m_a; }
  const WeightSide& b() const { return m_b; }
  const std::shared_ptr<const MaxPyramid>& difference() const { return m_difference; }  // null: not there (yet)
  const std::optional<CodesProfile>& codes() const { return m_codes; }                  // absent: float, or not there yet
  const QString& format() const { return m_format; }  // of the codes; empty: the recipe leaves the linear float
  bool isComplete() const;                            // all that is looked at is there and of the present recipe, or failed
  QString fault() const { return m_fault; }           // why there is nothing; empty: nothing failed
  QString differenceFault() const { return m_differenceFault; }

 Q_SIGNALS:
  void changed();

 private:
  struct Place {  // what the numbers belong to
    std::string models, recipe;
    LinearId linear;
    bool operator==(const Place&) const = default;
  };
  Place here() const;
  void forget(const Place& place);
  QString formatHere() const;
  bool isMissing() const;
  bool isPossible() const;
  void start();
  void end(const Place& place);

  Document& m_document;
  Place m_place;
  bool m_wantsB = false, m_wantsDifference = false;
  bool m_isPending = false;  // results of the job are still to come
  WeightSide m_a, m_b;
  std::shared_ptr<const MaxPyramid> m_difference;
  std::optional<CodesProfile> m_codes;
  bool m_bKnown = false, m_differenceKnown = false, m_codesKnown = false;  // of m_place's recipe, not of an older one
  QString m_format, m_fault, m_differenceFault;
};

}  // namespace bitscape
