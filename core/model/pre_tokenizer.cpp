#include "core/model/pre_tokenizer.h"

#include <array>
#include <functional>
#include <optional>

#include "core/base/error.h"
#include "core/model/regex.h"
#include "core/model/unicode.h"

namespace bitscape {
namespace {

using Stage = PreTokenizer::Stage;

// What happens to the text that a pattern matched (huggingface/tokenizers, SplitDelimiterBehavior).
enum class Matched { Removed, Isolated, WithPrevious, WithNext, Contiguous };

// Calls keep(begin, end) for the pieces that remain of a text of `size` bytes with these matches.
template <class Keep>
void cutAt(const std::vector<TextRange>& matches, std::size_t size, bool invert, Matched behaviour, Keep&& keep) {
  struct Part {
    std::size_t begin, end;
    bool matched;
  };
  std::vector<Part> parts;
  parts.reserve(2 * matches.size() + 1);
  std::size_t done = 0;
  for (const TextRange& match : matches) {
    if (match.begin > done) parts.push_back({done, match.begin, invert});
    parts.push_back({match.begin, match.end, !invert});
    done = match.end;
  }
  if (done < size) parts.push_back({done, size, invert});

  std::vector<Part> merged;
  for (const Part& part : parts) {
    switch (behaviour) {
      case Matched::Isolated:
        keep(part.begin, part.end);
        break;
      case Matched::Removed:
        if (!part.matched) keep(part.begin, part.end);
        break;
      case Matched::WithPrevious:
        if (part.matched && !merged.empty() && !merged.back().matched) {
          merged.back().end = part.end;
          merged.back().matched = true;
        } else {
          merged.push_back(part);
        }
        break;
      case Matched::WithNext:
        if (!merged.empty() && merged.back().matched && !part.matched) {
          merged.back().end = part.end;
          merged.back().matched = false;
        } else {
          merged.push_back(part);
        }
        break;
      case Matched::Contiguous:
        if (!merged.empty() && merged.back().matched == part.matched) {
          merged.back().end = part.end;
        } else {
          merged.push_back(part);
        }
        break;
    }
  }
  for (const Part& part : merged) keep(part.begin, part.end);
}

class RegexStage : public Stage {
 public:
  RegexStage(Regex regex, Matched behaviour, bool invert) : m_regex(std::move(regex)), m_behaviour(behaviour), m_invert(invert) {}
  void run(Pieces& pieces) const override {
    std::vector<std::string_view> words;
    words.reserve(pieces.words.size());
    std::vector<TextRange> matches;
    for (const std::string_view word : pieces.words) {
      matches.clear();
      m_regex.findAll(word, matches);
      cutAt(matches, word.size(), m_invert, m_behaviour, [&](std::size_t begin, std::size_t end) {
        if (end > begin) words.push_back(word.substr(begin, end - begin));
      });
    }
    pieces.words = std::move(words);
  }

 private:
  Regex m_regex;
  Matched m_behaviour;
  bool m_invert;
};

// Rewrites each word through `rewrite(word, isFirst)`.
class RewriteStage : public Stage {
 public:
  using Rewrite = std::function<void(std::string_view word, bool first, std::string& result)>;
  explicit RewriteStage(Rewrite rewrite) : m_rewrite(std::move(rewrite)) {}
  void run(Pieces& pieces) const override {
    std::string text;
    std::vector<std::size_t> ends;
    ends.reserve(pieces.words.size());
    for (std::size_t i = 0; i < pieces.words.size(); ++i) {
      m_rewrite(pieces.words[i], i == 0 && pieces.atStart, text);
      ends.push_back(text.size());
    }
    const std::string& kept = pieces.rewritten.emplace_back(std::move(text));
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      pieces.words[i] = std::string_view(kept).substr(begin, ends[i] - begin);
      begin = ends[i];
    }
  }

