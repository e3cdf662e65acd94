#include "views/activations/surface_mesh.h"

#include <algorithm>

namespace bitscape {
namespace {

// Edges of `bins` bins over cells first .. last - 1 of a level whose cells are 2^k wide, in cells of the matrix.
std::vector<int> edgesOf(int first, int last, int bins, int k, int size) {
  std::vector<int> edges(static_cast<std::size_t>(bins) + 1);
  for (int i = 0; i <= bins; ++i) {
    const auto at = first + static_cast<std::int64_t>(last - first) * i / bins;
    edges[static_cast<std::size_t>(i)] = static_cast<int>(std::min<std::int64_t>(at << k, size));
  }
  return edges;
}

double place(const std::vector<int>& edges, int i) {
  const auto at = static_cast<std::size_t>(i);
  return (0.5 * (edges[at] + edges[at + 1]) - edges.front()) / std::max(1, edges.back() - edges.front());
}

int binOf(const std::vector<int>& edges, int cell) {
  const auto above = std::upper_bound(edges.begin(), edges.end(), cell);
  return std::clamp(static_cast<int>(above - edges.begin()) - 1, 0, static_cast<int>(edges.size()) - 2);
}

}  // namespace

double SurfaceMesh::rowPlace(int r) const { return place(rowEdge, r); }
double SurfaceMesh::columnPlace(int c) const { return place(columnEdge, c); }
int SurfaceMesh::vertexRow(int cellRow) const { return binOf(rowEdge, cellRow); }
int SurfaceMesh::vertexColumn(int cellColumn) const { return binOf(columnEdge, cellColumn); }

SurfaceMesh poolSurface(const MaxPyramid& pyramid, const CellRegion& region, int mostRows, int mostColumns) {
  SurfaceMesh mesh;
  const auto& all = pyramid.level(0);
  const int top = std::clamp(region.row, 0, all.rows), left = std::clamp(region.column, 0, all.columns);
  const int bottom = std::clamp(region.row + region.rows, top, all.rows),
            right = std::clamp(region.column + region.columns, left, all.columns);
  if (top == bottom || left == right || mostRows < 1 || mostColumns < 1) return mesh;
  // The coarsest level that still has a cell per vertex along both axes.
  int k = 0;
  while (k + 1 < pyramid.levels() && ((bottom - top) >> (k + 1)) >= std::min(mostRows, bottom - top) &&
         ((right - left) >> (k + 1)) >= std::min(mostColumns, right - left)) {
    ++k;
  }
  const auto& level = pyramid.level(k);
  const auto up = [k](int cell) { return static_cast<int>((static_cast<std::int64_t>(cell) + (std::int64_t{1} << k) - 1) >> k); };
  const int fromRow = top >> k, toRow = std::min(up(bottom), level.rows), fromColumn = left >> k,
            toColumn = std::min(up(right), level.columns);
  mesh.rows = std::min(mostRows, toRow - fromRow);
  mesh.columns = std::min(mostColumns, toColumn - fromColumn);
  mesh.rowEdge = edgesOf(fromRow, toRow, mesh.rows, k, all.rows);
  mesh.columnEdge = edgesOf(fromColumn, toColumn, mesh.columns, k, all.columns);
  mesh.region = {mesh.rowEdge.front(), mesh.columnEdge.front(), mesh.rowEdge.back() - mesh.rowEdge.front(),
                 mesh.columnEdge.back() - mesh.columnEdge.front()};
  mesh.values.assign(static_cast<std::size_t>(mesh.rows) * mesh.columns, 0.0f);
  for (int r = 0; r < mesh.rows; ++r) {
    float* out = mesh.values.data() + static_cast<std::size_t>(r) * mesh.columns;
    const int last = r + 1 == mesh.rows ? toRow : mesh.rowEdge[static_cast<std::size_t>(r) + 1] >> k;
    for (int y = mesh.rowEdge[static_cast<std::size_t>(r)] >> k; y < last; ++y) {
      const float* from = level.row(y);
      for (int c = 0; c < mesh.columns; ++c) {
        const int end = c + 1 == mesh.columns ? toColumn : mesh.columnEdge[static_cast<std::size_t>(c) + 1] >> k;
        for (int x = mesh.columnEdge[static_cast<std::size_t>(c)] >> k; x < end; ++x) out[c] = largerMagnitude(out[c], from[x]);
      }
    }
  }
  return mesh;
}

std::pair<int, int> strongestCell(const SurfaceMesh& mesh, const HeatGrid& grid, int vertexRow, int vertexColumn) {
  const auto r = static_cast<std::size_t>(vertexRow), c = static_cast<std::size_t>(vertexColumn);
  std::pair best{mesh.rowEdge[r], mesh.columnEdge[c]};
  float value = grid.at(best.first, best.second);
  for (int y = mesh.rowEdge[r]; y < mesh.rowEdge[r + 1]; ++y) {
    for (int x = mesh.columnEdge[c]; x < mesh.columnEdge[c + 1]; ++x) {
      const float larger = largerMagnitude(value, grid.at(y, x));
      if (std::bit_cast<std::int32_t>(larger) == std::bit_cast<std::int32_t>(value)) continue;
      value = larger;
      best = {y, x};
    }
  }
  return best;
}

}  // namespace bitscape
