// Charts of the residual stream per block, of one side or of two: massive outliers, and how much each block changes its input.
//
// Pure functions of const statistics; blocks that are not known yet leave no point.
#pragma once

#include "core/calib/stats.h"
#include "views/charts/line_chart.h"

namespace bitscape {

// A side by its name; the name stands in the legend when there are two.
struct NamedStats {
  QString name;
  const ActivationStats* stats = nullptr;  // may be null
};

// top-1/2/3 and median of |h| after each block, logarithmic; of two sides: the largest and the median of each.
LineChartData massiveChart(const std::vector<NamedStats>& sides);
// Cosine between a block's input and output.
LineChartData cosineChart(const std::vector<NamedStats>& sides);

}  // namespace bitscape
