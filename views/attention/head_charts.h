// The numbers of a block's heads as bars: mass on the first token, entropy, divergence of B from A.
//
// Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "core/calib/stats.h"
#include "views/charts/line_chart.h"
#include "views/compare/compare_bar.h"

namespace bitscape {

// What is not there (yet) is empty; the difference needs both.
struct HeadNumbers {
  std::vector<HeadStats> a, b;
  std::int64_t tokens = 0;                       // of the prompt
};

LineChartData massChart(const HeadNumbers& numbers, Shown shown, const SideNames& names);
LineChartData entropyChart(const HeadNumbers& numbers, Shown shown, const SideNames& names);
LineChartData divergenceChart(const std::vector<double>& divergence);

// B - A, head by head; empty unless both have the same number of heads.
std::vector<HeadStats> changeOfHeads(const std::vector<HeadStats>& a, const std::vector<HeadStats>& b);

}  // namespace bitscape
