#include <algorithm>
#include <cmath>

#include "core/eval/run.h"

namespace bitscape {

void addReport(Run& run, const Report& report) {
  run.report = report;
  if (report.windows == 0) return;
  while (!run.curve.empty() && run.curve.back().windows >= report.windows) run.curve.pop_back();
  run.curve.push_back({report.windows, report.ppl, report.pplStderr, report.pplFloat, report.klMean});
}

std::optional<double> klStderr(const std::vector<RunPoint>& curve, std::size_t points) {
  points = std::min(points, curve.size());
  if (points < 2) return std::nullopt;
  const auto all = static_cast<double>(curve[points - 1].windows);
  const double mean = curve[points - 1].klMean;
  double sum = 0, before = 0, sumBefore = 0;
  for (std::size_t i = 0; i < points; ++i) {
    const auto windows = static_cast<double>(curve[i].windows);
    const double sumHere = windows * curve[i].klMean, count = windows - before;
    const double batch = (sumHere - sumBefore) / count;
    sum += count * (batch - mean) * (batch - mean);
    before = windows;
    sumBefore = sumHere;
  }
  return std::sqrt(sum / static_cast<double>(points - 1) / all);
}

}  // namespace bitscape
