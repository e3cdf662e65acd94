#include "core/calib/attention_stats.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "core/calib/kernels.h"

namespace bitscape {
namespace {

constexpr std::int64_t kQueriesPerPiece = 64;

}  // namespace

std::optional<std::int64_t> slidingWindowOf(const ModelConfig& config, int block) {
  if (!config.slidingWindow) return std::nullopt;
  if (!config.slidingBlocks.empty() && !config.slidingBlocks[static_cast<std::size_t>(block)]) return std::nullopt;
  return config.slidingWindow;
}

HeadCollector::HeadCollector(std::int64_t heads, std::optional<std::int64_t> slidingWindow)
    : m_slidingWindow(slidingWindow), m_entropy(static_cast<std::size_t>(heads)), m_first(static_cast<std::size_t>(heads)) {}

void HeadCollector::add(const Tensor& query, const Tensor& key) {
  const at::NoGradGuard noGrad;
  const std::int64_t windows = query.size(0), heads = query.size(1), tokens = query.size(2);
  const std::int64_t queriesPerKeyHead = heads / key.size(1);
  const Tensor q = query.to(at::Device(at::kCPU), at::kFloat) * (1.0 / std::sqrt(static_cast<double>(query.size(3))));
  const Tensor k = key.to(at::Device(at::kCPU), at::kFloat).contiguous();
  const std::int64_t pieces = (tokens + kQueriesPerPiece - 1) / kQueriesPerPiece;
  std::vector<SoftmaxStats> sums(static_cast<std::size_t>(windows * heads * pieces));
  at::parallel_for(0, windows * heads * pieces, 1, [&](std::int64_t begin, std::int64_t end) {
    const at::NoGradGuard workerNoGrad;
    std::vector<float> scores(static_cast<std::size_t>(kQueriesPerPiece * tokens));
    for (std::int64_t task = begin; task < end; ++task) {
      const std::int64_t piece = task % pieces, head = task / pieces % heads, window = task / pieces / heads;
      const std::int64_t from = piece * kQueriesPerPiece, to = std::min(from + kQueriesPerPiece, tokens);
      const std::int64_t firstKey = m_slidingWindow ? std::max<std::int64_t>(0, from - *m_slidingWindow + 1) : 0;
      Tensor product = at::from_blob(scores.data(), {to - from, to - firstKey}, at::kFloat);
      at::mm_out(product, q[window][head].slice(0, from, to), k[window][head / queriesPerKeyHead].slice(0, firstKey, to).t());
      SoftmaxStats& sum = sums[static_cast<std::size_t>(task)];
      for (std::int64_t i = std::max<std::int64_t>(from, 1); i < to; ++i) {
        const std::int64_t seen = m_slidingWindow ? std::max<std::int64_t>(0, i - *m_slidingWindow + 1) : 0;
        const SoftmaxStats row = softmaxStats(scores.data() + (i - from) * (to - firstKey) + (seen - firstKey), i - seen + 1);
        sum.entropy += row.entropy;
        if (seen == 0) sum.first += row.first;
      }
    }
  });
  for (std::size_t task = 0; task < sums.size(); ++task) {
    const std::size_t head = task / static_cast<std::size_t>(pieces) % static_cast<std::size_t>(heads);
    m_entropy[head] += sums[task].entropy;
    m_first[head] += sums[task].first;
  }
  m_queries += windows * (tokens - 1);
}

std::vector<HeadStats> HeadCollector::finish() const {
  std::vector<HeadStats> result(m_first.size());
  if (m_queries == 0) return result;
  for (std::size_t head = 0; head < result.size(); ++head) {
    result[head] = {m_first[head] / static_cast<double>(m_queries), m_entropy[head] / static_cast<double>(m_queries)};
  }
  return result;
}

}  // namespace bitscape
