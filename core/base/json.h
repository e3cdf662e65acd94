// JSON read from files that nobody vouches for: bounded, strict, with the place of a fault in the message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace bitscape {

// Keeps the order of keys, so that what is written reads as its author meant it.
using Json = nlohmann::ordered_json;

// Parses `text`. `source` names it in messages ("config.json"). Throws Error on a syntax fault (with line and column), invalid
// UTF-8, a key that occurs twice in one object, nesting deeper than `maxDepth`, or trailing text.
Json parseJson(std::string_view text, const std::string& source, std::size_t maxDepth = 64);

// Reads and parses a whole file of at most `maxBytes`. Throws Error when it cannot be read or is larger.
Json readJson(const std::string& path, std::size_t maxBytes = std::size_t{256} << 20);

// Typed access that fails with a sentence: `source: "key" is missing` or `source: "key" is a string, an integer is needed`.
class JsonView {
 public:
  JsonView(const Json& value, std::string source);  // keeps a reference: `value` must outlive the view
  const Json& raw() const { return m_value; }
  const std::string& source() const { return m_source; }   // for messages about what no accessor checks
  bool has(const std::string& key) const;           // present and not null
  JsonView at(const std::string& key) const;        // an object or array member
  long long integer(const std::string& key, long long low, long long high) const;
  long long integer(const std::string& key, long long low, long long high, long long fallback) const;
  double number(const std::string& key) const;      // finite
  double number(const std::string& key, double fallback) const;
  bool boolean(const std::string& key, bool fallback) const;
  std::string string(const std::string& key) const;
  std::string string(const std::string& key, const std::string& fallback) const;
  // Throws Error when the object has a key outside `allowed`, naming it.
  void onlyKeys(std::initializer_list<std::string_view> allowed) const;

 private:
  const Json& m_value;
  std::string m_source;
};

}  // namespace bitscape
