// Part of a matrix as pixels: picks the pyramid level, pools what falls into one pixel by max |x|, looks colours up in a table.
//
// Colours are looked up by the upper 16 bits of the float (rounded): one table of 65,536 entries serves linear, logarithmic and signed
// scales alike and errs by at most 0.4 % of the value. Pure; thread-safe.
#pragma once

#include <memory>
#include <vector>

#include <QImage>

#include "views/heat/max_pyramid.h"
#include "views/style/colour_scale.h"

namespace bitscape {

class FloatColours {
 public:
  explicit FloatColours(const ColourScale& scale);
  QRgb operator()(float value) const;
  const ColourScale& scale() const { return m_scale; }

 private:
  ColourScale m_scale;
  std::vector<QRgb> m_table;
};

// Which part of the matrix is seen: pixel (x, y) shows cell (left + x / pixelsPerColumn, top + y / pixelsPerRow).
struct HeatWindow {
  double left = 0, top = 0;                  // in cells
  double pixelsPerColumn = 1, pixelsPerRow = 1;
  bool operator==(const HeatWindow&) const = default;
};

// An opaque picture of `width` x `height` pixels; pixels outside the matrix get `outside`.
QImage renderHeat(const MaxPyramid& pyramid, const FloatColours& colours, const HeatWindow& window, int width, int height, QRgb outside);

}  // namespace bitscape
