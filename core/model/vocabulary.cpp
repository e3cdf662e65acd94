#include "core/model/vocabulary.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/model/unicode.h"

namespace bitscape {
namespace {

// Control tokens that end a text or a turn in the families that we know.
constexpr std::array<std::string_view, 11> kEndTexts{"</s>",        "<|endoftext|>", "<|end_of_text|>", "<|im_end|>",          "<|eot_id|>", "<|eom_id|>",
                                                     "<|eot|>",     "<|end|>",       "<end_of_turn>",   "<|END_OF_TURN_TOKEN|>", "<eos>"};

Error outside(TokenId id, std::size_t size) {
  return Error("token id " + std::to_string(id) + " is outside the vocabulary; ids go from 0 to " + std::to_string(static_cast<long long>(size) - 1));
}

}  // namespace

void Vocabulary::collectEnds(const std::vector<TokenId>& others) {
  std::vector<TokenId> found = others;
  if (eos) found.insert(found.begin(), *eos);
  for (std::size_t id = 0; id < bytes.size(); ++id) {
    if (kinds[id] == TokenKind::Control && std::ranges::find(kEndTexts, bytes[id]) != kEndTexts.end()) found.push_back(static_cast<TokenId>(id));
  }
  ends.clear();
  for (const TokenId id : found) {
    if (contains(id) && std::ranges::find(ends, id) == ends.end()) ends.push_back(id);
  }
}

std::string byteLevelBytes(const std::string& token) {
  std::string bytes;
  for (std::size_t i = 0; i < token.size(); i += characterLength(token[i])) {
    const auto byte = byteOfLetter(characterAt(token, i));
    if (!byte) return token;
    bytes += static_cast<char>(*byte);
  }
  return bytes;
}

std::optional<char> byteOfToken(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return std::nullopt;
  int value = 0;
  for (const char c : token.substr(3, 2)) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + digit;
  }
  return static_cast<char>(value);
}

std::vector<TokenId> VocabularyTokenizer::encode(std::string_view text, bool addSpecial) const {
  requireUtf8(text, "the text");
  std::vector<TokenId> ids;
  if (addSpecial) ids = m_vocabulary.prefix;
  for (const auto& part : m_special.split(text)) {
    if (part.id) {
      ids.push_back(*part.id);
    } else {
      encodeText(text.substr(part.begin, part.end - part.begin), part.begin == 0, ids);
    }
  }
  if (addSpecial) ids.insert(ids.end(), m_vocabulary.suffix.begin(), m_vocabulary.suffix.end());
  return ids;
}

std::string VocabularyTokenizer::decode(std::span<const TokenId> ids, bool skipSpecial) const {
  std::string text;
  for (const TokenId id : ids) {
    if (!m_vocabulary.contains(id)) throw outside(id, m_vocabulary.bytes.size());
    const TokenKind kind = m_vocabulary.kinds[id];
    if (skipSpecial && (kind == TokenKind::Control || kind == TokenKind::Unknown)) continue;
    text += m_vocabulary.bytes[id];
  }
  if (m_vocabulary.leadingSpace && text.starts_with(' ')) text.erase(0, 1);
  return text;
}

std::string VocabularyTokenizer::tokenBytes(TokenId id) const {
  if (!m_vocabulary.contains(id)) throw outside(id, m_vocabulary.bytes.size());
  return m_vocabulary.bytes[id];
}

}  // namespace bitscape
