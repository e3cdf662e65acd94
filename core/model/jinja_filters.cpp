// Filters and tests of the template language (pallets/jinja, src/jinja2/filters.py and tests.py).
#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/error.h"
#include "core/model/jinja_text.h"
#include "core/model/normalizer.h"

namespace bitscape::jinja {
namespace {

// select, reject, selectattr, rejectattr: items for which a test (default: truth) holds or not.
Value selected(const Value& value, const Arguments& arguments, bool byAttribute, bool wanted, Budget& budget) {
  std::size_t next = 0;
  std::string attribute;
  if (byAttribute) {
    if (arguments.positional.empty()) throw Error("selectattr and rejectattr need the name of an attribute");
    attribute = textOf(arguments.positional[next++], "selectattr");
  }
  const bool tested = next < arguments.positional.size();
  const std::string test = tested ? textOf(arguments.positional[next++], "select") : "";
  Arguments rest;
  rest.positional.assign(arguments.positional.begin() + static_cast<std::ptrdiff_t>(next), arguments.positional.end());
  std::vector<Value> kept;
  for (const Value& item : value.iterate(budget)) {
    budget.step();
    const Value subject = byAttribute ? attributeOf(item, attribute) : item;
    if ((tested ? applyTest(test, subject, rest, budget) : subject.truth()) == wanted) kept.push_back(item);
  }
  return checkedList(std::move(kept), budget);
}

Value mapped(const Value& value, const Arguments& arguments, Budget& budget) {
  std::vector<Value> result;
  const Value* attribute = arguments.positional.empty() ? arguments.find(0, "attribute") : nullptr;
  const Value* fallback = arguments.positional.empty() ? arguments.find(1, "default") : nullptr;
  if (!attribute && arguments.positional.empty()) throw Error("map needs a filter or an attribute");
  Arguments rest;
  if (!attribute) rest.positional.assign(arguments.positional.begin() + 1, arguments.positional.end());
  for (const Value& item : value.iterate(budget)) {
    budget.step();
    if (attribute) {
      Value found = attributeOf(item, textOf(*attribute, "map"));
      result.push_back(found.isUndefined() && fallback ? *fallback : std::move(found));
    } else {
      result.push_back(applyFilter(textOf(arguments.positional[0], "map"), item, rest, budget));
    }
  }
  return checkedList(std::move(result), budget);
}

Value toInteger(const Value& value, const Arguments& arguments) {
  const Value* fallback = arguments.find(0, "default");
  if (const auto* text = value.asText()) {
    const std::string digits = stripped(*text, std::nullopt, Side::Both);
    std::int64_t whole = 0;
    const char* begin = digits.data() + (digits.starts_with('+') ? 1 : 0);
    const char* end = digits.data() + digits.size();
    if (const auto read = std::from_chars(begin, end, whole); read.ec == std::errc() && read.ptr == end) return Value::integer(whole);
    double real = 0;
    if (const auto read = std::from_chars(begin, end, real); read.ec == std::errc() && read.ptr == end && std::fabs(real) < 9e18) {
      return Value::integer(static_cast<std::int64_t>(real));
    }
  } else if (const auto* whole = value.as<std::int64_t>()) {
    return Value::integer(*whole);
  } else if (value.isNumber() && std::fabs(value.number()) < 9e18) {
    return Value::integer(static_cast<std::int64_t>(value.number()));
  }
  return fallback ? *fallback : Value::integer(0);
}

Value toReal(const Value& value, const Arguments& arguments) {
  if (value.isNumber()) return Value(Value::Content(value.number()));
  if (const auto* text = value.asText()) {
    const std::string digits = stripped(*text, std::nullopt, Side::Both);
    double real = 0;
    const char* end = digits.data() + digits.size();
    if (const auto read = std::from_chars(digits.data(), end, real); read.ec == std::errc() && read.ptr == end) return Value(Value::Content(real));
  }
  const Value* fallback = arguments.find(0, "default");
  return fallback ? *fallback : Value(Value::Content(0.0));
}

std::string indented(const std::string& text, const Arguments& arguments, Budget& budget) {
  const Value* width = arguments.find(0, "width");
  const Value* first = arguments.find(1, "first");
  const Value* blank = arguments.find(2, "blank");
  std::string margin(4, ' ');
  if (width && width->asText()) margin = *width->asText();
  if (width && !width->asText()) margin.assign(static_cast<std::size_t>(std::clamp<std::int64_t>(integerOf(*width, "indent"), 0, 1000)), ' ');
  std::string result = first && first->truth() ? margin : "";
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    const bool emptyLine = i + 1 == text.size() || text[i + 1] == '\n';
    if (text[i] == '\n' && (!emptyLine || (blank && blank->truth()))) {
      budget.bytes(margin.size());
      result += margin;
    }
  }
  return result;
}

std::size_t lengthOf(const Value& value) {
  if (value.isUndefined()) return 0;
  if (const auto* text = value.asText()) return characters(*text).size();
  if (const List* list = value.asList()) return list->items.size();
  if (const Dict* dict = value.asDict()) return dict->members.size();
  throw Error(std::string(value.kind()) + " has no length");
}

Value sorted(const Value& value, const Arguments& arguments, Budget& budget) {
  const Value* reverse = arguments.find(0, "reverse");
  const Value* attribute = arguments.find(2, "attribute");
  const Value* caseSensitive = arguments.find(1, "case_sensitive");
  const auto key = [&](const Value& item) {
    Value result = attribute ? attributeOf(item, textOf(*attribute, "sort")) : item;
    if (result.asText() && !(caseSensitive && caseSensitive->truth())) return Value::text(recased(*result.asText(), Case::Lower));
    return result;
  };
  std::vector<Value> items = value.iterate(budget);
  const bool descending = reverse && reverse->truth();
  std::ranges::stable_sort(items, [&](const Value& a, const Value& b) {
    budget.step();
    return descending ? key(b).compare(key(a)) < 0 : key(a).compare(key(b)) < 0;
  });
  return checkedList(std::move(items), budget);
}

}  // namespace

