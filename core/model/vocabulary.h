// What all kinds of tokenizers share: the table of tokens with their bytes and kinds, special tokens, decoding.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/model/added_tokens.h"
#include "core/model/tokenizer.h"

namespace bitscape {

// The numbers are those of sentencepiece_model.proto and of GGUF's token_type.
enum class TokenKind : std::uint8_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

struct Vocabulary {
  std::string description;
  std::vector<std::string> bytes;    // by id: what decode emits
  std::vector<TokenKind> kinds;      // by id
  std::optional<TokenId> bos, eos;
  std::vector<TokenId> ends;         // see Tokenizer::endTokens
  std::vector<TokenId> prefix, suffix;  // what encode adds on request
  std::map<std::string, std::string> named;
  std::optional<std::string> chatTemplate;
  bool leadingSpace = false;         // encode puts a space in front, decode takes it away

  bool contains(TokenId id) const { return id >= 0 && static_cast<std::size_t>(id) < bytes.size(); }
  // Fills `ends` from eos, `others` and the control tokens that are known to end a text or a turn.
  void collectEnds(const std::vector<TokenId>& others);
};

// The bytes of a byte-level token: its characters read through GPT-2's alphabet; as written when one is outside it.
std::string byteLevelBytes(const std::string& token);
// The byte that "<0x0A>" stands for.
std::optional<char> byteOfToken(std::string_view token);

// Encodes the text between special tokens through encodeText; everything else is common.
class VocabularyTokenizer : public Tokenizer {
 public:
  VocabularyTokenizer(Vocabulary vocabulary, AddedTokens special) : m_vocabulary(std::move(vocabulary)), m_special(std::move(special)) {}

  std::vector<TokenId> encode(std::string_view text, bool addSpecial) const override;
  std::string decode(std::span<const TokenId> ids, bool skipSpecial) const override;
  std::string tokenBytes(TokenId id) const override;
  std::int64_t vocabularySize() const override { return static_cast<std::int64_t>(m_vocabulary.bytes.size()); }
  std::optional<TokenId> bos() const override { return m_vocabulary.bos; }
  std::vector<TokenId> endTokens() const override { return m_vocabulary.ends; }
  std::string description() const override { return m_vocabulary.description; }
  const std::map<std::string, std::string>& namedTokens() const override { return m_vocabulary.named; }
  const std::optional<std::string>& chatTemplate() const override { return m_vocabulary.chatTemplate; }

 protected:
  // Appends the ids of valid, not empty text without special tokens. `atStart`: nothing stands before it.
  virtual void encodeText(std::string_view valid, bool atStart, std::vector<TokenId>& ids) const = 0;

 private:
  Vocabulary m_vocabulary;
  AddedTokens m_special;
};

}  // namespace bitscape
