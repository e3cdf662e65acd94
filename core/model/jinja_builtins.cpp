// Filters, tests and methods of the template language, as Jinja and Python define them.
#include <utf8proc.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/error.h"
#include "core/model/jinja_value.h"
#include "core/model/normalizer.h"
#include "core/model/unicode.h"

namespace bitscape::jinja {
namespace {

const std::string& textOf(const Value& value, const std::string& what) {
  if (!value.asText()) throw Error(what + " needs a string, not " + value.kind());
  return *value.asText();
}

std::int64_t integerOf(const Value& value, const std::string& what) {
  if (const auto* whole = value.as<std::int64_t>()) return *whole;
  if (const auto* flag = value.as<bool>()) return *flag;
  throw Error(what + " needs an integer, not " + value.kind());
}

std::string textArgument(const Arguments& arguments, std::size_t index, std::string_view name, const std::string& fallback, const std::string& what) {
  const Value* value = arguments.find(index, name);
  return value && !value->isNone() ? textOf(*value, what) : fallback;
}

enum class Case { Upper, Lower, Title, Capital };
std::string recased(std::string_view text, Case wanted) {
  std::string result;
  bool start = true;  // of a word, or of the text
  for (std::size_t i = 0; i < text.size(); i += characterLength(text[i])) {
    const auto c = static_cast<utf8proc_int32_t>(characterAt(text, i));
    const bool upper = wanted == Case::Upper || (start && wanted != Case::Lower);
    if (upper && c == 0xDF) {  // the one letter in common use whose capital is two
      result += wanted == Case::Upper ? "SS" : "Ss";
    } else {
      appendCharacter(result, static_cast<char32_t>(upper ? utf8proc_toupper(c) : utf8proc_tolower(c)));
    }
    const auto category = utf8proc_category(c);
    const bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    start = wanted == Case::Title && !letter;
  }
  return result;
}

enum class Side { Left = 1, Right = 2, Both = 3 };
std::string stripped(std::string_view text, const std::optional<std::string>& set, Side side) {
  const auto goes = [&](std::string_view character) {
    if (set) return set->find(character) != std::string::npos;
    const char32_t c = characterAt(character, 0);
    return isWhiteSpace(c) || (c >= 0x1C && c <= 0x1F);
  };
  auto parts = characters(text);
  std::size_t begin = 0, end = parts.size();
  if (static_cast<int>(side) & 1) {
    while (begin < end && goes(parts[begin])) ++begin;
  }
  if (static_cast<int>(side) & 2) {
    while (end > begin && goes(parts[end - 1])) --end;
  }
  if (begin == end) return "";
  return std::string(parts[begin].data(), parts[end - 1].data() + parts[end - 1].size());
}

Value splitText(const std::string& text, const Arguments& arguments, Budget& budget) {
  const Value* most = arguments.find(1, "maxsplit");
  std::int64_t left = most ? integerOf(*most, "split") : -1;
  std::vector<Value> parts;
  const Value* separator = arguments.find(0, "sep");
  std::string_view rest = text;
  if (separator && !separator->isNone()) {
    const std::string& mark = textOf(*separator, "split");
    if (mark.empty()) throw Error("split needs a separator that is not empty");
    for (std::size_t found = rest.find(mark); found != std::string_view::npos && left != 0; found = rest.find(mark), --left) {
      parts.push_back(checkedText(std::string(rest.substr(0, found)), budget));
      rest.remove_prefix(found + mark.size());
    }
    parts.push_back(checkedText(std::string(rest), budget));
    return checkedList(std::move(parts), budget);
  }
  std::string word;
  std::string trimmed = stripped(rest, std::nullopt, Side::Left);
  rest = trimmed;
  for (std::size_t i = 0; i < rest.size();) {
    if (left == 0) {
      word = stripped(rest.substr(i), std::nullopt, Side::Right);
      break;
    }
    const std::size_t length = characterLength(rest[i]);
    if (isWhiteSpace(characterAt(rest, i))) {
      parts.push_back(checkedText(std::exchange(word, {}), budget));
      --left;
      while (i < rest.size() && isWhiteSpace(characterAt(rest, i))) i += characterLength(rest[i]);
    } else {
      word += rest.substr(i, length);
      i += length;
    }
  }
  if (!word.empty()) parts.push_back(checkedText(std::move(word), budget));
  return checkedList(std::move(parts), budget);
}

std::string replacedTimes(const std::string& text, const std::string& from, const std::string& to, std::int64_t times) {
  if (times < 0 && !from.empty()) return replaced(text, from, to);
  std::string result;
  std::size_t done = 0;
  while (times != 0) {
    const std::size_t found = from.empty() ? done : text.find(from, done);
    if (found == std::string::npos || found > text.size()) break;
    --times;
    if (from.empty()) {  // between all characters
      result += to;
      if (done == text.size()) return result;
      const std::size_t length = characterLength(text[done]);
      result.append(text, done, length);
      done += length;
    } else {
      result.append(text, done, found - done).append(to);
      done = found + from.size();
    }
  }
  return result.append(text, done);
}

Value attributeOf(const Value& value, const std::string& path) {
  const Value* found = &value;
  for (std::size_t begin = 0; begin <= path.size() && found;) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    found = found->member(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return found ? *found : Value::undefined(path);
}

Value joined(const Value& value, const Arguments& arguments, Budget& budget) {
  const Value* attribute = arguments.find(1, "attribute");
  const Value* separator = arguments.find(0, "d");
  const std::string between = separator ? separator->str(budget) : "";
  std::string text;
  bool first = true;
  for (const Value& item : value.iterate(budget)) {
    if (!first) text += between;
    first = false;
    const std::string part = (attribute ? attributeOf(item, textOf(*attribute, "join")) : item).str(budget);
    budget.bytes(part.size() + between.size());
    text += part;
  }
  return Value::text(std::move(text));
}

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

std::vector<Value> pairsOf(const Value& value) {
  std::vector<Value> pairs;
  if (value.isUndefined()) return pairs;
  const Dict* dict = value.asDict();
  if (!dict) throw Error(std::string("items needs a dictionary, not ") + value.kind());
  for (const auto& [key, item] : dict->members) pairs.push_back(Value::list({Value::text(key), item}, true));
  return pairs;
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
                                     all ? -1 : integerOf(*times, "replace")),
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

namespace {

Value textMethod(const std::string& text, const std::string& name, Budget& budget) {
  using Work = std::function<Value(const std::string&, const Arguments&, Budget&)>;
  const auto bind = [&](Work work) {
    return Value::function([text, work = std::move(work), &budget](const Arguments& arguments) { return work(text, arguments, budget); });
  };
  const auto strip = [&](Side side) {
    return bind([side](const std::string& self, const Arguments& arguments, Budget& left) {
      const Value* set = arguments.find(0, "chars");
      return checkedText(stripped(self, set && !set->isNone() ? std::optional(textOf(*set, "strip")) : std::nullopt, side), left);
    });
  };
  const auto recase = [&](Case wanted) {
    return bind([wanted](const std::string& self, const Arguments&, Budget& left) { return checkedText(recased(self, wanted), left); });
  };
  const auto argument = [](const Arguments& arguments, const char* method) -> const Value& {
    if (arguments.positional.empty()) throw Error(std::string(method) + " needs an argument");
    return arguments.positional[0];
  };
  const auto edge = [&](bool start) {
    return bind([start, argument](const std::string& self, const Arguments& arguments, Budget&) {
      const Value& wanted = argument(arguments, start ? "startswith" : "endswith");
      const auto fits = [&](const Value& part) {
        const std::string& mark = textOf(part, start ? "startswith" : "endswith");
        return start ? self.starts_with(mark) : self.ends_with(mark);
      };
      if (const List* list = wanted.asList()) return Value::boolean(std::ranges::any_of(list->items, fits));
      return Value::boolean(fits(wanted));
    });
  };
  if (name == "strip") return strip(Side::Both);
  if (name == "lstrip") return strip(Side::Left);
  if (name == "rstrip") return strip(Side::Right);
  if (name == "upper") return recase(Case::Upper);
  if (name == "lower") return recase(Case::Lower);
  if (name == "title") return recase(Case::Title);
  if (name == "capitalize") return recase(Case::Capital);
  if (name == "startswith") return edge(true);
  if (name == "endswith") return edge(false);
  if (name == "split") return bind(splitText);
  if (name == "splitlines") {
    return bind([](const std::string& self, const Arguments&, Budget& left) {
      std::vector<Value> lines;
      std::string rest = replaced(replaced(self, "\r\n", "\n"), "\r", "\n");
      if (rest.ends_with('\n')) rest.pop_back();
      else if (rest.empty()) return checkedList({}, left);
      for (std::size_t begin = 0; begin <= rest.size();) {
        const std::size_t end = std::min(rest.find('\n', begin), rest.size());
        lines.push_back(checkedText(rest.substr(begin, end - begin), left));
        begin = end + 1;
      }
      return checkedList(std::move(lines), left);
    });
  }
  if (name == "replace") {
    return bind([](const std::string& self, const Arguments& arguments, Budget& left) {
      if (arguments.positional.size() < 2) throw Error("replace needs the old and the new text");
      const Value* times = arguments.find(2, "count");
      const std::string& from = textOf(arguments.positional[0], "replace");
      const std::string& to = textOf(arguments.positional[1], "replace");
      if (!to.empty()) left.bytes(from.empty() ? (self.size() + 1) * (to.size() + 1) : self.size() / from.size() * to.size());
      return checkedText(replacedTimes(self, from, to, times ? integerOf(*times, "replace") : -1), left);
    });
  }
  if (name == "removeprefix" || name == "removesuffix") {
    return bind([argument, prefix = name == "removeprefix"](const std::string& self, const Arguments& arguments, Budget& left) {
      const std::string& part = textOf(argument(arguments, "removeprefix"), "removeprefix");
      const bool fits = prefix ? self.starts_with(part) : self.ends_with(part);
      return checkedText(!fits ? self : prefix ? self.substr(part.size()) : self.substr(0, self.size() - part.size()), left);
    });
  }
  if (name == "find" || name == "count") {
    return bind([argument, count = name == "count"](const std::string& self, const Arguments& arguments, Budget&) {
      const std::string& part = textOf(argument(arguments, "find"), "find");
      if (!count) {
        const std::size_t found = self.find(part);
        return Value::integer(found == std::string::npos ? -1 : static_cast<std::int64_t>(characters(std::string_view(self).substr(0, found)).size()));
      }
      if (part.empty()) return Value::integer(static_cast<std::int64_t>(characters(self).size()) + 1);
      std::int64_t times = 0;
      for (std::size_t at = self.find(part); at != std::string::npos; at = self.find(part, at + part.size())) ++times;
      return Value::integer(times);
    });
  }
  if (name == "join") {
    return bind([argument](const std::string& self, const Arguments& arguments, Budget& left) {
      return joined(argument(arguments, "join"), Arguments{{Value::text(self)}, {}}, left);
    });
  }
  if (name == "isdigit" || name == "isalpha" || name == "isspace") {
    return bind([name](const std::string& self, const Arguments&, Budget&) {
      const auto fits = [&](std::string_view character) {
        const char32_t c = characterAt(character, 0);
        if (name == "isspace") return isWhiteSpace(c) || (c >= 0x1C && c <= 0x1F);
        const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
        return name == "isdigit" ? category == UTF8PROC_CATEGORY_ND : category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
      };
      return Value::boolean(!self.empty() && std::ranges::all_of(characters(self), fits));
    });
  }
  return Value::undefined(name);
}

}  // namespace

Value methodOf(const Value& value, const std::string& name, Budget& budget) {
  if (const auto* text = value.asText()) return textMethod(*text, name, budget);
  const Dict* dict = value.asDict();
  if (dict && !dict->isNamespace) {
    if (name == "items") return Value::function([value, &budget](const Arguments&) { return checkedList(pairsOf(value), budget); });
    if (name == "keys") return Value::function([value, &budget](const Arguments&) { return checkedList(value.iterate(budget), budget); });
    if (name == "values") {
      return Value::function([value, &budget](const Arguments&) {
        std::vector<Value> items;
        for (const auto& [key, item] : value.asDict()->members) items.push_back(item);
        return checkedList(std::move(items), budget);
      });
    }
    if (name == "get") {
      return Value::function([value, &budget](const Arguments& arguments) {
        if (arguments.positional.empty()) throw Error("get needs a key");
        const Value* found = value.member(arguments.positional[0].str(budget));
        return found ? *found : arguments.positional.size() > 1 ? arguments.positional[1] : Value::none();
      });
    }
  }
  if (value.asList() && (name == "index" || name == "count")) {
    return Value::function([value, name](const Arguments& arguments) {
      if (arguments.positional.empty()) throw Error(name + " needs a value");
      const auto& items = value.asList()->items;
      const auto same = [&](const Value& item) { return item.equals(arguments.positional[0]); };
      if (name == "count") return Value::integer(std::ranges::count_if(items, same));
      const auto found = std::ranges::find_if(items, same);
      if (found == items.end()) throw Error("index: the value is not in the list");
      return Value::integer(found - items.begin());
    });
  }
  return Value::undefined(name);
}

}  // namespace bitscape::jinja
