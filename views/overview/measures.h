// The measures of the overview: what each number is, how it reads, and its matrix from statistics.
//
// Pure functions of const statistics; thread-safe. What is not known yet is NaN.
#pragma once

#include <map>
#include <vector>

#include <QString>

#include "core/calib/outliers.h"
#include "core/calib/stats.h"
#include "views/overview/matrix_view.h"

namespace bitscape {

enum class Measure { AbsMax, Kurtosis, P999, MeanAbsolute, NormalOutliers, Sqnr };
QList<Measure> measures();
QString measureTitle(Measure measure);

struct OverviewData {
  int blocks = 0;
  std::shared_ptr<const ActivationStats> stats;          // may be null or hold fewer blocks than the model
  std::vector<NormalOutlier> normal;
  std::map<LinearId, double> sqnr;                       // dB, at the plan named by `planName`
  QString planName;
};
MatrixData matrixOf(const OverviewData& data, Measure measure);
// Have statistics of this block's inputs arrived?
bool isKnown(const ActivationStats& stats, SeamId seam);

}  // namespace bitscape
