#include "core/model/score_tokenizer.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/model/gguf_vocabulary.h"
#include "core/model/normalizer.h"
#include "core/model/space_mark.h"
#include "core/model/unicode.h"

namespace bitscape {
namespace {

struct Symbol {
  std::size_t begin, length;  // in the word; length 0: merged into its left neighbour
  std::int32_t previous, next;
};

struct Candidate {
  float score;
  std::int32_t left, right;
  std::size_t length;  // of both together, to notice that one has merged since
  bool operator<(const Candidate& other) const { return score != other.score ? score < other.score : left > other.left; }
};

std::vector<float> readScores(const GgufFile& file, std::size_t count, const std::string& source) {
  const GgufArray* list = file.array("tokenizer.ggml.scores");
  const auto* values = list ? std::get_if<std::vector<double>>(list) : nullptr;
  if (!values || values->size() != count) {
    throw Error(source + ": \"tokenizer.ggml.scores\" must be an array of " + std::to_string(count) + " numbers, one for each token");
  }
  std::vector<float> scores;
  scores.reserve(count);
  for (std::size_t id = 0; id < count; ++id) {
    if (!std::isfinite((*values)[id])) throw Error(source + ": \"tokenizer.ggml.scores\" of token " + std::to_string(id) + " is not finite");
    scores.push_back(static_cast<float>((*values)[id]));
  }
  return scores;
}

}  // namespace

std::shared_ptr<const Tokenizer> ScoreTokenizer::fromGguf(const GgufFile& file, const std::string& source) {
  GgufVocabulary read = readGgufVocabulary(file, source);
  const std::size_t count = read.tokens.size();
  // LLaMA's ids, which old files leave out.
  const auto fallback = [&](std::optional<TokenId>& id, TokenId usual, TokenKind kind) {
    if (!id && static_cast<std::size_t>(usual) < count && read.kinds[usual] == kind) id = usual;
  };
  fallback(read.unknown, 0, TokenKind::Unknown);
  fallback(read.bos, 1, TokenKind::Control);
  fallback(read.eos, 2, TokenKind::Control);

  Pieces pieces;
  pieces.scores = readScores(file, count, source);
  pieces.unused.assign(count, false);
  pieces.byteTokens.resize(256);
  pieces.unknown = read.unknown;
  pieces.spaceInFront = file.boolean("tokenizer.ggml.add_space_prefix").value_or(true);
  Vocabulary vocabulary;
  vocabulary.kinds = read.kinds;
  vocabulary.leadingSpace = pieces.spaceInFront;
  std::vector<AddedToken> special, userDefined;
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = static_cast<TokenId>(i);
    const std::string token(read.tokens[i]);
    const TokenKind kind = read.kinds[i];
    std::string bytes = replaced(token, kSpaceMark, " ");
    if (kind == TokenKind::Byte) {
      const auto byte = byteOfToken(token);
      if (!byte) throw Error(source + ": token " + std::to_string(i) + " is marked as a byte, but is \"" + token + "\" instead of <0x00> to <0xFF>");
      pieces.byteTokens[static_cast<unsigned char>(*byte)] = id;
      bytes = std::string(1, *byte);
    } else if (kind == TokenKind::Control || kind == TokenKind::Unknown) {
      bytes = token;
      special.push_back({token, id, true});
    } else {
      // Converters write the spaces of user-defined tokens plainly.
      const std::string key = kind == TokenKind::UserDefined ? replaced(token, " ", kSpaceMark) : token;
      if (kind == TokenKind::UserDefined) userDefined.push_back({key, id});
      const auto [place, isNew] = pieces.index.emplace(key, id);
      if (!isNew) {
        throw Error(source + ": the token \"" + token + "\" has two ids, " + std::to_string(place->second) + " and " + std::to_string(i) +
                    "; the file is damaged");
      }
      pieces.unused[i] = kind == TokenKind::Unused;
      if (kind != TokenKind::UserDefined && hasInnerSpaceMark(key)) pieces.wordsAreApart = false;
    }
    vocabulary.bytes.push_back(std::move(bytes));
  }
  applyGgufRules(file, read, true, vocabulary);
  vocabulary.description = "SentencePiece BPE from scores, " + std::to_string(count) + " tokens";
  return std::make_shared<ScoreTokenizer>(std::move(vocabulary), std::move(special), std::move(userDefined), std::move(pieces));
}

ScoreTokenizer::ScoreTokenizer(Vocabulary vocabulary, std::vector<AddedToken> special, std::vector<AddedToken> userDefined, Pieces pieces)
    : VocabularyTokenizer(std::move(vocabulary), AddedTokens(std::move(special))), m_userDefined(std::move(userDefined)), m_pieces(std::move(pieces)) {}

