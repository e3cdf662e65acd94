#include "core/calib/corpus.h"

#include <algorithm>
#include <string_view>

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/base/utf8.h"
#include "core/calib/sampling.h"

namespace bitscape {
namespace {

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

void requireOptions(const CorpusOptions& options) {
  if (options.length < 2) {
    throw Error("a window of " + std::to_string(options.length) +
                " tokens predicts nothing: choose a length of at least 2 (2048 is usual)");
  }
  if (options.windows && *options.windows < 1) {
    throw Error(std::to_string(*options.windows) +
                " windows were asked for: choose at least 1, or leave the number out to use the whole text");
  }
}

// "\r\n" and a lone "\r" become "\n", as Python reads a text file: perplexities of the papers are of texts read that way.
std::string withUnixLineEnds(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      result += '\n';
    }
  }
  return result;
}

}  // namespace

Corpus cutWindows(const std::vector<TokenId>& ids, const CorpusOptions& options, const std::string& source) {
  requireOptions(options);
  const std::int64_t tokens = static_cast<std::int64_t>(ids.size());
  const std::int64_t length = options.length;
  if (tokens < length) {
    throw Error(source + " has " + std::to_string(tokens) + (tokens == 1 ? " token" : " tokens") + ", fewer than one window of " +
                std::to_string(length) + ": choose a longer text or a window of at most " + std::to_string(tokens) + " tokens");
  }
  // Consecutive windows do not overlap; random ones start anywhere and may.
  const std::int64_t whole = tokens / length;
  const std::int64_t available = options.seed ? tokens - length + 1 : whole;
  const std::int64_t wanted = options.windows.value_or(whole);
  if (wanted > available) {
    throw Error(source + " holds " + std::to_string(available) + (options.seed ? " different" : "") +
                (available == 1 ? " window" : " windows") + " of " + std::to_string(length) + " tokens, " + std::to_string(wanted) +
                " were asked for: ask for fewer or shorter windows, or choose a longer text");
  }
  std::vector<std::int64_t> starts;
  if (options.seed) {
    starts = chooseDistinct(available, wanted, *options.seed);
  } else {
    for (std::int64_t i = 0; i < wanted; ++i) starts.push_back(i * length);
  }
  Corpus corpus;
  corpus.tokensInText = tokens;
  corpus.windows.reserve(starts.size());
  for (const std::int64_t start : starts) corpus.windows.emplace_back(ids.begin() + start, ids.begin() + start + length);
  return corpus;
}

Corpus makeCorpus(const CorpusOptions& options, const Tokenizer& tokenizer) {
  requireOptions(options);
  const MappedFile file(options.path);
  const std::string_view text(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  const std::string source = "the text " + quoted(options.path);
  if (text.empty()) throw Error(source + " is empty: choose a file with text in it");
  if (const std::optional<std::size_t> bad = firstInvalidUtf8(text)) {
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*bad), '\n') + 1;
    throw Error(source + " is not UTF-8: the byte at offset " + std::to_string(*bad) + " (line " + std::to_string(line) +
                ") begins no valid character; convert the file to UTF-8, for example with iconv");
  }
  const std::vector<TokenId> ids = withContext(source, [&] { return tokenizer.encode(withUnixLineEnds(text), false); });
  return cutWindows(ids, options, source);
}

Corpus promptCorpus(const std::string& prompt, const Tokenizer& tokenizer) {
  std::vector<TokenId> ids = withContext("the prompt", [&] { return tokenizer.encode(prompt, true); });
  if (ids.empty()) throw Error("the prompt is empty: type at least one character");
  Corpus corpus;
  corpus.tokensInText = static_cast<std::int64_t>(ids.size());
  corpus.windows.push_back(std::move(ids));
  return corpus;
}

}  // namespace bitscape
