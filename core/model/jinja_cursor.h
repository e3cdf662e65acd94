// A place in a template's tokens: looks at the present one and takes it when it is what the grammar wants.
//
// Throws Error, with the line, where something else stands. Thread-compatible.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/jinja_lexer.h"

namespace bitscape::jinja {

class TokenCursor {
 public:
  explicit TokenCursor(std::vector<Token> tokens) : m_tokens(std::move(tokens)) {}

  const Token& now() const { return m_tokens[m_at]; }
  const Token& following() const { return m_tokens[m_at + 1 < m_tokens.size() ? m_at + 1 : m_at]; }
  const Token& take() { return m_tokens[m_at + 1 < m_tokens.size() ? m_at++ : m_at]; }
  bool isOperator(std::string_view text) const { return now().kind == Token::Kind::Operator && now().text == text; }
  bool isName(std::string_view text) const { return now().kind == Token::Kind::Name && now().text == text; }
  bool takeOperator(std::string_view text) { return isOperator(text) && (take(), true); }
  bool takeName(std::string_view text) { return isName(text) && (take(), true); }
  void need(std::string_view text) {
    if (!takeOperator(text) && !takeName(text)) failAt(now().line, "\"" + std::string(text) + "\" is expected before \"" + now().text.substr(0, 40) + "\"");
  }
  std::string name() {
    if (now().kind != Token::Kind::Name) failAt(now().line, "a name is expected before \"" + now().text.substr(0, 40) + "\"");
    return take().text;
  }
  void endBlock() {
    if (now().kind != Token::Kind::BlockEnd) failAt(now().line, "\"%}\" is expected before \"" + now().text.substr(0, 40) + "\"");
    take();
  }

 private:
  std::vector<Token> m_tokens;
  std::size_t m_at = 0;
};

}  // namespace bitscape::jinja
