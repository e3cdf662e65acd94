// The Activations page: which place, which prompt; |x| over tokens and channels as heat map and as surface, its profiles and readout.
//
// GUI thread only.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "views/heat/max_pyramid.h"
#include "views/page/page.h"

namespace bitscape {

class HeatPair;
class SurfaceView;

// One side's input of the selected seam for the prompt.
struct ActivationSide {
  std::shared_ptr<const MaxPyramid> pyramid;     // rows are tokens, columns channels; null: not there (yet)
  std::vector<std::pair<int, int>> massive;      // token, channel
  std::vector<int> normalChannels;               // of the statistics: large for every token
};

class ActivationsPanel : public Page {
  Q_OBJECT
 public:
  explicit ActivationsPanel(Selection& selection, QWidget* parent = nullptr);

  void setBlocks(int blocks);                    // how many the model has; 0 disables the page
  void setPrompt(const QString& prompt);         // without a signal
  QString prompt() const;
  // `difference`: null when there is none (yet).
  void setSides(ActivationSide a, ActivationSide b, std::shared_ptr<const MaxPyramid> difference);
  void setEmptyTexts(const QString& a, const QString& b);   // what stands where a side is not there: "Computing block 7 ..."
  void setNote(const QString& note);             // small line below: where the numbers come from
  HeatPair* heat() const { return m_heat; }
  SurfaceView* surface() const { return m_surface; }

  Json viewState() const override;
  void setViewState(const Json& state) override;

 Q_SIGNALS:
  void promptChanged(const QString& prompt);     // "Show" or Return

 private:
  HeatPair* m_heat = nullptr;
  SurfaceView* m_surface = nullptr;
};

// What a place is called in lists: "input of q, k, v".
QString seamTitle(SeamKind kind);

}  // namespace bitscape
