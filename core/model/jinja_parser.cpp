#include "core/model/jinja_parser.h"

#include <algorithm>
#include <charconv>

#include "core/base/error.h"
#include "core/model/jinja_cursor.h"
#include "core/model/jinja_lexer.h"
#include "core/model/normalizer.h"
#include "core/model/unicode.h"

namespace bitscape::jinja {
namespace {

constexpr int kDeepest = 100;
constexpr std::size_t kMostArguments = 64;

class Parser : private TokenCursor {
 public:
  explicit Parser(std::vector<Token> tokens) : TokenCursor(std::move(tokens)) {}

  std::vector<Statement> run() {
    std::vector<Statement> body = statements({});
    if (now().kind != Token::Kind::End) failAt(now().line, "{% " + following().text + " %} closes nothing");
    return body;
  }

 private:
  struct Nesting {
    explicit Nesting(Parser& parser) : m_parser(parser) {
      if (++m_parser.m_depth > kDeepest) failAt(m_parser.now().line, "the template is nested deeper than " + std::to_string(kDeepest) + " levels");
    }
    ~Nesting() { --m_parser.m_depth; }
    Parser& m_parser;
  };

  // Statements up to a block tag that starts with one of `ends` (which stays), or to the end.
  std::vector<Statement> statements(const std::vector<std::string_view>& ends) {
    const Nesting nesting(*this);
    std::vector<Statement> list;
    for (;;) {
      const Token& token = now();
      if (token.kind == Token::Kind::End) {
        if (!ends.empty()) failAt(token.line, "the template ends where {% " + std::string(ends.back()) + " %} is expected");
        return list;
      }
      if (token.kind == Token::Kind::Text) {
        Statement statement;
        statement.text = take().text;
        list.push_back(std::move(statement));
      } else if (token.kind == Token::Kind::OutputBegin) {
        take();
        Statement statement;
        statement.kind = Statement::Kind::Output;
        statement.line = token.line;
        statement.expression = tuple();
        if (now().kind != Token::Kind::OutputEnd) failAt(now().line, "\"}}\" is expected before \"" + now().text.substr(0, 40) + "\"");
        take();
        list.push_back(std::move(statement));
      } else {
        const Token& word = following();
        if (std::ranges::find(ends, word.text) != ends.end()) return list;
        if (word.text.starts_with("end") || word.text == "else" || word.text == "elif") {
          failAt(word.line, "{% " + word.text + " %} stands where it closes nothing" + (ends.empty() ? "" : "; {% " + std::string(ends.back()) + " %} is expected"));
        }
        take();
        list.push_back(block());
      }
    }
  }

  std::vector<Statement> bodyUntil(std::string_view end) {
    endBlock();
    std::vector<Statement> body = statements({end});
    take();
    take();
    endBlock();
    return body;
  }

  Statement block() {
    Statement statement;
    statement.line = now().line;
    const std::string word = name();
    if (word == "if") {
      parseIf(statement);
    } else if (word == "for") {
      parseFor(statement);
    } else if (word == "set") {
      parseSet(statement);
    } else if (word == "macro") {
      parseMacro(statement);
    } else if (word == "generation") {
      statement.kind = Statement::Kind::Block;
      statement.body = bodyUntil("endgeneration");
    } else if (word == "break" || word == "continue") {
      if (m_loops == 0) failAt(statement.line, "{% " + word + " %} stands outside a loop");
      statement.kind = word == "break" ? Statement::Kind::Break : Statement::Kind::Continue;
      endBlock();
    } else {
      failAt(statement.line, "the statement \"" + word + "\" is not known; known are if, for, set, macro, raw, generation, break, continue");
    }
    return statement;
  }

