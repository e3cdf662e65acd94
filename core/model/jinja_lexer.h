// Cuts a template into tokens, and applies the rules of white space on the way.
//
// A "-" at a tag takes the white space beside it; a statement or comment alone in its line takes the line (trim_blocks and
// lstrip_blocks, as transformers sets them). Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bitscape::jinja {

struct Token {
  enum class Kind { Text, OutputBegin, OutputEnd, BlockBegin, BlockEnd, Name, String, Integer, Float, Operator, End };
  Kind kind = Kind::End;
  std::string text;
  int line = 1;
};

// Throws Error with the line.
std::vector<Token> tokensOf(std::string_view source);

[[noreturn]] void failAt(int line, const std::string& message);

}  // namespace bitscape::jinja
