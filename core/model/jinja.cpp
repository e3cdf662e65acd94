#include "core/model/jinja.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <optional>

#include "core/base/error.h"
#include "core/model/jinja_parser.h"
#include "core/model/jinja_scope.h"
#include "core/model/jinja_value.h"

namespace bitscape {
namespace jinja {
namespace {

constexpr std::size_t kMostOutput = std::size_t{16} << 20;
constexpr int kDeepest = 400;

// Where a loop goes on after a statement.
enum class Flow { On, Break, Continue };

[[noreturn]] void refuse(const std::string& work, const Value& a, const Value& b) {
  const Value& culprit = a.isUndefined() ? a : b;
  if (const auto* missing = culprit.as<Undefined>()) throw Error("\"" + missing->name + "\" is undefined");
  throw Error("\"" + work + "\" does not take " + a.kind() + " and " + b.kind());
}

// Counts evaluations under way: macros that call themselves end here, not at the end of the stack.
class Depth {
 public:
  explicit Depth(int& count) : m_count(count) {
    if (++m_count > kDeepest) {
      --m_count;
      throw Error("macros, statements and expressions are nested deeper than " + std::to_string(kDeepest) + " levels");
    }
  }
  ~Depth() { --m_count; }

 private:
  int& m_count;
};

class Evaluator {
 public:
  std::string run(const std::vector<Statement>& statements, const Json& values) {
    for (const auto& [key, value] : values.items()) m_global.set(key, Value::fromJson(value));
    addFunctions();
    Scope scope;
    scope.outer = &m_global;
    m_root = &scope;
    std::string out;
    execute(statements, scope, out);
    return out;
  }

 private:
  void addFunctions() {
    m_global.set("raise_exception", Value::function([this](const Arguments& arguments) -> Value {
      throw Error("the template refuses: " + (arguments.positional.empty() ? std::string("no reason given") : arguments.positional[0].str(m_budget)));
    }));
    m_global.set("namespace", Value::function([](const Arguments& arguments) {
      Members members = arguments.positional.empty() || !arguments.positional[0].asDict() ? Members{} : arguments.positional[0].asDict()->members;
      for (const auto& [key, value] : arguments.named) members.emplace_back(key, value);
      return Value::dict(std::move(members), true);
    }));
    m_global.set("dict", Value::function([](const Arguments& arguments) { return Value::dict(arguments.named); }));
    m_global.set("range", Value::function([this](const Arguments& arguments) { return range(arguments); }));
    m_global.set("strftime_now", Value::function([](const Arguments& arguments) -> Value {
      const std::string* format = arguments.positional.empty() ? nullptr : arguments.positional[0].asText();
      if (!format || format->size() > 256) throw Error("strftime_now needs a format of at most 256 bytes");
      const std::time_t now = std::time(nullptr);
      std::tm local{};
      localtime_r(&now, &local);
      char text[2048];
      return Value::text(std::string(text, std::strftime(text, sizeof text, format->c_str(), &local)));
    }));
  }

  Value range(const Arguments& arguments) {
    std::int64_t parts[3] = {0, 0, 1};
    const std::size_t count = arguments.positional.size();
    if (count < 1 || count > 3) throw Error("range needs one to three integers");
    for (std::size_t i = 0; i < count; ++i) {
      const auto* whole = arguments.positional[i].as<std::int64_t>();
      if (!whole || std::abs(static_cast<double>(*whole)) > 1e15) throw Error("range needs integers");
      parts[count == 1 ? 1 : i] = *whole;
    }
    if (parts[2] == 0) throw Error("range needs a step that is not 0");
    std::vector<Value> items;
    for (std::int64_t i = parts[0]; parts[2] > 0 ? i < parts[1] : i > parts[1]; i += parts[2]) {
      if (items.size() >= 100000) throw Error("a range has more than 100000 items");
      items.push_back(Value::integer(i));
    }
    return checkedList(std::move(items), m_budget);
  }

