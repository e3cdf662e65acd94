// How evenly outliers lie over the blocks of channels that a rotation mixes, before and after a permutation; and the chart that shows it.
//
// Of each run of `width` channels the mean of the channels' largest |x| over the tokens: a permutation is good when it makes these alike,
// for a rotation of each run cannot move anything out of it. Pure; thread-safe.
#pragma once

#include <vector>

#include "views/charts/line_chart.h"

namespace bitscape {

struct BlockBalance {
  int width = 0;                      // channels of a run
  std::vector<double> before, after;  // by run
};

// The means of runs of `width` channels; the last one may be shorter. `values` are [rows, columns], row after row.
std::vector<double> blockMeans(const float* values, int rows, int columns, int width);
// Population variance.
double varianceOf(const std::vector<double>& values);

// Null: no chart.
LineChartData blockBalanceChart(const BlockBalance* balance);

}  // namespace bitscape
