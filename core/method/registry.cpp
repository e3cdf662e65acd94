#include <algorithm>

#include "core/base/error.h"
#include "core/method/method.h"

namespace bitscape {

Method rtnMethod();  // rtn.cpp

const std::vector<Method>& methods() {
  static const std::vector<Method> kMethods{
      rtnMethod(),
  };
  return kMethods;
}

namespace {

template <class Entry>
const Entry& named(std::string_view id, std::vector<Entry> Method::*entries, const std::string& kind) {
  std::string known;
  for (const Method& method : methods()) {
    for (const Entry& entry : method.*entries) {
      if (entry.id == id) return entry;
      known += (known.empty() ? "\"" : ", \"") + entry.id + "\"";
    }
  }
  throw Error("the " + kind + " \"" + std::string(id.substr(0, 64)) + "\" does not exist; " +
              (known.empty() ? "this version has no " + kind + " at all: disable or remove the entry" : "those that do: " + known));
}

}  // namespace

const Rounding& roundingNamed(std::string_view id) { return named(id, &Method::roundings, "rounding"); }
const Pass& passNamed(std::string_view id) { return named(id, &Method::passes, "pass"); }

void checkParameters(const std::vector<ParamSpec>& specs, const JsonView& parameters) {
  if (!parameters.raw().is_object()) throw Error(parameters.source() + " is an array, an object of parameters is needed");
  for (const auto& item : parameters.raw().items()) {
    const auto spec = std::find_if(specs.begin(), specs.end(), [&](const ParamSpec& s) { return s.id == item.key(); });
    if (spec == specs.end()) {
      std::string known;
      for (const ParamSpec& s : specs) known += (known.empty() ? "\"" : ", \"") + s.id + "\"";
      throw Error(parameters.source() + ": the parameter \"" + item.key() + "\" is unknown; " +
                  (known.empty() ? "there are none: remove it" : "allowed are " + known));
    }
    const double value = parameters.number(item.key());
    if (value < spec->low || value > spec->high) {
      throw Error(parameters.source() + ": \"" + spec->id + "\" is " + item.value().dump() + ", it must lie between " +
                  std::to_string(spec->low) + " and " + std::to_string(spec->high));
    }
  }
}

}  // namespace bitscape
