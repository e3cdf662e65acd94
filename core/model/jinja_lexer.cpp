#include "core/model/jinja_lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "core/base/error.h"
#include "core/model/unicode.h"

namespace bitscape::jinja {
namespace {

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
    if (end == std::string_view::npos) failAt(m_line, "a comment {# has no end #}");
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
    failAt(m_line, "{% raw %} has no {% endraw %}");
  }

  void readExpression(std::string_view close) {
    std::vector<char> open;
    for (;;) {
      while (m_at < m_source.size() && isSpace(m_source[m_at])) m_line += m_source[m_at++] == '\n';
      if (m_at >= m_source.size()) failAt(m_line, "a tag has no end " + std::string(close));
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
        if (!whole || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) failAt(m_line, "a string has a wrong escape \\" + std::string(1, c));
        appendCharacter(text, code);
        m_at += digits;
      } else if (c == '\n') {
        ++m_line;
      } else {
        text += '\\';
        text += c;
      }
    }
    if (m_at >= m_source.size()) failAt(line, "a string has no closing quote");
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
      failAt(m_line, "the character '" + std::string(m_source.substr(m_at, characterLength(c))) + "' has no meaning in a tag");
    }
    if (c == '(' || c == '[' || c == '{') open.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
    if (c == ')' || c == ']' || c == '}') {
      if (open.empty() || open.back() != c) failAt(m_line, std::string("there is a '") + c + "' too many");
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

}  // namespace

std::vector<Token> tokensOf(std::string_view source) { return Lexer(source).run(); }

void failAt(int line, const std::string& message) { throw Error("line " + std::to_string(line) + ": " + message); }

}  // namespace bitscape::jinja
