#include "core/method/smoothing.h"

#include <ATen/ATen.h>

namespace bitscape {

Tensor smoothingFactors(const Tensor& inputMaxima, const Tensor& weightMaxima, double alpha, double floor) {
  constexpr double kSmallestMaximum = 1e-5;  // of both released codes: a channel that is never used has no factor of 0
  const Tensor x = inputMaxima.to(at::kDouble).clamp_min(kSmallestMaximum), w = weightMaxima.to(at::kDouble).clamp_min(kSmallestMaximum);
  return (x.pow(alpha) / w.pow(1 - alpha)).clamp_min(floor).to(at::kFloat);
}

Tensor sharedByGroups(const Tensor& factor, const ModelConfig& config) {
  const Tensor heads = factor.reshape({config.kvHeads, config.heads / config.kvHeads, config.headDim});
  return heads.amax(1, /*keepdim=*/true).expand_as(heads).reshape({-1}).contiguous();
}

}  // namespace bitscape
