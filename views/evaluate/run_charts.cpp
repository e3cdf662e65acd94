#include "views/evaluate/run_charts.h"

#include <cmath>
#include <functional>
#include <limits>

#include <QCoreApplication>

#include "views/evaluate/runs_model.h"

namespace bitscape {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(bitscape::RunCharts)
};

// One line of a run: x, value and its standard error (0: none).
struct Line {
  QList<QPointF> points;
  QList<double> errors;
};
using LineOf = std::function<Line(const Run&)>;

Line perplexityLine(const Run& run) {
  Line line;
  for (const RunPoint& point : run.curve) {
    line.points.append({static_cast<double>(point.windows), point.ppl});
    line.errors.append(point.windows > 1 ? point.pplStderr : 0);
  }
  return line;
}

Line floatLine(const Run& run) {
  Line line;
  for (const RunPoint& point : run.curve) line.points.append({static_cast<double>(point.windows), point.pplFloat});
  return line;
}

Line divergenceLine(const Run& run) {
  Line line;
  if (run.backend == "float") return line;
  for (std::size_t i = 0; i < run.curve.size(); ++i) {
    line.points.append({static_cast<double>(run.curve[i].windows), run.curve[i].klMean});
    line.errors.append(klStderr(run.curve, i + 1).value_or(0));
  }
  return line;
}

Line blockLine(const Run& run) {
  Line line;
  for (const BlockError& block : run.report.blocks) {
    if (std::isfinite(block.sqnr)) line.points.append({static_cast<double>(block.block), block.sqnr});
  }
  return line;
}

Line differenceOf(const Line& a, const Line& b) {
  Line line;
  for (qsizetype i = 0, j = 0; i < a.points.size() && j < b.points.size();) {
    const double xa = a.points[i].x(), xb = b.points[j].x();
    if (xa < xb) {
      ++i;
    } else if (xb < xa) {
      ++j;
    } else {
      line.points.append({xa, b.points[j].y() - a.points[i].y()});
      if (!a.errors.isEmpty() && !b.errors.isEmpty()) line.errors.append(a.errors[i] > 0 && b.errors[j] > 0 ? std::hypot(a.errors[i], b.errors[j]) : 0);
      ++i;
      ++j;
    }
  }
  return line;
}

LineSeries seriesOf(const QString& name, Line line, bool markers = true) {
  LineSeries series;
  series.name = name;
  series.points = std::move(line.points);
  series.errors = std::move(line.errors);
  series.markers = markers;
  return series;
}

void addLines(LineChartData& data, const Run* a, const Run* b, Shown shown, const LineOf& lineOf) {
  data.wholeX = true;
  if (shown == Shown::Difference) {
    if (a != nullptr && b != nullptr) data.series.push_back(seriesOf(Words::tr("B \u2212 A"), differenceOf(lineOf(*a), lineOf(*b))));
    return;
  }
  if (a != nullptr && shown != Shown::B) data.series.push_back(seriesOf(Words::tr("A: %1").arg(runName(*a)), lineOf(*a)));
  if (b != nullptr && shown != Shown::A) data.series.push_back(seriesOf(Words::tr("B: %1").arg(runName(*b)), lineOf(*b)));
}

}  // namespace

LineChartData perplexityChart(const Run* a, const Run* b, Shown shown) {
  LineChartData data;
  data.title = shown == Shown::Difference ? Words::tr("Perplexity, B \u2212 A") : Words::tr("Perplexity");
  data.xTitle = Words::tr("windows");
  data.yTitle = Words::tr("perplexity");
  data.meaning = shown == Shown::Difference
                     ? Words::tr("Below zero B is better. Bars are the combined standard error; over the same windows it is a careful bound.")
                     : Words::tr("Lower is better; bars are one standard error from the spread between windows. Compare runs at the same number of windows.");
  addLines(data, a, b, shown, perplexityLine);
  const Run* reference = shown == Shown::A ? a : shown == Shown::B ? b : b != nullptr && b->backend != "float" ? b : a;
  if (shown != Shown::Difference && reference != nullptr && reference->backend != "float") {
    data.series.push_back(seriesOf(Words::tr("float model"), floatLine(*reference), false));
  }
  return data;
}

LineChartData divergenceChart(const Run* a, const Run* b, Shown shown) {
  LineChartData data;
  data.title = shown == Shown::Difference ? Words::tr("KL divergence, B \u2212 A") : Words::tr("KL divergence");
  data.xTitle = Words::tr("windows");
  data.yTitle = Words::tr("nats");
  data.meaning = shown == Shown::Difference
                     ? Words::tr("Below zero B stays closer to the float model. Bars are the combined standard error.")
                     : Words::tr("From the float model, mean over positions: 0 is identical, below 0.05 is hardly noticed, above 0.5 hurts. Bars are one standard error.");
  addLines(data, a, b, shown, divergenceLine);
  return data;
}

LineChartData blockErrorChart(const Run* a, const Run* b, Shown shown) {
  LineChartData data;
  data.title = shown == Shown::Difference ? Words::tr("Error per block, B \u2212 A") : Words::tr("Error from block to block");
  data.xTitle = Words::tr("block");
  data.yTitle = Words::tr("SQNR (dB)");
  data.meaning = shown == Shown::Difference
                     ? Words::tr("Above zero B is closer to the float model after that block.")
                     : Words::tr("Signal to error of the residual stream after each block, every block before it quantized: higher is better, below 10 dB is poor. "
                                 "A step down names the block that hurts.");
  addLines(data, a, b, shown, blockLine);
  return data;
}

}  // namespace bitscape
