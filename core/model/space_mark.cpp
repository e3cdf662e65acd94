#include "core/model/space_mark.h"

#include <algorithm>

namespace bitscape {

bool hasInnerSpaceMark(std::string_view token) {
  for (std::size_t at = token.find(kSpaceMark); at != std::string_view::npos; at = token.find(kSpaceMark, at + kSpaceMark.size())) {
    if (at > 0 && !token.substr(0, at).ends_with(kSpaceMark)) return true;
  }
  return false;
}

std::vector<std::string_view> cutBeforeSpaceMarks(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (text.substr(end).starts_with(kSpaceMark)) end += kSpaceMark.size();
    end = std::min(text.find(kSpaceMark, end), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

}  // namespace bitscape
