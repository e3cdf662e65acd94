#include "views/weights/weight_charts.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "views/charts/decimate.h"
#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

// Texts of free functions need a context of their own.
struct Words {
  Q_DECLARE_TR_FUNCTIONS(WeightCharts)
};

constexpr int kMostRangePoints = 4000;  // of a line of least or greatest weights

bool showsA(const ProfilePair& pair) { return pair.a && (pair.shown == Shown::A || pair.shown == Shown::SideBySide); }
bool showsB(const ProfilePair& pair) { return pair.b && (pair.shown == Shown::B || pair.shown == Shown::SideBySide); }

double centre(const ValueHistogram& histogram, std::size_t bin) {
  const auto width = (histogram.high - histogram.low) / static_cast<double>(histogram.counts.size());
  return histogram.low + (static_cast<double>(bin) + 0.5) * width;
}

std::int64_t totalOf(const ValueHistogram& histogram) {
  return std::max(std::int64_t{1}, std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::int64_t{0}));
}

double share(std::int64_t count, std::int64_t total) { return 100.0 * static_cast<double>(count) / static_cast<double>(total); }

// A bin without a weight has no bar: a logarithmic axis has no zero.
LineSeries histogramSeries(const QString& name, const ValueHistogram& histogram) {
  LineSeries series;
  series.name = name;
  series.bars = true;
  series.line = false;
  const auto total = totalOf(histogram);
  for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
    if (histogram.counts[bin] > 0) series.points << QPointF(centre(histogram, bin), share(histogram.counts[bin], total));
  }
  return series;
}

// B's shares gathered into A's bins, less A's: rounding moves weights onto few values.
LineSeries histogramDifference(const ValueHistogram& a, const ValueHistogram& b) {
  LineSeries series;
  series.name = Words::tr("B − A");
  series.bars = true;
  series.line = false;
  const auto totalA = totalOf(a), totalB = totalOf(b);
  const auto bins = static_cast<int>(a.counts.size());
  std::vector<double> shares;
  for (const auto count : a.counts) shares.push_back(-share(count, totalA));
  for (std::size_t bin = 0; bin < b.counts.size() && bins > 0; ++bin) {
    const double place = a.high > a.low ? (centre(b, bin) - a.low) / (a.high - a.low) * bins : 0;
    shares[static_cast<std::size_t>(std::clamp(place, 0.0, bins - 1.0))] += share(b.counts[bin], totalB);
  }
  for (std::size_t bin = 0; bin < shares.size(); ++bin) series.points << QPointF(centre(a, bin), shares[bin]);
  return series;
}

LineSeries quantileSeries(const QString& name, const WeightProfile& profile) {
  LineSeries series;
  series.name = name;
  for (std::size_t i = 0; i < profile.quantiles.size(); ++i) series.points << QPointF(profile.normalQuantiles[i], profile.quantiles[i]);
  return series;
}

LineSeries lineOf(const QString& name, const std::vector<float>& values) {
  LineSeries series;
  series.name = name;
  for (std::size_t i = 0; i < values.size(); ++i) series.points << QPointF(static_cast<double>(i), values[i]);
  series.points = decimate(series.points, kMostRangePoints);
  return series;
}

std::vector<float> difference(const std::vector<float>& b, const std::vector<float>& a) {
  std::vector<float> result;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) result.push_back(b[i] - a[i]);
  return result;
}

}  // namespace

LineChartData histogramChart(const ProfilePair& pair) {
  LineChartData data;
  data.title = Words::tr("Histogram");
  data.xTitle = Words::tr("weight");
  data.yTitle = Words::tr("share of the weights, %");
  data.meaning = Words::tr(
      "How many weights lie where, on a logarithmic axis. Round and narrow is good: few weights far out stretch the range that the codes "
      "must cover.");
  if (pair.shown == Shown::Difference) {
    data.title = Words::tr("Histogram: B − A");
    data.meaning =
        Words::tr("Where rounding moves the weights: from bins below zero to bins above it. Few tall bars mean few values to choose from.");
    if (pair.a && pair.b) data.series = {histogramDifference(pair.a->histogram, pair.b->histogram)};
    return data;
  }
  data.logarithmic = true;
  double least = 100, most = 0;  // half a weight, so that a single one still has a bar
  const auto add = [&](const QString& name, const ValueHistogram& histogram) {
    data.series.push_back(histogramSeries(name, histogram));
    least = std::min(least, share(1, totalOf(histogram)) / 2);
    for (const auto& p : data.series.back().points) most = std::max(most, p.y());
  };
  if (showsA(pair)) add(pair.names.a, pair.a->histogram);
  if (showsB(pair)) add(pair.names.b, pair.b->histogram);
  data.floor = least;
  if (most > least) data.yRange = {least, most};
  return data;
}