void ScoreTokenizer::encodeText(std::string_view valid, bool, std::vector<TokenId>& ids) const {
  std::string escaped;
  if (m_pieces.spaceInFront) escaped = kSpaceMark;
  escaped += replaced(valid, " ", kSpaceMark);
  bool unknownBefore = false;
  for (const auto& part : m_userDefined.split(escaped)) {
    if (part.id) {
      ids.push_back(*part.id);
      unknownBefore = false;
    } else {
      encodeWords(std::string_view(escaped).substr(part.begin, part.end - part.begin), ids, unknownBefore);
    }
  }
}

// Where no token crosses from a character to a space, words merge independently, and those met before are remembered.
void ScoreTokenizer::encodeWords(std::string_view escaped, std::vector<TokenId>& ids, bool& unknownBefore) const {
  if (!m_pieces.wordsAreApart) return encodeWord(escaped, ids, unknownBefore);
  std::unordered_map<std::string_view, std::pair<std::size_t, std::size_t>> seen;
  for (const std::string_view word : cutBeforeSpaceMarks(escaped)) {
    if (const auto found = seen.find(word); found != seen.end()) {
      const auto [from, count] = found->second;
      for (std::size_t i = 0; i < count; ++i) ids.push_back(TokenId{ids[from + i]});
      continue;
    }
    const std::size_t from = ids.size();
    const bool before = unknownBefore;
    encodeWord(word, ids, unknownBefore);
    if (!before && !unknownBefore) seen.emplace(word, std::pair(from, ids.size() - from));
  }
}

void ScoreTokenizer::encodeWord(std::string_view word, std::vector<TokenId>& ids, bool& unknownBefore) const {
  std::vector<Symbol> symbols;
  for (std::size_t i = 0; i < word.size(); i += symbols.back().length) {
    const auto place = static_cast<std::int32_t>(symbols.size());
    symbols.push_back({i, characterLength(word[i]), place - 1, place + 1});
  }
  symbols.back().next = -1;

  std::vector<Candidate> heap;
  // How unused tokens came about, to take them apart again.
  std::unordered_map<std::string_view, std::size_t> leftLength;
  const auto consider = [&](std::int32_t left, std::int32_t right) {
    if (left < 0 || right < 0) return;
    const std::string_view whole = word.substr(symbols[left].begin, symbols[left].length + symbols[right].length);
    const auto found = m_pieces.index.find(whole);
    if (found == m_pieces.index.end()) return;
    heap.push_back({m_pieces.scores[found->second], left, right, whole.size()});
    std::push_heap(heap.begin(), heap.end());
    if (m_pieces.unused[found->second]) leftLength[whole] = symbols[left].length;
  };
  for (std::size_t i = 0; i + 1 < symbols.size(); ++i) consider(static_cast<std::int32_t>(i), static_cast<std::int32_t>(i) + 1);
  while (!heap.empty()) {
    const Candidate best = heap.front();
    std::pop_heap(heap.begin(), heap.end());
    heap.pop_back();
    Symbol& left = symbols[best.left];
    Symbol& right = symbols[best.right];
    if (left.length == 0 || right.length == 0 || left.length + right.length != best.length) continue;
    left.length += right.length;
    right.length = 0;
    left.next = right.next;
    if (left.next >= 0) symbols[left.next].previous = best.left;
    consider(left.previous, best.left);
    consider(best.left, left.next);
  }

  const auto emit = [&](auto&& self, std::string_view piece) -> void {
    const auto found = m_pieces.index.find(piece);
    if (found != m_pieces.index.end() && !m_pieces.unused[found->second]) {
      ids.push_back(found->second);
      unknownBefore = false;
      return;
    }
    if (const auto split = leftLength.find(piece); found != m_pieces.index.end() && split != leftLength.end()) {
      self(self, piece.substr(0, split->second));
      self(self, piece.substr(split->second));
      return;
    }
    if (std::ranges::all_of(piece, [&](unsigned char byte) { return m_pieces.byteTokens[byte].has_value(); })) {
      for (const unsigned char byte : piece) ids.push_back(*m_pieces.byteTokens[byte]);
      unknownBefore = false;
    } else if (m_pieces.unknown) {
      if (!unknownBefore) ids.push_back(*m_pieces.unknown);  // a run of unknown characters is one token
      unknownBefore = true;
    }
  };
  for (std::int32_t i = 0; i >= 0; i = symbols[i].next) emit(emit, word.substr(symbols[i].begin, symbols[i].length));
}

}  // namespace bitscape
