// The numbers of a chart as text that spreadsheets and scripts read.

#include <cmath>
#include <map>

#include "views/charts/line_chart.h"

namespace bitscape {
namespace {

// RFC 4180: quoted where it holds a comma, a quote or a line break.
QString field(const QString& text) {
  if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) && !text.contains(QLatin1Char('\n')) &&
      !text.contains(QLatin1Char('\r'))) {
    return text;
  }
  QString quoted = text;
  quoted.replace(QLatin1Char('"'), QStringLiteral("\"\""));
  return QLatin1Char('"') + quoted + QLatin1Char('"');
}

QString exact(double value) { return std::isnan(value) ? QString() : QString::number(value, 'g', 10); }

bool hasErrors(const LineSeries& series) { return !series.errors.isEmpty() && series.errors.size() == series.points.size(); }

Json numberOrNull(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace

QString xText(const LineChartData& data, double x) {
  const auto index = static_cast<qsizetype>(std::lround(x));
  return index >= 0 && index < data.categories.size() ? data.categories[index] : exact(x);
}

QString csvOf(const LineChartData& data) {
  QStringList head{field(data.xTitle.isEmpty() ? QStringLiteral("x") : data.xTitle)};
  std::map<double, QStringList> rows;  // by x
  qsizetype columns = 0;
  for (const LineSeries& series : data.series) {
    const bool errors = hasErrors(series);
    head << field(series.name);
    if (errors) head << field(series.name + QStringLiteral(" error"));
    for (qsizetype i = 0; i < series.points.size(); ++i) {
      QStringList& row = rows[series.points[i].x()];
      while (row.size() < columns) row << QString();
      row << exact(series.points[i].y());
      if (errors) row << exact(series.errors[i]);
    }
    columns += errors ? 2 : 1;
  }
  QString text = head.join(QLatin1Char(',')) + QStringLiteral("\r\n");
  for (auto& [x, row] : rows) {
    while (row.size() < columns) row << QString();
    text += field(xText(data, x)) + QLatin1Char(',') + row.join(QLatin1Char(',')) + QStringLiteral("\r\n");
  }
  return text;
}

Json jsonOf(const LineChartData& data) {
  Json json{
      {"title", data.title.toStdString()}, {"x", data.xTitle.toStdString()}, {"y", data.yTitle.toStdString()}, {"series", Json::array()}};
  if (!data.categories.isEmpty()) {
    json["categories"] = Json::array();
    for (const QString& category : data.categories) json["categories"].push_back(category.toStdString());
  }
  for (const LineSeries& series : data.series) {
    Json points = Json::array();
    for (const QPointF& p : series.points) points.push_back(Json::array({numberOrNull(p.x()), numberOrNull(p.y())}));
    Json one{{"name", series.name.toStdString()}, {"points", std::move(points)}};
    if (hasErrors(series)) {
      one["errors"] = Json::array();
      for (const double error : series.errors) one["errors"].push_back(numberOrNull(error));
    }
    json["series"].push_back(std::move(one));
  }
  return json;
}

}  // namespace bitscape