LineChartData quantileChart(const ProfilePair& pair) {
  LineChartData data;
  data.title = Words::tr("Quantiles against the normal");
  data.xTitle = Words::tr("quantile of the standard normal");
  data.yTitle = Words::tr("quantile, in deviations");
  data.meaning = Words::tr(
      "A straight line means normally distributed weights. Ends that bend away upwards and downwards are heavy tails: outliers that low "
      "bits cannot hold.");
  if (pair.shown == Shown::Difference) {
    if (!pair.a || !pair.b) return data;
    data.title = Words::tr("Quantiles: B − A");
    LineSeries series;
    series.name = Words::tr("B − A");
    for (std::size_t i = 0; i < std::min(pair.a->quantiles.size(), pair.b->quantiles.size()); ++i) {
      series.points << QPointF(pair.a->normalQuantiles[i], pair.b->quantiles[i] - pair.a->quantiles[i]);
    }
    data.series = {series};
    return data;
  }
  double most = 0;
  for (const auto* profile : {showsA(pair) ? &*pair.a : nullptr, showsB(pair) ? &*pair.b : nullptr}) {
    if (profile && !profile->normalQuantiles.empty()) most = std::max(most, profile->normalQuantiles.back());
  }
  if (showsA(pair)) data.series.push_back(quantileSeries(pair.names.a, *pair.a));
  if (showsB(pair)) data.series.push_back(quantileSeries(pair.names.b, *pair.b));
  if (most > 0) {
    LineSeries normal;
    normal.name = Words::tr("normal");
    normal.points = {{-most, -most}, {most, most}};
    data.series.push_back(normal);
  }
  return data;
}

LineChartData rangesChart(const ProfilePair& pair, Axis axis) {
  LineChartData data;
  const bool outputs = axis == Axis::Outputs;
  data.title = outputs ? Words::tr("Range per output") : Words::tr("Range per channel");
  data.xTitle = outputs ? Words::tr("output") : Words::tr("channel");
  data.yTitle = Words::tr("weight");
  data.wholeX = true;
  data.meaning =
      outputs
          ? Words::tr("With a scale per output each row pays for its own range: even rows are good, a wide one loses precision alone.")
          : Words::tr("Channels are the inputs. One that stands out here or in the activations is what smoothing and rotations level out.");
  const auto leastOf = [&](const WeightProfile& p) -> const std::vector<float>& { return outputs ? p.outMin : p.inMin; };
  const auto mostOf = [&](const WeightProfile& p) -> const std::vector<float>& { return outputs ? p.outMax : p.inMax; };
  if (pair.shown == Shown::Difference) {
    data.title = outputs ? Words::tr("Range per output: B − A") : Words::tr("Range per channel: B − A");
    if (!pair.a || !pair.b) return data;
    data.series = {lineOf(Words::tr("max"), difference(mostOf(*pair.b), mostOf(*pair.a))),
                   lineOf(Words::tr("min"), difference(leastOf(*pair.b), leastOf(*pair.a)))};
    return data;
  }
  // Four lines need short names.
  const bool both = showsA(pair) && showsB(pair);
  const auto add = [&](const WeightProfile& p, const QString& most, const QString& least) {
    data.series.push_back(lineOf(both ? most : Words::tr("max"), mostOf(p)));
    data.series.push_back(lineOf(both ? least : Words::tr("min"), leastOf(p)));
  };
  if (showsA(pair)) add(*pair.a, Words::tr("A max"), Words::tr("A min"));
  if (showsB(pair)) add(*pair.b, Words::tr("B max"), Words::tr("B min"));
  return data;
}

LineChartData codesChart(const std::optional<CodesProfile>& codes, const QString& format) {
  LineChartData data;
  data.title = codes ? Words::tr("Use of the %1 codes").arg(codes->counts.size()) : Words::tr("Use of the codes");
  data.xTitle = Words::tr("code");
  data.yTitle = Words::tr("share of the weights, %");
  data.wholeX = true;
  data.meaning =
      Words::tr("How often each code is used. Codes that are hardly used are wasted bits; the entropy says how many bits would do.");
  if (!codes) return data;
  LineSeries series;
  series.name = format;
  series.bars = true;
  series.line = false;
  const auto total = std::max(std::int64_t{1}, std::accumulate(codes->counts.begin(), codes->counts.end(), std::int64_t{0}));
  for (std::size_t code = 0; code < codes->counts.size(); ++code) {
    series.points << QPointF(static_cast<double>(code), share(codes->counts[code], total));
  }
  data.series = {series};
  return data;
}

QString factsOf(const std::optional<WeightProfile>& profile) {
  if (!profile) return {};
  return Words::tr("%1 × %2 · min %3 · max %4 · mean %5 · deviation %6 · kurtosis %7")
      .arg(profile->out)
      .arg(profile->in)
      .arg(numberText(profile->min, 4), numberText(profile->max, 4), numberText(profile->mean, 3), numberText(profile->deviation, 4),
           numberText(profile->kurtosis, 3));
}

QString factsOf(const std::optional<CodesProfile>& codes, const QString& format) {
  if (!codes) return format.isEmpty() ? Words::tr("float: no codes") : QString();
  const auto sqnr = std::isfinite(codes->sqnr) ? Words::tr("%1 dB").arg(numberText(codes->sqnr, 4)) : Words::tr("exact");
  return Words::tr("%1 · %2 bits stored · entropy %3 bits · SQNR %4")
      .arg(format, numberText(codes->storedBits, 4), numberText(codes->entropyBits, 3), sqnr);
}

}  // namespace bitscape
