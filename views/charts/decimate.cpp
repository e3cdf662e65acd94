#include "views/charts/decimate.h"

#include <algorithm>
#include <cmath>

namespace bitscape {

QList<QPointF> decimate(const QList<QPointF>& points, int most) {
  const qsizetype limit = std::max(4, most);
  if (points.size() <= limit) return points;
  const qsizetype runs = (limit - 2) / 2, inner = points.size() - 2;
  QList<QPointF> result;
  result.reserve(limit);
  result.append(points.front());
  for (qsizetype k = 0; k < runs; ++k) {
    const qsizetype from = 1 + inner * k / runs, to = 1 + inner * (k + 1) / runs;
    qsizetype least = from, greatest = from;
    for (qsizetype i = from; i < to; ++i) {
      if (points[i].y() < points[least].y() || std::isnan(points[least].y())) least = i;
      if (points[i].y() > points[greatest].y() || std::isnan(points[greatest].y())) greatest = i;
    }
    result.append(points[std::min(least, greatest)]);
    if (least != greatest) result.append(points[std::max(least, greatest)]);
  }
  result.append(points.back());
  return result;
}

}  // namespace bitscape
