// Charts of what a recipe does: each component quantized alone, and the error that grows from block to block.
//
// Pure functions of const values.
#pragma once

#include <vector>

#include "core/search/sensitivity.h"
#include "views/charts/line_chart.h"

namespace bitscape {

// How far a seam's input of B is from A's on the same tokens: 10 log10(|A|^2 / |A - B|^2), in dB. Propagated: everything before the seam
// is quantized.
struct SeamDrift {
  SeamId seam;
  double sqnr = 0;
  bool operator==(const SeamDrift&) const = default;
};

// KL of each component quantized alone, logarithmic bars with standard errors.
LineChartData componentChart(const std::vector<ComponentEffect>& components, const QString& planName);
// One line per kind of seam.
LineChartData driftChart(const std::vector<SeamDrift>& drift, const QString& nameB);

}  // namespace bitscape
