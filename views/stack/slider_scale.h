// Where a parameter's value lies on a slider: linear steps that are easy to say, or decades when the range spans many.
//
// Pure value; thread-safe.
#pragma once

#include "core/method/param.h"

namespace bitscape {

struct SliderScale {
  double low = 0, high = 1;
  double step = 0.01;   // between linear positions
  int positions = 100;  // the slider goes from 0 to this; 0: the range is too wide for a slider
  int decimals = 2;     // that values on the slider have
  bool logarithmic = false;

  double valueAt(int position) const;  // rounded as people write it; the ends are exact
  int positionOf(double value) const;  // the nearest, clamped
};
SliderScale scaleOf(const ParamSpec& spec);  // of a Number or Integer

}  // namespace bitscape