Value applyFilter(const std::string& name, const Value& value, const Arguments& arguments, Budget& budget) {
  const auto asText = [&] { return value.str(budget); };
  if (name == "trim") {
    const Value* set = arguments.find(0, "chars");
    return checkedText(stripped(asText(), set && !set->isNone() ? std::optional(textOf(*set, "trim")) : std::nullopt, Side::Both), budget);
  }
  if (name == "length" || name == "count") return Value::integer(static_cast<std::int64_t>(lengthOf(value)));
  if (name == "tojson") {
    const Value* indent = arguments.find(0, "indent");
    const Value* ascii = arguments.find(0, "ensure_ascii");  // transformers' own first argument; never set in practice
    (void)ascii;
    const bool spread = indent && !indent->isNone() && indent->as<std::int64_t>();
    return checkedText(toJsonText(value, spread ? static_cast<int>(std::clamp<std::int64_t>(integerOf(*indent, "tojson"), 0, 64)) : -1, budget), budget);
  }
  if (name == "default" || name == "d") {
    const Value* fallback = arguments.find(0, "default_value");
    const Value* falsy = arguments.find(1, "boolean");
    const bool replace = value.isUndefined() || (falsy && falsy->truth() && !value.truth());
    return replace ? (fallback ? *fallback : Value::text("")) : value;
  }
  if (name == "upper") return checkedText(recased(asText(), Case::Upper), budget);
  if (name == "lower") return checkedText(recased(asText(), Case::Lower), budget);
  if (name == "title") return checkedText(recased(asText(), Case::Title), budget);
  if (name == "capitalize") return checkedText(recased(asText(), Case::Capital), budget);
  if (name == "join") return joined(value, arguments, budget);
  if (name == "first" || name == "last") {
    const auto items = value.iterate(budget);
    if (items.empty()) return Value::undefined(name + " item");
    return name == "first" ? items.front() : items.back();
  }
  if (name == "items") return checkedList(pairsOf(value), budget);
  if (name == "dictsort") {
    auto pairs = pairsOf(value);
    std::ranges::stable_sort(pairs, [](const Value& a, const Value& b) {
      return recased(*a.asList()->items[0].asText(), Case::Lower) < recased(*b.asList()->items[0].asText(), Case::Lower);
    });
    return checkedList(std::move(pairs), budget);
  }
  if (name == "string" || name == "safe") return checkedText(asText(), budget);
  if (name == "int") return toInteger(value, arguments);
  if (name == "float") return toReal(value, arguments);
  if (name == "list") return checkedList(value.iterate(budget), budget);
  if (name == "replace") {
    if (arguments.positional.size() < 2) throw Error("replace needs the old and the new text");
    const Value* times = arguments.find(2, "count");
    const bool all = !times || times->isNone();
    return checkedText(replacedTimes(asText(), textOf(arguments.positional[0], "replace"), textOf(arguments.positional[1], "replace"),
                                     all ? -1 : integerOf(*times, "replace"), budget),
                       budget);
  }
  if (name == "select") return selected(value, arguments, false, true, budget);
  if (name == "reject") return selected(value, arguments, false, false, budget);
  if (name == "selectattr") return selected(value, arguments, true, true, budget);
  if (name == "rejectattr") return selected(value, arguments, true, false, budget);
  if (name == "map") return mapped(value, arguments, budget);
  if (name == "reverse") {
    auto items = value.iterate(budget);
    std::ranges::reverse(items);
    if (!value.asText()) return checkedList(std::move(items), budget);
    std::string text;
    for (const Value& item : items) text += *item.asText();
    return checkedText(std::move(text), budget);
  }
  if (name == "sort") return sorted(value, arguments, budget);
  if (name == "unique") {
    std::vector<Value> kept;
    for (const Value& item : value.iterate(budget)) {
      const bool seen = std::ranges::any_of(kept, [&](const Value& other) {
        budget.step();
        return other.equals(item);
      });
      if (!seen) kept.push_back(item);
    }
    return checkedList(std::move(kept), budget);
  }
  if (name == "abs") {
    if (const auto* whole = value.as<std::int64_t>()) return Value::integer(*whole < 0 ? static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(*whole)) : *whole);
    if (value.isNumber()) return Value(Value::Content(std::fabs(value.number())));
    throw Error(std::string("abs needs a number, not ") + value.kind());
  }
  if (name == "round") {
    const Value* digits = arguments.find(0, "precision");
    const double scale = std::pow(10.0, static_cast<double>(std::clamp<std::int64_t>(digits ? integerOf(*digits, "round") : 0, -15, 15)));
    if (!value.isNumber()) throw Error(std::string("round needs a number, not ") + value.kind());
    return Value(Value::Content(std::nearbyint(value.number() * scale) / scale));
  }
  if (name == "indent") return checkedText(indented(asText(), arguments, budget), budget);
  if (name == "escape" || name == "e") {
    return checkedText(replaced(replaced(replaced(replaced(replaced(asText(), "&", "&amp;"), "<", "&lt;"), ">", "&gt;"), "'", "&#39;"), "\"", "&#34;"), budget);
  }
  throw Error("the filter \"" + name + "\" is not known");
}

