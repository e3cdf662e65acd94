// What pages share about their parts: sizes of a splitter in the view state, a range of the selection as cells. GUI thread only.
#pragma once

#include <optional>
#include <utility>

#include "core/base/json.h"
#include "views/selection/selection.h"

class QSplitter;

namespace bitscape {

Json sizesOf(const QSplitter& splitter);
void setSizes(QSplitter& splitter, const Json& sizes);   // what is no list of as many sane sizes is ignored

// A range of the selection as cells of a picture: first, last.
std::optional<std::pair<int, int>> cellsOf(const std::optional<IndexRange>& range);

}  // namespace bitscape
