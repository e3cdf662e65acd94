// Charts of one run or of two: perplexity and KL divergence as windows were done, and the error from block to block.
//
// A and B show one run each (with the float model's perplexity beside it), side by side both, the difference B - A where both have a
// point, its error bar sqrt(se_a^2 + se_b^2). Pure; GUI thread only (translated).
#pragma once

#include "core/eval/run.h"
#include "views/charts/line_chart.h"
#include "views/compare/compare_bar.h"

namespace bitscape {

// A null run leaves its lines out.
LineChartData perplexityChart(const Run* a, const Run* b, Shown shown);
LineChartData divergenceChart(const Run* a, const Run* b, Shown shown);
LineChartData blockErrorChart(const Run* a, const Run* b, Shown shown);

}  // namespace bitscape