  void parseIf(Statement& statement) {
    statement.kind = Statement::Kind::If;
    ExpressionPtr condition = tuple();
    for (;;) {
      endBlock();
      auto body = statements({"elif", "else", "endif"});
      const bool wasElse = !condition;
      statement.branches.emplace_back(std::move(condition), std::move(body));
      take();
      const std::string word = name();
      if (word == "endif") break;
      if (wasElse) failAt(now().line, "{% " + word + " %} follows {% else %}");
      condition = word == "elif" ? tuple() : nullptr;
    }
    endBlock();
  }

  void parseFor(Statement& statement) {
    statement.kind = Statement::Kind::For;
    statement.names = targets("in");
    need("in");
    statement.expression = tuple(false);
    if (takeName("if")) statement.condition = expression();
    if (isName("recursive")) failAt(now().line, "recursive loops are not supported");
    endBlock();
    ++m_loops;
    statement.body = statements({"else", "endfor"});
    --m_loops;
    take();
    if (name() == "else") {
      endBlock();
      statement.otherwise = statements({"endfor"});
      take();
      take();
    }
    endBlock();
  }

  std::vector<std::string> targets(std::string_view) {
    std::vector<std::string> names;
    const bool bracket = takeOperator("(");
    do {
      if (bracket && isOperator(")")) break;
      names.push_back(name());
    } while (takeOperator(","));
    if (bracket) need(")");
    return names;
  }

  void parseSet(Statement& statement) {
    statement.kind = Statement::Kind::Set;
    statement.names = targets("=");
    if (statement.names.size() == 1 && takeOperator(".")) {
      statement.space = statement.names[0];
      statement.names[0] = name();
    }
    if (takeOperator("=")) {
      statement.expression = tuple();
      endBlock();
      return;
    }
    if (statement.names.size() != 1 || isOperator("|")) failAt(statement.line, "this form of set is not supported");
    statement.body = bodyUntil("endset");
  }

  void parseMacro(Statement& statement) {
    statement.kind = Statement::Kind::Macro;
    statement.text = name();
    need("(");
    while (!takeOperator(")")) {
      statement.names.push_back(name());
      statement.defaults.push_back(takeOperator("=") ? expression() : nullptr);
      if (!isOperator(")")) need(",");
    }
    const int loops = std::exchange(m_loops, 0);
    statement.body = bodyUntil("endmacro");
    m_loops = loops;
  }

  ExpressionPtr make(Expression::Kind kind, std::string text = {}) const {
    auto result = std::make_unique<Expression>();
    result->kind = kind;
    result->line = now().line;
    result->text = std::move(text);
    return result;
  }
  template <class... Parts>
  ExpressionPtr join(Expression::Kind kind, std::string text, Parts... parts) const {
    auto result = make(kind, std::move(text));
    (result->children.push_back(std::move(parts)), ...);
    return result;
  }

  // An expression, or several with commas between: a tuple.
  ExpressionPtr tuple(bool conditions = true) {
    const auto one = [&] { return conditions ? expression() : orExpression(); };
    ExpressionPtr first = one();
    if (!isOperator(",")) return first;
    auto result = join(Expression::Kind::Tuple, "", std::move(first));
    while (takeOperator(",")) {
      if (now().kind == Token::Kind::OutputEnd || now().kind == Token::Kind::BlockEnd || isOperator(")")) break;
      result->children.push_back(one());
    }
    return result;
  }

  ExpressionPtr expression() {
    const Nesting nesting(*this);
    ExpressionPtr result = orExpression();
    while (takeName("if")) {
      ExpressionPtr condition = orExpression();
      ExpressionPtr otherwise = takeName("else") ? expression() : nullptr;
      result = join(Expression::Kind::Condition, "", std::move(result), std::move(condition), std::move(otherwise));
    }
    return result;
  }

  // One level of left-associative operators over `next`.
  template <class Next>
  ExpressionPtr leftToRight(std::initializer_list<std::string_view> operators, Next next) {
    ExpressionPtr left = next();
    for (int terms = 1;; ++terms) {
      const auto found = std::ranges::find_if(operators, [&](std::string_view text) { return isOperator(text) || isName(text); });
      if (found == operators.end()) return left;
      if (terms > 2 * kDeepest) failAt(now().line, "an expression has more than " + std::to_string(2 * kDeepest) + " terms in a row");
      take();
      left = join(Expression::Kind::Binary, std::string(*found), std::move(left), next());
    }
  }

