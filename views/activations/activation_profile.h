// The profiles of an activation matrix: what each channel and each token reaches; and the charts that show them.
//
// Of the values' magnitudes |x|: per channel the largest, the mean and the median over tokens, per token the largest over channels. A
// channel whose median stands out is large for every token; one with a large maximum alone is large on few. Pure; thread-safe.
#pragma once

#include <vector>

#include "views/charts/line_chart.h"
#include "views/compare/compare_bar.h"
#include "views/heat/heat_grid.h"

namespace bitscape {

struct ActivationProfile {
  std::vector<float> channelMax, channelMean, channelMedian, tokenMax;
};
ActivationProfile profileOf(const HeatGrid& grid);  // takes time: for a worker

// Null: that side is not there. The difference is B - A of what both have.
LineChartData channelChart(const ActivationProfile* a, const ActivationProfile* b, Shown shown, const SideNames& names, bool logarithmic);
LineChartData tokenChart(const ActivationProfile* a, const ActivationProfile* b, Shown shown, const SideNames& names, bool logarithmic,
                         const QStringList& tokens);

}  // namespace bitscape
