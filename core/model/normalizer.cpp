#include "core/model/normalizer.h"

#include <memory>

#include "core/base/error.h"
#include "core/model/regex.h"
#include "core/model/unicode.h"

namespace bitscape {

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  std::size_t done = 0;
  for (std::size_t found = text.find(from); found != std::string_view::npos; found = text.find(from, done)) {
    result.append(text, done, found - done).append(to);
    done = found + from.size();
  }
  return result.append(text, done);
}

Normalizer Normalizer::fromJson(const Json& json, const std::string& source) {
  Normalizer result;
  if (!json.is_null()) result.add(json, source, 0);
  return result;
}

void Normalizer::add(const Json& json, const std::string& source, int depth) {
  if (!json.is_object()) throw Error(source + " is not an object");
  if (depth > 8) throw Error(source + ": sequences are nested deeper than 8");
  const JsonView view(json, source);
  const std::string type = view.string("type");
  const auto form = [&](NormalForm wanted) { m_steps.push_back([wanted](std::string text) { return normalized(text, wanted); }); };
  if (type == "Sequence") {
    const Json& list = view.at("normalizers").raw();
    if (!list.is_array()) throw Error(source + ": \"normalizers\" is not an array");
    for (std::size_t i = 0; i < list.size(); ++i) add(list[i], source + ".normalizers[" + std::to_string(i) + "]", depth + 1);
  } else if (type == "NFC") {
    form(NormalForm::C);
  } else if (type == "NFD") {
    form(NormalForm::D);
  } else if (type == "NFKC") {
    form(NormalForm::KC);
  } else if (type == "NFKD") {
    form(NormalForm::KD);
  } else if (type == "Prepend") {
    m_steps.push_back([mark = view.string("prepend")](std::string text) { return text.empty() ? text : mark + text; });
  } else if (type == "Replace") {
    const JsonView pattern = view.at("pattern");
    if (!pattern.raw().is_object()) throw Error(source + ": \"pattern\" is not an object");
    const std::string to = view.string("content");
    if (pattern.has("String")) {
      const std::string from = pattern.string("String");
      if (from.empty()) throw Error(source + ": the text to replace is empty");
      m_steps.push_back([from, to](std::string text) { return replaced(text, from, to); });
    } else {
      const auto regex = std::make_shared<const Regex>(pattern.string("Regex"), source);
      m_steps.push_back([regex, to](std::string text) {
        std::vector<TextRange> matches;
        regex->findAll(text, matches);
        std::string result;
        std::size_t done = 0;
        for (const TextRange& match : matches) {
          result.append(text, done, match.begin - done).append(to);
          done = match.end;
        }
        return result.append(text, done);
      });
    }
  } else {
    throw Error(source + ": the kind \"" + type + "\" is not known; known are NFC, NFD, NFKC, NFKD, Prepend, Replace, Sequence");
  }
}

std::string Normalizer::apply(std::string_view valid) const {
  std::string text(valid);
  for (const auto& step : m_steps) text = step(std::move(text));
  return text;
}

}  // namespace bitscape
