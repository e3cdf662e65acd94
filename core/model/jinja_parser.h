// The syntax tree of a template, and the parser that makes it (pallets/jinja, src/jinja2/lexer.py and parser.py, define the language).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/jinja_value.h"

namespace bitscape::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct Expression {
  enum class Kind {
    Constant,   // value
    Name,       // text
    List,       // children
    Tuple,      // children
    Dict,       // children: key, value, key, value, ...
    Attribute,  // children[0] . text
    Item,       // children[0] [ children[1] ]
    Slice,      // children[0] [ begin : end : step ], null where left out
    Call,       // children[0] ( children[1...], named )
    Filter,     // children[0] | text ( children[1...], named )
    Test,       // children[0] is text ( children[1...] )
    Unary,      // text: "not", "-", "+"
    Binary,     // text: and or + - * / // % ** ~
    Compare,    // children[0] operators[0] children[1] operators[1] children[2] ...
    Condition,  // children: then, if, else (null: undefined)
  };
  Kind kind = Kind::Constant;
  int line = 0;
  std::string text;
  Value value;
  std::vector<ExpressionPtr> children;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  std::vector<std::string> operators;
};

struct Statement {
  enum class Kind {
    Text,      // text
    Output,    // expression
    If,        // branches
    For,       // names in expression if condition: body, otherwise
    Set,       // names = expression; with namespace: space.names[0] = expression; without expression: body
    Macro,     // text ( names with defaults ): body
    Block,     // body
    Break,
    Continue,
  };
  Kind kind = Kind::Text;
  int line = 0;
  std::string text, space;
  std::vector<std::string> names;
  ExpressionPtr expression, condition;
  std::vector<ExpressionPtr> defaults;                               // by parameter, null: none
  std::vector<std::pair<ExpressionPtr, std::vector<Statement>>> branches;  // null condition: else
  std::vector<Statement> body, otherwise;
};

// Throws Error with the line.
std::vector<Statement> parseTemplate(std::string_view source);

}  // namespace bitscape::jinja
