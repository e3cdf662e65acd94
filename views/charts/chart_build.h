// The data of a LineChart as a QChart: axes, series, colours. The same picture for the window and for a figure of any size.
//
// A chart never gets more than kMostChartPoints points, error bars and markers included. GUI thread only.
#pragma once

#include <QFont>
#include <QPalette>

#include "views/charts/line_chart.h"

namespace bitscape {

bool hasPoints(const LineChartData& data);  // at least one that can be drawn
// What is drawn for a value: on a logarithmic axis nothing lies below its floor.
QPointF drawable(const QPointF& value, const LineChartData& data);
// Replaces all series and axes of `chart`; returns what the axes show. Without points it only clears.
ChartFrame buildChart(QChart& chart, const LineChartData& data);
// Colours, fonts, and where the legend goes at the chart's size.
void styleChart(QChart& chart, const LineChartData& data, const QPalette& palette, const QFont& font);

}  // namespace bitscape
