#include "core/model/jinja_parser.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/error.h"
#include "core/model/normalizer.h"
#include "core/model/unicode.h"

namespace bitscape::jinja {
namespace {

constexpr int kDeepest = 100;
constexpr std::size_t kMostArguments = 64;

struct Token {
  enum class Kind { Text, OutputBegin, OutputEnd, BlockBegin, BlockEnd, Name, String, Integer, Float, Operator, End };
  Kind kind = Kind::End;
  std::string text;
  int line = 1;
};

[[noreturn]] void fail(int line, const std::string& message) { throw Error("line " + std::to_string(line) + ": " + message); }

bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool isNameStart(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : m_source(source) {}

  std::vector<Token> run() {
    while (m_at < m_source.size()) {
      const std::size_t tag = nextTag(m_at);
      readText(tag);
      if (tag == std::string_view::npos) break;
      const char kind = m_source[tag + 1];
      m_at = tag + 2;
      if (m_at < m_source.size() && (m_source[m_at] == '-' || m_source[m_at] == '+')) ++m_at;
      if (kind == '#') {
        skipComment();
      } else if (kind == '{') {
        add(Token::Kind::OutputBegin, "{{");
        readExpression("}}");
      } else if (!readRaw()) {
        add(Token::Kind::BlockBegin, "{%");
        readExpression("%}");
      }
    }
    add(Token::Kind::End, "");
    return std::move(m_tokens);
  }

 private:
  std::size_t nextTag(std::size_t from) const {
    for (std::size_t i = from; i + 1 < m_source.size(); ++i) {
      if (m_source[i] == '{' && (m_source[i + 1] == '{' || m_source[i + 1] == '%' || m_source[i + 1] == '#')) return i;
    }
    return std::string_view::npos;
  }

  void add(Token::Kind kind, std::string text) { m_tokens.push_back({kind, std::move(text), m_line}); }
  void countLines(std::string_view passed) { m_line += static_cast<int>(std::ranges::count(passed, '\n')); }

  // Text up to the tag, without what the tag's sign or its place in the line takes away.
  void readText(std::size_t tag) {
    const std::string_view text = m_source.substr(m_at, tag == std::string_view::npos ? tag : tag - m_at);
    std::string_view kept = text;
    if (tag != std::string_view::npos) {
      const char sign = tag + 2 < m_source.size() ? m_source[tag + 2] : '\0';
      if (sign == '-') {
        while (!kept.empty() && isSpace(kept.back())) kept.remove_suffix(1);
      } else if (sign != '+' && m_source[tag + 1] != '{') {
        const std::size_t newLine = kept.rfind('\n');
        const std::size_t lineStart = newLine == std::string_view::npos ? 0 : newLine + 1;
        const bool startsLine = newLine != std::string_view::npos || m_lineStarting;
        if (startsLine && std::ranges::all_of(kept.substr(lineStart), isSpace)) kept = kept.substr(0, lineStart);
      }
    } else if (kept.ends_with('\n')) {
      kept.remove_suffix(1);  // keep_trailing_newline is off
    }
    if (!kept.empty()) add(Token::Kind::Text, std::string(kept));
    countLines(text);
  }

  // What follows a tag: "-" takes all white space, a block or comment also one line end ("+" keeps it).
  void afterTag(char sign, bool block) {
    const std::size_t begin = m_at;
    if (sign == '-') {
      while (m_at < m_source.size() && isSpace(m_source[m_at])) ++m_at;
    } else if (block && sign != '+' && m_at < m_source.size() && m_source[m_at] == '\n') {
      ++m_at;
    }
    countLines(m_source.substr(begin, m_at - begin));
    m_lineStarting = m_at > 0 && m_source[m_at - 1] == '\n';
  }

  void skipComment() {
    const std::size_t end = m_source.find("#}", m_at);
    if (end == std::string_view::npos) fail(m_line, "a comment {# has no end #}");
    countLines(m_source.substr(m_at, end - m_at));
    m_at = end + 2;
    afterTag(end > 0 ? m_source[end - 1] : '\0', true);
  }

  // {% raw %} text {% endraw %}
  bool readRaw() {
    std::size_t at = m_at;
    while (at < m_source.size() && isSpace(m_source[at])) ++at;
    if (m_source.substr(at, 3) != "raw") return false;
    for (at += 3; at < m_source.size() && isSpace(m_source[at]);) ++at;
    const char sign = at < m_source.size() ? m_source[at] : '\0';
    if (sign == '-' || sign == '+') ++at;
    if (m_source.substr(at, 2) != "%}") return false;
    m_at = at + 2;
    afterTag(sign, true);
    for (std::size_t tag = m_source.find("{%", m_at); tag != std::string_view::npos; tag = m_source.find("{%", tag + 2)) {
      std::size_t end = tag + 2;
      if (end < m_source.size() && (m_source[end] == '-' || m_source[end] == '+')) ++end;
      while (end < m_source.size() && isSpace(m_source[end])) ++end;
      if (m_source.substr(end, 6) != "endraw") continue;
      for (end += 6; end < m_source.size() && isSpace(m_source[end]);) ++end;
      const char closing = end < m_source.size() ? m_source[end] : '\0';
      if (closing == '-' || closing == '+') ++end;
      if (m_source.substr(end, 2) != "%}") continue;
      readText(tag);
      m_at = end + 2;
      afterTag(closing, true);
      return true;
    }
    fail(m_line, "{% raw %} has no {% endraw %}");
  }

  void readExpression(std::string_view close) {
    std::vector<char> open;
    for (;;) {
      while (m_at < m_source.size() && isSpace(m_source[m_at])) m_line += m_source[m_at++] == '\n';
      if (m_at >= m_source.size()) fail(m_line, "a tag has no end " + std::string(close));
      const char c = m_source[m_at];
      if (open.empty()) {
        const bool signedEnd = (c == '-' || c == '+') && m_source.substr(m_at + 1, 2) == close;
        if (signedEnd || m_source.substr(m_at, 2) == close) {
          m_at += signedEnd ? 3 : 2;
          add(close == "}}" ? Token::Kind::OutputEnd : Token::Kind::BlockEnd, std::string(close));
          afterTag(signedEnd ? c : '\0', close == "%}");
          return;
        }
      }
      if (isNameStart(c)) {
        const std::size_t begin = m_at;
        while (m_at < m_source.size() && (isNameStart(m_source[m_at]) || isDigit(m_source[m_at]))) ++m_at;
        add(Token::Kind::Name, std::string(m_source.substr(begin, m_at - begin)));
      } else if (isDigit(c)) {
        readNumber();
      } else if (c == '"' || c == '\'') {
        readString(c);
      } else {
        readOperator(open);
      }
    }
  }

  void readNumber() {
    const std::size_t begin = m_at;
    const auto digits = [&] {
      while (m_at < m_source.size() && (isDigit(m_source[m_at]) || m_source[m_at] == '_')) ++m_at;
    };
    digits();
    bool real = false;
    if (m_at + 1 < m_source.size() && m_source[m_at] == '.' && isDigit(m_source[m_at + 1])) {
      real = true;
      ++m_at;
      digits();
    }
    if (m_at + 1 < m_source.size() && (m_source[m_at] == 'e' || m_source[m_at] == 'E')) {
      const std::size_t sign = m_source[m_at + 1] == '-' || m_source[m_at + 1] == '+' ? 1 : 0;
      if (m_at + 1 + sign < m_source.size() && isDigit(m_source[m_at + 1 + sign])) {
        real = true;
        m_at += 1 + sign;
        digits();
      }
    }
    std::string text(m_source.substr(begin, m_at - begin));
    std::erase(text, '_');
    add(real ? Token::Kind::Float : Token::Kind::Integer, std::move(text));
  }

  void readString(char quote) {
    std::string text;
    const int line = m_line;
    for (++m_at; m_at < m_source.size() && m_source[m_at] != quote; ++m_at) {
      char c = m_source[m_at];
      if (c == '\n') ++m_line;
      if (c != '\\' || m_at + 1 >= m_source.size()) {
        text += c;
        continue;
      }
      c = m_source[++m_at];
      constexpr std::string_view kFrom = "nrtabfv0\\'\"", kTo = std::string_view("\n\r\t\a\b\f\v\0\\'\"", 11);
      if (const auto known = kFrom.find(c); known != std::string_view::npos) {
        text += kTo[known];
      } else if (c == 'x' || c == 'u' || c == 'U') {
        const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
        const std::string_view hex = m_source.substr(m_at + 1, digits);
        std::uint32_t code = 0;
        const auto [end, failed] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
        const bool whole = failed == std::errc() && hex.size() == digits && end == hex.data() + digits;
        if (!whole || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) fail(m_line, "a string has a wrong escape \\" + std::string(1, c));
        appendCharacter(text, code);
        m_at += digits;
      } else if (c == '\n') {
        ++m_line;
      } else {
        text += '\\';
        text += c;
      }
    }
    if (m_at >= m_source.size()) fail(line, "a string has no closing quote");
    ++m_at;
    m_tokens.push_back({Token::Kind::String, std::move(text), line});
  }

  void readOperator(std::vector<char>& open) {
    static constexpr std::array<std::string_view, 6> kDouble{"==", "!=", "<=", ">=", "//", "**"};
    const std::string_view two = m_source.substr(m_at, 2);
    if (std::ranges::find(kDouble, two) != kDouble.end()) {
      add(Token::Kind::Operator, std::string(two));
      m_at += 2;
      return;
    }
    const char c = m_source[m_at];
    if (std::string_view("+-*/%~<>=.,:|()[]{}").find(c) == std::string_view::npos) {
      fail(m_line, "the character '" + std::string(m_source.substr(m_at, characterLength(c))) + "' has no meaning in a tag");
    }
    if (c == '(' || c == '[' || c == '{') open.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
    if (c == ')' || c == ']' || c == '}') {
      if (open.empty() || open.back() != c) fail(m_line, std::string("there is a '") + c + "' too many");
      open.pop_back();
    }
    add(Token::Kind::Operator, std::string(1, c));
    ++m_at;
  }

  std::string_view m_source;
  std::size_t m_at = 0;
  int m_line = 1;
  bool m_lineStarting = true;
  std::vector<Token> m_tokens;
};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : m_tokens(std::move(tokens)) {}

