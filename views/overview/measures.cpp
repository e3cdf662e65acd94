#include "views/overview/measures.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <limits>

namespace bitscape {
namespace {

struct Measures {
  Q_DECLARE_TR_FUNCTIONS(Measures)
};

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double largestOf(const InputStats& input) {
  float largest = 0;
  for (const float v : input.absmax) largest = std::max(largest, v);
  return largest;
}

double valueOf(const OverviewData& data, Measure measure, LinearId id) {
  if (measure == Measure::Sqnr) {
    const auto found = data.sqnr.find(id);
    return found == data.sqnr.end() ? kUnknown : found->second;
  }
  if (measure == Measure::KlAlone) {
    const auto found = data.effects.find(id);
    return found == data.effects.end() ? kUnknown : found->second.kl;
  }
  const SeamId seam{id.block, seamOf(id.role)};
  if (!data.stats || !isKnown(*data.stats, seam)) return kUnknown;
  const InputStats& input = data.stats->input(seam);
  switch (measure) {
    case Measure::AbsMax:
      return largestOf(input);
    case Measure::Massive: {
      const double typical = input.tokenMax.quantile(0.5);
      return typical > 0 ? largestOf(input) / typical : kUnknown;
    }
    case Measure::Kurtosis:
      return input.kurtosisAll;
    case Measure::P999:
      return input.histogram.quantile(0.999);
    case Measure::MeanAbsolute:
      return input.meanAbsolute;
    case Measure::NormalOutliers: {
      // One entry stands for all linears that share the input.
      const auto& sharing = consumers(seam.kind);
      return static_cast<double>(std::count_if(data.normal.begin(), data.normal.end(), [&](const NormalOutlier& outlier) {
        const auto role = roleFromName(outlier.role);
        return outlier.block == id.block && role && std::find(sharing.begin(), sharing.end(), *role) != sharing.end();
      }));
    }
    case Measure::Sqnr:
    case Measure::KlAlone:
      break;
  }
  return kUnknown;
}

void explain(MatrixData& matrix, Measure measure, const QString& planName) {
  switch (measure) {
    case Measure::AbsMax:
      matrix.logarithmic = true;
      matrix.meaning = Measures::tr(
          "The largest magnitude that reaches the linear. A range that must cover it leaves few codes for everything else; "
          "compare it with the 99.9 % quantile.");
      break;
    case Measure::Massive:
      matrix.logarithmic = true;
      matrix.unit = QStringLiteral("×");
      matrix.meaning = Measures::tr(
          "The largest input against the largest of a typical token. Above 64 the outlier is massive: it sits in few tokens, "
          "often the first, and one scale for all tokens is lost to it. Scales per token or a kept prefix help.");
      matrix.verdict = [](double v) {
        return v < 8 ? Measures::tr("even: easy") : v <= 64 ? Measures::tr("uneven tokens") : Measures::tr("massive");
      };
      break;
    case Measure::Kurtosis:
      matrix.logarithmic = true;
      matrix.meaning = Measures::tr(
          "How heavy the tails of the input are. A normal distribution has 3; above 100 a few values dominate the range and "
          "4-bit inputs suffer. Smoothing and rotation bring it down.");
      matrix.verdict = [](double v) {
        return v < 10    ? Measures::tr("near normal: easy")
               : v < 100 ? Measures::tr("heavy tails")
                         : Measures::tr("extreme: outliers dominate");
      };
      break;
    case Measure::P999:
      matrix.logarithmic = true;
      matrix.meaning =
          Measures::tr("One value in a thousand is larger. Far below the largest |input|, clipping or a scale per token pays.");
      break;
    case Measure::MeanAbsolute:
      matrix.logarithmic = true;
      matrix.meaning = Measures::tr("The typical magnitude of the input: what quantization must still resolve.");
      break;
    case Measure::NormalOutliers:
      matrix.meaning =
          Measures::tr("Channels that are large for every token. A scale per channel (smoothing) or a rotation removes them; 0 is good.");
      matrix.verdict = [](double v) { return v == 0 ? Measures::tr("none: good") : QString(); };
      break;
    case Measure::Sqnr:
      if (!planName.isEmpty()) matrix.title = Measures::tr("SQNR at %1").arg(planName);
      matrix.unit = QStringLiteral("dB");
      matrix.highIsBad = false;
      matrix.meaning = Measures::tr(
          "Signal to quantization noise of the linear's output on identical inputs. Each bit is worth about 6 dB; above 30 dB "
          "is hardly seen in perplexity, below 15 dB hurts. Bright cells are bad.");
      matrix.verdict = [](double v) { return v >= 30 ? Measures::tr("good") : v >= 15 ? Measures::tr("fair") : Measures::tr("poor"); };
      break;
    case Measure::KlAlone:
      if (!planName.isEmpty()) matrix.title = Measures::tr("KL added alone at %1").arg(planName);
      matrix.unit = Measures::tr("nats");
      matrix.logarithmic = true;
      matrix.meaning = Measures::tr(
          "How far the model's predictions move when only this linear is quantized and everything else stays float (propagated "
          "to the output). Below 0.0001 nobody notices; above 0.001 the linear deserves more bits or a transform.");
      matrix.verdict = [](double v) {
        return v < 1e-4 ? Measures::tr("good") : v < 1e-3 ? Measures::tr("fair") : Measures::tr("poor: deserves more bits");
      };
      break;
  }
}

}  // namespace

QList<Measure> measures() {
  return {Measure::AbsMax, Measure::Massive,      Measure::NormalOutliers, Measure::Kurtosis,
          Measure::P999,   Measure::MeanAbsolute, Measure::Sqnr,           Measure::KlAlone};
}

QString measureTitle(Measure measure) {
  switch (measure) {
    case Measure::AbsMax:
      return Measures::tr("Largest |input|");
    case Measure::Massive:
      return Measures::tr("Massive outliers (ratio)");
    case Measure::Kurtosis:
      return Measures::tr("Kurtosis of the input");
    case Measure::P999:
      return Measures::tr("99.9 % quantile of |input|");
    case Measure::MeanAbsolute:
      return Measures::tr("Mean |input|");
    case Measure::NormalOutliers:
      return Measures::tr("Normal outlier channels");
    case Measure::Sqnr:
      return Measures::tr("Error at the current bits (SQNR)");
    case Measure::KlAlone:
      return Measures::tr("KL added by this linear alone");
  }
  return {};
}

std::string measureName(Measure measure) {
  switch (measure) {
    case Measure::AbsMax:
      return "absmax";
    case Measure::Massive:
      return "massive";
    case Measure::Kurtosis:
      return "kurtosis";
    case Measure::P999:
      return "p999";
    case Measure::MeanAbsolute:
      return "mean";
    case Measure::NormalOutliers:
      return "normal";
    case Measure::Sqnr:
      return "sqnr";
    case Measure::KlAlone:
      return "kl_alone";
  }
  return {};
}

bool isAboutRecipe(Measure measure) { return measure == Measure::Sqnr || measure == Measure::KlAlone; }

bool isKnown(const ActivationStats& stats, SeamId seam) {
  const std::size_t at = static_cast<std::size_t>(seam.block) * kLinearSeams.size() + static_cast<std::size_t>(seam.kind);
  return seam.block >= 0 && seam.kind != SeamKind::QueryKey && at < stats.inputs.size() && stats.inputs[at].rows > 0;
}

MatrixData matrixOf(const OverviewData& data, Measure measure) {
  MatrixData matrix;
  matrix.blocks = std::max(0, data.blocks);
  matrix.roles.assign(kBlockRoles.begin(), kBlockRoles.end());
  matrix.title = measureTitle(measure);
  matrix.name = QString::fromStdString(measureName(measure));
  matrix.values.reserve(matrix.roles.size() * static_cast<std::size_t>(matrix.blocks));
  for (const Role role : matrix.roles) {
    for (int b = 0; b < matrix.blocks; ++b) matrix.values.push_back(valueOf(data, measure, {b, role}));
  }
  explain(matrix, measure, data.planName);
  return matrix;
}

MatrixData differenceOf(const MatrixData& a, const MatrixData& b, const QString& nameA, const QString& nameB) {
  MatrixData matrix = a;
  matrix.isDifference = true;
  matrix.highIsBad = true;
  matrix.verdict = {};
  matrix.range.reset();
  matrix.title = Measures::tr("%1: %2 minus %3").arg(a.title, nameB, nameA);
  matrix.name = a.name + QStringLiteral("-difference");
  matrix.meaning = Measures::tr("Red: larger in %1; blue: larger in %2. Pale: both are the same.").arg(nameB, nameA);
  const bool same = a.roles == b.roles && a.blocks == b.blocks && a.values.size() == b.values.size();
  for (std::size_t i = 0; i < matrix.values.size(); ++i) matrix.values[i] = same ? b.values[i] - a.values[i] : kUnknown;
  return matrix;
}

std::optional<std::pair<double, double>> commonRange(const MatrixData& a, const MatrixData& b) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const MatrixData* each : {&a, &b}) {
    for (const double v : each->values) {
      if (!std::isfinite(v) || (each->logarithmic && v <= 0)) continue;
      low = std::min(low, v);
      high = std::max(high, v);
    }
  }
  return high >= low ? std::optional(std::pair(low, high)) : std::nullopt;
}

}  // namespace bitscape
