#include "views/activations/activation_profile.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <limits>

namespace bitscape {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(ActivationProfile)
};

LineSeries seriesOf(const QString& name, const std::vector<float>& values) {
  LineSeries series;
  series.name = name;
  series.points.reserve(static_cast<qsizetype>(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) series.points << QPointF(static_cast<double>(i), values[i]);
  return series;
}

std::vector<float> difference(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> result(std::min(a.size(), b.size()));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = b[i] - a[i];
  return result;
}

// A logarithmic axis ends a decade below what most channels reach.
double floorOf(const LineChartData& data) {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (const auto& series : data.series) {
    for (const auto& p : series.points) {
      if (!(p.y() > 0) || !std::isfinite(p.y())) continue;
      least = std::min(least, p.y());
      most = std::max(most, p.y());
    }
  }
  return most > 0 ? std::max(least, most * 1e-6) : 1e-6;
}

}  // namespace

ActivationProfile profileOf(const HeatGrid& grid) {
  ActivationProfile profile;
  const auto rows = static_cast<std::size_t>(grid.rows), columns = static_cast<std::size_t>(grid.columns);
  if (rows == 0 || columns == 0) return profile;
  profile.channelMax.resize(columns);
  profile.channelMean.resize(columns);
  profile.channelMedian.resize(columns);
  profile.tokenMax.resize(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) profile.tokenMax[r] = std::max(profile.tokenMax[r], std::abs(grid.values[r * columns + c]));
  }
  // Sixteen channels at a time: a line of the cache is read once.
  constexpr std::size_t kTogether = 16;
  std::vector<float> gathered(kTogether * rows);
  for (std::size_t first = 0; first < columns; first += kTogether) {
    const auto count = std::min(kTogether, columns - first);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t k = 0; k < count; ++k) gathered[k * rows + r] = std::abs(grid.values[r * columns + first + k]);
    }
    for (std::size_t k = 0; k < count; ++k) {
      const auto begin = gathered.begin() + static_cast<std::ptrdiff_t>(k * rows), end = begin + static_cast<std::ptrdiff_t>(rows);
      double sum = 0;
      float most = 0;
      for (auto it = begin; it != end; ++it) {
        sum += *it;
        most = std::max(most, *it);
      }
      const auto middle = begin + static_cast<std::ptrdiff_t>(rows / 2);
      std::nth_element(begin, middle, end);
      const float upper = *middle, lower = rows % 2 == 0 ? *std::max_element(begin, middle) : upper;
      profile.channelMax[first + k] = most;
      profile.channelMean[first + k] = static_cast<float>(sum / static_cast<double>(rows));
      profile.channelMedian[first + k] = 0.5f * (lower + upper);
    }
  }
  return profile;
}

LineChartData channelChart(const ActivationProfile* a, const ActivationProfile* b, Shown shown, const SideNames& names, bool logarithmic) {
  LineChartData data;
  data.title = Words::tr("Channels");
  data.xTitle = Words::tr("channel");
  data.wholeX = true;
  data.meaning = Words::tr(
      "Each channel's largest, mean and median |x| over the tokens. A flat profile is easy to quantize. A channel whose median stands "
      "out is large for every token: smoothing or a rotation helps. A large maximum alone comes from few tokens.");
  if (shown == Shown::Difference) {
    data.yTitle = Words::tr("B − A of |x|");
    if (a != nullptr && b != nullptr && a->channelMax.size() == b->channelMax.size()) {
      data.series = {seriesOf(Words::tr("largest"), difference(a->channelMax, b->channelMax)),
                     seriesOf(Words::tr("mean"), difference(a->channelMean, b->channelMean)),
                     seriesOf(Words::tr("median"), difference(a->channelMedian, b->channelMedian))};
    }
    return data;
  }
  data.yTitle = Words::tr("|x|");
  data.logarithmic = logarithmic;
  const auto add = [&](const ActivationProfile* side, const QString& name) {
    if (side == nullptr) return;
    const bool both = shown == Shown::SideBySide;
    data.series.push_back(seriesOf(both ? Words::tr("largest, %1").arg(name) : Words::tr("largest"), side->channelMax));
    data.series.push_back(seriesOf(both ? Words::tr("mean, %1").arg(name) : Words::tr("mean"), side->channelMean));
    data.series.push_back(seriesOf(both ? Words::tr("median, %1").arg(name) : Words::tr("median"), side->channelMedian));
  };
  if (shown != Shown::B) add(a, names.a.isEmpty() ? Words::tr("A") : names.a);
  if (shown != Shown::A) add(b, names.b.isEmpty() ? Words::tr("B") : names.b);
  data.floor = floorOf(data);
  return data;
}

LineChartData tokenChart(const ActivationProfile* a, const ActivationProfile* b, Shown shown, const SideNames& names, bool logarithmic,
                         const QStringList& tokens) {
  LineChartData data;
  data.title = Words::tr("Tokens");
  data.xTitle = Words::tr("token");
  data.wholeX = true;
  // The same text may occur twice: its number tells tokens apart.
  for (qsizetype i = 0; i < tokens.size(); ++i) data.categories << QStringLiteral("%1 %2").arg(i).arg(tokens[i]);
  data.meaning = Words::tr(
      "Each token's largest |x| over the channels: what a scale per token must cover. One token far above the others (often the first) "
      "holds massive outliers; a scale for the whole tensor then serves that token alone.");
  const auto add = [&](const std::vector<float>& values, const QString& name) {
    auto series = seriesOf(name, values);
    series.markers = values.size() <= 200;
    data.series.push_back(std::move(series));
  };
  if (shown == Shown::Difference) {
    data.yTitle = Words::tr("B − A of the largest |x|");
    if (a != nullptr && b != nullptr && a->tokenMax.size() == b->tokenMax.size())
      add(difference(a->tokenMax, b->tokenMax), Words::tr("B − A"));
    return data;
  }
  data.yTitle = Words::tr("largest |x|");
  data.logarithmic = logarithmic;
  if (shown != Shown::B && a != nullptr) add(a->tokenMax, names.a.isEmpty() ? Words::tr("A") : names.a);
  if (shown != Shown::A && b != nullptr) add(b->tokenMax, names.b.isEmpty() ? Words::tr("B") : names.b);
  data.floor = floorOf(data);
  return data;
}

}  // namespace bitscape
