#include "views/activations/surface_raster.h"

#include <algorithm>
#include <cmath>

namespace bitscape {
namespace {

constexpr double kAmbient = 0.66;  // brightness of a slope that sees no light
constexpr int kHatch = 6;          // pixels from stripe to stripe

struct Corner {
  float x = 0, y = 0, colour = 0;
};

struct Paint {
  const QRgb* table = nullptr;  // kColourMapEntries, lit already
  QRgb mark = 0;
  bool hatched = false;
  std::int32_t quad = 0;
};

QRgb lit(QRgb colour, int light) {  // light in 256ths
  return qRgb(qRed(colour) * light >> 8, qGreen(colour) * light >> 8, qBlue(colour) * light >> 8);
}

class Filler {
 public:
  explicit Filler(SurfaceImage& target)
      : m_width(target.image.width()),
        m_height(target.image.height()),
        m_stride(target.image.bytesPerLine() / 4),
        m_pixels(reinterpret_cast<QRgb*>(target.image.bits())),
        m_seen(target.seen.data()) {}

  void triangle(Corner a, Corner b, Corner c, const Paint& paint) const {
    if (b.y < a.y) std::swap(a, b);
    if (c.y < a.y) std::swap(a, c);
    if (c.y < b.y) std::swap(b, c);
    const int top = std::max(0, static_cast<int>(std::ceil(a.y - 0.5f))),
              bottom = std::min(m_height, static_cast<int>(std::ceil(c.y - 0.5f)));
    if (top >= bottom) return;
    const float least = std::min({a.colour, b.colour, c.colour}), most = std::max({a.colour, b.colour, c.colour});
    const bool number = least >= 0;
    // The colour is linear over the triangle; its slopes follow from the two edges out of a.
    const float area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
    float perX = 0, perY = 0;
    if (std::abs(area) > 1e-4f) {
      perX = ((b.colour - a.colour) * (c.y - a.y) - (c.colour - a.colour) * (b.y - a.y)) / area;
      perY = ((b.x - a.x) * (c.colour - a.colour) - (c.x - a.x) * (b.colour - a.colour)) / area;
    }
    const float longSlope = (c.x - a.x) / (c.y - a.y);
    const float upperSlope = b.y > a.y ? (b.x - a.x) / (b.y - a.y) : 0, lowerSlope = c.y > b.y ? (c.x - b.x) / (c.y - b.y) : 0;
    for (int y = top; y < bottom; ++y) {
      const float centre = static_cast<float>(y) + 0.5f;
      float left = a.x + (centre - a.y) * longSlope;
      float right = centre < b.y ? a.x + (centre - a.y) * upperSlope : b.x + (centre - b.y) * lowerSlope;
      if (right < left) std::swap(left, right);
      int from = static_cast<int>(std::ceil(left - 0.5f)), to = static_cast<int>(std::ceil(right - 0.5f));
      if (from >= to) {  // thinner than a pixel: still seen
        from = static_cast<int>(std::floor(0.5f * (left + right)));
        to = from + 1;
      }
      from = std::max(from, 0);
      to = std::min(to, m_width);
      QRgb* pixels = m_pixels + static_cast<std::ptrdiff_t>(y) * m_stride;
      std::int32_t* seen = m_seen + static_cast<std::ptrdiff_t>(y) * m_width;
      float colour = a.colour + perX * (static_cast<float>(from) + 0.5f - a.x) + perY * (centre - a.y);
      for (int x = from; x < to; ++x, colour += perX) {
        seen[x] = paint.quad;
        if (paint.hatched && (x + y) % kHatch < 2) {
          pixels[x] = paint.mark;
        } else {
          pixels[x] = number ? paint.table[static_cast<int>(std::clamp(colour, least, most) * (kColourMapEntries - 1))] : kNotANumberColour;
        }
      }
    }
  }

