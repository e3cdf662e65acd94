#include "core/model/jinja_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/error.h"
#include "core/model/unicode.h"

namespace bitscape::jinja {
namespace {

constexpr std::size_t kMostSteps = 5'000'000;
constexpr std::size_t kMostBytes = std::size_t{256} << 20;
constexpr int kDeepest = 64;

int depthWith(const Value& item, int depth) {
  const Dict* dict = item.asDict();
  if (dict && dict->isNamespace) throw Error("a namespace cannot be put into a list, a dictionary or a namespace");
  if (item.as<std::shared_ptr<const Function>>()) throw Error("a function cannot be put into a list or a dictionary");
  depth = std::max(depth, item.depth() + 1);
  if (depth > kDeepest) throw Error("values are nested deeper than " + std::to_string(kDeepest) + " levels");
  return depth;
}

std::string numberText(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[64];
  const double size = std::fabs(value);
  const bool plain = value == 0 || (size >= 1e-4 && size < 1e16);
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, plain ? std::chars_format::fixed : std::chars_format::scientific).ptr;
  std::string text(buffer, end);
  if (plain && text.find('.') == std::string::npos) text += ".0";
  return text;
}

void quote(std::string& out, std::string_view text) {
  const bool single = text.find('\'') == std::string_view::npos || text.find('"') != std::string_view::npos;
  const char mark = single ? '\'' : '"';
  out += mark;
  for (const char c : text) {
    if (c == mark || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  out += mark;
}

void writeRepr(std::string& out, const Value& value, Budget& budget) {
  budget.step();
  if (const auto* text = value.asText()) {
    budget.bytes(text->size());
    quote(out, *text);
  } else if (const List* list = value.asList()) {
    out += list->tuple ? '(' : '[';
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      if (i > 0) out += ", ";
      writeRepr(out, list->items[i], budget);
    }
    if (list->tuple && list->items.size() == 1) out += ',';
    out += list->tuple ? ')' : ']';
  } else if (const Dict* dict = value.asDict()) {
    out += '{';
    for (std::size_t i = 0; i < dict->members.size(); ++i) {
      if (i > 0) out += ", ";
      quote(out, dict->members[i].first);
      out += ": ";
      writeRepr(out, dict->members[i].second, budget);
    }
    out += '}';
  } else {
    out += value.isUndefined() ? "Undefined" : value.str(budget);
  }
}

void writeJson(std::string& out, const Value& value, int indent, int level, Budget& budget) {
  budget.step();
  const auto newLine = [&](int depth) {
    if (indent >= 0) out.append("\n").append(static_cast<std::size_t>(indent * depth), ' ');
  };
  const char* comma = indent >= 0 ? "," : ", ";
  if (value.isUndefined()) throw Error("an undefined value cannot be written as JSON");
  if (value.isNone()) {
    out += "null";
  } else if (const bool* flag = value.as<bool>()) {
    out += *flag ? "true" : "false";
  } else if (value.isNumber()) {
    out += value.str(budget);
  } else if (const auto* text = value.asText()) {
    budget.bytes(text->size());
    out += Json(*text).dump(-1, ' ', false, Json::error_handler_t::replace);
  } else if (const List* list = value.asList()) {
    out += '[';
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      if (i > 0) out += comma;
      newLine(level + 1);
      writeJson(out, list->items[i], indent, level + 1, budget);
    }
    if (!list->items.empty()) newLine(level);
    out += ']';
  } else if (const Dict* dict = value.asDict()) {
    out += '{';
    for (std::size_t i = 0; i < dict->members.size(); ++i) {
      if (i > 0) out += comma;
      newLine(level + 1);
      out += Json(dict->members[i].first).dump(-1, ' ', false, Json::error_handler_t::replace) + ": ";
      writeJson(out, dict->members[i].second, indent, level + 1, budget);
    }
    if (!dict->members.empty()) newLine(level);
    out += '}';
  } else {
    throw Error(std::string(value.kind()) + " cannot be written as JSON");
  }
}

}  // namespace

void Budget::step() {
  if (++m_steps > kMostSteps) throw Error("the template runs for more than " + std::to_string(kMostSteps) + " steps; it may never end");
}

void Budget::bytes(std::size_t count) {
  m_bytes += std::min(count, kMostBytes);
  if (m_bytes > kMostBytes) throw Error("the template makes more than " + std::to_string(kMostBytes >> 20) + " MiB of text");
}

const Value* Arguments::find(std::size_t index, std::string_view name) const {
  if (index < positional.size()) return &positional[index];
  for (const auto& [key, value] : named) {
    if (key == name) return &value;
  }
  return nullptr;
}

Value Value::list(std::vector<Value> items, bool tuple) {
  List list{std::move(items), tuple};
  for (const Value& item : list.items) list.depth = depthWith(item, list.depth);
  return Value(Content(std::make_shared<const List>(std::move(list))));
}

Value Value::dict(Members members, bool isNamespace) {
  Dict dict{std::move(members), isNamespace};
  for (const auto& [key, item] : dict.members) dict.depth = depthWith(item, dict.depth);
  return Value(Content(std::make_shared<Dict>(std::move(dict))));
}

Value Value::loop(Members facts) {
  Dict dict{std::move(facts)};
  for (const auto& [key, item] : dict.members) dict.depth = std::max(dict.depth, item.depth() + 1);
  return Value(Content(std::make_shared<Dict>(std::move(dict))));
}

