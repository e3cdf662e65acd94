#include "core/model/added_tokens.h"

#include <algorithm>

#include "core/model/unicode.h"

namespace bitscape {

AddedTokens::AddedTokens(std::vector<AddedToken> tokens) : m_tokens(std::move(tokens)) {
  std::erase_if(m_tokens, [](const AddedToken& token) { return token.text.empty(); });
  for (std::size_t t = 0; t < m_tokens.size(); ++t) {
    std::int32_t node = 0;
    for (const char byte : m_tokens[t].text) {
      std::int32_t child = m_nodes[node].child;
      while (child >= 0 && m_nodes[child].byte != byte) child = m_nodes[child].sibling;
      if (child < 0) {
        child = static_cast<std::int32_t>(m_nodes.size());
        m_nodes.push_back({byte, -1, m_nodes[node].child, -1});
        m_nodes[node].child = child;
      }
      node = child;
    }
    m_nodes[node].token = static_cast<std::int32_t>(t);
    m_firstByte[static_cast<unsigned char>(m_tokens[t].text[0])] = true;
  }
}

std::optional<std::size_t> AddedTokens::longestAt(std::string_view text, std::size_t position, std::size_t& length) const {
  std::optional<std::size_t> best;
  std::int32_t node = 0;
  for (std::size_t i = position; i < text.size(); ++i) {
    node = m_nodes[node].child;
    while (node >= 0 && m_nodes[node].byte != text[i]) node = m_nodes[node].sibling;
    if (node < 0) break;
    if (m_nodes[node].token >= 0) {
      best = static_cast<std::size_t>(m_nodes[node].token);
      length = i + 1 - position;
    }
  }
  return best;
}

std::vector<AddedTokens::Part> AddedTokens::split(std::string_view valid) const {
  std::vector<Part> parts;
  std::size_t done = 0;  // everything before belongs to a part
  for (std::size_t i = 0; i < valid.size();) {
    std::size_t length = 0;
    const auto found = m_firstByte[static_cast<unsigned char>(valid[i])] ? longestAt(valid, i, length) : std::nullopt;
    if (!found) {
      ++i;
      continue;
    }
    const AddedToken& token = m_tokens[*found];
    std::size_t begin = i, end = i + length;
    i = end;
    if (token.singleWord) {
      const bool letterBefore = begin > 0 && isWordCharacter(characterAt(valid, characterBefore(valid, begin)));
      const bool letterAfter = end < valid.size() && isWordCharacter(characterAt(valid, end));
      if (letterBefore || letterAfter) continue;
    }
    if (token.stripLeft) {
      while (begin > done) {
        const std::size_t before = characterBefore(valid, begin);
        if (!isWhiteSpace(characterAt(valid, before))) break;
        begin = before;
      }
    }
    if (token.stripRight) {
      while (end < valid.size() && isWhiteSpace(characterAt(valid, end))) end += characterLength(valid[end]);
      i = std::max(i, end);
    }
    if (begin > done) parts.push_back({done, begin, std::nullopt});
    parts.push_back({begin, end, token.id});
    done = end;
  }
  if (done < valid.size()) parts.push_back({done, valid.size(), std::nullopt});
  return parts;
}

}  // namespace bitscape
