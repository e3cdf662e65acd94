// The charts of one weight: histogram, quantiles against the normal, ranges per channel, use of the codes. Values in, data out; pure.
#pragma once

#include <QString>
#include <optional>

#include "core/quant/weight_profile.h"
#include "views/charts/line_chart.h"
#include "views/compare/compare_bar.h"

namespace bitscape {

struct ProfilePair {
  std::optional<WeightProfile> a, b;
  SideNames names;
  Shown shown = Shown::A;
};

LineChartData histogramChart(const ProfilePair& pair);  // shares on a logarithmic axis; difference: B - A, linear
LineChartData quantileChart(const ProfilePair& pair);
enum class Axis { Outputs, Inputs };
LineChartData rangesChart(const ProfilePair& pair, Axis axis);  // least and greatest weight of each row or column
LineChartData codesChart(const std::optional<CodesProfile>& codes, const QString& format);
// "576 x 576 · min -1.2 · ..."; empty without a profile. Of codes that are still counted nothing is said.
QString factsOf(const std::optional<WeightProfile>& profile);
QString factsOf(const std::optional<CodesProfile>& codes, const QString& format);

}  // namespace bitscape
