// Keeps the Overview page in step with the document: statistics of both sides, static errors, measured effects, error from block to block.
//
// B is wanted while the page can be seen and shows it. The drift is computed on a worker, seam by seam as pictures arrive. GUI thread only.
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QTimer>
#include <map>
#include <memory>
#include <vector>

#include "app/document.h"
#include "app/effects.h"
#include "views/overview/overview_panel.h"

namespace bitscape {

// What B's picture of a seam is away from A's, in dB; absent when they have different shapes. Infinite when they are equal.
std::optional<double> driftOf(const HeatGrid& a, const HeatGrid& b);

class OverviewPresenter : public QObject {
  Q_OBJECT
 public:
  OverviewPresenter(Document& document, Effects& effects, OverviewPanel& page, QObject* parent = nullptr);
  ~OverviewPresenter() override;  // waits for the worker

 Q_SIGNALS:
  void goToActivations();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  using Pictures = std::pair<std::shared_ptr<const MaxPyramid>, std::shared_ptr<const MaxPyramid>>;
  struct Measured {
    Pictures of;
    double sqnr = 0;
  };
  void showModel();
  void showTexts();
  void showSide(Side side);
  void showErrors();
  void showEffects();
  void ask();
  void forgetDrift();
  void measureDrift();
  void showDrift();
  EffectState stateOf(Effects::Part part) const;
  QString noteOf(Side side) const;

  Document& m_document;
  Effects& m_effects;
  OverviewPanel& m_page;
  QTimer m_driftSoon;  // pictures come in bursts
  std::map<SeamId, Measured> m_drift;
  QFutureWatcher<std::map<SeamId, Measured>> m_worker;
};

}  // namespace bitscape
