#include "core/method/param.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace bitscape {
namespace {

std::string text(double value) {
  std::ostringstream out;
  out << value;  // 0.5, not 0.500000
  return out.str();
}

std::string quoted(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "\"" : ", \"") + word + "\"";
  return all;
}

const ParamSpec* find(const std::vector<ParamSpec>& specs, std::string_view id) {
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const ParamSpec& spec) { return spec.id == id; });
  return found == specs.end() ? nullptr : &*found;
}

std::string shown(const Json& value) {
  const std::string dump = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return dump.size() <= 64 ? dump : dump.substr(0, 61) + "...";
}

// What is wrong with the value; empty when nothing is.
std::string faultOf(const ParamSpec& spec, const Json& value) {
  switch (spec.kind) {
    case ParamSpec::Kind::Flag:
      return value.is_boolean() ? "" : "is " + shown(value) + "; it must be true or false";
    case ParamSpec::Kind::Choice:
      if (value.is_string() && std::count(spec.choices.begin(), spec.choices.end(), value.get<std::string>()) > 0) return "";
      return "is " + shown(value) + "; it must be one of " + quoted(spec.choices);
    case ParamSpec::Kind::Number:
    case ParamSpec::Kind::Integer: {
      const bool whole = spec.kind == ParamSpec::Kind::Integer;
      const std::string wanted =
          std::string("it must be ") + (whole ? "a whole number" : "a number") + " between " + text(spec.low) + " and " + text(spec.high);
      if (!value.is_number()) return "is " + shown(value) + "; " + wanted;
      const double number = value.get<double>();
      const bool inside = number >= spec.low && number <= spec.high;  // false for NaN
      return inside && (!whole || number == std::floor(number)) ? "" : "is " + shown(value) + "; " + wanted;
    }
  }
  return "";
}

}  // namespace

ParamSpec numberParam(std::string id, std::string title, std::string help, double low, double high, double fallback) {
  return {.id = std::move(id),
          .title = std::move(title),
          .help = std::move(help),
          .low = low,
          .high = high,
          .fallback = fallback,
          .kind = ParamSpec::Kind::Number,
          .choices = {}};
}

ParamSpec integerParam(std::string id, std::string title, std::string help, std::int64_t low, std::int64_t high, std::int64_t fallback) {
  ParamSpec spec = numberParam(std::move(id), std::move(title), std::move(help), static_cast<double>(low), static_cast<double>(high),
                               static_cast<double>(fallback));
  spec.kind = ParamSpec::Kind::Integer;
  return spec;
}

ParamSpec flagParam(std::string id, std::string title, std::string help, bool fallback) {
  ParamSpec spec = numberParam(std::move(id), std::move(title), std::move(help), 0, 1, fallback ? 1 : 0);
  spec.kind = ParamSpec::Kind::Flag;
  return spec;
}

ParamSpec choiceParam(std::string id, std::string title, std::string help, std::vector<std::string> choices, std::size_t fallback) {
  ParamSpec spec = numberParam(std::move(id), std::move(title), std::move(help), 0, static_cast<double>(choices.size()) - 1,
                               static_cast<double>(fallback));
  spec.kind = ParamSpec::Kind::Choice;
  spec.choices = std::move(choices);
  return spec;
}

Json fallbackOf(const ParamSpec& spec) {
  switch (spec.kind) {
    case ParamSpec::Kind::Number:
      return spec.fallback;
    case ParamSpec::Kind::Integer:
      return static_cast<std::int64_t>(spec.fallback);
    case ParamSpec::Kind::Flag:
      return spec.fallback != 0;
    case ParamSpec::Kind::Choice:
      return spec.choices.at(static_cast<std::size_t>(spec.fallback));
  }
  return nullptr;
}

ParamValues::ParamValues(const std::vector<ParamSpec>& specs, const Json& given) {
  checkParameters(specs, JsonView(given, "the parameters"));
  for (const ParamSpec& spec : specs) m_values[spec.id] = given.contains(spec.id) ? given.at(spec.id) : fallbackOf(spec);
}

const Json& ParamValues::at(std::string_view id) const {
  const auto found = m_values.find(std::string(id));
  if (found == m_values.end())
    throw Error("there is no parameter \"" + std::string(id) + "\" here; its solver asks for what it does not declare");
  return *found;
}

double ParamValues::number(std::string_view id) const { return at(id).get<double>(); }
std::int64_t ParamValues::integer(std::string_view id) const { return static_cast<std::int64_t>(at(id).get<double>()); }
bool ParamValues::flag(std::string_view id) const { return at(id).get<bool>(); }
const std::string& ParamValues::choice(std::string_view id) const { return at(id).get_ref<const std::string&>(); }

std::vector<Issue> faultsOf(const std::vector<ParamSpec>& specs, const Json& given) {
  if (given.is_null()) return {};
  if (!given.is_object()) return {{"", "the parameters are " + shown(given) + "; an object such as {\"name\": value} is needed"}};
  std::vector<Issue> issues;
  for (const auto& item : given.items()) {
    const ParamSpec* spec = find(specs, item.key());
    if (!spec) {
      std::vector<std::string> known;
      for (const ParamSpec& s : specs) known.push_back(s.id);
      issues.push_back(
          {item.key(), "is unknown; " + (known.empty() ? "there are no parameters here: remove it" : "there are " + quoted(known))});
    } else if (std::string fault = faultOf(*spec, item.value()); !fault.empty()) {
      issues.push_back({item.key(), std::move(fault)});
    }
  }
  return issues;
}

void checkParameters(const std::vector<ParamSpec>& specs, const JsonView& parameters) {
  std::string all;
  for (const Issue& issue : faultsOf(specs, parameters.raw())) {
    all += (all.empty() ? "" : "; ") + (issue.field.empty() ? "" : "\"" + issue.field.substr(0, 64) + "\" ") + issue.message;
  }
  if (!all.empty()) throw Error(parameters.source() + ": " + all);
}

}  // namespace bitscape
