// A matrix pooled to a mesh that a screen can show: each vertex has the value of largest magnitude of the cells it stands for.
//
// Vertex (r, c) stands for cell rows rowEdge[r] .. rowEdge[r + 1] - 1 and likewise for columns; nothing is averaged, so a single hot cell
// is a peak of its full height. NaN wins over every number. Pure; thread-safe.
#pragma once

#include <utility>
#include <vector>

#include "views/heat/max_pyramid.h"

namespace bitscape {

// Part of a matrix, in cells.
struct CellRegion {
  int row = 0, column = 0, rows = 0, columns = 0;
  bool operator==(const CellRegion&) const = default;
  bool contains(int r, int c) const { return r >= row && c >= column && r < row + rows && c < column + columns; }
};

struct SurfaceMesh {
  CellRegion region;
  int rows = 0, columns = 0;             // vertices; 0: nothing to show
  std::vector<float> values;             // row-major, signed
  std::vector<int> rowEdge, columnEdge;  // rows + 1 and columns + 1 cell numbers
  float at(int r, int c) const { return values[static_cast<std::size_t>(r) * columns + c]; }
  // Where a vertex lies between the region's borders, 0..1.
  double rowPlace(int r) const;
  double columnPlace(int c) const;
  // The vertex that stands for a cell of the region.
  int vertexRow(int cellRow) const;
  int vertexColumn(int cellColumn) const;
};

inline constexpr int kMostVertices = 192;  // along each axis

// Takes the pyramid level that is just fine enough; the region grows to whole cells of that level, within the matrix.
SurfaceMesh poolSurface(const MaxPyramid& pyramid, const CellRegion& region, int mostRows = kMostVertices, int mostColumns = kMostVertices);
// The cell that gave a vertex its value: row, column.
std::pair<int, int> strongestCell(const SurfaceMesh& mesh, const HeatGrid& grid, int vertexRow, int vertexColumn);

}  // namespace bitscape
