// SentencePiece's BPE from the scores of a GGUF file (tokenizer.ggml.model = "llama").
//
// Spaces become U+2581, one stands in front of the text; characters merge pair by pair, the pair whose whole has the highest score
// first, the leftmost among equals; what is no token falls back to bytes <0xNN>, or to the unknown token (google/sentencepiece,
// src/bpe_model.cc). Immutable, thread-safe.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/model/bpe_model.h"
#include "core/model/gguf_file.h"
#include "core/model/vocabulary.h"

namespace bitscape {

class ScoreTokenizer final : public VocabularyTokenizer {
 public:
  // Throws Error with the key at fault.
  static std::shared_ptr<const Tokenizer> fromGguf(const GgufFile& file, const std::string& source);

  struct Pieces {
    TokenIndex index;                       // tokens that text may become: normal, user-defined, unused
    std::vector<float> scores;              // by id
    std::vector<bool> unused;               // by id: may help merging, is never emitted
    std::vector<std::optional<TokenId>> byteTokens;  // 256
    std::optional<TokenId> unknown;
    bool spaceInFront = true;
    bool wordsAreApart = true;              // no token holds U+2581 after another character
  };
  ScoreTokenizer(Vocabulary vocabulary, std::vector<AddedToken> special, std::vector<AddedToken> userDefined, Pieces pieces);

 protected:
  void encodeText(std::string_view valid, bool atStart, std::vector<TokenId>& ids) const override;

 private:
  void encodeWords(std::string_view escaped, std::vector<TokenId>& ids, bool& unknownBefore) const;
  void encodeWord(std::string_view word, std::vector<TokenId>& ids, bool& unknownBefore) const;

  AddedTokens m_userDefined;
  Pieces m_pieces;
};

}  // namespace bitscape
