// The Stack dock: the recipe's passes in order with their parameters, the rounding, propagation, the calibration text, and what it costs.
//
// Everything shown comes from the list of methods. Every change is one edit of the recipe; a slider that is dragged sends edits of one
// kind, which merge into one undo step. GUI thread only.
#pragma once

#include <QWidget>
#include <optional>

#include "core/study/recipe.h"
#include "views/stack/stack_list.h"
#include "views/stack/stack_outcome.h"

class QCheckBox;
class QPushButton;
class QScrollArea;

namespace bitscape {

class ElidedLabel;
class EmptyStack;
class GlyphButton;
class RoundingBox;
class ToneLabel;
struct Preset;

class StackPanel : public QWidget {
  Q_OBJECT
 public:
  explicit StackPanel(QWidget* parent = nullptr);
  void setModel(const ModelConfig* config);  // null: nothing is open; kept by value
  void setRecipe(const Recipe& recipe);      // without a signal
  void setOutcome(const StackOutcome& outcome);
  void setCalibration(const QString& path);  // an edit: the usual windows of this text; empty: none

  StackList* list() const { return m_list; }
  EmptyStack* empty() const { return m_empty; }
  RoundingBox* rounding() const { return m_rounding; }
  QCheckBox* propagateBox() const { return m_propagate; }
  QPushButton* methodButton() const { return m_method; }  // their menus have one action per method and per pass
  QPushButton* stepButton() const { return m_step; }
  QPushButton* calibrationButton() const { return m_choose; }
  ToneLabel* totals() const { return m_totals; }

 Q_SIGNALS:
  void edited(const QString& title, const bitscape::Recipe& next, int kind);
  void chooseCalibrationRequested();
  void failed(const QString& sentence);  // a method that cannot be set up for these bits

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void buildHead();
  void buildBody();
  void buildFoot();
  void wireList();
  void useMethod(const Method& method);
  void usePreset(const Preset& preset);
  void addStep(const Pass& pass);
  void answer(std::size_t index, StackRow::Ask what);
  int kindOf(const QString& what);
  void showState();

  std::optional<ModelConfig> m_config;
  Recipe m_recipe;
  StackOutcome m_outcome;
  QString m_gestureOf;  // what the last kind of edits changes
  int m_gesture = 0;

  QScrollArea* m_scroll = nullptr;
  QPushButton *m_method = nullptr, *m_step = nullptr, *m_choose = nullptr;
  EmptyStack* m_empty = nullptr;
  StackList* m_list = nullptr;
  RoundingBox* m_rounding = nullptr;
  QCheckBox* m_propagate = nullptr;
  ElidedLabel* m_calibration = nullptr;
  GlyphButton* m_noCalibration = nullptr;
  ToneLabel *m_notes = nullptr, *m_totals = nullptr, *m_state = nullptr;
};

}  // namespace bitscape