  ExpressionPtr orExpression() {
    return leftToRight({"or"}, [&] { return leftToRight({"and"}, [&] { return notExpression(); }); });
  }
  ExpressionPtr notExpression() {
    const Nesting nesting(*this);
    if (takeName("not")) return join(Expression::Kind::Unary, "not", notExpression());
    return comparison();
  }
  ExpressionPtr comparison() {
    ExpressionPtr first = sum();
    ExpressionPtr result;
    for (;;) {
      std::string found;
      for (const std::string_view text : {"==", "!=", "<", ">", "<=", ">="}) {
        if (isOperator(text)) found = text;
      }
      if (isName("in")) found = "in";
      if (isName("not") && following().text == "in") {
        take();
        found = "not in";
      }
      if (found.empty()) return result ? std::move(result) : std::move(first);
      take();
      if (!result) result = join(Expression::Kind::Compare, "", std::move(first));
      result->operators.push_back(found);
      result->children.push_back(sum());
    }
  }
  ExpressionPtr sum() {
    return leftToRight({"+", "-"}, [&] {
      return leftToRight({"~"}, [&] { return leftToRight({"*", "/", "//", "%"}, [&] { return leftToRight({"**"}, [&] { return unary(true); }); }); });
    });
  }
  ExpressionPtr unary(bool filters) {
    const Nesting nesting(*this);
    ExpressionPtr result;
    if (isOperator("-") || isOperator("+")) {
      const std::string sign = take().text;
      result = join(Expression::Kind::Unary, sign, unary(false));
    } else {
      result = primary();
    }
    result = postfix(std::move(result));
    return filters ? filtered(std::move(result)) : std::move(result);
  }

  ExpressionPtr constant(Value value) {
    auto result = make(Expression::Kind::Constant);
    result->value = std::move(value);
    return result;
  }

  ExpressionPtr primary() {
    const Token token = now();
    switch (token.kind) {
      case Token::Kind::Name:
        take();
        if (token.text == "true" || token.text == "True") return constant(Value::boolean(true));
        if (token.text == "false" || token.text == "False") return constant(Value::boolean(false));
        if (token.text == "none" || token.text == "None") return constant(Value::none());
        return make(Expression::Kind::Name, token.text);
      case Token::Kind::String: {
        std::string text;
        while (now().kind == Token::Kind::String) text += take().text;
        return constant(Value::text(std::move(text)));
      }
      case Token::Kind::Integer: {
        take();
        std::int64_t value = 0;
        if (std::from_chars(token.text.data(), token.text.data() + token.text.size(), value).ec != std::errc()) {
          failAt(token.line, "the number " + token.text.substr(0, 40) + " does not fit 64 bits");
        }
        return constant(Value::integer(value));
      }
      case Token::Kind::Float: {
        take();
        double value = 0;
        std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
        return constant(Value(Value::Content(value)));
      }
      default:
        break;
    }
    if (takeOperator("(")) {
      if (takeOperator(")")) return make(Expression::Kind::Tuple);
      ExpressionPtr inner = tuple();
      need(")");
      return inner;
    }
    if (takeOperator("[")) {
      auto list = make(Expression::Kind::List);
      while (!takeOperator("]")) {
        list->children.push_back(expression());
        if (!isOperator("]")) need(",");
      }
      return list;
    }
    if (takeOperator("{")) {
      auto dict = make(Expression::Kind::Dict);
      while (!takeOperator("}")) {
        dict->children.push_back(expression());
        need(":");
        dict->children.push_back(expression());
        if (!isOperator("}")) need(",");
      }
      return dict;
    }
    failAt(token.line, "a value is expected before \"" + token.text.substr(0, 40) + "\"");
  }

