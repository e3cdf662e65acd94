// The numbers of a chart as text that spreadsheets read.

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

QString exact(double value) { return QString::number(value, 'g', 10); }

}  // namespace

QString csvOf(const LineChartData& data) {
  QStringList head{field(data.xTitle.isEmpty() ? QStringLiteral("x") : data.xTitle)};
  std::map<double, QStringList> rows;   // by x
  qsizetype columns = 0;
  for (const LineSeries& series : data.series) {
    const bool errors = series.errors.size() == series.points.size() && !series.errors.isEmpty();
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
    text += exact(x) + QLatin1Char(',') + row.join(QLatin1Char(',')) + QStringLiteral("\r\n");
  }
  return text;
}

}  // namespace bitscape