 private:
  Rewrite m_rewrite;
};

using Stages = std::vector<std::shared_ptr<const Stage>>;

constexpr const char* kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr const char* kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kDigit = R"(\p{N})";
constexpr const char* kDigits = R"(\p{N}+)";

std::shared_ptr<const Stage> regexStage(std::string_view pattern, Matched behaviour, bool invert, const std::string& source) {
  return std::make_shared<RegexStage>(Regex(pattern, source), behaviour, invert);
}

std::shared_ptr<const Stage> byteLetters() {
  return std::make_shared<RewriteStage>([](std::string_view word, bool, std::string& result) {
    for (const unsigned char byte : word) {
      const char32_t letter = letterOfByte(byte);
      if (letter < 0x80) {
        result += static_cast<char>(letter);
      } else {
        result += static_cast<char>(0xC0 | letter >> 6);
        result += static_cast<char>(0x80 | (letter & 0x3F));
      }
    }
  });
}

struct Labelled {
  const char* label;
  const char* name;
};
// Labels that llama.cpp gives to the same patterns.
constexpr std::array<Labelled, 16> kLabels{{{"gpt-2", "gpt-2"},
                                            {"gpt2", "gpt-2"},
                                            {"phi-2", "gpt-2"},
                                            {"mpt", "gpt-2"},
                                            {"olmo", "gpt-2"},
                                            {"llama-bpe", "llama-bpe"},
                                            {"llama3", "llama-bpe"},
                                            {"llama-v3", "llama-bpe"},
                                            {"qwen2", "qwen2"},
                                            {"deepseek-r1-qwen", "qwen2"},
                                            {"stablelm2", "qwen2"},
                                            {"smollm", "smollm"},
                                            {"starcoder", "smollm"},
                                            {"refact", "smollm"},
                                            {"command-r", "smollm"},
                                            {"codeshell", "smollm"}}};

std::string typeName(const Json& json, const std::string& source) {
  if (!json.is_object()) throw Error(source + " is not an object");
  return JsonView(json, source).string("type");
}

Matched behaviourOf(const JsonView& view, const std::string& source, const std::string& fallback) {
  const std::string name = view.string("behavior", fallback);
  if (name == "Removed") return Matched::Removed;
  if (name == "Isolated") return Matched::Isolated;
  if (name == "MergedWithPrevious") return Matched::WithPrevious;
  if (name == "MergedWithNext") return Matched::WithNext;
  if (name == "Contiguous") return Matched::Contiguous;
  throw Error(source + ": behavior \"" + name + "\" is not known; known are Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous");
}

// "always": every piece gets the mark in front, "first": only the piece that begins the text; not where it stands already.
void addMetaspace(Stages& stages, const JsonView& view, const std::string& source) {
  const std::string mark = view.string("replacement", "\xE2\x96\x81");
  const std::string scheme = view.string("prepend_scheme", view.boolean("add_prefix_space", true) ? "always" : "never");
  if (scheme != "always" && scheme != "first" && scheme != "never") {
    throw Error(source + ": prepend_scheme \"" + scheme + "\" is not known; known are always, first, never");
  }
  stages.push_back(std::make_shared<RewriteStage>([mark, scheme](std::string_view word, bool first, std::string& result) {
    const bool marked = word.starts_with(' ') || word.starts_with(mark);
    if (!marked && (scheme == "always" || (scheme == "first" && first))) result += mark;
    for (const char c : word) {
      if (c == ' ') {
        result += mark;
      } else {
        result += c;
      }
    }
  }));
  if (view.boolean("split", true)) {
    std::string pattern;
    for (const char c : mark) pattern += (static_cast<unsigned char>(c) < 0x80 ? std::string("\\") + c : std::string(1, c));
    stages.push_back(regexStage(pattern, Matched::WithNext, false, source));
  }
}

void addStages(Stages& stages, const Json& json, const std::string& source, int depth) {
  if (depth > 8) throw Error(source + ": sequences are nested deeper than 8");
  const std::string type = typeName(json, source);
  const JsonView view(json, source);
  if (type == "Sequence") {
    const Json& list = view.at("pretokenizers").raw();
    if (!list.is_array()) throw Error(source + ": \"pretokenizers\" is not an array");
    for (std::size_t i = 0; i < list.size(); ++i) addStages(stages, list[i], source + ".pretokenizers[" + std::to_string(i) + "]", depth + 1);
  } else if (type == "ByteLevel") {
    if (view.boolean("add_prefix_space", true)) {
      stages.push_back(std::make_shared<RewriteStage>([](std::string_view word, bool, std::string& result) {
        if (!word.starts_with(' ')) result += ' ';
        result += word;
      }));
    }
    if (view.boolean("use_regex", true)) stages.push_back(regexStage(kGpt2, Matched::Isolated, false, source));
    stages.push_back(byteLetters());
  } else if (type == "Split") {
    const Json& pattern = view.at("pattern").raw();
    if (!pattern.is_object()) throw Error(source + ": \"pattern\" is not an object");
    const JsonView patternView(pattern, source + ".pattern");
    std::string expression;
    if (patternView.has("Regex")) {
      expression = patternView.string("Regex");
    } else {
      for (const char c : patternView.string("String")) {
        const bool plain = static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) || std::isspace(static_cast<unsigned char>(c));
        if (!plain) expression += '\\';
        expression += c;
      }
    }
    stages.push_back(regexStage(expression, behaviourOf(view, source, "Isolated"), view.boolean("invert", false), source));
  } else if (type == "Digits") {
    stages.push_back(regexStage(view.boolean("individual_digits", false) ? kDigit : kDigits, Matched::Isolated, false, source));
  } else if (type == "Metaspace") {
    addMetaspace(stages, view, source);
  } else if (type == "Whitespace") {
    stages.push_back(regexStage(R"(\w+|[^\w\s]+)", Matched::Removed, true, source));
  } else if (type == "WhitespaceSplit") {
    stages.push_back(regexStage(R"(\s)", Matched::Removed, false, source));
  } else if (type == "Punctuation") {
    stages.push_back(regexStage(R"([!-/:-@\[-`{-~\p{P}])", behaviourOf(view, source, "Isolated"), false, source));
  } else {
    throw Error(source + ": the kind \"" + type +
                "\" is not known; known are ByteLevel, Digits, Metaspace, Punctuation, Sequence, Split, Whitespace, WhitespaceSplit");
  }
}

