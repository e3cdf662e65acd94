// Byte-pair encoding of one word: characters become tokens, then the pair with the best rank merges until none is left.
//
// Sennrich et al., arXiv 1508.07909; the order of merges and the treatment of unknown characters follow huggingface/tokenizers,
// models/bpe. Immutable, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bitscape {

using TokenId = std::int32_t;

// Looks up std::string keys by std::string_view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using TokenIndex = std::unordered_map<std::string, TokenId, TextHash, std::equal_to<>>;

struct BpeOptions {
  bool byteFallback = false;       // characters outside the vocabulary become <0xNN> tokens
  bool fuseUnknown = false;        // neighbouring unknown characters become one token
  bool ignoreMerges = false;       // a word that is a token needs no merging
  std::optional<TokenId> unknown;  // absent: unknown characters vanish
};

class BpeModel {
 public:
  // Merges in order of rank, each "a b" by its two halves. Throws Error naming the merge when a half or the whole is no token.
  BpeModel(TokenIndex index, const std::vector<std::pair<std::string, std::string>>& merges, const BpeOptions& options, const std::string& source);

  // Appends the ids of `word` (valid UTF-8 in the vocabulary's alphabet).
  void encode(std::string_view word, std::vector<TokenId>& ids) const;
  const TokenIndex& index() const { return m_index; }
  // Whether a text may be cut before its space marks without changing the result.
  bool wordsAreApart() const { return m_wordsAreApart; }

 private:
  struct Merge {
    std::uint64_t pair = kNoPair;
    std::int32_t rank = 0;
    TokenId result = 0;
  };
  static constexpr std::uint64_t kNoPair = ~std::uint64_t{0};
  const Merge* findMerge(TokenId left, TokenId right) const;
  void addMerge(TokenId left, TokenId right, std::int32_t rank, TokenId result);
  void appendCharacters(std::string_view word, std::vector<TokenId>& ids) const;

  TokenIndex m_index;
  BpeOptions m_options;
  bool m_wordsAreApart = false;
  std::vector<Merge> m_merges;  // open addressing, a power of two slots, at most half full
  std::optional<TokenId> m_byteTokens[256];
};

}  // namespace bitscape
