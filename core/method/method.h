// What a paper contributes: passes that solve Steps, and roundings that turn weights into codes. One file and one registry row each.
//
// Plain values and pure functions; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/quant/packed.h"

namespace bitscape {

// A parameter as forms, help and files see it: a finite number in low..high.
struct ParamSpec {
  std::string id, title, help;
  double low = 0, high = 1, fallback = 0;
};

// How weights become codes, given the format. `id` is what a recipe says ("rtn").
struct Rounding {
  std::string id, title;
  std::vector<ParamSpec> parameters;
  Packed (*round)(const Tensor& weight, const Format& format, const Json& parameters);
};

// Which rounding a recipe uses, with its parameters.
struct RoundingChoice {
  std::string id = "rtn";
  Json parameters = Json::object();
  bool operator==(const RoundingChoice&) const = default;
};

// What solves Steps for a block. No method of this version contributes one; the row's shape is kept so that a recipe can be checked.
struct Pass {
  std::string id, title;
  std::vector<ParamSpec> parameters;
};

struct Method {
  std::string id, title, citation;
  int version = 1;
  std::vector<Pass> passes;
  std::vector<Rounding> roundings;
};

// The one list, in the order that menus show.
const std::vector<Method>& methods();
// Throw Error naming those that exist.
const Rounding& roundingNamed(std::string_view id);
const Pass& passNamed(std::string_view id);

// Throws Error when `parameters` has a key without a spec, or a value that is no number in the spec's range.
void checkParameters(const std::vector<ParamSpec>& specs, const JsonView& parameters);

}  // namespace bitscape
