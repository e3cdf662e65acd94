#include "core/method/zigzag.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <string>

#include "core/base/error.h"

namespace bitscape {

Tensor zigzagOrder(const Tensor& magnitude, std::int64_t block) {
  const c10::NoGradGuard noGrad;
  const std::int64_t width = magnitude.numel();
  if (block < 1 || width % block != 0) {
    throw Error("blocks of " + std::to_string(block) + " channels do not divide " + std::to_string(width) +
                "; choose a divisor of the width");
  }
  const std::int64_t blocks = width / block;
  const Tensor sorted = at::argsort(magnitude.reshape({-1}).cpu(), /*stable=*/true, /*dim=*/0, /*descending=*/true).contiguous();
  // The dealt cards as a table [block, blocks]: a round per row, every other round from right to left. A block is a column.
  Tensor rounds = sorted.reshape({block, blocks}).clone();
  for (std::int64_t round = 1; round < block; round += 2) rounds[round].copy_(rounds[round].flip(0));
  return rounds.t().reshape({-1}).contiguous();
}

}  // namespace bitscape
