// The pages of the window with what fills them: panels, their presenters, runs, effects, generation.
//
// Everything of it that a study keeps goes through collect and restore. GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <vector>

#include "app/document.h"

class QTabWidget;

namespace bitscape {

class ActivationsPanel;
class AttentionPanel;
class BitCosts;
class BitsPanel;
class Effects;
class EvaluatePanel;
class ModelPanel;
class OverviewPanel;
class Page;
class RecipePanel;
class Runs;
class Speeds;
class StackPanel;
class StudyKeeper;
class WeightsPanel;
struct ReportContents;

class Workspace : public QObject {
  Q_OBJECT
 public:
  enum PageIndex { OverviewPage, ActivationsPage, WeightsPage, AttentionPage, EvaluatePage, BitsPage, PageCount };

  // Adds the pages to `tabs`, which owns them; the three dock panels have no parent yet.
  Workspace(Document& document, QTabWidget& tabs, QObject* parent = nullptr);

  OverviewPanel& overview() { return *m_overview; }
  ActivationsPanel& activations() { return *m_activations; }
  WeightsPanel& weights() { return *m_weights; }
  AttentionPanel& attention() { return *m_attention; }
  EvaluatePanel& evaluate() { return *m_evaluate; }
  BitsPanel& bits() { return *m_bits; }
  BitCosts& bitCosts() { return *m_bitCosts; }
  ModelPanel& model() { return *m_model; }
  RecipePanel& recipe() { return *m_recipe; }
  StackPanel& stack() { return *m_stack; }
  Runs& runs() { return *m_runs; }
  Speeds& speeds() { return *m_speeds; }
  Effects& effects() { return *m_effects; }

  void showPage(PageIndex page);
  static QString pageTitle(PageIndex page);
  void registerWith(StudyKeeper& keeper);        // runs, effects and view state belong to the study
  void addTo(ReportContents& contents) const;    // runs and figures

 Q_SIGNALS:
  void chooseTextRequested();
  void chooseCalibrationRequested();

 private:
  Json viewState() const;
  void setViewState(const Json& state);
  void wireModel();
  void wireRecipe();
  void wireStack();

  Document& m_document;
  QTabWidget& m_tabs;
  OverviewPanel* m_overview = nullptr;
  ActivationsPanel* m_activations = nullptr;
  WeightsPanel* m_weights = nullptr;
  AttentionPanel* m_attention = nullptr;
  EvaluatePanel* m_evaluate = nullptr;
  BitsPanel* m_bits = nullptr;
  BitCosts* m_bitCosts = nullptr;
  ModelPanel* m_model = nullptr;
  RecipePanel* m_recipe = nullptr;
  StackPanel* m_stack = nullptr;
  Runs* m_runs = nullptr;
  Speeds* m_speeds = nullptr;
  Effects* m_effects = nullptr;
  std::vector<Page*> m_pages;                    // by PageIndex
};

}  // namespace bitscape
