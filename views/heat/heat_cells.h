// The numbers of a heat map for other programs: the cells in view as CSV and JSON.
//
// Single values up to kMostCells of them; beyond that those of a pooled level (signed, of largest |x|), which the first field says. Pure.
#pragma once

#include <QString>
#include <utility>

#include "core/base/json.h"
#include "views/heat/max_pyramid.h"

namespace bitscape {

inline constexpr std::int64_t kMostCells = 1'000'000;

// Cells `rows` x `columns` (first and last, both included); `shownLevel` is the level that the picture reads from.
// CSV: a header "token","text",0,1,... then one line per row. A cell that a causal matrix does not have stays empty.
QString heatCsv(const MaxPyramid& pyramid, std::pair<int, int> rows, std::pair<int, int> columns, int shownLevel);
// {"title", "axes": {"rows": {"title", "first", "step", "labels"}, "columns": ...}, "pooling", "values": [[...]]}; "pooling" is null
// for single values, else what one value covers. NaN, infinity and cells that do not exist are null.
Json heatJson(const MaxPyramid& pyramid, std::pair<int, int> rows, std::pair<int, int> columns, int shownLevel);

}  // namespace bitscape
