#include "views/style/colour_scale.h"

#include <algorithm>
#include <cmath>

#include <QLocale>

namespace bitscape {
namespace {

// Where the signed logarithmic scale turns from linear to logarithmic, as a share of the range.
constexpr double kSignedKnee = 1e-3;

}  // namespace

double ColourScale::position(double value) const {
  if (std::isnan(value)) return value;
  if (isSigned()) {
    const double limit = std::max(std::abs(low), std::abs(high));
    if (!(limit > 0)) return 0.5;
    double t = value / limit;
    if (logarithmic) t = std::copysign(std::log1p(std::abs(t) / kSignedKnee) / std::log1p(1 / kSignedKnee), value);
    return std::clamp(0.5 + 0.5 * t, 0.0, 1.0);
  }
  const double magnitude = std::abs(value);
  if (logarithmic) {
    if (!(magnitude > low)) return 0;
    return std::clamp(std::log(magnitude / low) / std::log(high / low), 0.0, 1.0);
  }
  return std::clamp((magnitude - low) / (high - low), 0.0, 1.0);
}

double ColourScale::valueAt(double position) const {
  const double t = std::clamp(position, 0.0, 1.0);
  if (isSigned()) {
    const double limit = std::max(std::abs(low), std::abs(high)), s = 2 * t - 1;
    if (!logarithmic) return s * limit;
    return std::copysign(std::expm1(std::abs(s) * std::log1p(1 / kSignedKnee)) * kSignedKnee * limit, s);
  }
  return logarithmic ? low * std::pow(high / low, t) : low + (high - low) * t;
}

QRgb ColourScale::colour(double value) const { return std::isfinite(value) ? colourAt(map, position(value)) : kNotANumberColour; }

ColourScale sensibleScale(ColourMapId map, bool logarithmic, double low, double high) {
  ColourScale scale{map, logarithmic, low, high};
  if (!std::isfinite(scale.low)) scale.low = 0;
  if (!std::isfinite(scale.high)) scale.high = scale.low + 1;
  if (scale.low > scale.high) std::swap(scale.low, scale.high);
  if (scale.isSigned()) {
    double limit = std::max(std::abs(scale.low), std::abs(scale.high));
    if (!(limit > 0)) limit = 1;
    scale.low = -limit;
    scale.high = limit;
    return scale;
  }
  if (logarithmic) {
    if (!(scale.high > 0)) scale.high = 1;
    if (!(scale.low > 0)) scale.low = scale.high * 1e-4;
  }
  if (!(scale.high > scale.low)) scale.high = scale.low + std::max(std::abs(scale.low), 1.0) * (logarithmic ? 1.0 : 1e-3);
  return scale;
}

QString numberText(double value, int digits) {
  if (std::isnan(value)) return QStringLiteral("NaN");
  if (std::isinf(value)) return value > 0 ? QStringLiteral("\u221e") : QStringLiteral("\u2212\u221e");
  const double magnitude = std::abs(value);
  QString text;
  if (value != 0 && (magnitude >= 1e7 || magnitude < 1e-4)) {
    text = QString::number(value, 'e', std::max(0, digits - 1));
    const qsizetype exponentAt = text.indexOf(QLatin1Char('e'));
    QString mantissa = text.left(exponentAt);
    if (mantissa.contains(QLatin1Char('.'))) {
      while (mantissa.endsWith(QLatin1Char('0'))) mantissa.chop(1);
      if (mantissa.endsWith(QLatin1Char('.'))) mantissa.chop(1);
    }
    text = mantissa + QLatin1Char('e') + QString::number(text.mid(exponentAt + 1).toInt());
  } else {
    const int whole = magnitude < 1 ? 1 : static_cast<int>(std::floor(std::log10(magnitude))) + 1;
    const int smaller = magnitude > 0 && magnitude < 1 ? static_cast<int>(-std::floor(std::log10(magnitude))) - 1 : 0;
    text = QString::number(value, 'f', std::clamp(digits - whole + smaller + (magnitude < 1 ? 1 : 0), 0, 12));
    if (text.contains(QLatin1Char('.'))) {
      while (text.endsWith(QLatin1Char('0'))) text.chop(1);
      if (text.endsWith(QLatin1Char('.'))) text.chop(1);
    }
  }
  if (text.startsWith(QLatin1Char('-'))) text.replace(0, 1, QStringLiteral("\u2212"));
  return text;
}

std::vector<Tick> ticksOf(double low, double high, bool logarithmic, int most) {
  std::vector<Tick> ticks;
  if (!(high > low) || most < 1 || !std::isfinite(low) || !std::isfinite(high)) return ticks;
  if (logarithmic && low > 0) {
    const int from = static_cast<int>(std::ceil(std::log10(low) - 1e-9)), to = static_cast<int>(std::floor(std::log10(high) + 1e-9));
    const int decades = to - from + 1;
    if (decades >= 2) {
      const int step = std::max(1, (decades + most - 1) / most);
      for (int e = from; e <= to; e += step) ticks.push_back({std::pow(10.0, e), numberText(std::pow(10.0, e), 3)});
      if (decades * 3 <= most) {   // room for 2 and 5 between the decades
        for (int e = from - 1; e <= to; ++e) {
          for (const double m : {2.0, 5.0}) {
            const double v = m * std::pow(10.0, e);
            if (v >= low && v <= high) ticks.push_back({v, numberText(v, 3)});
          }
        }
        std::sort(ticks.begin(), ticks.end(), [](const Tick& a, const Tick& b) { return a.value < b.value; });
      }
      return ticks;
    }
  }
  const double raw = (high - low) / most, power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double m : {1.0, 2.0, 5.0}) {
    if (m * power >= raw * (1 - 1e-9)) {
      step = m * power;
      break;
    }
  }
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + step * 1e-9; ++k) {
    const double v = k == 0 ? 0.0 : k * step;
    ticks.push_back({v, numberText(v, 5)});
  }
  return ticks;
}

std::vector<Tick> ticksOf(const ColourScale& scale, int most) {
  if (!(scale.isSigned() && scale.logarithmic)) return ticksOf(scale.low, scale.high, scale.logarithmic, most);
  std::vector<Tick> ticks;
  const double limit = scale.high;
  for (const double share : {1.0, 0.1, 0.01}) ticks.push_back({-limit * share, numberText(-limit * share, 3)});
  ticks.push_back({0, QStringLiteral("0")});
  for (const double share : {0.01, 0.1, 1.0}) ticks.push_back({limit * share, numberText(limit * share, 3)});
  return ticks;
}

}  // namespace bitscape