bool applyTest(const std::string& name, const Value& value, const Arguments& arguments, Budget& budget) {
  const auto other = [&]() -> const Value& {
    if (arguments.positional.empty()) throw Error("the test \"" + name + "\" needs a value to compare with");
    return arguments.positional[0];
  };
  if (name == "defined") return !value.isUndefined();
  if (name == "undefined") return value.isUndefined();
  if (name == "none") return value.isNone();
  if (name == "string") return value.asText() != nullptr;
  if (name == "mapping") return value.asDict() && !value.asDict()->isNamespace;
  if (name == "sequence") return value.asText() || value.asList() || (value.asDict() && !value.asDict()->isNamespace) || value.isUndefined();
  if (name == "iterable") return value.asText() || value.asList() || (value.asDict() && !value.asDict()->isNamespace) || value.isUndefined();
  if (name == "number") return value.isNumber();
  if (name == "integer") return value.as<std::int64_t>() != nullptr;
  if (name == "float") return value.as<double>() != nullptr;
  if (name == "boolean") return value.as<bool>() != nullptr;
  if (name == "true") return value.as<bool>() && *value.as<bool>();
  if (name == "false") return value.as<bool>() && !*value.as<bool>();
  if (name == "callable") return value.as<std::shared_ptr<const Function>>() != nullptr;
  if (name == "odd") return integerOf(value, "odd") % 2 != 0;
  if (name == "even") return integerOf(value, "even") % 2 == 0;
  if (name == "divisibleby") {
    const std::int64_t divisor = integerOf(other(), "divisibleby");
    if (divisor == 0) throw Error("divisibleby needs a divisor that is not 0");
    return divisor == -1 || integerOf(value, "divisibleby") % divisor == 0;
  }
  if (name == "equalto" || name == "eq" || name == "sameas") return value.equals(other());
  if (name == "ne") return !value.equals(other());
  if (name == "lt" || name == "lessthan") return value.compare(other()) < 0;
  if (name == "le") return value.compare(other()) <= 0;
  if (name == "gt" || name == "greaterthan") return value.compare(other()) > 0;
  if (name == "ge") return value.compare(other()) >= 0;
  if (name == "in") {
    if (other().asText() && value.asText()) return other().asText()->find(*value.asText()) != std::string::npos;
    return std::ranges::any_of(other().iterate(budget), [&](const Value& item) { return item.equals(value); });
  }
  if (name == "lower" || name == "upper") {
    const std::string text = value.str(budget);
    return recased(text, name == "lower" ? Case::Lower : Case::Upper) == text && recased(text, name == "lower" ? Case::Upper : Case::Lower) != text;
  }
  throw Error("the test \"" + name + "\" is not known");
}

}  // namespace bitscape::jinja