  void write(std::string& out, const std::string& text) {
    if (out.size() + text.size() > kMostOutput) throw Error("the output exceeds " + std::to_string(kMostOutput >> 20) + " MiB");
    out += text;
  }

  Flow execute(const std::vector<Statement>& statements, Scope& scope, std::string& out) {
    for (const Statement& statement : statements) {
      m_budget.step();
      const Flow flow = execute(statement, scope, out);
      if (flow != Flow::On) return flow;
    }
    return Flow::On;
  }

  Flow execute(const Statement& statement, Scope& scope, std::string& out) {
    const Depth depth(m_depth);
    switch (statement.kind) {
      case Statement::Kind::Text:
        write(out, statement.text);
        return Flow::On;
      case Statement::Kind::Output:
        write(out, evaluate(*statement.expression, scope).str(m_budget));
        return Flow::On;
      case Statement::Kind::If:
        for (const auto& [condition, body] : statement.branches) {
          if (!condition || evaluate(*condition, scope).truth()) return execute(body, scope, out);
        }
        return Flow::On;
      case Statement::Kind::For:
        return loop(statement, scope, out);
      case Statement::Kind::Set:
        assign(statement, scope);
        return Flow::On;
      case Statement::Kind::Macro:
        scope.set(statement.text, macro(statement));
        return Flow::On;
      case Statement::Kind::Block:
        return execute(statement.body, scope, out);
      case Statement::Kind::Break:
        return Flow::Break;
      case Statement::Kind::Continue:
        return Flow::Continue;
    }
    return Flow::On;
  }

  void bind(const std::vector<std::string>& names, const Value& value, Scope& scope) {
    if (names.size() == 1) return scope.set(names[0], value);
    const auto items = value.iterate(m_budget);
    if (items.size() != names.size()) {
      throw Error(std::to_string(items.size()) + " values cannot be given to " + std::to_string(names.size()) + " names");
    }
    for (std::size_t i = 0; i < names.size(); ++i) scope.set(names[i], items[i]);
  }

  void assign(const Statement& statement, Scope& scope) {
    Value value;
    if (statement.expression) {
      value = evaluate(*statement.expression, scope);
    } else {
      std::string text;
      Scope inner;
      inner.outer = &scope;
      execute(statement.body, inner, text);
      value = checkedText(std::move(text), m_budget);
    }
    if (statement.space.empty()) return bind(statement.names, value, scope);
    const Value* space = scope.find(statement.space);
    Dict* dict = space ? space->asDict() : nullptr;
    if (!dict || !dict->isNamespace) throw Error("\"" + statement.space + "\" is no namespace: only attributes of namespaces can be set");
    if (value.asDict() && value.asDict()->isNamespace) throw Error("a namespace cannot be put into a namespace");
    for (auto& [key, old] : dict->members) {
      if (key == statement.names[0]) {
        old = std::move(value);
        return;
      }
    }
    dict->members.emplace_back(statement.names[0], std::move(value));
  }

  Value macro(const Statement& statement) {
    return Value::function([this, &statement](const Arguments& arguments) {
      Scope inner;
      inner.outer = m_root;
      if (arguments.positional.size() > statement.names.size()) throw Error("macro \"" + statement.text + "\" gets too many arguments");
      for (std::size_t i = 0; i < statement.names.size(); ++i) {
        const Value* given = arguments.find(i, statement.names[i]);
        if (given) {
          inner.set(statement.names[i], *given);
        } else {
          inner.set(statement.names[i], statement.defaults[i] ? evaluate(*statement.defaults[i], inner) : Value::undefined(statement.names[i]));
        }
      }
      std::string text;
      execute(statement.body, inner, text);
      return checkedText(std::move(text), m_budget);
    });
  }

