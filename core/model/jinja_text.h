// Work on text that filters and methods of the template language share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/model/jinja_value.h"

namespace bitscape::jinja {

// The value as a string or integer. Throws Error saying that `what` needs one.
const std::string& textOf(const Value& value, const std::string& what);
std::int64_t integerOf(const Value& value, const std::string& what);

enum class Case { Upper, Lower, Title, Capital };
std::string recased(std::string_view text, Case wanted);

// Without the characters of `set` (absent: white space) at its ends.
enum class Side { Left = 1, Right = 2, Both = 3 };
std::string stripped(std::string_view text, const std::optional<std::string>& set, Side side);

// Arguments: separator (absent: runs of white space) and the greatest number of cuts.
Value splitText(const std::string& text, const Arguments& arguments, Budget& budget);
// At most `times` replacements, all when negative; an empty `from` stands between all characters.
std::string replacedTimes(const std::string& text, const std::string& from, const std::string& to, std::int64_t times, Budget& budget);
// A member, or a member's member by a path with dots.
Value attributeOf(const Value& value, const std::string& path);
// Arguments: the text between, and the attribute to take of each item.
Value joined(const Value& value, const Arguments& arguments, Budget& budget);

// The pairs of a dictionary.
std::vector<Value> pairsOf(const Value& value);

}  // namespace bitscape::jinja
