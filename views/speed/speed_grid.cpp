#include "views/speed/speed_grid.h"

#include <algorithm>

#include <QCoreApplication>
#include <QLocale>

namespace bitscape {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(bitscape::SpeedGrid)
};

double over(double value, double ceiling) { return ceiling > 0 ? value / ceiling : 0; }
QString rounded(double value) { return QLocale::c().toString(value, 'f', value < 10 ? 2 : value < 100 ? 1 : 0); }

}  // namespace

const SpeedCell* SpeedGrid::at(int rows, int w, int a) const {
  const auto found = cells.find({rows, w, a});
  return found == cells.end() ? nullptr : &found->second;
}

double SpeedGrid::share(const SpeedCell& cell) const { return std::max(over(cell.gops, cell.peakGops), over(cell.gbps, readGbps)); }
bool SpeedGrid::readingBounds(const SpeedCell& cell) const { return over(cell.gbps, readGbps) > over(cell.gops, cell.peakGops); }

QString gopsText(double gops) { return Words::tr("%1 GOPS").arg(rounded(gops)); }
QString microsecondsText(double microseconds) { return Words::tr("%1 \u00b5s").arg(rounded(microseconds)); }
QString shareText(double share) { return Words::tr("%1 %").arg(QString::number(100 * share, 'f', 0)); }

}  // namespace bitscape
