#include "views/charts/block_charts.h"

#include <cmath>

#include <QCoreApplication>

namespace bitscape {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("BlockCharts", text); }

// A block that was measured has a largest value; one that was not is all zeros.
bool isKnown(const BlockStats& block) { return block.top[0].value != 0; }

}  // namespace

LineChartData massiveChart(const ActivationStats& stats) {
  LineChartData data;
  data.title = tr("Massive activations: |residual stream| after each block");
  data.xTitle = tr("block");
  data.yTitle = tr("|h|");
  data.meaning = tr("The three largest magnitudes after each block beside the median. Values a thousand times the median are massive: "
                    "few tokens hold them, and a scale per token or tensor that covers them leaves the other values few codes.");
  data.logarithmic = true;
  data.wholeX = true;
  data.series = {{tr("largest"), {}, {}, true}, {tr("second"), {}, {}}, {tr("third"), {}, {}}, {tr("median"), {}, {}}};
  for (std::size_t b = 0; b < stats.blocks.size(); ++b) {
    const BlockStats& block = stats.blocks[b];
    if (!isKnown(block)) continue;
    for (std::size_t k = 0; k < 3; ++k) data.series[k].points.append({static_cast<double>(b), std::abs(static_cast<double>(block.top[k].value))});
    data.series[3].points.append({static_cast<double>(b), block.median});
  }
  return data;
}

LineChartData cosineChart(const ActivationStats& stats) {
  LineChartData data;
  data.title = tr("Cosine between block input and output");
  data.xTitle = tr("block");
  data.yTitle = tr("cosine");
  data.meaning = tr("Mean over tokens. Near 1 the block changes its input little; low values mark the blocks that matter most, often the "
                    "first and the last. Give those more bits.");
  data.wholeX = true;
  data.series = {{tr("cosine"), {}, {}, true}};
  for (std::size_t b = 0; b < stats.blocks.size(); ++b) {
    if (isKnown(stats.blocks[b])) data.series[0].points.append({static_cast<double>(b), stats.blocks[b].cosine});
  }
  return data;
}

}  // namespace bitscape
