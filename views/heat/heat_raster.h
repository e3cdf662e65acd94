// Part of a matrix as pixels: picks the pyramid level, pools what falls into one pixel by max |x|, looks colours up in a table.
//
// Values above the range have a colour of their own, so that clipping is seen. Cells that a causal matrix does not have are hatched.
// Colours are looked up by the upper 16 bits of the float (rounded): one table of 65,536 entries serves linear, logarithmic and signed
// scales alike and errs by at most 0.4 % of the value. Pure; thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QImage>

#include "views/heat/max_pyramid.h"
#include "views/style/colour_scale.h"

namespace bitscape {

inline constexpr QRgb kClippedColour = 0xff00e5ff;   // bright cyan: in none of the maps

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

// Which level renderHeat reads from.
int levelShown(const MaxPyramid& pyramid, const HeatWindow& window);

// An opaque picture of `width` x `height` pixels; pixels outside the matrix get `outside`. Where no cell of a causal matrix falls into a
// pixel, it gets `outside` with a hatching in `hatch` (absent: in `outside`, without hatching) every `hatchPeriod` pixels.
QImage renderHeat(const MaxPyramid& pyramid, const FloatColours& colours, const HeatWindow& window, int width, int height, QRgb outside,
                  std::optional<QRgb> hatch = std::nullopt, int hatchPeriod = 8);

}  // namespace bitscape
