#include "views/activations/block_balance.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <cmath>

namespace bitscape {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(BlockBalance)
};

LineSeries barsOf(const QString& name, const std::vector<double>& values) {
  LineSeries series;
  series.name = name;
  series.bars = true;
  for (std::size_t i = 0; i < values.size(); ++i) series.points << QPointF(static_cast<double>(i), values[i]);
  return series;
}

QString shortNumber(double value) { return QLocale::c().toString(value, 'g', 3); }

}  // namespace

std::vector<double> blockMeans(const float* values, int rows, int columns, int width) {
  std::vector<float> largest(static_cast<std::size_t>(columns), 0.0f);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      float& most = largest[static_cast<std::size_t>(column)];
      most = std::max(most, std::abs(values[static_cast<std::ptrdiff_t>(row) * columns + column]));
    }
  }
  std::vector<double> means;
  for (int first = 0; first < columns; first += width) {
    const int last = std::min(columns, first + width);
    double sum = 0;
    for (int column = first; column < last; ++column) sum += largest[static_cast<std::size_t>(column)];
    means.push_back(sum / (last - first));
  }
  return means;
}

double varianceOf(const std::vector<double>& values) {
  if (values.empty()) return 0;
  double mean = 0, sum = 0;
  for (const double value : values) mean += value;
  mean /= static_cast<double>(values.size());
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size());
}

LineChartData blockBalanceChart(const BlockBalance* balance) {
  LineChartData data;
  data.xTitle = Words::tr("block of channels");
  data.yTitle = Words::tr("mean of the largest |x|");
  data.wholeX = true;
  if (balance == nullptr) return data;
  data.title = Words::tr("Blocks of %1 channels").arg(balance->width);
  data.meaning = Words::tr(
      "The mean of the channels' largest |x| in each block that a rotation mixes, before and after the permutation. The permutation is good "
      "when all blocks are alike: the variance between them falls from %1 to %2.")
                     .arg(shortNumber(varianceOf(balance->before)), shortNumber(varianceOf(balance->after)));
  data.series = {barsOf(Words::tr("before the permutation (variance %1)").arg(shortNumber(varianceOf(balance->before))), balance->before),
                 barsOf(Words::tr("after (variance %1)").arg(shortNumber(varianceOf(balance->after))), balance->after)};
  return data;
}

}  // namespace bitscape
