// Windows of random token ids, for models without a tokenizer and for measuring speed. The same seed gives the same ids everywhere.
#pragma once

#include <cstdint>
#include <random>

#include "core/calib/corpus.h"

namespace bitscape::cli {

inline Corpus randomCorpus(std::int64_t windows, std::int64_t length, std::int64_t vocabulary, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Corpus corpus;
  for (std::int64_t window = 0; window < windows; ++window) {
    std::vector<TokenId>& ids = corpus.windows.emplace_back(static_cast<std::size_t>(length));
    for (TokenId& id : ids) id = static_cast<TokenId>(random() % static_cast<std::uint64_t>(vocabulary));
  }
  return corpus;
}

}  // namespace bitscape::cli