  std::vector<Statement> run() {
    std::vector<Statement> body = statements({});
    if (now().kind != Token::Kind::End) fail(now().line, "{% " + m_tokens[m_at + 1].text + " %} closes nothing");
    return body;
  }

 private:
  struct Nesting {
    explicit Nesting(Parser& parser) : m_parser(parser) {
      if (++m_parser.m_depth > kDeepest) fail(m_parser.now().line, "the template is nested deeper than " + std::to_string(kDeepest) + " levels");
    }
    ~Nesting() { --m_parser.m_depth; }
    Parser& m_parser;
  };

  const Token& now() const { return m_tokens[m_at]; }
  const Token& take() { return m_tokens[m_at + 1 < m_tokens.size() ? m_at++ : m_at]; }
  bool isOperator(std::string_view text) const { return now().kind == Token::Kind::Operator && now().text == text; }
  bool isName(std::string_view text) const { return now().kind == Token::Kind::Name && now().text == text; }
  bool takeOperator(std::string_view text) { return isOperator(text) && (take(), true); }
  bool takeName(std::string_view text) { return isName(text) && (take(), true); }
  void need(std::string_view text) {
    if (!takeOperator(text) && !takeName(text)) fail(now().line, "\"" + std::string(text) + "\" is expected before \"" + now().text.substr(0, 40) + "\"");
  }
  std::string name() {
    if (now().kind != Token::Kind::Name) fail(now().line, "a name is expected before \"" + now().text.substr(0, 40) + "\"");
    return take().text;
  }
  void endBlock() {
    if (now().kind != Token::Kind::BlockEnd) fail(now().line, "\"%}\" is expected before \"" + now().text.substr(0, 40) + "\"");
    take();
  }

