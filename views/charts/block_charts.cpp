#include "views/charts/block_charts.h"

#include <QCoreApplication>
#include <cmath>

namespace bitscape {
namespace {

struct BlockCharts {
  Q_DECLARE_TR_FUNCTIONS(BlockCharts)
};

// A block that was measured has a largest value; one that was not is all zeros.
bool isKnown(const BlockStats& block) { return block.top[0].value != 0; }

template <class ValueOf>
LineSeries perBlock(const QString& name, const ActivationStats* stats, ValueOf valueOf, bool markers = false) {
  LineSeries series;
  series.name = name;
  series.markers = markers;
  if (stats == nullptr) return series;
  for (std::size_t b = 0; b < stats->blocks.size(); ++b) {
    if (isKnown(stats->blocks[b])) series.points.append({static_cast<double>(b), valueOf(stats->blocks[b])});
  }
  return series;
}

auto top(std::size_t k) {
  return [k](const BlockStats& block) { return std::abs(static_cast<double>(block.top[k].value)); };
}
double median(const BlockStats& block) { return block.median; }
double cosine(const BlockStats& block) { return block.cosine; }

}  // namespace

LineChartData massiveChart(const std::vector<NamedStats>& sides) {
  LineChartData data;
  data.title = BlockCharts::tr("Massive activations: |residual stream| after each block");
  data.xTitle = BlockCharts::tr("block");
  data.yTitle = BlockCharts::tr("|h|");
  data.meaning = BlockCharts::tr(
      "The three largest magnitudes after each block beside the median. Values a thousand times the median are massive: "
      "few tokens hold them, and a scale per token or tensor that covers them leaves the other values few codes.");
  data.logarithmic = true;
  data.wholeX = true;
  if (sides.size() == 1) {
    const auto* stats = sides.front().stats;
    data.series = {perBlock(BlockCharts::tr("largest"), stats, top(0), true), perBlock(BlockCharts::tr("second"), stats, top(1)),
                   perBlock(BlockCharts::tr("third"), stats, top(2)), perBlock(BlockCharts::tr("median"), stats, median)};
    return data;
  }
  for (const NamedStats& side : sides)
    data.series.push_back(perBlock(BlockCharts::tr("largest, %1").arg(side.name), side.stats, top(0), true));
  for (const NamedStats& side : sides) data.series.push_back(perBlock(BlockCharts::tr("median, %1").arg(side.name), side.stats, median));
  return data;
}

LineChartData cosineChart(const std::vector<NamedStats>& sides) {
  LineChartData data;
  data.title = BlockCharts::tr("Cosine between block input and output");
  data.xTitle = BlockCharts::tr("block");
  data.yTitle = BlockCharts::tr("cosine");
  data.meaning = BlockCharts::tr(
      "Mean over tokens. Near 1 the block changes its input little; low values mark the blocks that matter most, often the "
      "first and the last. Give those more bits.");
  data.wholeX = true;
  for (const NamedStats& side : sides) {
    data.series.push_back(perBlock(sides.size() == 1 ? BlockCharts::tr("cosine") : side.name, side.stats, cosine, true));
  }
  return data;
}

}  // namespace bitscape