 private:
  int m_width, m_height;
  qsizetype m_stride;
  QRgb* m_pixels;
  std::int32_t* m_seen;
};

}  // namespace

SurfaceShape shapeOf(const SurfaceMesh& mesh, const ColourScale& colours, const ColourScale& heights,
                     const std::vector<int>& markedChannels, QRgb mark) {
  SurfaceShape shape;
  if (mesh.rows == 0) return shape;
  shape.rows = mesh.rows + 2;
  shape.columns = mesh.columns + 2;
  shape.map = colours.map;
  shape.mark = mark;
  shape.x.assign(static_cast<std::size_t>(shape.columns), 0.0f);
  shape.y.assign(static_cast<std::size_t>(shape.rows), 0.0f);
  shape.x.back() = shape.y.back() = 1;
  for (int c = 0; c < mesh.columns; ++c) shape.x[static_cast<std::size_t>(c) + 1] = static_cast<float>(mesh.columnPlace(c));
  for (int r = 0; r < mesh.rows; ++r) shape.y[static_cast<std::size_t>(r) + 1] = static_cast<float>(mesh.rowPlace(r));
  shape.height.resize(static_cast<std::size_t>(shape.rows) * shape.columns);
  shape.colour.resize(shape.height.size());
  const double ground = heights.isSigned() ? 0.5 : 0;
  for (int r = 0; r < shape.rows; ++r) {
    for (int c = 0; c < shape.columns; ++c) {
      const float value = mesh.at(std::clamp(r - 1, 0, mesh.rows - 1), std::clamp(c - 1, 0, mesh.columns - 1));
      const bool number = std::isfinite(value);
      shape.height[shape.index(r, c)] = static_cast<float>(number ? heights.position(value) : ground);
      shape.colour[shape.index(r, c)] = number ? static_cast<float>(colours.position(value)) : -1.0f;
    }
  }
  shape.marked.assign(static_cast<std::size_t>(shape.columns), 0);
  for (const int channel : markedChannels) {
    if (channel >= mesh.region.column && channel < mesh.region.column + mesh.region.columns) {
      shape.marked[static_cast<std::size_t>(mesh.vertexColumn(channel)) + 1] = 1;
    }
  }
  return shape;
}

SurfaceImage renderSurface(const SurfaceShape& shape, const SurfaceCamera& camera, QSize pixels, double ratio) {
  SurfaceImage result;
  result.image = QImage(pixels, QImage::Format_ARGB32_Premultiplied);
  result.image.fill(Qt::transparent);
  result.image.setDevicePixelRatio(ratio);
  result.seen.assign(static_cast<std::size_t>(pixels.width()) * pixels.height(), -1);
  if (shape.rows < 2 || shape.columns < 2 || pixels.isEmpty()) return result;

  // Projection is linear: three differences instead of a projection per vertex.
  const QPointF origin = camera.project({0, 0, 0}) * ratio, alongX = camera.project({1, 0, 0}) * ratio - origin,
                alongY = camera.project({0, 1, 0}) * ratio - origin, alongZ = camera.project({0, 0, 1}) * ratio - origin;
  std::vector<Corner> corners(shape.height.size());
  for (int r = 0; r < shape.rows; ++r) {
    const QPointF row = origin + alongY * shape.y[static_cast<std::size_t>(r)];
    for (int c = 0; c < shape.columns; ++c) {
      const auto i = shape.index(r, c);
      const float x = shape.x[static_cast<std::size_t>(c)], z = shape.height[i];
      corners[i] = {static_cast<float>(row.x() + alongX.x() * x + alongZ.x() * z),
                    static_cast<float>(row.y() + alongX.y() * x + alongZ.y() * z), shape.colour[i]};
    }
  }
  constexpr int kLights = 24;
  std::vector<QRgb> tables(static_cast<std::size_t>(kLights) * kColourMapEntries);
  const auto& table = colourTable(shape.map);
  for (int k = 0; k < kLights; ++k) {
    const int light = static_cast<int>(256 * (kAmbient + (1 - kAmbient) * k / (kLights - 1)));
    for (int e = 0; e < kColourMapEntries; ++e)
      tables[static_cast<std::size_t>(k) * kColourMapEntries + e] = lit(table[static_cast<std::size_t>(e)], light);
  }
  const Filler filler(result);
  for (int i = 0; i + 1 < shape.rows; ++i) {
    const int r = camera.yFallsAway() ? shape.rows - 2 - i : i;
    const float dy = std::max(1e-6f, shape.y[static_cast<std::size_t>(r) + 1] - shape.y[static_cast<std::size_t>(r)]);
    for (int j = 0; j + 1 < shape.columns; ++j) {
      const int c = camera.xFallsAway() ? shape.columns - 2 - j : j;
      const float dx = std::max(1e-6f, shape.x[static_cast<std::size_t>(c) + 1] - shape.x[static_cast<std::size_t>(c)]);
      const auto at = shape.index(r, c), below = shape.index(r + 1, c);
      const float z00 = shape.height[at], z01 = shape.height[at + 1], z10 = shape.height[below], z11 = shape.height[below + 1];
      const double light = camera.light((z01 + z11 - z00 - z10) / (2 * dx), (z10 + z11 - z00 - z01) / (2 * dy));
      Paint paint;
      paint.table =
          tables.data() + static_cast<std::ptrdiff_t>(std::min(kLights - 1, static_cast<int>(light * kLights))) * kColourMapEntries;
      paint.hatched = shape.marked[static_cast<std::size_t>(c)] != 0 || shape.marked[static_cast<std::size_t>(c) + 1] != 0;
      paint.mark = shape.mark;
      paint.quad = static_cast<std::int32_t>(at);
      // Split along the diagonal that bends less, the far half first.
      if (std::abs(z00 - z11) < std::abs(z01 - z10)) {
        const bool rightIsFar = camera.away({shape.x[static_cast<std::size_t>(c) + 1], shape.y[static_cast<std::size_t>(r)], 0}) >
                                camera.away({shape.x[static_cast<std::size_t>(c)], shape.y[static_cast<std::size_t>(r) + 1], 0});
        const auto far = rightIsFar ? at + 1 : below, near = rightIsFar ? below : at + 1;
        filler.triangle(corners[at], corners[far], corners[below + 1], paint);
        filler.triangle(corners[at], corners[near], corners[below + 1], paint);
      } else {
        const bool firstIsFar = camera.away({shape.x[static_cast<std::size_t>(c)], shape.y[static_cast<std::size_t>(r)], 0}) >
                                camera.away({shape.x[static_cast<std::size_t>(c) + 1], shape.y[static_cast<std::size_t>(r) + 1], 0});
        const auto far = firstIsFar ? at : below + 1, near = firstIsFar ? below + 1 : at;
        filler.triangle(corners[at + 1], corners[far], corners[below], paint);
        filler.triangle(corners[at + 1], corners[near], corners[below], paint);
      }
    }
  }
  return result;
}

}  // namespace bitscape
