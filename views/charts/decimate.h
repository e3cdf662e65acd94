// A long line with fewer points that looks the same: of each run of points the least and the greatest stay, in their order.
#pragma once

#include <QList>
#include <QPointF>

namespace bitscape {

inline constexpr int kMostChartPoints = 10000;  // Qt Charts repaints more than that too slowly

// At most `most` points (at least 4); first and last stay. Points must be sorted by x. Pure.
QList<QPointF> decimate(const QList<QPointF>& points, int most = kMostChartPoints);

}  // namespace bitscape
