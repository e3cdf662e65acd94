// The Activations page: which place, which prompt, how coloured; the heat map and its readout.
//
// Shows what it is given; asks through signals. GUI thread only.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <QWidget>

#include "core/model/seam.h"
#include "views/activations/heat_map.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace bitscape {

class ActivationsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ActivationsPanel(QWidget* parent = nullptr);

  void setBlocks(int blocks);                    // how many the model has; 0 disables the page
  void setPlace(SeamId place);                   // without a signal
  SeamId place() const;
  void setPrompt(const QString& prompt);         // without a signal
  QString prompt() const;
  // Null with a sentence: "Computing block 7 ...".
  void setGrid(std::shared_ptr<const HeatGrid> grid);
  void setPyramid(std::shared_ptr<const MaxPyramid> pyramid);
  void setEmptyText(const QString& text);
  void setOutliers(std::vector<std::pair<int, int>> cells);   // token, channel
  void setNote(const QString& note);             // small line below: where the numbers come from
  HeatMap* heatMap() const { return m_map; }

 Q_SIGNALS:
  void placeChanged(SeamId place);
  void promptChanged(const QString& prompt);     // "Show" or Return

 private:
  void applyRange();

  QSpinBox* m_block = nullptr;
  QComboBox* m_seam = nullptr;
  QComboBox* m_scale = nullptr;
  QComboBox* m_colours = nullptr;
  QCheckBox* m_fixed = nullptr;
  QDoubleSpinBox* m_low = nullptr;
  QDoubleSpinBox* m_high = nullptr;
  QLineEdit* m_prompt = nullptr;
  QPushButton* m_show = nullptr;
  QLabel* m_note = nullptr;
  HeatMap* m_map = nullptr;
};

// What a place is called in lists: "input of q, k, v".
QString seamTitle(SeamKind kind);

}  // namespace bitscape
