// The selected linear's weight for the sides that are looked at, and its codes at the recipe's format.
//
// One job at a time: a newer selection or recipe supersedes it. What is there of the same linear and recipe is not computed again. GUI
// thread only.
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
  explicit WeightsLoader(Document& document, QObject* parent = nullptr);   // which must outlive it
  // Computes what is missing: side A and the codes always, B and the difference when asked for. Nothing while `seen` is false.
  void look(bool seen, bool b, bool difference);

  const WeightSide& a() const { return m_a; }
  const WeightSide& b() const { return m_b; }
  const std::shared_ptr<const MaxPyramid>& difference() const { return m_difference; }   // null: not there (yet)
  const std::optional<CodesProfile>& codes() const { return m_codes; }
  QString fault() const { return m_fault; }                   // why there is nothing; empty: nothing failed
  QString differenceFault() const { return m_differenceFault; }

 Q_SIGNALS:
  void changed();

 private:
  struct Place {                                              // what the numbers belong to
    std::string models, recipe;
    LinearId linear;
    bool operator==(const Place&) const = default;
  };
  Place here() const;
  void forget(const Place& place);
  void start();

  Document& m_document;
  Place m_place;
  bool m_wantsB = false, m_wantsDifference = false;
  WeightSide m_a, m_b;
  std::shared_ptr<const MaxPyramid> m_difference;
  std::optional<CodesProfile> m_codes;
  bool m_codesKnown = false;
  QString m_fault, m_differenceFault;
};

}  // namespace bitscape
