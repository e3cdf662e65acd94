#include "core/calib/attention_trace.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/base/error.h"
#include "core/calib/attention_stats.h"
#include "core/calib/block_walk.h"

namespace bitscape {
namespace {

constexpr std::int64_t kQueriesPerPiece = 64;  // with 4,096 keys a piece of scores is 1 MB: it stays in the second cache

class AttentionTap : public WindowTap {
 public:
  explicit AttentionTap(AttentionTrace& result) : m_result(result) {}
  void attention(int block, const Tensor& query, const Tensor& key) override {
    if (block != m_result.block) return;
    m_result.query = query[0].to(at::Device(at::kCPU), at::kFloat).contiguous();
    m_result.key = key[0].to(at::Device(at::kCPU), at::kFloat).contiguous();
  }

 private:
  AttentionTrace& m_result;
};

void requireIndex(const char* what, std::int64_t value, std::int64_t count) {
  if (value >= 0 && value < count) return;
  throw Error("there is no " + std::string(what) + " " + std::to_string(value) + ": the model has " + std::to_string(count) +
              ", counted from 0");
}

bool isFinite(const Tensor& x) { return std::isfinite(x.sum(at::kDouble).item<double>()); }

// The first key that a query sees.
std::int64_t firstKeyOf(const AttentionTrace& trace, std::int64_t query) {
  return trace.slidingWindow ? std::max<std::int64_t>(0, query - *trace.slidingWindow + 1) : 0;
}

// Scores of the queries from..to-1 against the keys firstKey..to-1: [to - from, to - firstKey], minus infinity where a query may not look.
Tensor scoresOf(const AttentionTrace& trace, std::int64_t head, std::int64_t from, std::int64_t to, std::int64_t firstKey) {
  const std::int64_t keyHead = head * trace.key.size(0) / trace.heads();
  const Tensor query = trace.query[head].slice(0, from, to) * (1.0 / std::sqrt(static_cast<double>(trace.query.size(2))));
  Tensor scores = at::mm(query, trace.key[keyHead].slice(0, firstKey, to).t());
  float* row = scores.mutable_data_ptr<float>();
  const std::int64_t keys = to - firstKey;
  constexpr float kUnseen = -std::numeric_limits<float>::infinity();
  for (std::int64_t i = from; i < to; ++i, row += keys) {
    std::fill(row, row + std::max<std::int64_t>(0, firstKeyOf(trace, i) - firstKey), kUnseen);
    std::fill(row + (i + 1 - firstKey), row + keys, kUnseen);
  }
  return scores;
}

// The largest of every `cell` neighbours along `dimension`, whose size need not be a multiple. Probabilities are not negative.
Tensor pooled(const Tensor& values, std::int64_t dimension, std::int64_t cell) {
  if (cell == 1) return values;
  const std::int64_t size = values.size(dimension), cells = (size + cell - 1) / cell;
  std::vector<std::int64_t> shape = values.sizes().vec(), padding{0, cells * cell - size};
  if (dimension == 0) padding.insert(padding.begin(), {0, 0});
  shape[static_cast<std::size_t>(dimension)] = cells;
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(dimension) + 1, cell);
  return (padding.back() > 0 ? at::constant_pad_nd(values, padding) : values).view(shape).amax(dimension + 1);
}

}  // namespace

AttentionTrace traceAttention(const Model& model, const std::vector<TokenId>& ids, int block, const ComputeOptions& compute,
                              const Progress& progress, const BlocksOf& blocksOf) {
  const at::NoGradGuard noGrad;
  model.requireForward();
  requireIndex("block", block, model.config().blocks);
  requireWindows(model, {&ids, 1});
  AttentionTrace result;
  result.block = block;
  result.slidingWindow = slidingWindowOf(model.config(), block);
  AttentionTap tap(result);
  walkBlocks(model, {&ids, 1}, 0, block, compute, tap, progress, {}, blocksOf);
  if (!isFinite(result.query) || !isFinite(result.key)) {
    throw Error("block " + std::to_string(block) + ": the queries or keys hold NaN or infinity; the model's values overflow in this " +
                "number type, or its weights are damaged");
  }
  return result;
}

