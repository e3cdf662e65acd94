// Token windows cut from a text.
//
// A text is tokenized once, whole, and cut into consecutive windows of equal length; an incomplete tail is dropped. N windows are the
// first N; random ones (starting anywhere, all different, in the order of the text) only with a seed. Line ends of
// any kind count as "\n". Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/tokenizer.h"

namespace bitscape {

struct CorpusOptions {
  std::string path;                     // of a UTF-8 text file
  std::optional<std::int64_t> windows;  // absent: all
  std::int64_t length = 2048;           // tokens in a window, at least 2
  std::optional<std::uint64_t> seed;    // present: random start positions
  bool operator==(const CorpusOptions&) const = default;
};

struct Corpus {
  std::vector<std::vector<TokenId>> windows;  // all of the same length
  std::int64_t tokensInText = 0;
  std::int64_t length() const { return windows.empty() ? 0 : static_cast<std::int64_t>(windows.front().size()); }
};

// Throws Error when the file is missing, a folder, empty, not UTF-8 (with the byte's offset), shorter than one window (with both
// lengths) or holds fewer windows than asked for (with their number), and when the options themselves make no sense.
Corpus makeCorpus(const CorpusOptions& options, const Tokenizer& tokenizer);
// The same cut on ids that exist already; `source` names them in messages.
Corpus cutWindows(const std::vector<TokenId>& ids, const CorpusOptions& options, const std::string& source);
// One window: a whole prompt with the special tokens that the model's rule adds (BOS). Throws Error when there is no token at all.
Corpus promptCorpus(const std::string& prompt, const Tokenizer& tokenizer);

}  // namespace bitscape
