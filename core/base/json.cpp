#include "core/base/json.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/error.h"
#include "core/base/mapped_file.h"

namespace bitscape {
namespace {

// Builds the document itself instead of leaving that to nlohmann: its ordered objects look every new key up one by one, which is
// quadratic in a vocabulary of 128k tokens. Here keys are appended, and duplicates are found by sorting once per object.
class DocumentBuilder {
 public:
  DocumentBuilder(std::string_view text, const std::string& source, std::size_t maxDepth)
      : m_text(text), m_source(source), m_maxDepth(maxDepth) {}

  Json take() { return std::move(m_root); }

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(Json::number_integer_t value) { return add(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return add(value); }
  bool number_float(Json::number_float_t value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }  // no such thing in JSON text

  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_array() { return close(); }
  bool key(std::string& value) {
    object(*m_open.back()).push_back({std::move(value), Json()});
    return true;
  }
  bool end_object() {
    const auto& members = object(*m_open.back());
    std::vector<std::string_view> keys;
    keys.reserve(members.size());
    for (const auto& member : members) keys.push_back(member.first);
    std::sort(keys.begin(), keys.end());
    const auto twin = std::adjacent_find(keys.begin(), keys.end());
    if (twin != keys.end()) {
      throw Error(m_source + ": the key \"" + std::string(twin->substr(0, 80)) + "\" occurs twice in one object; remove one of them");
    }
    return close();
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& fault) {
    // nlohmann counts the byte it stumbled over from 1.
    fail(std::min(position == 0 ? 0 : position - 1, m_text.size()), reasonOf(fault.what()));
  }

  [[noreturn]] void fail(std::size_t at, const std::string& reason) const {
    const std::string_view before = m_text.substr(0, at);
    const std::size_t line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t lineStart = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    throw Error(m_source + ", line " + std::to_string(line) + ", column " + std::to_string(at - lineStart + 1) +
                " is not valid JSON: " + reason + "; correct the file or download it again");
  }

 private:
  static Json::object_t& object(Json& value) { return value.get_ref<Json::object_t&>(); }

  // "[id] parse error at line 1, column 2: syntax error while parsing value - REASON; last read: '...'": the reason alone, since what
  // was read last may be long and need not be text.
  static std::string reasonOf(std::string_view message) {
    if (const auto dash = message.find(" - "); dash != std::string_view::npos)
      message.remove_prefix(dash + 3);
    else if (const auto bracket = message.find("] "); bracket != std::string_view::npos)
      message.remove_prefix(bracket + 2);
    if (const auto quote = message.find("; last read:"); quote != std::string_view::npos) message = message.substr(0, quote);
    return std::string(message);
  }

  // Where the next value goes: the document, the latest key of an object, or the end of an array.
  Json* place(Json&& value) {
    if (m_open.empty()) {
      m_root = std::move(value);
      return &m_root;
    }
    Json& parent = *m_open.back();
    if (parent.is_object()) {
      Json& slot = object(parent).back().second;
      slot = std::move(value);
      return &slot;
    }
    auto& items = parent.get_ref<Json::array_t&>();
    items.push_back(std::move(value));
    return &items.back();
  }

  bool add(Json&& value) {
    place(std::move(value));
    return true;
  }

  bool open(Json&& container) {
    if (m_open.size() >= m_maxDepth) {
      throw Error(m_source + ": values are nested deeper than " + std::to_string(m_maxDepth) +
                  " levels; this is no file of the expected kind");
    }
    m_open.push_back(place(std::move(container)));  // stays put: its parent grows only after it is closed
    return true;
  }

  bool close() {
    m_open.pop_back();
    return true;
  }

  std::string_view m_text;
  const std::string& m_source;
  std::size_t m_maxDepth;
  Json m_root;
  std::vector<Json*> m_open;
};

std::string_view kindOf(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "an array";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "true or false";
    case Json::value_t::number_float:
      return "a number with a fraction";
    default:
      return "a number";
  }
}

[[noreturn]] void wrongKind(const std::string& source, const std::string& key, const Json& value, const char* needed) {
  throw Error(source + ": \"" + key + "\" is " + std::string(kindOf(value)) + ", " + needed + " is needed");
}

}  // namespace

Json parseJson(std::string_view text, const std::string& source, std::size_t maxDepth) {
  DocumentBuilder builder(text, source, maxDepth);
  // nlohmann takes a zero byte for the end of the text and would ignore what follows.
  if (const auto zero = text.find('\0'); zero != std::string_view::npos) builder.fail(zero, "a zero byte");
  Json::sax_parse(text, &builder);
  return builder.take();
}

Json readJson(const std::string& path, std::size_t maxBytes) {
  const MappedFile file(path);
  const auto bytes = file.bytes();
  if (bytes.size() > maxBytes) {
    throw Error("\"" + path + "\" has " + std::to_string(bytes.size()) + " bytes, at most " + std::to_string(maxBytes) +
                " are read as JSON; this is no file of the expected kind");
  }
  return parseJson({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

JsonView::JsonView(const Json& value, std::string source) : m_value(value), m_source(std::move(source)) {}

bool JsonView::has(const std::string& key) const {
  if (!m_value.is_object()) return false;
  const auto found = m_value.find(key);
  return found != m_value.end() && !found->is_null();
}

// The member `key`, present and not null.
static const Json& member(const Json& object, const std::string& key, const std::string& source) {
  if (!object.is_object()) throw Error(source + " is " + std::string(kindOf(object)) + ", an object with \"" + key + "\" is needed");
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) throw Error(source + ": \"" + key + "\" is missing");
  return *found;
}

JsonView JsonView::at(const std::string& key) const {
  const Json& value = member(m_value, key, m_source);
  if (!value.is_object() && !value.is_array()) wrongKind(m_source, key, value, "an object or an array");
  return JsonView(value, m_source + ": \"" + key + "\"");
}

long long JsonView::integer(const std::string& key, long long low, long long high) const {
  const Json& value = member(m_value, key, m_source);
  if (!value.is_number_integer()) wrongKind(m_source, key, value, "an integer");
  const bool tooLarge = value.is_number_unsigned() && value.get<unsigned long long>() > static_cast<unsigned long long>(INT64_MAX);
  if (tooLarge || value.get<long long>() < low || value.get<long long>() > high) {
    throw Error(m_source + ": \"" + key + "\" is " + value.dump() + ", it must lie between " + std::to_string(low) + " and " +
                std::to_string(high));
  }
  return value.get<long long>();
}

long long JsonView::integer(const std::string& key, long long low, long long high, long long fallback) const {
  return has(key) ? integer(key, low, high) : fallback;
}

double JsonView::number(const std::string& key) const {
  const Json& value = member(m_value, key, m_source);
  if (!value.is_number()) wrongKind(m_source, key, value, "a number");
  const double number = value.get<double>();
  if (!std::isfinite(number)) throw Error(m_source + ": \"" + key + "\" is not a finite number");
  return number;
}

double JsonView::number(const std::string& key, double fallback) const { return has(key) ? number(key) : fallback; }

bool JsonView::boolean(const std::string& key, bool fallback) const {
  if (!has(key)) return fallback;
  const Json& value = m_value.at(key);
  if (!value.is_boolean()) wrongKind(m_source, key, value, "true or false");
  return value.get<bool>();
}

std::string JsonView::string(const std::string& key) const {
  const Json& value = member(m_value, key, m_source);
  if (!value.is_string()) wrongKind(m_source, key, value, "a string");
  return value.get<std::string>();
}

std::string JsonView::string(const std::string& key, const std::string& fallback) const { return has(key) ? string(key) : fallback; }

void JsonView::onlyKeys(std::initializer_list<std::string_view> allowed) const {
  if (!m_value.is_object()) throw Error(m_source + " is " + std::string(kindOf(m_value)) + ", an object is needed");
  for (const auto& item : m_value.get_ref<const Json::object_t&>()) {
    if (std::find(allowed.begin(), allowed.end(), item.first) != allowed.end()) continue;
    std::string names;
    for (const auto name : allowed) names += (names.empty() ? "\"" : ", \"") + std::string(name) + "\"";
    throw Error(m_source + ": the key \"" + item.first + "\" is unknown; allowed are " + names);
  }
}

}  // namespace bitscape