  Flow loop(const Statement& statement, Scope& scope, std::string& out) {
    std::vector<Value> items = evaluate(*statement.expression, scope).iterate(m_budget);
    if (statement.condition) {
      std::erase_if(items, [&](const Value& item) {
        Scope inner;
        inner.outer = &scope;
        bind(statement.names, item, inner);
        return !evaluate(*statement.condition, inner).truth();
      });
    }
    if (items.empty()) return execute(statement.otherwise, scope, out);
    const auto count = static_cast<std::int64_t>(items.size());
    for (std::int64_t i = 0; i < count; ++i) {
      Scope inner;
      inner.outer = &scope;
      bind(statement.names, items[i], inner);
      Members facts{{"index", Value::integer(i + 1)},         {"index0", Value::integer(i)},
                    {"revindex", Value::integer(count - i)},  {"revindex0", Value::integer(count - i - 1)},
                    {"first", Value::boolean(i == 0)},        {"last", Value::boolean(i + 1 == count)},
                    {"length", Value::integer(count)},        {"depth", Value::integer(1)},
                    {"depth0", Value::integer(0)}};
      const auto neighbour = [&](const char* name, std::int64_t place) {
        const bool usable = place >= 0 && place < count && items[place].depth() < 32 && !(items[place].asDict() && items[place].asDict()->isNamespace);
        facts.emplace_back(name, usable ? items[place] : Value::undefined(std::string("loop.") + name));
      };
      neighbour("previtem", i - 1);
      neighbour("nextitem", i + 1);
      facts.emplace_back("cycle", Value::function([i](const Arguments& arguments) {
                           if (arguments.positional.empty()) throw Error("loop.cycle needs values");
                           return arguments.positional[static_cast<std::size_t>(i) % arguments.positional.size()];
                         }));
      inner.set("loop", Value::loop(std::move(facts)));
      if (execute(statement.body, inner, out) == Flow::Break) break;
    }
    return Flow::On;
  }

  // The line goes in front of a fault once, where it happens.
  Value evaluate(const Expression& expression, Scope& scope) {
    m_budget.step();
    const Depth depth(m_depth);
    try {
      return compute(expression, scope);
    } catch (const Error& error) {
      if (m_located) throw;
      m_located = true;
      throw error.within("line " + std::to_string(expression.line));
    }
  }

  Value compute(const Expression& expression, Scope& scope) {
    const auto child = [&](std::size_t i) { return evaluate(*expression.children[i], scope); };
    switch (expression.kind) {
      case Expression::Kind::Constant:
        return expression.value;
      case Expression::Kind::Name: {
        const Value* found = scope.find(expression.text);
        return found ? *found : Value::undefined(expression.text);
      }
      case Expression::Kind::List:
      case Expression::Kind::Tuple: {
        std::vector<Value> items;
        for (const auto& item : expression.children) items.push_back(evaluate(*item, scope));
        return checkedList(std::move(items), m_budget, expression.kind == Expression::Kind::Tuple);
      }
      case Expression::Kind::Dict: {
        Members members;
        for (std::size_t i = 0; i < expression.children.size(); i += 2) {
          const Value key = child(i);
          if (!key.asText()) throw Error(std::string("keys of dictionaries must be strings, not ") + key.kind());
          std::erase_if(members, [&](const auto& entry) { return entry.first == *key.asText(); });
          members.emplace_back(*key.asText(), child(i + 1));
        }
        return Value::dict(std::move(members));
      }
      case Expression::Kind::Attribute:
        return attribute(child(0), expression.text);
      case Expression::Kind::Item:
        return item(child(0), child(1));
      case Expression::Kind::Slice:
        return slice(expression, scope);
      case Expression::Kind::Call: {
        const Value function = child(0);
        const auto* callable = function.as<std::shared_ptr<const Function>>();
        if (!callable) {
          const auto* missing = function.as<Undefined>();
          throw Error(missing ? "\"" + missing->name + "\" is undefined and cannot be called" : std::string(function.kind()) + " cannot be called");
        }
        return (**callable)(arguments(expression, scope));
      }
      case Expression::Kind::Filter:
        return applyFilter(expression.text, child(0), arguments(expression, scope), m_budget);
      case Expression::Kind::Test:
        return Value::boolean(applyTest(expression.text, child(0), arguments(expression, scope), m_budget));
      case Expression::Kind::Unary:
        return unary(expression.text, child(0));
      case Expression::Kind::Binary:
        return binary(expression, scope);
      case Expression::Kind::Compare: {
        Value left = child(0);
        for (std::size_t i = 0; i < expression.operators.size(); ++i) {
          Value right = child(i + 1);
          if (!holds(left, expression.operators[i], right)) return Value::boolean(false);
          left = std::move(right);
        }
        return Value::boolean(true);
      }
      case Expression::Kind::Condition:
        if (child(1).truth()) return child(0);
        return expression.children[2] ? child(2) : Value::undefined("an inline if without else");
    }
    return Value();
  }

