// Keeps the page of bits in step with the document's plan, its costs and its runs; what the page asks for goes to them.
//
// A page that is not seen is brought up to date when it is. GUI thread only.
#pragma once

#include <QObject>

#include "app/pages/bit_costs.h"
#include "app/runs.h"

namespace bitscape {

class BitsPanel;

class BitsPresenter : public QObject {
  Q_OBJECT
 public:
  BitsPresenter(Document& document, Runs& runs, BitsPanel& page, QObject* parent = nullptr);
  BitCosts& costs() { return m_costs; }
  void setReadGbps(double gbps);                               // of this machine; 0: not measured
  bool eventFilter(QObject* watched, QEvent* event) override;  // the page is shown

 private:
  void show();  // everything, if the page is seen
  void showAll();
  void showModel();
  void showPlan();
  void showCosts();
  void showRuns();
  void showEvaluation();
  void evaluate();
  void showEstimate();

  Document& m_document;
  Runs& m_runs;
  BitsPanel& m_page;
  BitCosts m_costs;
  bool m_isStale = true;  // the page does not show what is
};

}  // namespace bitscape
