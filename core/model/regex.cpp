#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/model/regex.h"

#include <pcre2.h>

#include "core/base/error.h"
#include "core/model/unicode.h"

namespace bitscape {
namespace {

// PCRE2's \s also matches U+180E, its \w no marks; these ranges are the properties themselves.
constexpr const char* kSpace = "\\x09-\\x0d\\x20\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}";
constexpr const char* kNoSpace =
    "\\x00-\\x08\\x0e-\\x1f\\x21-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}"
    "\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{d7ff}\\x{e000}-\\x{10ffff}";
constexpr const char* kWord =
    "\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{24b6}-\\x{24e9}\\x{1f130}-\\x{1f149}\\x{1f150}-\\x{1f169}\\x{1f170}-\\x{1f189}";

std::string translated(std::string_view pattern) {
  std::string result;
  bool inClass = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      const char kind = pattern[++i];
      if (kind == 's' || kind == 'S') {
        const char* set = kind == 's' ? kSpace : kNoSpace;
        result += inClass ? set : "[" + std::string(set) + "]";
      } else if (kind == 'w' || (kind == 'W' && !inClass)) {
        result += inClass ? kWord : (kind == 'w' ? "[" : "[^") + std::string(kWord) + "]";
      } else {
        result += c;
        result += kind;
      }
      continue;
    }
    if (inClass && c == '[' && i + 1 < pattern.size() && pattern[i + 1] == ':') {  // [:alpha:]
      const std::size_t end = pattern.find(":]", i + 2);
      if (end != std::string_view::npos) {
        result += pattern.substr(i, end + 2 - i);
        i = end + 1;
        continue;
      }
    }
    result += c;
    if (!inClass && c == '[') {
      inClass = true;
      // A ] that comes first is a member.
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') result += pattern[++i];
      if (i + 1 < pattern.size() && pattern[i + 1] == ']') result += pattern[++i];
    } else if (inClass && c == ']') {
      inClass = false;
    }
  }
  return result;
}

std::string messageOf(int code) {
  PCRE2_UCHAR text[256] = {};
  pcre2_get_error_message(code, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

}  // namespace

struct Regex::Compiled {
  pcre2_code* code = nullptr;
  ~Compiled() { pcre2_code_free(code); }
};

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;

Regex::Regex(std::string_view pattern, const std::string& source) : m_compiled(std::make_unique<Compiled>()) {
  if (pattern.size() > 65536) throw Error(source + ": the regular expression has " + std::to_string(pattern.size()) + " bytes, at most 65536 are read");
  requireUtf8(pattern, source + ": the regular expression");
  const std::string text = translated(pattern);
  const std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> context(pcre2_compile_context_create(nullptr),
                                                                                             &pcre2_compile_context_free);
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  int code = 0;
  PCRE2_SIZE place = 0;
  m_compiled->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                   PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &code, &place, context.get());
  if (!m_compiled->code) {
    throw Error(source + ": the regular expression \"" + std::string(pattern.substr(0, 200)) + "\" is not valid (" + messageOf(code) + ")");
  }
  pcre2_jit_compile(m_compiled->code, PCRE2_JIT_COMPLETE);  // without JIT the interpreter runs: slower, same result
}

void Regex::findAll(std::string_view valid, std::vector<TextRange>& matches) const {
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(pcre2_match_data_create(1, nullptr), &pcre2_match_data_free);
  std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> context(nullptr, &pcre2_match_context_free);
  std::unique_ptr<pcre2_jit_stack, decltype(&pcre2_jit_stack_free)> stack(nullptr, &pcre2_jit_stack_free);
  const auto* text = reinterpret_cast<PCRE2_SPTR>(valid.data());
  std::size_t lastEnd = std::string_view::npos;
  for (std::size_t from = 0; from <= valid.size();) {
    int result = pcre2_match(m_compiled->code, text, valid.size(), from, PCRE2_NO_UTF_CHECK, data.get(), context.get());
    if (result == PCRE2_ERROR_JIT_STACKLIMIT && !stack) {  // only patterns with nested repeats need more than the default 32 KiB
      stack.reset(pcre2_jit_stack_create(64 * 1024, 16 * 1024 * 1024, nullptr));
      context.reset(pcre2_match_context_create(nullptr));
      pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
      continue;
    }
    if (result == PCRE2_ERROR_NOMATCH) return;
    if (result < 0) throw Error("the tokenizer's regular expression cannot be matched at byte " + std::to_string(from) + " of the text (" + messageOf(result) + ")");
    const PCRE2_SIZE* found = pcre2_get_ovector_pointer(data.get());
    const TextRange range{found[0], found[1]};
    if (range.end < range.begin) throw Error("the tokenizer's regular expression uses \\K in a look-around, which is not supported");
    const bool empty = range.begin == range.end;
    if (!(empty && range.begin == lastEnd)) matches.push_back(range);
    lastEnd = range.end;
    from = range.end;
    if (empty) from += from < valid.size() ? characterLength(valid[from]) : 1;
  }
}

}  // namespace bitscape
