// What happens to a text before it is cut: Unicode normal forms, a mark in front, replacements.
//
// Read from tokenizer.json ("normalizer"; huggingface/tokenizers, normalizers). Immutable, thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace bitscape {

class Normalizer {
 public:
  Normalizer() = default;  // changes nothing
  // `json` may be null. Throws Error on a kind that is not known.
  static Normalizer fromJson(const Json& json, const std::string& source);

  bool empty() const { return m_steps.empty(); }
  std::string apply(std::string_view valid) const;

 private:
  void add(const Json& json, const std::string& source, int depth);
  std::vector<std::function<std::string(std::string)>> m_steps;
};

// `text` with every occurrence of `from` (not empty) replaced.
std::string replaced(std::string_view text, std::string_view from, std::string_view to);

}  // namespace bitscape