  Arguments arguments(const Expression& expression, Scope& scope) {
    Arguments result;
    for (std::size_t i = 1; i < expression.children.size(); ++i) result.positional.push_back(evaluate(*expression.children[i], scope));
    for (const auto& [key, value] : expression.named) result.named.emplace_back(key, evaluate(*value, scope));
    return result;
  }

  Value attribute(const Value& value, const std::string& name) {
    if (const auto* missing = value.as<Undefined>()) throw Error("\"" + missing->name + "\" is undefined and has no attribute \"" + name + "\"");
    Value method = methodOf(value, name, m_budget);
    if (!method.isUndefined()) return method;
    const Value* found = value.member(name);
    return found ? *found : Value::undefined(name);
  }

  Value item(const Value& value, const Value& key) {
    if (const auto* missing = value.as<Undefined>()) throw Error("\"" + missing->name + "\" is undefined and has no items");
    if (const auto* whole = key.as<std::int64_t>()) {
      const bool text = value.asText() != nullptr;
      const auto parts = text ? characters(*value.asText()) : std::vector<std::string_view>{};
      const auto count = static_cast<std::int64_t>(text ? parts.size() : value.asList() ? value.asList()->items.size() : 0);
      const std::int64_t place = *whole < 0 ? *whole + count : *whole;
      if (place < 0 || place >= count) return Value::undefined("item " + std::to_string(*whole));
      return text ? Value::text(std::string(parts[place])) : value.asList()->items[place];
    }
    if (!key.asText()) return Value::undefined("item");
    if (const Value* found = value.member(*key.asText())) return *found;
    return attribute(value, *key.asText());
  }

  // Python's slices: ends are clamped, negative ones count from the end, the step may be negative.
  Value slice(const Expression& expression, Scope& scope) {
    const Value value = evaluate(*expression.children[0], scope);
    if (!value.asText() && !value.asList()) throw Error(std::string(value.kind()) + " cannot be sliced");
    const auto part = [&](std::size_t i) -> std::optional<std::int64_t> {
      if (!expression.children[i]) return std::nullopt;
      const Value bound = evaluate(*expression.children[i], scope);
      if (bound.isNone()) return std::nullopt;
      const auto* whole = bound.as<std::int64_t>();
      if (!whole) throw Error(std::string("a slice needs integers, not ") + bound.kind());
      return std::clamp<std::int64_t>(*whole, -(std::int64_t{1} << 40), std::int64_t{1} << 40);
    };
    const std::vector<Value> items = value.iterate(m_budget);
    const auto count = static_cast<std::int64_t>(items.size());
    const std::int64_t step = part(3).value_or(1);
    if (step == 0) throw Error("a slice needs a step that is not 0");
    const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? count : count - 1;
    const auto place = [&](std::optional<std::int64_t> bound, std::int64_t fallback) {
      return bound ? std::clamp(*bound < 0 ? *bound + count : *bound, low, high) : fallback;
    };
    const std::int64_t begin = place(part(1), step > 0 ? low : high), end = place(part(2), step > 0 ? high : low);
    std::vector<Value> kept;
    for (std::int64_t i = begin; step > 0 ? i < end : i > end; i += step) kept.push_back(items[i]);
    if (value.asList()) return checkedList(std::move(kept), m_budget, value.asList()->tuple);
    std::string text;
    for (const Value& character : kept) text += *character.asText();
    return checkedText(std::move(text), m_budget);
  }