Value Value::fromJson(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean: return boolean(json.get<bool>());
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned: return integer(json.get<std::int64_t>());
    case Json::value_t::number_float: return Value(Content(json.get<double>()));
    case Json::value_t::string: return text(json.get<std::string>());
    case Json::value_t::array: {
      std::vector<Value> items;
      for (const Json& item : json) items.push_back(fromJson(item));
      return list(std::move(items));
    }
    case Json::value_t::object: {
      Members members;
      for (const auto& [key, item] : json.items()) members.emplace_back(key, fromJson(item));
      return dict(std::move(members));
    }
    default: return none();
  }
}

double Value::number() const {
  if (const auto* flag = as<bool>()) return *flag ? 1 : 0;
  if (const auto* whole = as<std::int64_t>()) return static_cast<double>(*whole);
  const auto* real = as<double>();
  return real ? *real : 0;
}

int Value::depth() const {
  if (const List* list = asList()) return list->depth;
  if (const Dict* dict = asDict()) return dict->depth;
  return 0;
}

const char* Value::kind() const {
  if (isUndefined()) return "an undefined value";
  if (isNone()) return "none";
  if (as<bool>()) return "a boolean";
  if (as<std::int64_t>()) return "an integer";
  if (as<double>()) return "a float";
  if (asText()) return "a string";
  if (asList()) return "a list";
  return asDict() ? "a dictionary" : "a function";
}

bool Value::truth() const {
  if (isUndefined() || isNone()) return false;
  if (isNumber()) return number() != 0;
  if (const auto* text = asText()) return !text->empty();
  if (const List* list = asList()) return !list->items.empty();
  if (const Dict* dict = asDict()) return dict->isNamespace || !dict->members.empty();
  return true;
}

bool Value::equals(const Value& other) const {
  if (isNumber() && other.isNumber()) {
    const auto* a = as<std::int64_t>();
    const auto* b = other.as<std::int64_t>();
    return a && b ? *a == *b : number() == other.number();
  }
  if (m_content.index() != other.m_content.index()) return false;
  if (const auto* text = asText()) return *text == *other.asText();
  if (const List* list = asList()) {
    const List* right = other.asList();
    return list->tuple == right->tuple &&
           std::ranges::equal(list->items, right->items, [](const Value& a, const Value& b) { return a.equals(b); });
  }
  if (const Dict* dict = asDict()) {
    if (dict == other.asDict()) return true;
    if (dict->members.size() != other.asDict()->members.size()) return false;
    return std::ranges::all_of(dict->members, [&](const auto& entry) {
      const Value* right = other.member(entry.first);
      return right && entry.second.equals(*right);
    });
  }
  return isUndefined() || isNone() || *as<std::shared_ptr<const Function>>() == *other.as<std::shared_ptr<const Function>>();
}

int Value::compare(const Value& other) const {
  if (isNumber() && other.isNumber()) return number() < other.number() ? -1 : number() > other.number() ? 1 : 0;
  if (asText() && other.asText()) {
    const int order = asText()->compare(*other.asText());  // bytes of UTF-8 are in the order of the characters
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  if (asList() && other.asList()) {
    const auto& a = asList()->items;
    const auto& b = other.asList()->items;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      if (!a[i].equals(b[i])) return a[i].compare(b[i]);
    }
    return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
  }
  throw Error(std::string(kind()) + " and " + other.kind() + " have no order");
}

std::string Value::str(Budget& budget) const {
  if (isUndefined()) return "";
  if (isNone()) return "None";
  if (const auto* flag = as<bool>()) return *flag ? "True" : "False";
  if (const auto* whole = as<std::int64_t>()) return std::to_string(*whole);
  if (const auto* real = as<double>()) return numberText(*real);
  if (const auto* text = asText()) return *text;
  if (as<std::shared_ptr<const Function>>()) return "<function>";
  return repr(budget);
}

std::string Value::repr(Budget& budget) const {
  std::string out;
  writeRepr(out, *this, budget);
  return out;
}

std::vector<Value> Value::iterate(Budget& budget) const {
  if (const List* list = asList()) {
    budget.bytes(list->items.size() * sizeof(Value));
    return list->items;
  }
  std::vector<Value> items;
  if (const auto* text = asText()) {
    budget.bytes(text->size() * sizeof(Value));
    for (const std::string_view character : characters(*text)) items.push_back(Value::text(std::string(character)));
  } else if (const Dict* dict = asDict()) {
    for (const auto& [key, value] : dict->members) items.push_back(Value::text(key));
  } else if (!isUndefined()) {
    throw Error(std::string(kind()) + " cannot be looped over");
  }
  return items;
}

const Value* Value::member(std::string_view key) const {
  const Dict* dict = asDict();
  if (!dict) return nullptr;
  for (const auto& [name, value] : dict->members) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string toJsonText(const Value& value, int indent, Budget& budget) {
  std::string out;
  writeJson(out, value, indent, 0, budget);
  return out;
}

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> result;
  for (std::size_t i = 0; i < text.size(); i += result.back().size()) result.push_back(text.substr(i, characterLength(text[i])));
  return result;
}

Value checkedText(std::string text, Budget& budget) {
  budget.bytes(text.size());
  return Value::text(std::move(text));
}

Value checkedList(std::vector<Value> items, Budget& budget, bool tuple) {
  budget.bytes(items.size() * sizeof(Value));
  return Value::list(std::move(items), tuple);
}

}  // namespace bitscape::jinja
