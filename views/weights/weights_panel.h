// The Weights page: one linear's weight as heat map, histogram, Q-Q plot, ranges per channel, and its codes at the chosen bits.
//
// GUI thread only.
#pragma once

#include <memory>
#include <optional>

#include "core/quant/weight_profile.h"
#include "views/heat/max_pyramid.h"
#include "views/page/page.h"

class QComboBox;
class QLabel;
class QSpinBox;
class QSplitter;

namespace bitscape {

class HeatPair;
class LineChart;
class LookBar;

// One side's weight of the selected linear: A as it is stored, B dequantized at the recipe's format (or a second model's weight).
struct WeightSide {
  std::shared_ptr<const MaxPyramid> pyramid;  // rows are outputs, columns inputs; null: not there (yet)
  std::optional<WeightProfile> profile;
};

class WeightsPanel : public Page {
  Q_OBJECT
 public:
  explicit WeightsPanel(Selection& selection, QWidget* parent = nullptr);
  void setBlocks(int blocks);  // 0 disables the page
  void setSides(WeightSide a, WeightSide b, std::shared_ptr<const MaxPyramid> difference);
  // The codes of side A's weight at the recipe's format ("4-bit asymmetric, per channel"); absent: the linear stays float (no format), or
  // they are still being counted.
  void setCodes(std::optional<CodesProfile> codes, const QString& format);
  void setEmptyTexts(const QString& a, const QString& b);
  void setNote(const QString& note);
  HeatPair* heat() const { return m_heat; }
  LineChart* histogram() const { return m_histogram; }
  LineChart* quantiles() const { return m_quantiles; }
  LineChart* ranges() const { return m_ranges; }
  LineChart* codes() const { return m_codesChart; }
  QString factsText() const;  // the lines below the pictures

  Json viewState() const override;
  void setViewState(const Json& state) override;

 private:
  void build();
  void connectSelection();
  void showPlace();
  void showLook();
  void showCharts();
  void showCodes();
  void showPointed();
  bool showsChannels() const;  // the chart of ranges: per channel, not per output

  WeightSide m_a, m_b;
  std::shared_ptr<const MaxPyramid> m_difference;
  SideNames m_names;
  std::optional<int> m_row;  // output under the pointer
  std::optional<CodesProfile> m_codes;
  QString m_format;
  QSpinBox* m_block = nullptr;
  QComboBox* m_linear = nullptr;
  QComboBox* m_axis = nullptr;
  LookBar* m_look = nullptr;
  HeatPair* m_heat = nullptr;
  LineChart *m_histogram = nullptr, *m_quantiles = nullptr, *m_ranges = nullptr, *m_codesChart = nullptr;
  QLabel *m_facts = nullptr, *m_codeFacts = nullptr, *m_note = nullptr;
  QSplitter* m_split = nullptr;
};

}  // namespace bitscape
