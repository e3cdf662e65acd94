// A regular expression of a tokenizer file, run by PCRE2 with the meaning that its author's engine gives it.
//
// Reference tokenizers run Oniguruma. Patterns are translated where the two differ: \s and \w follow the Unicode properties
// White_Space and UTS #18 word, ^ and $ match at every line. Immutable, thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bitscape {

struct TextRange {
  std::size_t begin = 0, end = 0;
};

class Regex {
 public:
  // Throws Error (`source`, the fault and its place) when `pattern` is not valid.
  Regex(std::string_view pattern, const std::string& source);
  ~Regex();
  Regex(Regex&&) noexcept;

  // All matches in valid UTF-8, from left to right, not overlapping; appended to `matches`. Throws Error when matching exhausts
  // its limits.
  void findAll(std::string_view valid, std::vector<TextRange>& matches) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> m_compiled;
};

}  // namespace bitscape
