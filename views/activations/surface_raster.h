// A surface as pixels: triangles filled from back to front, coloured by their values, lit a little; and what is seen at each pixel.
//
// Seen from above, a surface over a plane needs no depth test: any order that falls towards the viewer along both axes is right. Every
// triangle that crosses a line of pixels gets at least one pixel of it, so a thin peak never vanishes. Pure; thread-safe.
#pragma once

#include <QImage>
#include <cstdint>
#include <vector>

#include "views/activations/surface_camera.h"
#include "views/activations/surface_mesh.h"
#include "views/style/colour_scale.h"

namespace bitscape {

// The mesh in box coordinates. Beside the mesh's own vertices there is one line of copies along each border, so that the surface reaches
// the walls: vertex (r, c) of the mesh is (r + 1, c + 1) here.
struct SurfaceShape {
  int rows = 0, columns = 0;
  std::vector<float> x, y;    // of each column and row
  std::vector<float> height;  // 0..1, row-major
  std::vector<float> colour;  // position in the colour map, 0..1; negative: not a number
  std::vector<char> marked;   // per column: hatched
  ColourMapId map = ColourMapId::Viridis;
  QRgb mark = 0;
  std::size_t index(int r, int c) const { return static_cast<std::size_t>(r) * columns + c; }
};
// `markedChannels` are columns of the matrix.
SurfaceShape shapeOf(const SurfaceMesh& mesh, const ColourScale& colours, const ColourScale& heights,
                     const std::vector<int>& markedChannels, QRgb mark);

struct SurfaceImage {
  QImage image;                    // transparent where nothing is seen
  std::vector<std::int32_t> seen;  // per pixel: index of the shape's quad (r * columns + c of its first corner); -1: none
  std::int32_t at(int x, int y) const {
    return x < 0 || y < 0 || x >= image.width() || y >= image.height() ? -1 : seen[static_cast<std::size_t>(y) * image.width() + x];
  }
};
// `pixels` large; the camera's plot is in logical units, `ratio` pixels each.
SurfaceImage renderSurface(const SurfaceShape& shape, const SurfaceCamera& camera, QSize pixels, double ratio);

}  // namespace bitscape
