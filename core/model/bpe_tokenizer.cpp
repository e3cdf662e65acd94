#include "core/model/bpe_tokenizer.h"

#include <unordered_map>

#include "core/model/space_mark.h"

namespace bitscape {
namespace {

std::vector<AddedToken> chosen(std::vector<AddedToken> tokens, bool normalized) {
  std::erase_if(tokens, [&](const AddedToken& token) { return token.normalized != normalized; });
  return tokens;
}

// Tokens that are looked for after normalization are themselves normalized.
std::vector<AddedToken> normalizedTokens(std::vector<AddedToken> tokens, const Normalizer& normalizer) {
  tokens = chosen(std::move(tokens), true);
  for (AddedToken& token : tokens) token.text = normalizer.apply(token.text);
  return tokens;
}

}  // namespace

BpeTokenizer::BpeTokenizer(Vocabulary vocabulary, std::vector<AddedToken> added, Normalizer normalizer, PreTokenizer preTokenizer, BpeModel model)
    : VocabularyTokenizer(std::move(vocabulary), AddedTokens(chosen(added, false))),
      m_normalizer(std::move(normalizer)),
      m_normalizedTokens(normalizedTokens(std::move(added), m_normalizer)),
      m_preTokenizer(std::move(preTokenizer)),
      m_model(std::move(model)) {}

void BpeTokenizer::encodeText(std::string_view valid, bool atStart, std::vector<TokenId>& ids) const {
  std::string owner;
  if (!m_normalizer.empty()) {
    owner = m_normalizer.apply(valid);
    valid = owner;
  }
  if (m_normalizedTokens.empty()) return encodeWords(valid, atStart, ids);
  for (const auto& part : m_normalizedTokens.split(valid)) {
    if (part.id) {
      ids.push_back(*part.id);
    } else {
      encodeWords(valid.substr(part.begin, part.end - part.begin), atStart && part.begin == 0, ids);
    }
  }
}

void BpeTokenizer::encodeWords(std::string_view valid, bool atStart, std::vector<TokenId>& ids) const {
  Pieces pieces = m_preTokenizer.split(valid, atStart);
  if (pieces.words.size() == 1 && m_model.wordsAreApart()) pieces.words = cutBeforeSpaceMarks(pieces.words.front());
  // A text repeats its words: remember where the ids of each stand in `ids`.
  std::unordered_map<std::string_view, std::pair<std::size_t, std::size_t>> seen;
  for (const std::string_view word : pieces.words) {
    const auto [entry, isNew] = seen.try_emplace(word, ids.size(), 0);
    auto& [begin, count] = entry->second;
    if (isNew) {
      m_model.encode(word, ids);
      count = ids.size() - begin;
    } else {
      for (std::size_t i = 0; i < count; ++i) ids.push_back(TokenId{ids[begin + i]});
    }
  }
}

}  // namespace bitscape
