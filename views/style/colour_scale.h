// How a number becomes a colour: map, range, linear or logarithmic; and the ticks that explain it.
//
//   linear       position = (v - low) / (high - low)
//   logarithmic  position = log(v / low) / log(high / low),  v <= low is 0
// Sequential maps show |v|; the diverging one shows v with low = -high, logarithmic as sign(v) log(1 + |v|/f) with f = high / 1000.
// Plain value, thread-safe.
#pragma once

#include <utility>
#include <vector>

#include <QRgb>
#include <QString>

#include "views/style/colour_map.h"

namespace bitscape {

struct ColourScale {
  ColourMapId map = ColourMapId::Viridis;
  bool logarithmic = false;
  double low = 0, high = 1;
  bool operator==(const ColourScale&) const = default;

  bool isSigned() const { return map == ColourMapId::Diverging; }
  double position(double value) const;   // 0..1, clamped; NaN stays NaN
  double valueAt(double position) const; // the inverse
  QRgb colour(double value) const;       // NaN and infinity get kNotANumberColour
};

inline constexpr QRgb kNotANumberColour = 0xffff00ff;   // magenta: in none of the maps

// A scale over a range of data that cannot fail: empty, reversed or not finite ranges become small valid ones.
ColourScale sensibleScale(ColourMapId map, bool logarithmic, double low, double high);

// Round values in low..high with their labels: 1, 2, 5 steps or decades.
struct Tick {
  double value = 0;
  QString label;
};
std::vector<Tick> ticksOf(double low, double high, bool logarithmic, int most);
std::vector<Tick> ticksOf(const ColourScale& scale, int most);
// Short text of a number: 6 significant digits at most, exponent only where it helps.
QString numberText(double value, int digits = 6);

}  // namespace bitscape
