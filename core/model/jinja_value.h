// Values of the template language, with the behaviour that Python gives them.
//
// Lists and dictionaries are shared and never change; namespaces are the one mutable kind. A Budget bounds what a template may make.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/json.h"

namespace bitscape::jinja {

class Value;
using Members = std::vector<std::pair<std::string, Value>>;

// What is left to a template: steps, bytes of all strings and lists it makes. Throws Error when used up.
class Budget {
 public:
  void step();
  void bytes(std::size_t count);

 private:
  std::size_t m_steps = 0, m_bytes = 0;
};

struct Arguments {
  std::vector<Value> positional;
  Members named;
  const Value* find(std::size_t index, std::string_view name) const;  // null when not given
};

struct Undefined {
  std::string name;
};
struct List {
  std::vector<Value> items;
  bool tuple = false;
  int depth = 1;
};
struct Dict {
  Members members;
  bool isNamespace = false;
  int depth = 1;
};
using Function = std::function<Value(const Arguments&)>;

class Value {
 public:
  using Content = std::variant<Undefined, std::nullptr_t, bool, std::int64_t, double, std::string, std::shared_ptr<const List>,
                               std::shared_ptr<Dict>, std::shared_ptr<const Function>>;
  Value() = default;
  Value(Content content) : m_content(std::move(content)) {}
  static Value undefined(std::string name) { return Value(Content(Undefined{std::move(name)})); }
  static Value text(std::string value) { return Value(Content(std::move(value))); }
  static Value integer(std::int64_t value) { return Value(Content(value)); }
  static Value boolean(bool value) { return Value(Content(value)); }
  static Value none() { return Value(Content(nullptr)); }
  // Containers throw Error when nested too deep or when they would hold a namespace or a function, which could close a circle or hide
  // depth; the facts of a loop alone hold a function.
  static Value list(std::vector<Value> items, bool tuple = false);
  static Value dict(Members members, bool isNamespace = false);
  static Value loop(Members facts);
  static Value function(Function function) { return Value(Content(std::make_shared<const Function>(std::move(function)))); }
  static Value fromJson(const Json& json);

  template <class Kind>
  const Kind* as() const { return std::get_if<Kind>(&m_content); }
  const List* asList() const { const auto* list = as<std::shared_ptr<const List>>(); return list ? list->get() : nullptr; }
  Dict* asDict() const { const auto* dict = as<std::shared_ptr<Dict>>(); return dict ? dict->get() : nullptr; }
  const std::string* asText() const { return as<std::string>(); }
  bool isUndefined() const { return as<Undefined>() != nullptr; }
  bool isNone() const { return as<std::nullptr_t>() != nullptr; }
  bool isNumber() const { return as<bool>() || as<std::int64_t>() || as<double>(); }
  double number() const;        // of a number
  int depth() const;
  const char* kind() const;     // "a string", for messages

  bool truth() const;
  bool equals(const Value& other) const;
  int compare(const Value& other) const;   // -1, 0, 1; throws Error when the kinds have no order
  std::string str(Budget& budget) const;   // as Python's str()
  std::string repr(Budget& budget) const;
  // Items to loop over: of a list, characters of a string, keys of a dictionary, none of an undefined value.
  std::vector<Value> iterate(Budget& budget) const;
  const Value* member(std::string_view key) const;  // of a dictionary; null when absent

 private:
  Content m_content;
};

// As Python's json.dumps(ensure_ascii=False); `indent` below 0: one line.
std::string toJsonText(const Value& value, int indent, Budget& budget);
// Characters of valid UTF-8, one string each.
std::vector<std::string_view> characters(std::string_view text);
Value checkedText(std::string text, Budget& budget);
Value checkedList(std::vector<Value> items, Budget& budget, bool tuple = false);

// `sign` is one of + - * / // % **, both values are numbers. Throws Error on overflow and division by 0.
Value arithmetic(const Value& left, const std::string& sign, const Value& right);

// Built-ins. Throw Error on unknown names and unfit arguments.
Value applyFilter(const std::string& name, const Value& value, const Arguments& arguments, Budget& budget);
bool applyTest(const std::string& name, const Value& value, const Arguments& arguments, Budget& budget);
// A method as a function bound to `value`; undefined when the kind has none of this name.
Value methodOf(const Value& value, const std::string& name, Budget& budget);

}  // namespace bitscape::jinja
