// U+2581, the visible space of SentencePiece vocabularies, and cutting a text before it.
//
// Where no token holds the mark after another character, pairs never merge across such a place, so that words can be encoded one by
// one with the same result. Pure functions, thread-safe.
#pragma once

#include <string_view>
#include <vector>

namespace bitscape {

constexpr std::string_view kSpaceMark = "\xE2\x96\x81";

// Whether `token` holds the mark after a character that is not the mark.
bool hasInnerSpaceMark(std::string_view token);
// Cuts before every run of marks.
std::vector<std::string_view> cutBeforeSpaceMarks(std::string_view text);

}  // namespace bitscape
