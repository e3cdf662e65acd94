#include "core/model/jinja_text.h"

#include <utf8proc.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/model/normalizer.h"
#include "core/model/unicode.h"

namespace bitscape::jinja {

const std::string& textOf(const Value& value, const std::string& what) {
  if (!value.asText()) throw Error(what + " needs a string, not " + value.kind());
  return *value.asText();
}

std::int64_t integerOf(const Value& value, const std::string& what) {
  if (const auto* whole = value.as<std::int64_t>()) return *whole;
  if (const auto* flag = value.as<bool>()) return *flag;
  throw Error(what + " needs an integer, not " + value.kind());
}

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

std::string replacedTimes(const std::string& text, const std::string& from, const std::string& to, std::int64_t times, Budget& budget) {
  if (!to.empty()) budget.bytes(from.empty() ? (text.size() + 1) * (to.size() + 1) : text.size() / from.size() * to.size());
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

std::vector<Value> pairsOf(const Value& value) {
  std::vector<Value> pairs;
  if (value.isUndefined()) return pairs;
  const Dict* dict = value.asDict();
  if (!dict) throw Error(std::string("items needs a dictionary, not ") + value.kind());
  for (const auto& [key, item] : dict->members) pairs.push_back(Value::list({Value::text(key), item}, true));
  return pairs;
}

}  // namespace bitscape::jinja
