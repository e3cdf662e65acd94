#include "views/overview/recipe_charts.h"

#include <QCoreApplication>
#include <algorithm>

namespace bitscape {
namespace {

struct RecipeCharts {
  Q_DECLARE_TR_FUNCTIONS(RecipeCharts)
};

constexpr double kLeastKl = 1e-7;  // below that a mean over a few hundred positions is rounding

// Names that fit below a bar.
QString componentTitle(const std::string& name) {
  if (name == "attention") return RecipeCharts::tr("attn", "short for attention: q, k, v and o");
  if (name == "ffn") return RecipeCharts::tr("ffn", "gate, up and down");
  if (name == "all") return RecipeCharts::tr("all", "all linears");
  return QString::fromStdString(name);
}

QString inputTitle(SeamKind kind) {
  switch (kind) {
    case SeamKind::AttentionInput:
      return RecipeCharts::tr("q, k, v");
    case SeamKind::AttentionOutput:
      return RecipeCharts::tr("o");
    case SeamKind::FfnInput:
      return RecipeCharts::tr("gate, up");
    case SeamKind::FfnDown:
      return RecipeCharts::tr("down");
    case SeamKind::QueryKey:
    case SeamKind::Residual:
      break;
  }
  return {};
}

}  // namespace

LineChartData componentChart(const std::vector<ComponentEffect>& components, const QString& planName) {
  LineChartData data;
  data.title = planName.isEmpty() ? RecipeCharts::tr("KL when one component alone is quantized")
                                  : RecipeCharts::tr("KL when one component alone is %1").arg(planName);
  data.xTitle = RecipeCharts::tr("quantized in every block, the rest float");
  data.yTitle = RecipeCharts::tr("KL, nats");
  data.meaning = RecipeCharts::tr(
      "KL from the float model's predictions when only this component is quantized, with the standard error over positions. Below 0.01 "
      "is hard to notice, above 0.1 hurts. The tallest bar among q to down is where bits or a transform pay first.");
  data.logarithmic = true;
  data.floor = kLeastKl;
  LineSeries series;
  series.name = planName;
  series.bars = true;
  for (const ComponentEffect& component : components) {
    series.points.append({static_cast<double>(data.categories.size()), component.effect.kl});
    series.errors.append(component.effect.klStderr);
    data.categories << componentTitle(component.name);
  }
  if (!components.empty()) data.series.push_back(std::move(series));
  return data;
}

LineChartData driftChart(const std::vector<SeamDrift>& drift, const QString& nameB) {
  LineChartData data;
  data.title = RecipeCharts::tr("Error of each input, from block to block (%1)").arg(nameB);
  data.xTitle = RecipeCharts::tr("block");
  data.yTitle = RecipeCharts::tr("SQNR, dB");
  data.meaning = RecipeCharts::tr(
      "What the quantized blocks before it leave of each input, for the prompt (propagated). 30 dB is close to float, at "
      "10 dB the error has a third of the signal's size. A sudden drop names the block that causes it.");
  data.wholeX = true;
  for (const SeamKind kind : kLinearSeams) {
    LineSeries series;
    series.name = inputTitle(kind);
    series.markers = true;
    for (const SeamDrift& each : drift) {
      if (each.seam.kind == kind) series.points.append({static_cast<double>(each.seam.block), each.sqnr});
    }
    std::sort(series.points.begin(), series.points.end(), [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); });
    data.series.push_back(std::move(series));
  }
  return data;
}

}  // namespace bitscape
