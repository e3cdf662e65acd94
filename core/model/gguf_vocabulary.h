// The tokenizer metadata of a GGUF file, checked: tokens, kinds, scores, special ids (ggml/docs/gguf.md, "Tokenizer").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/gguf_file.h"
#include "core/model/vocabulary.h"

namespace bitscape {

struct GgufVocabulary {
  std::vector<std::string_view> tokens;   // valid UTF-8, in the mapped file
  std::vector<TokenKind> kinds;
  std::optional<TokenId> bos, eos, unknown, pad;
  std::vector<TokenId> turnEnds;          // eot and eom
};

// Throws Error with the key at fault.
GgufVocabulary readGgufVocabulary(const GgufFile& file, const std::string& source);
// Fills names, special ids, end tokens, BOS/EOS rule and chat template; `bytes` and `kinds` must be filled before. `addBos` is the rule
// when the file is silent.
void applyGgufRules(const GgufFile& file, const GgufVocabulary& read, bool addBos, Vocabulary& vocabulary);

}  // namespace bitscape