AttentionMap headMap(const AttentionTrace& trace, int head, std::int64_t most, const Progress& progress) {
  const at::NoGradGuard noGrad;
  requireIndex("head", head, trace.heads());
  if (most < 1) throw Error("an attention map of " + std::to_string(most) + " cells is impossible: choose at least 1");
  const std::int64_t tokens = trace.tokens(), cell = (tokens + most - 1) / most;
  AttentionMap map;
  map.tokensPerCell = cell;
  map.side = (tokens + cell - 1) / cell;
  map.values.resize(static_cast<std::size_t>(map.side * map.side));
  const Tensor target = at::from_blob(map.values.data(), {map.side, map.side}, at::kFloat);

  // A piece is a whole number of cells of queries; a round is as many pieces as are worth a look at the progress.
  const std::int64_t rows = cell * std::max<std::int64_t>(1, kQueriesPerPiece / cell), pieces = (tokens + rows - 1) / rows;
  constexpr std::int64_t kPiecesPerRound = 16;
  for (std::int64_t round = 0; round < pieces; round += kPiecesPerRound) {
    progress.checkpoint(static_cast<double>(round) / static_cast<double>(pieces), "attention map");
    at::parallel_for(round, std::min(round + kPiecesPerRound, pieces), 1, [&](std::int64_t begin, std::int64_t end) {
      const at::NoGradGuard workerNoGrad;
      for (std::int64_t piece = begin; piece < end; ++piece) {
        const std::int64_t from = piece * rows, to = std::min(from + rows, tokens);
        const std::int64_t firstCell = firstKeyOf(trace, from) / cell;
        const Tensor scores = scoresOf(trace, head, from, to, firstCell * cell);
        const Tensor cells = pooled(pooled(at::softmax(scores, -1), 0, cell), 1, cell);
        target.slice(0, from / cell, from / cell + cells.size(0)).slice(1, firstCell, firstCell + cells.size(1)).copy_(cells);
      }
    });
  }
  progress.checkpoint(1.0, "attention map");
  return map;
}

std::vector<HeadStats> headNumbers(const AttentionTrace& trace) {
  HeadCollector collector(trace.heads(), trace.slidingWindow);
  collector.add(trace.query.unsqueeze(0), trace.key.unsqueeze(0));
  return collector.finish();
}

std::vector<double> headDivergence(const AttentionTrace& a, const AttentionTrace& b, const Progress& progress) {
  const at::NoGradGuard noGrad;
  if (a.heads() != b.heads() || a.tokens() != b.tokens() || a.slidingWindow != b.slidingWindow) {
    throw Error("attention of " + std::to_string(a.heads()) + " heads over " + std::to_string(a.tokens()) +
                " tokens cannot be compared with that of " + std::to_string(b.heads()) + " heads over " + std::to_string(b.tokens()) +
                " tokens" + (a.slidingWindow != b.slidingWindow ? " and another sliding window" : "") +
                "; compare one prompt in two models of one shape");
  }
  const std::int64_t tokens = a.tokens(), pieces = (tokens + kQueriesPerPiece - 1) / kQueriesPerPiece;
  std::vector<double> result(static_cast<std::size_t>(a.heads()));
  if (tokens < 2) return result;
  for (std::int64_t head = 0; head < a.heads(); ++head) {
    progress.checkpoint(static_cast<double>(head) / static_cast<double>(a.heads()), "attention divergence");
    std::vector<double> sums(static_cast<std::size_t>(pieces));
    at::parallel_for(0, pieces, 1, [&](std::int64_t begin, std::int64_t end) {
      const at::NoGradGuard workerNoGrad;
      for (std::int64_t piece = begin; piece < end; ++piece) {
        const std::int64_t from = piece * kQueriesPerPiece, to = std::min(from + kQueriesPerPiece, tokens), firstKey = firstKeyOf(a, from);
        const Tensor scores = scoresOf(a, head, from, to, firstKey);
        const Tensor logA = at::log_softmax(scores, -1), logB = at::log_softmax(scoresOf(b, head, from, to, firstKey), -1);
        // p ln(p / q), nothing where neither may look (there the logarithms are both minus infinity).
        const Tensor terms = (logA - logB).mul_(logA.exp()).masked_fill_(scores.isinf(), 0.0);
        // Below 0 by rounding alone.
        sums[static_cast<std::size_t>(piece)] = terms.sum(-1, false, at::kDouble).clamp_min_(0.0).sum().item<double>();
      }
    });
    for (const double sum : sums) result[static_cast<std::size_t>(head)] += sum / static_cast<double>(tokens - 1);
  }
  progress.checkpoint(1.0, "attention divergence");
  return result;
}

}  // namespace bitscape
