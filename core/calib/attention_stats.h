// Where attention heads look, and how spread out that is, without ever holding a whole score matrix.
//
// For each query i but the first: p = softmax(q_i . k_j / sqrt(headDim)) over the keys j <= i that it may see; mass p_0 and entropy
// -sum p ln p. Queries are taken in pieces that fit the cache. Uses LibTorch's threads inside add; thread-compatible.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/calib/stats.h"
#include "core/model/config.h"

namespace bitscape {

class HeadCollector {
 public:
  // A query sees the latest `slidingWindow` keys, itself included; all earlier ones when absent.
  HeadCollector(std::int64_t heads, std::optional<std::int64_t> slidingWindow);
  // As Tap::attention hands them out: query [windows, heads, tokens, headDim], key [windows, kvHeads, tokens, headDim].
  void add(const Tensor& query, const Tensor& key);
  std::vector<HeadStats> finish() const;

 private:
  std::optional<std::int64_t> m_slidingWindow;
  std::vector<double> m_entropy, m_first;  // sums per head
  std::int64_t m_queries = 0;
};

// The window that the queries of `block` see, if it is bounded.
std::optional<std::int64_t> slidingWindowOf(const ModelConfig& config, int block);

}  // namespace bitscape
