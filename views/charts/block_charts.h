// Charts of the residual stream per block: massive outliers, and how much each block changes its input.
//
// Pure functions of const statistics; blocks that are not known yet leave no point.
#pragma once

#include "core/calib/stats.h"
#include "views/charts/line_chart.h"

namespace bitscape {

// top-1/2/3 and median of |h| after each block, logarithmic.
LineChartData massiveChart(const ActivationStats& stats);
// Cosine between a block's input and output.
LineChartData cosineChart(const ActivationStats& stats);

}  // namespace bitscape
