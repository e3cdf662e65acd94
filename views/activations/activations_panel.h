// The Activations page: which place, which prompt; |x| over tokens and channels as heat map and as surface, its profiles and readout.
//
// GUI thread only.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "views/activations/activation_profile.h"
#include "views/activations/block_balance.h"
#include "views/heat/max_pyramid.h"
#include "views/page/page.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QSplitter;

namespace bitscape {

class HeatPair;
class LookBar;
class SurfacePair;

// One side's input of the selected seam for the prompt.
struct ActivationSide {
  std::shared_ptr<const MaxPyramid> pyramid;         // rows are tokens, columns channels; null: not there (yet)
  std::vector<std::pair<int, int>> massive;          // token, channel
  std::vector<int> normalChannels;                   // of the statistics: large for every token
  std::shared_ptr<const ActivationProfile> profile;  // made here if it is missing
  std::shared_ptr<const BlockBalance> balance;       // of B, when its stack permutes; null: no chart
};

class ActivationsPanel : public Page {
  Q_OBJECT
 public:
  enum class Pictures { HeatMap, Surface, Both };

  explicit ActivationsPanel(Selection& selection, QWidget* parent = nullptr);

  void setBlocks(int blocks);             // how many the model has; 0 disables the page
  void setPrompt(const QString& prompt);  // without a signal
  QString prompt() const;
  // `difference`: null when there is none (yet).
  void setSides(ActivationSide a, ActivationSide b, std::shared_ptr<const MaxPyramid> difference);
  void setEmptyTexts(const QString& a, const QString& b);  // what stands where a side is not there: "Computing block 7 ..."
  void setNote(const QString& note);                       // small line below: where the numbers come from
  void setPictures(Pictures pictures);
  Pictures pictures() const;
  HeatPair* heat() const { return m_heat; }
  SurfacePair* surface() const { return m_surface; }
  LineChart* channels() const { return m_channels; }
  LineChart* tokens() const { return m_tokens; }
  LineChart* balance() const { return m_balance; }  // hidden unless B permutes

  Json viewState() const override;
  void setViewState(const Json& state) override;

 Q_SIGNALS:
  void promptChanged(const QString& prompt);  // "Show" or Return

 private:
  void build();
  void connectSelection();
  void connectPictures();
  void showPlace();
  void showPointed(const Pointed& pointed);
  void showLook();
  void showSurfaces();
  void showCharts();
  void arrange();
  void pointAt(std::optional<int> token, std::optional<int> channel);
  void zoomTo(std::optional<int> token, std::optional<int> channel);
  const MaxPyramid* firstPyramid() const;

  ActivationSide m_a, m_b;
  std::shared_ptr<const MaxPyramid> m_difference;
  QString m_emptyA, m_emptyB;
  QSpinBox* m_block = nullptr;
  QComboBox* m_seam = nullptr;
  QComboBox* m_pictures = nullptr;
  QComboBox* m_height = nullptr;
  QLineEdit* m_prompt = nullptr;
  QPushButton* m_show = nullptr;
  LookBar* m_look = nullptr;
  HeatPair* m_heat = nullptr;
  SurfacePair* m_surface = nullptr;
  LineChart* m_channels = nullptr;
  LineChart* m_tokens = nullptr;
  LineChart* m_balance = nullptr;
  QSplitter* m_upper = nullptr;
  QSplitter* m_charts = nullptr;
  QSplitter* m_whole = nullptr;
  QLabel* m_note = nullptr;
};

// What a place is called in lists: "input of q, k, v".
QString seamTitle(SeamKind kind);

}  // namespace bitscape
