// The Overview page: a measure to choose, its matrix of one side, of the difference or of both, and charts by block with what they mean.
//
// Shows what it is given; selection and pointer it reads and writes itself. GUI thread only.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "views/charts/block_charts.h"
#include "views/overview/effect_bar.h"
#include "views/overview/measures.h"
#include "views/overview/recipe_charts.h"
#include "views/page/page.h"

class QComboBox;
class QLabel;
class QTabWidget;

namespace bitscape {

class LineChart;

// What is known of a side; everything may be missing, or of fewer blocks than the model has.
struct OverviewSide {
  std::shared_ptr<const ActivationStats> stats;
  std::vector<MassiveOutlier> massive;
  std::vector<NormalOutlier> normal;
};

class OverviewPanel : public Page {
  Q_OBJECT
 public:
  explicit OverviewPanel(Selection& selection, QWidget* parent = nullptr);

  void setBlocks(int blocks);  // of the model; 0: nothing is open. Forgets the sides and what was measured
  void setNames(const SideNames& names);
  void setSide(Side side, OverviewSide known);
  // Error of each linear at the plan `planName`, in dB, as far as known.
  void setSqnr(std::map<LinearId, double> sqnr, const QString& planName);
  void setEffects(std::map<LinearId, Effect> effects);
  void setComponents(std::vector<ComponentEffect> components);
  void setDrift(std::vector<SeamDrift> drift);
  void setEffectsState(const EffectState& state);
  void setComponentsState(const EffectState& state);
  void setEmptyTexts(const QString& a, const QString& b);  // while a side has no statistics
  void setDriftText(const QString& text);                  // while there is no drift
  void setDifferenceFault(const QString& reason);          // empty: A and B can be compared
  void setNote(const QString& note);                       // e.g. the sample's 4-bit grid
  void setMeasure(Measure measure);
  Measure measure() const;
  bool wantsDrift() const;                                                                          // its chart can be seen
  MatrixView* matrix(Side side = Side::A) const { return side == Side::A ? m_matrix : m_matrixB; }  // B: beside it, when both are shown
  LineChart* massiveChart() const { return m_massiveChart; }
  LineChart* cosineChart() const { return m_cosineChart; }
  LineChart* componentChart() const { return m_componentChart; }
  LineChart* driftChart() const { return m_driftChart; }
  EffectBar* effectBar() const { return m_effectBar; }
  EffectBar* componentBar() const { return m_componentBar; }

  Json viewState() const override;  // and "measure", "charts"
  void setViewState(const Json& state) override;

 Q_SIGNALS:
  void activated(LinearId id);  // double click: go there
  void measureChanged(Measure measure);
  void effectsRequested();
  void effectsCancelRequested();
  void componentsRequested();
  void componentsCancelRequested();
  void driftWanted();  // its chart came into view

 private:
  void build();
  QWidget* buildCharts();
  void connectSelection();
  void showMatrix();
  void showCharts();
  void showSummary();
  void showReadout();
  MatrixData matrixOf(Side side) const;
  QString emptyText(Side side) const;
  std::vector<NamedStats> shownSides() const;

  int m_blocks = 0;
  OverviewSide m_sides[2];  // by Side
  QString m_emptyTexts[2];
  std::map<LinearId, double> m_sqnr;
  std::map<LinearId, Effect> m_effects;
  std::vector<ComponentEffect> m_components;
  std::vector<SeamDrift> m_drift;
  QString m_planName, m_fault;
  QComboBox* m_measure = nullptr;
  QLabel *m_meaning = nullptr, *m_readout = nullptr, *m_summary = nullptr, *m_note = nullptr;
  QLabel *m_titleA = nullptr, *m_titleB = nullptr;
  MatrixView *m_matrix = nullptr, *m_matrixB = nullptr;
  QWidget* m_sideB = nullptr;
  QTabWidget* m_charts = nullptr;
  LineChart *m_massiveChart = nullptr, *m_cosineChart = nullptr, *m_componentChart = nullptr, *m_driftChart = nullptr;
  EffectBar *m_effectBar = nullptr, *m_componentBar = nullptr;
};

}  // namespace bitscape