  Value unary(const std::string& sign, const Value& value) {
    if (sign == "not") return Value::boolean(!value.truth());
    if (!value.isNumber()) refuse(sign, value, value);
    if (value.as<double>()) return Value(Value::Content(sign == "-" ? -value.number() : value.number()));
    const auto* whole = value.as<std::int64_t>();
    const std::int64_t number = whole ? *whole : static_cast<std::int64_t>(value.number());
    if (number == std::numeric_limits<std::int64_t>::min()) throw Error("a number does not fit 64 bits");
    return Value::integer(sign == "-" ? -number : number);
  }

  bool holds(const Value& left, const std::string& relation, const Value& right) {
    if (relation == "==") return left.equals(right);
    if (relation == "!=") return !left.equals(right);
    if (relation == "in" || relation == "not in") {
      bool found = false;
      if (const auto* text = right.asText()) {
        if (!left.asText()) refuse(relation, left, right);
        found = text->find(*left.asText()) != std::string::npos;
      } else if (right.asDict()) {
        found = left.asText() && right.member(*left.asText());
      } else {
        found = std::ranges::any_of(right.iterate(m_budget), [&](const Value& item) { return item.equals(left); });
      }
      return found == (relation == "in");
    }
    if (left.isUndefined() || right.isUndefined()) refuse(relation, left, right);
    const int order = left.compare(right);
    return relation == "<" ? order < 0 : relation == "<=" ? order <= 0 : relation == ">" ? order > 0 : order >= 0;
  }

  Value binary(const Expression& expression, Scope& scope) {
    const std::string& sign = expression.text;
    Value left = evaluate(*expression.children[0], scope);
    if (sign == "and") return left.truth() ? evaluate(*expression.children[1], scope) : left;
    if (sign == "or") return left.truth() ? left : evaluate(*expression.children[1], scope);
    const Value right = evaluate(*expression.children[1], scope);
    if (sign == "~") return checkedText(left.str(m_budget) + right.str(m_budget), m_budget);
    if (left.isNumber() && right.isNumber()) return arithmetic(left, sign, right);
    if (sign == "+" && left.asText() && right.asText()) return checkedText(*left.asText() + *right.asText(), m_budget);
    if (sign == "+" && left.asList() && right.asList()) {
      std::vector<Value> items = left.asList()->items;
      items.insert(items.end(), right.asList()->items.begin(), right.asList()->items.end());
      return checkedList(std::move(items), m_budget, left.asList()->tuple);
    }
    if (sign == "*" && left.asText() && right.as<std::int64_t>()) {
      const auto times = static_cast<std::size_t>(std::clamp<std::int64_t>(*right.as<std::int64_t>(), 0, 1 << 24));
      m_budget.bytes(times * left.asText()->size());
      std::string text;
      for (std::size_t i = 0; i < times; ++i) text += *left.asText();
      return Value::text(std::move(text));
    }
    refuse(sign, left, right);
  }

  Budget m_budget;
  Scope m_global;
  Scope* m_root = nullptr;
  int m_depth = 0;
  bool m_located = false;
};

}  // namespace
}  // namespace jinja

std::string renderJinja(std::string_view source, const Json& values) {
  const auto statements = jinja::parseTemplate(source);
  return jinja::Evaluator().run(statements, values);
}

}  // namespace bitscape
