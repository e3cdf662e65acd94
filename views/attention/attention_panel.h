// The Attention page: the heads of a block as thumbnails, one of them large, with what each head does in numbers.
//
// GUI thread only.
#pragma once

#include <memory>
#include <vector>

#include "core/calib/stats.h"
#include "views/heat/max_pyramid.h"
#include "views/page/page.h"

namespace bitscape {

class HeatPair;

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

  Json viewState() const override;
  void setViewState(const Json& state) override;

 private:
  HeatPair* m_heat = nullptr;
};

}  // namespace bitscape
