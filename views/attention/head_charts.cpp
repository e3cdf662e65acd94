#include "views/attention/head_charts.h"

#include <QCoreApplication>

#include "views/attention/head_words.h"

namespace bitscape {
namespace {

struct HeadCharts {
  Q_DECLARE_TR_FUNCTIONS(HeadCharts)
};

template <class ValueOf>
LineSeries bars(const QString& name, const std::vector<HeadStats>& heads, ValueOf valueOf) {
  LineSeries series;
  series.name = name;
  series.bars = true;
  for (std::size_t head = 0; head < heads.size(); ++head) series.points << QPointF(static_cast<double>(head), valueOf(heads[head]));
  return series;
}

LineChartData perHead(const QString& title, const QString& yTitle, const QString& meaning) {
  LineChartData data;
  data.title = title;
  data.xTitle = HeadCharts::tr("head");
  data.yTitle = yTitle;
  data.meaning = meaning;
  data.wholeX = true;
  return data;
}

template <class ValueOf>
void addSides(LineChartData& data, const HeadNumbers& numbers, Shown shown, const SideNames& names, ValueOf valueOf) {
  if (shown == Shown::Difference) {
    data.series.push_back(bars(HeadCharts::tr("%1 \u2212 %2").arg(names.b, names.a), changeOfHeads(numbers.a, numbers.b), valueOf));
    return;
  }
  if (shown != Shown::B) data.series.push_back(bars(names.a, numbers.a, valueOf));
  if (shown != Shown::A) data.series.push_back(bars(names.b, numbers.b, valueOf));
}

}  // namespace

std::vector<HeadStats> changeOfHeads(const std::vector<HeadStats>& a, const std::vector<HeadStats>& b) {
  std::vector<HeadStats> change;
  if (a.size() != b.size()) return change;
  for (std::size_t head = 0; head < a.size(); ++head) {
    change.push_back({b[head].firstTokenMass - a[head].firstTokenMass, b[head].entropy - a[head].entropy});
  }
  return change;
}

LineChartData massChart(const HeadNumbers& numbers, Shown shown, const SideNames& names) {
  const bool isChange = shown == Shown::Difference;
  const auto title = isChange ? HeadCharts::tr("Change of the mass on the first token") : HeadCharts::tr("Mass on the first token");
  auto data = perHead(title, isChange ? HeadCharts::tr("points") : HeadCharts::tr("%"), massMeaning());
  addSides(data, numbers, shown, names, [](const HeadStats& head) { return 100 * head.firstTokenMass; });
  return data;
}

LineChartData entropyChart(const HeadNumbers& numbers, Shown shown, const SideNames& names) {
  const auto title = shown == Shown::Difference ? HeadCharts::tr("Change of the entropy") : HeadCharts::tr("Entropy");
  auto data = perHead(title, HeadCharts::tr("nats"), entropyMeaning(numbers.tokens));
  addSides(data, numbers, shown, names, [](const HeadStats& head) { return head.entropy; });
  return data;
}

LineChartData divergenceChart(const std::vector<double>& divergence) {
  auto data = perHead(HeadCharts::tr("Divergence KL(A || B)"), HeadCharts::tr("nats"), divergenceMeaning());
  LineSeries series;
  series.name = HeadCharts::tr("KL(A || B)");
  series.bars = true;
  for (std::size_t head = 0; head < divergence.size(); ++head) series.points << QPointF(static_cast<double>(head), divergence[head]);
  data.series.push_back(std::move(series));
  return data;
}

}  // namespace bitscape
