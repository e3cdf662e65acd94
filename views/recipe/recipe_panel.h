// The Recipe dock: the bits of all linears and of the selected one, with what they cost. Every change is one edit of the recipe.
//
// A slider that is dragged sends edits of one kind, which merge into one undo step. GUI thread only.
#pragma once

#include <QWidget>

#include "core/model/config.h"
#include "core/study/recipe.h"
#include "views/recipe/plan_edit.h"
#include "views/selection/selection.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSlider;
class QVBoxLayout;

namespace bitscape {

class RecipePanel : public QWidget {
  Q_OBJECT
 public:
  explicit RecipePanel(Selection& selection, QWidget* parent = nullptr);
  void setModel(const ModelConfig* config);  // null: nothing is open; kept by value
  void setRecipe(const Recipe& recipe);      // without a signal

  QSlider* weightSlider() const { return m_weight; }
  QSlider* inputSlider() const { return m_input; }
  QSlider* headSlider() const { return m_head; }
  QSlider* clipSlider() const { return m_clip; }
  QSlider* ownSlider() const { return m_own; }
  QComboBox* groupBox() const { return m_group; }
  QCheckBox* symmetricBox() const { return m_symmetric; }
  QCheckBox* balancedBox() const { return m_balanced; }
  QPushButton* asAllButton() const { return m_asAll; }
  QPushButton* clearButton() const { return m_clear; }

 Q_SIGNALS:
  void edited(const QString& title, const bitscape::Recipe& next, int kind);

 private:
  struct BitRow {
    QSlider* slider;
    QLabel* value;
  };
  void separateDrags(QSlider* slider);
  BitRow addBits(QFormLayout* form, const QString& title, const QString& name, const QString& meaning);
  void buildUniform(QVBoxLayout* column);
  void buildOwn(QVBoxLayout* column);
  void editUniform(int kind);
  void editOwn(std::optional<int> bits, int kind);
  void show();

  Selection& m_selection;
  std::optional<ModelConfig> m_config;
  Recipe m_recipe;
  int m_gesture = 0;  // numbers drags and visits of a linear: no two of them are one edit
  bool m_silent = false;
  QLabel *m_name = nullptr, *m_size = nullptr;
  QSlider *m_weight = nullptr, *m_input = nullptr, *m_head = nullptr, *m_clip = nullptr, *m_own = nullptr;
  QLabel *m_weightText = nullptr, *m_inputText = nullptr, *m_headText = nullptr, *m_clipText = nullptr, *m_ownText = nullptr,
         *m_ownTitle = nullptr;
  QComboBox* m_group = nullptr;
  QCheckBox *m_symmetric = nullptr, *m_balanced = nullptr;
  QPushButton *m_asAll = nullptr, *m_clear = nullptr;
};

}  // namespace bitscape
