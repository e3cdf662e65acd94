// Methods of strings, lists and dictionaries in the template language, as Python has them.
#include <utf8proc.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/model/jinja_text.h"
#include "core/model/normalizer.h"
#include "core/model/unicode.h"

namespace bitscape::jinja {
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
      return checkedText(replacedTimes(self, from, to, times ? integerOf(*times, "replace") : -1, left), left);
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