  ExpressionPtr postfix(ExpressionPtr value) {
    for (int links = 0;; ++links) {
      if (links > kDeepest) failAt(now().line, "more than " + std::to_string(kDeepest) + " attributes in a row");
      if (takeOperator(".")) {
        if (now().kind == Token::Kind::Integer) {
          value = join(Expression::Kind::Item, "", std::move(value), primary());
        } else {
          value = join(Expression::Kind::Attribute, name(), std::move(value));
        }
      } else if (takeOperator("[")) {
        value = subscript(std::move(value));
      } else if (isOperator("(")) {
        auto call = join(Expression::Kind::Call, "", std::move(value));
        arguments(*call);
        value = std::move(call);
      } else {
        return value;
      }
    }
  }

  ExpressionPtr subscript(ExpressionPtr value) {
    ExpressionPtr parts[3];
    int count = 0;
    bool slice = false;
    while (!isOperator("]")) {
      if (takeOperator(":")) {
        slice = true;
        if (++count > 2) failAt(now().line, "a slice has more than three parts");
      } else {
        if (parts[count]) failAt(now().line, "\"]\" is expected before \"" + now().text.substr(0, 40) + "\"");
        parts[count] = expression();
      }
    }
    need("]");
    if (slice) return join(Expression::Kind::Slice, "", std::move(value), std::move(parts[0]), std::move(parts[1]), std::move(parts[2]));
    if (!parts[0]) failAt(now().line, "a subscript is empty");
    return join(Expression::Kind::Item, "", std::move(value), std::move(parts[0]));
  }

  void arguments(Expression& call) {
    need("(");
    while (!takeOperator(")")) {
      if (now().kind == Token::Kind::Name && following().kind == Token::Kind::Operator && following().text == "=") {
        std::string key = name();
        take();
        call.named.emplace_back(std::move(key), expression());
      } else {
        if (isOperator("*") || isOperator("**")) failAt(now().line, "unpacked arguments are not supported");
        call.children.push_back(expression());
      }
      if (call.children.size() + call.named.size() > kMostArguments) failAt(now().line, "a call has more than " + std::to_string(kMostArguments) + " arguments");
      if (!isOperator(")")) need(",");
    }
  }

  ExpressionPtr filtered(ExpressionPtr value) {
    for (int links = 0;; ++links) {
      if (links > kDeepest) failAt(now().line, "more than " + std::to_string(kDeepest) + " filters in a row");
      if (takeOperator("|")) {
        value = join(Expression::Kind::Filter, name(), std::move(value));
        if (isOperator("(")) arguments(*value);
      } else if (takeName("is")) {
        const bool negated = takeName("not");
        value = join(Expression::Kind::Test, name(), std::move(value));
        const Token& next = now();
        const bool word = next.kind == Token::Kind::Name && next.text != "else" && next.text != "or" && next.text != "and" && next.text != "is" &&
                          next.text != "if" && next.text != "in" && next.text != "not";
        if (isOperator("(")) {
          arguments(*value);
        } else if (word || next.kind == Token::Kind::String || next.kind == Token::Kind::Integer || next.kind == Token::Kind::Float ||
                   isOperator("[") || isOperator("{")) {
          value->children.push_back(postfix(primary()));
        }
        if (negated) value = join(Expression::Kind::Unary, "not", std::move(value));
      } else {
        return value;
      }
    }
  }

  int m_depth = 0, m_loops = 0;
};

}  // namespace

std::vector<Statement> parseTemplate(std::string_view source) {
  constexpr std::size_t kMost = std::size_t{4} << 20;
  if (source.size() > kMost) throw Error("the template has " + std::to_string(source.size()) + " bytes, at most 4 MiB are read");
  requireUtf8(source, "the template");
  const std::string text = replaced(replaced(source, "\r\n", "\n"), "\r", "\n");
  return Parser(tokensOf(text)).run();
}

}  // namespace bitscape::jinja