  // Statements up to a block tag that starts with one of `ends` (which stays), or to the end.
  std::vector<Statement> statements(const std::vector<std::string_view>& ends) {
    const Nesting nesting(*this);
    std::vector<Statement> list;
    for (;;) {
      const Token& token = now();
      if (token.kind == Token::Kind::End) {
        if (!ends.empty()) fail(token.line, "the template ends where {% " + std::string(ends.back()) + " %} is expected");
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
        if (now().kind != Token::Kind::OutputEnd) fail(now().line, "\"}}\" is expected before \"" + now().text.substr(0, 40) + "\"");
        take();
        list.push_back(std::move(statement));
      } else {
        const Token& word = m_tokens[m_at + 1];
        if (std::ranges::find(ends, word.text) != ends.end()) return list;
        if (word.text.starts_with("end") || word.text == "else" || word.text == "elif") {
          fail(word.line, "{% " + word.text + " %} stands where it closes nothing" + (ends.empty() ? "" : "; {% " + std::string(ends.back()) + " %} is expected"));
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
      if (m_loops == 0) fail(statement.line, "{% " + word + " %} stands outside a loop");
      statement.kind = word == "break" ? Statement::Kind::Break : Statement::Kind::Continue;
      endBlock();
    } else {
      fail(statement.line, "the statement \"" + word + "\" is not known; known are if, for, set, macro, raw, generation, break, continue");
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
      if (wasElse) fail(now().line, "{% " + word + " %} follows {% else %}");
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
    if (isName("recursive")) fail(now().line, "recursive loops are not supported");
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
    if (statement.names.size() != 1 || isOperator("|")) fail(statement.line, "this form of set is not supported");
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
      if (terms > 2 * kDeepest) fail(now().line, "an expression has more than " + std::to_string(2 * kDeepest) + " terms in a row");
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
      if (isName("not") && m_tokens[m_at + 1].text == "in") {
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
          fail(token.line, "the number " + token.text.substr(0, 40) + " does not fit 64 bits");
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
    fail(token.line, "a value is expected before \"" + token.text.substr(0, 40) + "\"");
  }

  ExpressionPtr postfix(ExpressionPtr value) {
    for (int links = 0;; ++links) {
      if (links > kDeepest) fail(now().line, "more than " + std::to_string(kDeepest) + " attributes in a row");
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
        if (++count > 2) fail(now().line, "a slice has more than three parts");
      } else {
        if (parts[count]) fail(now().line, "\"]\" is expected before \"" + now().text.substr(0, 40) + "\"");
        parts[count] = expression();
      }
    }
    need("]");
    if (slice) return join(Expression::Kind::Slice, "", std::move(value), std::move(parts[0]), std::move(parts[1]), std::move(parts[2]));
    if (!parts[0]) fail(now().line, "a subscript is empty");
    return join(Expression::Kind::Item, "", std::move(value), std::move(parts[0]));
  }

  void arguments(Expression& call) {
    need("(");
    while (!takeOperator(")")) {
      if (now().kind == Token::Kind::Name && m_tokens[m_at + 1].kind == Token::Kind::Operator && m_tokens[m_at + 1].text == "=") {
        std::string key = name();
        take();
        call.named.emplace_back(std::move(key), expression());
      } else {
        if (isOperator("*") || isOperator("**")) fail(now().line, "unpacked arguments are not supported");
        call.children.push_back(expression());
      }
      if (call.children.size() + call.named.size() > kMostArguments) fail(now().line, "a call has more than " + std::to_string(kMostArguments) + " arguments");
      if (!isOperator(")")) need(",");
    }
  }

  ExpressionPtr filtered(ExpressionPtr value) {
    for (int links = 0;; ++links) {
      if (links > kDeepest) fail(now().line, "more than " + std::to_string(kDeepest) + " filters in a row");
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

  std::vector<Token> m_tokens;
  std::size_t m_at = 0;
  int m_depth = 0, m_loops = 0;
};

}  // namespace

std::vector<Statement> parseTemplate(std::string_view source) {
  constexpr std::size_t kMost = std::size_t{4} << 20;
  if (source.size() > kMost) throw Error("the template has " + std::to_string(source.size()) + " bytes, at most 4 MiB are read");
  requireUtf8(source, "the template");
  const std::string text = replaced(replaced(source, "\r\n", "\n"), "\r", "\n");
  return Parser(Lexer(text).run()).run();
}

}  // namespace bitscape::jinja