// The usual name of a chain, for people.
std::string nameOf(const Json& json) {
  const std::string text = json.dump();
  const auto holds = [&](const char* pattern) { return text.find(Json(pattern).dump()) != std::string::npos; };
  if (holds(kLlama3)) return "llama-bpe";
  if (holds(kQwen2)) return "qwen2";
  const bool gpt2 = text.find("\"Split\"") == std::string::npos && text.find("\"ByteLevel\"") != std::string::npos;
  if (gpt2) return text.find("\"individual_digits\":true") != std::string::npos ? "smollm" : "gpt-2";
  return "custom";
}

}  // namespace

PreTokenizer PreTokenizer::fromJson(const Json& json, const std::string& source) {
  PreTokenizer result;
  if (json.is_null()) return result;
  addStages(result.m_stages, json, source, 0);
  result.m_name = nameOf(json);
  return result;
}

PreTokenizer PreTokenizer::fromLabel(const std::string& label, const std::string& source) {
  PreTokenizer result;
  for (const auto& [known, name] : kLabels) {
    if (label == known) result.m_name = name;
  }
  Stages& stages = result.m_stages;
  if (result.m_name == "smollm") {
    stages.push_back(regexStage(kDigit, Matched::Isolated, false, source));
    stages.push_back(regexStage(kGpt2, Matched::Isolated, false, source));
  } else if (result.m_name == "gpt-2") {
    stages.push_back(regexStage(kGpt2, Matched::Isolated, false, source));
  } else if (result.m_name == "llama-bpe") {
    stages.push_back(regexStage(kLlama3, Matched::Isolated, false, source));
  } else if (result.m_name == "qwen2") {
    stages.push_back(regexStage(kQwen2, Matched::Isolated, false, source));
  } else {
    std::string known;
    for (const auto& entry : kLabels) known += (known.empty() ? "" : ", ") + std::string(entry.label);
    throw Error(source + ": the pre-tokenizer \"" + label + "\" is not known; known are " + known +
                "; open the model's original folder with its tokenizer.json instead");
  }
  stages.push_back(byteLetters());
  return result;
}

Json PreTokenizer::jsonOfLabel(const std::string& label, const std::string& source) {
  const std::string name = fromLabel(label, source).name();
  const auto byteLevel = [](bool cutsWords) {
    return Json{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", cutsWords}};
  };
  if (name == "gpt-2") return byteLevel(true);
  Json first{{"type", "Digits"}, {"individual_digits", true}};
  if (name != "smollm") {
    const char* pattern = name == "qwen2" ? kQwen2 : kLlama3;
    first = {{"type", "Split"}, {"pattern", {{"Regex", pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
  }
  return {{"type", "Sequence"}, {"pretokenizers", Json::array({first, byteLevel(name == "smollm")})}};
}

Pieces PreTokenizer::split(std::string_view valid, bool atStart) const {
  Pieces pieces;
  pieces.atStart = atStart;
  if (valid.empty()) return pieces;
  pieces.words.push_back(valid);
  for (const auto& stage : m_stages) stage->run(pieces);
  return pieces;
}

}  // namespace bitscape
