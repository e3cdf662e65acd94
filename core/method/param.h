// Parameters of passes and roundings as forms, help, files and the command line see them.
//
// In a recipe a Number or Integer is a JSON number, a Flag true or false, a Choice one of its words. Plain values; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/json.h"

namespace bitscape {

struct ParamSpec {
  enum class Kind { Number, Integer, Flag, Choice };
  std::string id, title, help;
  double low = 0, high = 1, fallback = 0;  // a Flag's fallback is 0 or 1, a Choice's the index of a word
  Kind kind = Kind::Number;
  std::vector<std::string> choices;
};
ParamSpec numberParam(std::string id, std::string title, std::string help, double low, double high, double fallback);
ParamSpec integerParam(std::string id, std::string title, std::string help, std::int64_t low, std::int64_t high, std::int64_t fallback);
ParamSpec flagParam(std::string id, std::string title, std::string help, bool fallback);
ParamSpec choiceParam(std::string id, std::string title, std::string help, std::vector<std::string> choices, std::size_t fallback = 0);
Json fallbackOf(const ParamSpec& spec);  // as it stands in a recipe

// The values a solver reads: what a recipe says, else the fallback. Throws Error on an id without a spec (a bug) or a value that
// checkParameters would refuse.
class ParamValues {
 public:
  ParamValues(const std::vector<ParamSpec>& specs, const Json& given);
  double number(std::string_view id) const;
  std::int64_t integer(std::string_view id) const;
  bool flag(std::string_view id) const;
  const std::string& choice(std::string_view id) const;

 private:
  const Json& at(std::string_view id) const;
  Json m_values = Json::object();
};

// One Issue per key without a spec and per value of the wrong kind or outside its range.
std::vector<Issue> faultsOf(const std::vector<ParamSpec>& specs, const Json& given);
// Throws one Error with all of them.
void checkParameters(const std::vector<ParamSpec>& specs, const JsonView& parameters);

}  // namespace bitscape
