#include "core/calib/trace.h"

#include <ATen/ATen.h>

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
  InputTap(const std::vector<TokenId>& ids, std::vector<Trace>& result) : m_ids(ids), m_result(result) {}
  void linearInput(SeamId seam, const Tensor& x) override {
    m_result[static_cast<std::size_t>(seam.block) * kLinearSeams.size() + static_cast<std::size_t>(seam.kind)] = traceOf(m_ids, x[0]);
  }

 private:
  const std::vector<TokenId>& m_ids;
  std::vector<Trace>& m_result;
};

}  // namespace

std::vector<Trace> traceInputs(const Model& model, const std::vector<TokenId>& ids, const ComputeOptions& compute, const Progress& progress,
                               const std::function<void(int block, const std::vector<Trace>&)>& onBlock, const BlocksOf& blocksOf) {
  model.requireForward();
  requireWindows(model, {&ids, 1});
  const int blocks = static_cast<int>(model.config().blocks);
  std::vector<Trace> result(static_cast<std::size_t>(blocks) * kLinearSeams.size());
  InputTap tap(ids, result);
  walkBlocks(
      model, {&ids, 1}, 0, blocks - 1, compute, tap, progress,
      [&](int block) {
        if (onBlock) onBlock(block, result);
      },
      blocksOf);
  return result;
}

}  // namespace bitscape
