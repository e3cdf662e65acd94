#include "views/overview/measures.h"

#include <cmath>
#include <limits>

#include <QCoreApplication>

namespace bitscape {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("Measures", text); }

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double valueOf(const OverviewData& data, Measure measure, LinearId id) {
  if (measure == Measure::Sqnr) {
    const auto found = data.sqnr.find(id);
    return found == data.sqnr.end() ? kUnknown : found->second;
  }
  const SeamId seam{id.block, seamOf(id.role)};
  if (!data.stats || !isKnown(*data.stats, seam)) return kUnknown;
  const InputStats& input = data.stats->input(seam);
  switch (measure) {
    case Measure::AbsMax: {
      float largest = 0;
      for (const float v : input.absmax) largest = std::max(largest, v);
      return largest;
    }
    case Measure::Kurtosis: return input.kurtosisAll;
    case Measure::P999: return input.histogram.quantile(0.999);
    case Measure::MeanAbsolute: return input.meanAbsolute;
    case Measure::NormalOutliers: {
      double count = 0;
      const std::string_view role = roleName(id.role);
      for (const NormalOutlier& outlier : data.normal) count += outlier.block == id.block && outlier.role == role ? 1 : 0;
      return count;
    }
    case Measure::Sqnr: break;
  }
  return kUnknown;
}

}  // namespace

QList<Measure> measures() {
  return {Measure::AbsMax, Measure::Kurtosis, Measure::P999, Measure::MeanAbsolute, Measure::NormalOutliers, Measure::Sqnr};
}

QString measureTitle(Measure measure) {
  switch (measure) {
    case Measure::AbsMax: return tr("Largest |input|");
    case Measure::Kurtosis: return tr("Kurtosis of the input");
    case Measure::P999: return tr("99.9 % quantile of |input|");
    case Measure::MeanAbsolute: return tr("Mean |input|");
    case Measure::NormalOutliers: return tr("Normal outlier channels");
    case Measure::Sqnr: return tr("Error at the current bits (SQNR)");
  }
  return {};
}

bool isKnown(const ActivationStats& stats, SeamId seam) {
  const std::size_t at = static_cast<std::size_t>(seam.block) * kLinearSeams.size() + static_cast<std::size_t>(seam.kind);
  return seam.block >= 0 && seam.kind != SeamKind::QueryKey && at < stats.inputs.size() && stats.inputs[at].rows > 0;
}

MatrixData matrixOf(const OverviewData& data, Measure measure) {
  MatrixData matrix;
  matrix.blocks = data.blocks;
  matrix.roles.assign(kBlockRoles.begin(), kBlockRoles.end());
  matrix.title = measureTitle(measure);
  matrix.values.assign(matrix.roles.size() * static_cast<std::size_t>(std::max(0, data.blocks)), kUnknown);
  for (std::size_t r = 0; r < matrix.roles.size(); ++r) {
    for (int b = 0; b < data.blocks; ++b) matrix.values[r * static_cast<std::size_t>(data.blocks) + static_cast<std::size_t>(b)] = valueOf(data, measure, {b, matrix.roles[r]});
  }
  switch (measure) {
    case Measure::AbsMax:
      matrix.logarithmic = true;
      matrix.meaning = tr("The largest magnitude that reaches the linear. A range that must cover it leaves few codes for everything else; "
                          "compare it with the 99.9 % quantile.");
      break;
    case Measure::Kurtosis:
      matrix.logarithmic = true;
      matrix.meaning = tr("How heavy the tails of the input are. A normal distribution has 3; above 100 a few values dominate the range and "
                          "4-bit inputs suffer. Smoothing and rotation bring it down.");
      matrix.verdict = [](double v) { return v < 10 ? tr("near normal: easy") : v < 100 ? tr("heavy tails") : tr("extreme: outliers dominate"); };
      break;
    case Measure::P999:
      matrix.logarithmic = true;
      matrix.meaning = tr("One value in a thousand is larger. Far below the largest |input|, clipping or a scale per token pays.");
      break;
    case Measure::MeanAbsolute:
      matrix.logarithmic = true;
      matrix.meaning = tr("The typical magnitude of the input: what quantization must still resolve.");
      break;
    case Measure::NormalOutliers:
      matrix.meaning = tr("Channels that are large for every token. A scale per channel (smoothing) or a rotation removes them; 0 is good.");
      matrix.verdict = [](double v) { return v == 0 ? tr("none: good") : QString(); };
      break;
    case Measure::Sqnr:
      matrix.title = data.planName.isEmpty() ? matrix.title : tr("SQNR at %1").arg(data.planName);
      matrix.unit = QStringLiteral("dB");
      matrix.highIsBad = false;
      matrix.meaning = tr("Signal to quantization noise of the linear's output on identical inputs. Each bit is worth about 6 dB; above 30 dB "
                          "is hardly seen in perplexity, below 15 dB hurts. Bright cells are bad.");
      matrix.verdict = [](double v) { return v >= 30 ? tr("good") : v >= 15 ? tr("fair") : tr("poor"); };
      break;
  }
  return matrix;
}

}  // namespace bitscape
