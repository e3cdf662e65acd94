#include "core/calib/trace.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <string>

#include "core/base/error.h"
#include "core/calib/attention_stats.h"
#include "core/calib/block_walk.h"

namespace bitscape {
namespace {

// x: [tokens, channels].
Trace traceOf(const std::vector<TokenId>& ids, const Tensor& x) {
  const Tensor host = x.to(at::Device(at::kCPU), at::kFloat).contiguous();
  const float* values = host.const_data_ptr<float>();
  return {ids, host.size(0), host.size(1), std::vector<float>(values, values + host.numel())};
}

class InputTap : public WindowTap {
 public:
  InputTap(const std::vector<TokenId>& ids, std::function<Trace*(SeamId)> target) : m_ids(ids), m_target(std::move(target)) {}
  void linearInput(SeamId seam, const Tensor& x) override {
    if (Trace* trace = m_target(seam)) *trace = traceOf(m_ids, x[0]);
  }

 private:
  const std::vector<TokenId>& m_ids;
  std::function<Trace*(SeamId)> m_target;
};

class AttentionTap : public WindowTap {
 public:
  AttentionTap(const std::vector<TokenId>& ids, int block, int head, std::optional<std::int64_t> window)
      : m_ids(ids), m_block(block), m_head(head), m_window(window) {}
  void attention(int block, const Tensor& query, const Tensor& key) override {
    if (block != m_block) return;
    const std::int64_t tokens = query.size(2), keyHead = m_head * key.size(1) / query.size(1);
    const Tensor q = query[0][m_head].to(at::kFloat), k = key[0][keyHead].to(at::kFloat);
    Tensor hidden = at::ones({tokens, tokens}, q.options().dtype(at::kBool)).triu(1);
    if (m_window) hidden = hidden.logical_or(at::ones_like(hidden).tril(-*m_window));
    Tensor scores = at::mm(q, k.t()).div_(std::sqrt(static_cast<double>(q.size(1))));
    scores.masked_fill_(hidden, -std::numeric_limits<float>::infinity());
    result = traceOf(m_ids, at::softmax(scores, -1));
  }
  Trace result;

 private:
  const std::vector<TokenId>& m_ids;
  int m_block, m_head;
  std::optional<std::int64_t> m_window;
};

void requireIndex(const char* what, std::int64_t value, std::int64_t count) {
  if (value >= 0 && value < count) return;
  throw Error("there is no " + std::string(what) + " " + std::to_string(value) + ": the model has " + std::to_string(count) +
              ", counted from 0");
}

std::span<const std::vector<TokenId>> asWindow(const std::vector<TokenId>& ids) { return {&ids, 1}; }

}  // namespace

Trace traceInput(const Model& model, const std::vector<TokenId>& ids, SeamId seam, const ComputeOptions& compute,
                 const Progress& progress) {
  model.requireForward();
  requireIndex("block", seam.block, model.config().blocks);
  if (consumers(seam.kind).empty())
    throw Error("the seam " + std::string(seamName(seam.kind)) + " feeds no linear: choose one of the other four");
  requireWindows(model, asWindow(ids));
  Trace result;
  InputTap tap(ids, [&](SeamId id) { return id == seam ? &result : nullptr; });
  walkBlocks(model, asWindow(ids), 0, seam.block, compute, tap, progress);
  return result;
}

std::vector<Trace> traceInputs(const Model& model, const std::vector<TokenId>& ids, const ComputeOptions& compute, const Progress& progress,
                               const std::function<void(int block, const std::vector<Trace>&)>& onBlock) {
  model.requireForward();
  requireWindows(model, asWindow(ids));
  const int blocks = static_cast<int>(model.config().blocks);
  std::vector<Trace> result(static_cast<std::size_t>(blocks) * kLinearSeams.size());
  InputTap tap(ids, [&](SeamId id) {
    return &result[static_cast<std::size_t>(id.block) * kLinearSeams.size() + static_cast<std::size_t>(id.kind)];
  });
  walkBlocks(model, asWindow(ids), 0, blocks - 1, compute, tap, progress, [&](int block) {
    if (onBlock) onBlock(block, result);
  });
  return result;
}

Trace traceAttention(const Model& model, const std::vector<TokenId>& ids, int block, int head, const ComputeOptions& compute,
                     const Progress& progress) {
  model.requireForward();
  requireIndex("block", block, model.config().blocks);
  requireIndex("head", head, model.config().heads);
  requireWindows(model, asWindow(ids));
  AttentionTap tap(ids, block, head, slidingWindowOf(model.config(), block));
  walkBlocks(model, asWindow(ids), 0, block, compute, tap, progress);
  return tap.result;
}

}  // namespace bitscape
