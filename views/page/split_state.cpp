#include "views/page/split_state.h"

#include <QSplitter>

namespace bitscape {

Json sizesOf(const QSplitter& splitter) {
  Json sizes = Json::array();
  for (const int size : splitter.sizes()) sizes.push_back(size);
  return sizes;
}

void setSizes(QSplitter& splitter, const Json& json) {
  QList<int> sizes;
  if (!json.is_array() || json.size() != static_cast<std::size_t>(splitter.count())) return;
  for (const auto& size : json) {
    if (!size.is_number_integer() || size < 0 || size > 100000) return;
    sizes << size.get<int>();
  }
  splitter.setSizes(sizes);
}

std::optional<std::pair<int, int>> cellsOf(const std::optional<IndexRange>& range) {
  if (!range) return std::nullopt;
  return std::pair(static_cast<int>(range->first), static_cast<int>(range->last));
}

}  // namespace bitscape
