// The measures of the overview: what each number is, how it reads, and its matrix from statistics.
//
// Massive:  largest |x| / median over tokens of their largest |x|, the ratio by which extreme tokens are told (core/calib/outliers.h).
// KL alone: KL(float || only this linear quantized), core/search/sensitivity.h.
// Pure functions of const statistics; thread-safe. What is not known yet is NaN.
#pragma once

#include <QString>
#include <map>
#include <memory>
#include <vector>

#include "core/calib/outliers.h"
#include "core/calib/stats.h"
#include "core/search/sensitivity.h"
#include "views/overview/matrix_view.h"

namespace bitscape {

enum class Measure { AbsMax, Massive, NormalOutliers, Kurtosis, P999, MeanAbsolute, Sqnr, KlAlone };
QList<Measure> measures();
QString measureTitle(Measure measure);
std::string measureName(Measure measure);  // in a study: "kurtosis"
// Says something about the recipe, not about a side: there is no A and B of it.
bool isAboutRecipe(Measure measure);

struct OverviewData {
  int blocks = 0;
  std::shared_ptr<const ActivationStats> stats;  // may be null or hold fewer blocks than the model
  std::vector<NormalOutlier> normal;
  std::map<LinearId, double> sqnr;     // dB, at the plan named by `planName`
  std::map<LinearId, Effect> effects;  // likewise
  QString planName;
};
MatrixData matrixOf(const OverviewData& data, Measure measure);
// B - A, cell by cell, for the diverging map.
MatrixData differenceOf(const MatrixData& a, const MatrixData& b, const QString& nameA, const QString& nameB);
// What covers the finite values of both; for a common colour range. Absent when there are none.
std::optional<std::pair<double, double>> commonRange(const MatrixData& a, const MatrixData& b);
// Have statistics of this block's inputs arrived?
bool isKnown(const ActivationStats& stats, SeamId seam);

}  // namespace bitscape
