#include "views/heat/heat_raster.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace bitscape {
namespace {

// Least level whose cells are at least a pixel wide: sampling one cell per pixel then misses none.
int levelFor(double pixelsPerCell) { return pixelsPerCell >= 1 ? 0 : static_cast<int>(std::ceil(-std::log2(pixelsPerCell) - 1e-12)); }

struct Span {
  int from = 0, to = 0;   // cells of the level; empty: outside
  bool operator==(const Span&) const = default;
};

// Which cells of a level fall into each pixel along one axis. Every cell of the matrix that the window covers is in some pixel.
std::vector<Span> spans(double start, double pixelsPerCell, int pixels, int level, int cells, int levelCells) {
  std::vector<Span> result(static_cast<std::size_t>(std::max(0, pixels)));
  const double size = std::ldexp(1.0, level);
  const auto cellAt = [&](int pixel) { return std::floor((start + pixel / pixelsPerCell) / size); };
  for (int i = 0; i < pixels; ++i) {
    const double from = cellAt(i), next = cellAt(i + 1);
    double to = std::max(from + 1, next);
    // The last pixel of the matrix takes the rest: a cut-off last cell may be narrower than a pixel.
    if (start + (i + 1) / pixelsPerCell >= cells - 1e-9) to = std::max(to, static_cast<double>(levelCells));
    if (from >= levelCells || to <= 0) continue;
    result[static_cast<std::size_t>(i)] = {static_cast<int>(std::max(0.0, from)), static_cast<int>(std::min<double>(levelCells, to))};
  }
  return result;
}

}  // namespace

FloatColours::FloatColours(const ColourScale& scale) : m_scale(scale), m_table(65536) {
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const float middle = std::bit_cast<float>((i << 16) | 0x8000u), least = std::bit_cast<float>((i & 0x7fffu) << 16);
    // Zero's bucket must be exactly zero's colour, and the bucket of infinity and NaN theirs.
    m_table[i] = scale.colour((i & 0x7fff) == 0 ? 0.0 : static_cast<double>(middle));
    if (std::isfinite(middle) && static_cast<double>(least) > scale.high) m_table[i] = kClippedColour;
  }
}

QRgb FloatColours::operator()(float value) const { return m_table[std::bit_cast<std::uint32_t>(value) >> 16]; }

int levelShown(const MaxPyramid& pyramid, const HeatWindow& window) {
  return std::min({levelFor(window.pixelsPerColumn), levelFor(window.pixelsPerRow), pyramid.levels() - 1});
}

QImage renderHeat(const MaxPyramid& pyramid, const FloatColours& colours, const HeatWindow& window, int width, int height, QRgb outside,
                  std::optional<QRgb> hatch, int hatchPeriod) {
  QImage image(std::max(1, width), std::max(1, height), QImage::Format_RGB32);
  const MaxPyramid::Level& base = pyramid.level(0);
  if (base.rows == 0 || !(window.pixelsPerColumn > 0) || !(window.pixelsPerRow > 0)) {
    image.fill(outside);
    return image;
  }
  const int k = levelShown(pyramid, window);
  const MaxPyramid::Level& level = pyramid.level(k);
  const std::vector<Span> columns = spans(window.left, window.pixelsPerColumn, image.width(), k, base.columns, level.columns);
  const std::vector<Span> rows = spans(window.top, window.pixelsPerRow, image.height(), k, base.rows, level.rows);

  int first = level.columns, last = 0;
  bool pooledColumns = false;
  for (const Span& s : columns) {
    if (s.to <= s.from) continue;
    first = std::min(first, s.from);
    last = std::max(last, s.to);
    pooledColumns = pooledColumns || s.to - s.from > 1;
  }
  std::vector<float> buffer(static_cast<std::size_t>(level.columns));
  const qsizetype stride = image.bytesPerLine();
  uchar* const bits = image.bits();
  for (int y = 0; y < image.height(); ++y) {
    auto* line = reinterpret_cast<QRgb*>(bits + y * stride);
    const Span span = rows[static_cast<std::size_t>(y)];
    if (span.to <= span.from || last <= first) {
      std::fill_n(line, image.width(), outside);
      continue;
    }
    if (y > 0 && rows[static_cast<std::size_t>(y) - 1] == span) {
      std::memcpy(line, bits + (y - 1) * stride, static_cast<std::size_t>(image.width()) * sizeof(QRgb));
      continue;
    }
    const float* values = level.row(span.from);
    if (span.to - span.from > 1) {
      std::copy(values + first, values + last, buffer.begin() + first);
      for (int r = span.from + 1; r < span.to; ++r) {
        const float* other = level.row(r);
        for (int c = first; c < last; ++c) buffer[static_cast<std::size_t>(c)] = largerMagnitude(buffer[static_cast<std::size_t>(c)], other[c]);
      }
      values = buffer.data();
    }
    for (int x = 0; x < image.width(); ++x) {
      const Span s = columns[static_cast<std::size_t>(x)];
      if (s.to <= s.from) {
        line[x] = outside;
        continue;
      }
      float value = values[s.from];
      if (pooledColumns) {
        for (int c = s.from + 1; c < s.to; ++c) value = largerMagnitude(value, values[c]);
      }
      line[x] = colours(value);
    }
  }
  if (pyramid.grid().causal) {
    const int period = std::max(2, hatchPeriod);
    const QRgb line = hatch.value_or(outside);
    for (int y = 0; y < image.height(); ++y) {
      const Span row = rows[static_cast<std::size_t>(y)];
      if (row.to <= row.from) continue;
      const int lastRow = std::min(base.rows, row.to << k) - 1;   // the pixel's last row sees the most columns
      auto* pixels = reinterpret_cast<QRgb*>(bits + y * stride);
      for (int x = image.width() - 1; x >= 0; --x) {
        const Span column = columns[static_cast<std::size_t>(x)];
        if (column.to <= column.from) continue;
        if ((column.from << k) <= lastRow) break;
        pixels[x] = (x + y) % period == 0 ? line : outside;
      }
    }
  }
  return image;
}

}  // namespace bitscape
