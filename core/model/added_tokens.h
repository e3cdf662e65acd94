// Tokens that are found in the text as they are written, before any other rule: special ones ("<|im_start|>") and added words.
//
// At each place the longest wins, from left to right (huggingface/tokenizers, tokenizer/added_vocabulary.rs). Immutable, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bitscape {

using TokenId = std::int32_t;

struct AddedToken {
  std::string text;
  TokenId id = 0;
  bool special = false;
  bool singleWord = false;                // not beside letters
  bool stripLeft = false, stripRight = false;  // takes white space beside it along
  bool normalized = false;                // looked for after normalization
};

class AddedTokens {
 public:
  AddedTokens() = default;
  explicit AddedTokens(std::vector<AddedToken> tokens);

  // The text in parts, in order: an id for a token found, none for the text between; parts are never empty.
  struct Part {
    std::size_t begin, end;
    std::optional<TokenId> id;
  };
  std::vector<Part> split(std::string_view valid) const;
  bool empty() const { return m_tokens.empty(); }

 private:
  // A trie over bytes; children in a sibling list, because most nodes have one.
  struct Node {
    char byte = 0;
    std::int32_t child = -1, sibling = -1, token = -1;
  };
  std::optional<std::size_t> longestAt(std::string_view text, std::size_t position, std::size_t& length) const;

  std::vector<AddedToken> m_tokens;
  std::vector<Node> m_nodes{Node{}};
  std::vector<bool> m_firstByte = std::vector<bool>(256, false);
};

}  // namespace bitscape
