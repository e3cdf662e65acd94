#include "core/model/bpe_model.h"

#include <algorithm>
#include <bit>

#include "core/base/error.h"
#include "core/model/space_mark.h"
#include "core/model/unicode.h"

namespace bitscape {
namespace {

std::uint64_t pairOf(TokenId left, TokenId right) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
}

std::size_t slotOf(std::uint64_t pair, std::size_t slots) {
  return static_cast<std::size_t>((pair * 0x9E3779B97F4A7C15ull) >> 32) & (slots - 1);  // Fibonacci hashing
}

// A token of the word under construction; merged ones are skipped by their neighbours' links.
struct Symbol {
  TokenId id;
  std::int32_t previous, next;
  bool alive;
};

struct Candidate {
  std::int32_t rank, left;
  TokenId result;
  // std heaps keep the largest first: the best candidate has the lowest rank, then the leftmost place.
  bool operator<(const Candidate& other) const { return rank != other.rank ? rank > other.rank : left > other.left; }
};

}  // namespace

BpeModel::BpeModel(TokenIndex index, const std::vector<std::pair<std::string, std::string>>& merges, const BpeOptions& options,
                   const std::string& source)
    : m_index(std::move(index)), m_options(options), m_merges(std::bit_ceil(2 * merges.size() + 1)) {
  m_wordsAreApart = !m_options.ignoreMerges && m_index.contains(kSpaceMark);
  std::string whole;
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    const auto& [left, right] = merges[rank];
    const auto idOf = [&](const std::string& text) {
      const auto found = m_index.find(text);
      if (found == m_index.end()) {
        throw Error(source + ": merge " + std::to_string(rank) + " (\"" + left + "\" + \"" + right + "\") needs \"" + text +
                    "\", which is not in the vocabulary; the file is damaged, download it again");
      }
      return found->second;
    };
    whole.assign(left).append(right);
    if (hasInnerSpaceMark(whole)) m_wordsAreApart = false;
    const TokenId leftId = idOf(left), rightId = idOf(right);
    addMerge(leftId, rightId, static_cast<std::int32_t>(rank), idOf(whole));
  }
  if (m_options.byteFallback) {
    const char* digits = "0123456789ABCDEF";
    for (int byte = 0; byte < 256; ++byte) {
      const auto found = m_index.find(std::string("<0x") + digits[byte >> 4] + digits[byte & 15] + ">");
      if (found != m_index.end()) m_byteTokens[byte] = found->second;
    }
  }
}

// A pair given twice keeps its last rank, as in the reference.
void BpeModel::addMerge(TokenId left, TokenId right, std::int32_t rank, TokenId result) {
  const std::uint64_t pair = pairOf(left, right);
  std::size_t slot = slotOf(pair, m_merges.size());
  while (m_merges[slot].pair != kNoPair && m_merges[slot].pair != pair) slot = (slot + 1) & (m_merges.size() - 1);
  m_merges[slot] = {pair, rank, result};
}

const BpeModel::Merge* BpeModel::findMerge(TokenId left, TokenId right) const {
  const std::uint64_t pair = pairOf(left, right);
  for (std::size_t slot = slotOf(pair, m_merges.size());; slot = (slot + 1) & (m_merges.size() - 1)) {
    if (m_merges[slot].pair == pair) return &m_merges[slot];
    if (m_merges[slot].pair == kNoPair) return nullptr;
  }
}

void BpeModel::appendCharacters(std::string_view word, std::vector<TokenId>& ids) const {
  bool unknownPending = false;
  for (std::size_t i = 0; i < word.size();) {
    const std::string_view character = word.substr(i, characterLength(word[i]));
    i += character.size();
    if (const auto found = m_index.find(character); found != m_index.end()) {
      if (unknownPending) ids.push_back(*m_options.unknown);
      unknownPending = false;
      ids.push_back(found->second);
      continue;
    }
    if (m_options.byteFallback && std::ranges::all_of(character, [&](unsigned char byte) { return m_byteTokens[byte].has_value(); })) {
      for (const unsigned char byte : character) ids.push_back(*m_byteTokens[byte]);
      continue;
    }
    if (!m_options.unknown) continue;
    if (unknownPending && !m_options.fuseUnknown) ids.push_back(*m_options.unknown);
    unknownPending = true;
  }
  if (unknownPending) ids.push_back(*m_options.unknown);
}

void BpeModel::encode(std::string_view word, std::vector<TokenId>& ids) const {
  if (m_options.ignoreMerges) {
    if (const auto found = m_index.find(word); found != m_index.end()) {
      ids.push_back(found->second);
      return;
    }
  }
  const std::size_t start = ids.size();
  appendCharacters(word, ids);
  const auto count = static_cast<std::int32_t>(ids.size() - start);
  if (count < 2) return;

  std::vector<Symbol> symbols(static_cast<std::size_t>(count));
  for (std::int32_t i = 0; i < count; ++i) symbols[i] = {ids[start + i], i - 1, i + 1 < count ? i + 1 : -1, true};
  std::vector<Candidate> heap;
  const auto consider = [&](std::int32_t left) {
    const Merge* merge = findMerge(symbols[left].id, symbols[symbols[left].next].id);
    if (!merge) return false;
    heap.push_back({merge->rank, left, merge->result});
    return true;
  };
  for (std::int32_t i = 0; i + 1 < count; ++i) consider(i);
  std::make_heap(heap.begin(), heap.end());
  while (!heap.empty()) {
    const Candidate best = heap.front();
    std::pop_heap(heap.begin(), heap.end());
    heap.pop_back();
    Symbol& left = symbols[best.left];
    if (!left.alive || left.next < 0) continue;
    Symbol& right = symbols[left.next];
    const Merge* merge = findMerge(left.id, right.id);
    if (!merge || merge->result != best.result) continue;  // a neighbour has merged since
    left.id = best.result;
    right.alive = false;
    left.next = right.next;
    if (left.next >= 0) symbols[left.next].previous = best.left;
    if (left.previous >= 0 && consider(left.previous)) std::push_heap(heap.begin(), heap.end());
    if (left.next >= 0 && consider(best.left)) std::push_heap(heap.begin(), heap.end());
  }
  ids.resize(start);
  for (std::int32_t i = 0; i >= 0; i = symbols[i].next) ids.push_back(symbols[i].id);
}

}  // namespace bitscape
