// What a paper contributes: passes that solve Steps, and roundings that turn weights into codes. One file and one registry row each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/quant/packed.h"

namespace bitscape {

// A parameter as forms, help and files see it.
struct ParamSpec {
  std::string id, title, help;
  double low = 0, high = 1, fallback = 0;
};

// How weights become codes, given the format. `name` is what a recipe says ("rtn").
struct Rounding {
  std::string id, title;
  std::vector<ParamSpec> parameters;
  Packed (*round)(const Tensor& weight, const Format& format, const Json& parameters);
};

struct Method {
  std::string id, title, citation;
  int version = 1;
  std::vector<Rounding> roundings;
};

// The one list, in the order that menus show.
const std::vector<Method>& methods();
// Throws Error naming the roundings that exist.
const Rounding& roundingNamed(std::string_view id);

}  // namespace bitscape
