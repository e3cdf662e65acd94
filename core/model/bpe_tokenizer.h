// A tokenizer made of stages: special tokens, normalizer, added words, pre-tokenizer, byte-pair encoding.
//
// Read from tokenizer.json (huggingface/tokenizers) or from GGUF metadata with tokenizer.ggml.model = "gpt2". Immutable, thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/model/bpe_model.h"
#include "core/model/gguf_file.h"
#include "core/model/normalizer.h"
#include "core/model/pre_tokenizer.h"
#include "core/model/vocabulary.h"

namespace bitscape {

struct TokenizerSettings;

class BpeTokenizer final : public VocabularyTokenizer {
 public:
  BpeTokenizer(Vocabulary vocabulary, std::vector<AddedToken> added, Normalizer normalizer, PreTokenizer preTokenizer, BpeModel model);

  // Throws Error with the file and the place of the fault.
  static std::shared_ptr<const Tokenizer> fromJson(const std::string& path, const TokenizerSettings& settings);
  static std::shared_ptr<const Tokenizer> fromGguf(const GgufFile& file, const std::string& source);

 protected:
  void encodeText(std::string_view valid, bool atStart, std::vector<TokenId>& ids) const override;

 private:
  void encodeWords(std::string_view valid, bool atStart, std::vector<TokenId>& ids) const;

  Normalizer m_normalizer;
  AddedTokens m_normalizedTokens;
  PreTokenizer m_preTokenizer;
  BpeModel m_model;
};

}  // namespace bitscape
