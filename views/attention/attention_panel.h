// The Attention page: the heads of a block as thumbnails, one of them large, with what each head does in numbers.
//
// GUI thread only.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/calib/stats.h"
#include "views/heat/max_pyramid.h"
#include "views/page/page.h"

class QLabel;
class QSpinBox;
class QSplitter;
class QToolButton;

namespace bitscape {

class HeadGrid;
class HeatPair;
class LineChart;
class LookBar;

// One side's attention in the selected block.
struct AttentionSide {
  std::vector<std::shared_ptr<const HeatGrid>> thumbnails;   // by head, small (pooled by maximum); empty: not there (yet)
  std::vector<HeadStats> numbers;                            // by head
  std::shared_ptr<const MaxPyramid> map;                     // of the selected head: rows are queries, columns keys; null: not there
};

class AttentionPanel : public Page {
  Q_OBJECT
 public:
  explicit AttentionPanel(Selection& selection, QWidget* parent = nullptr);
  void setModel(int blocks, int heads);                      // 0 disables the page
  void setSides(AttentionSide a, AttentionSide b, std::shared_ptr<const MaxPyramid> difference);
  void setDivergence(std::vector<double> kl);                // KL(A || B) per head in nats; empty: not known
  void setEmptyTexts(const QString& a, const QString& b);
  void setNote(const QString& note);
  HeatPair* heat() const { return m_heat; }
  HeadGrid* heads() const { return m_heads; }
  // The large map alone, or with thumbnails and charts.
  void setEnlarged(bool enlarged);
  bool isEnlarged() const;

  Json viewState() const override;
  void setViewState(const Json& state) override;

 private:
  void build();
  void connectSelection();
  void connectHeat();
  void showPlace();                                          // block, head and tokens of the selection
  void showLook();
  void showHeads();                                          // thumbnails and charts
  void showEmptyTexts();
  void showPointed(const Pointed& pointed);
  std::int64_t tokens() const;

  AttentionSide m_a, m_b;
  std::shared_ptr<const MaxPyramid> m_difference;
  std::vector<double> m_divergence;
  QString m_emptyA, m_emptyB;
  std::optional<int> m_pointedKey;                           // the column under the pointer: keys are no part of the selection
  std::optional<IndexRange> m_rows;                          // the rectangle that was drawn in the map
  std::optional<std::pair<int, int>> m_keys;
  QSpinBox* m_block = nullptr;
  QSpinBox* m_head = nullptr;
  LookBar* m_look = nullptr;
  QToolButton* m_enlarge = nullptr;
  HeadGrid* m_heads = nullptr;
  HeatPair* m_heat = nullptr;
  LineChart* m_mass = nullptr;
  LineChart* m_entropy = nullptr;
  LineChart* m_kl = nullptr;
  QSplitter* m_upper = nullptr;                              // thumbnails | large map
  QSplitter* m_charts = nullptr;
  QSplitter* m_whole = nullptr;                              // upper, charts
  QLabel* m_note = nullptr;
};

}  // namespace bitscape
