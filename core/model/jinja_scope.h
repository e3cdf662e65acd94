// The variables that a template's statement sees.
//
// Thread-compatible.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/model/jinja_value.h"

namespace bitscape::jinja {

// Variables by name; an inner scope hides the outer one and vanishes with its loop turn or macro call.
struct Scope {
  Members variables;
  Scope* outer = nullptr;
  const Value* find(std::string_view name) const {
    for (const Scope* scope = this; scope; scope = scope->outer) {
      for (const auto& [key, value] : scope->variables) {
        if (key == name) return &value;
      }
    }
    return nullptr;
  }
  void set(const std::string& name, Value value) {
    for (auto& [key, old] : variables) {
      if (key == name) {
        old = std::move(value);
        return;
      }
    }
    variables.emplace_back(name, std::move(value));
  }
};

}  // namespace bitscape::jinja
