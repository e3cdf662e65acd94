#include "core/model/block_kernels.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace bitscape {
namespace {

// The values below which a thread of its own does not pay.
constexpr std::int64_t kGrain = 1 << 15;

// The type that norms and rotations are computed in.
at::ScalarType wideType(const Tensor& x) { return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat; }

bool fusable(const Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.numel() > 0 && !(x.requires_grad() && at::GradMode::is_enabled());
}

std::int64_t rowsPerTask(std::int64_t width) { return std::max<std::int64_t>(1, kGrain / width); }

// Sixteen running sums, so that the compiler may use vector registers without reordering a single one.
float sumOfSquares(const float* x, std::int64_t count) {
  constexpr std::int64_t kLanes = 16;
  std::array<float, kLanes> lanes{};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) lanes[static_cast<std::size_t>(lane)] += x[i + lane] * x[i + lane];
  }
  float sum = 0;
  for (; i < count; ++i) sum += x[i] * x[i];
  for (const float lane : lanes) sum += lane;
  return sum;
}

}  // namespace

Tensor rmsNorm(const Tensor& x, const Tensor& weight, double epsilon) {
  if (!fusable(x) || !fusable(weight)) {
    const Tensor wide = x.to(wideType(x));
    const Tensor inverse = at::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + epsilon);
    return (wide * inverse).to(x.scalar_type()) * weight;
  }
  const Tensor input = x.contiguous(), scale = weight.contiguous();
  Tensor output = at::empty_like(input);
  const std::int64_t width = input.size(-1), rows = input.numel() / width;
  const float* in = input.const_data_ptr<float>();
  const float* w = scale.const_data_ptr<float>();
  float* out = output.mutable_data_ptr<float>();
  at::parallel_for(0, rows, rowsPerTask(width), [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t row = from; row < to; ++row) {
      const float* __restrict xr = in + row * width;
      const float* __restrict wr = w;
      float* __restrict yr = out + row * width;
      const float mean = sumOfSquares(xr, width) / static_cast<float>(width);
      const float inverse = 1.0f / std::sqrt(mean + static_cast<float>(epsilon));
      for (std::int64_t i = 0; i < width; ++i) yr[i] = xr[i] * inverse * wr[i];
    }
  });
  return output;
}

Tensor rotate(const Tensor& x, std::int64_t heads, const Rope& rope) {
  const std::int64_t windows = x.size(0), tokens = x.size(1), headDim = x.size(2) / heads, half = headDim / 2;
  if (!fusable(x)) {
    const Tensor split = x.reshape({windows, tokens, heads, headDim}).transpose(1, 2).to(wideType(x));
    const Tensor low = split.narrow(-1, 0, half), high = split.narrow(-1, half, half);
    return at::cat({low * rope.cos - high * rope.sin, high * rope.cos + low * rope.sin}, -1).to(x.scalar_type());
  }
  const Tensor input = x.contiguous(), cosines = rope.cos.contiguous(), sines = rope.sin.contiguous();
  Tensor output = at::empty({windows, heads, tokens, headDim}, input.options());
  const float* in = input.const_data_ptr<float>();
  const float* cosine = cosines.const_data_ptr<float>();
  const float* sine = sines.const_data_ptr<float>();
  float* out = output.mutable_data_ptr<float>();
  at::parallel_for(0, windows * heads * tokens, rowsPerTask(headDim), [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t row = from; row < to; ++row) {
      const std::int64_t token = row % tokens, head = row / tokens % heads, window = row / tokens / heads;
      const float* __restrict low = in + ((window * tokens + token) * heads + head) * headDim;
      const float* __restrict high = low + half;
      const float* __restrict c = cosine + token * half;
      const float* __restrict s = sine + token * half;
      float* __restrict y = out + row * headDim;
      for (std::int64_t i = 0; i < half; ++i) {
        y[i] = low[i] * c[i] - high[i] * s[i];
        y[i + half] = high[i] * c[i] + low[i] * s[i];
      }
    }
  });
  return output;
}

Tensor gated(const Tensor& gate, const Tensor& up) {
  if (!fusable(gate) || !fusable(up) || !gate.is_contiguous() || !up.is_contiguous()) return at::silu(gate) * up;
  Tensor output = at::empty_like(gate);
  const Tensor g = gate.view(-1), u = up.view(-1), y = output.view(-1);
  // ATen's vectorized operators on pieces that stay in the cache between the two.
  at::parallel_for(0, g.numel(), kGrain, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t start = from; start < to; start += kGrain) {
      const std::int64_t count = std::min(kGrain, to - start);
      Tensor piece = y.narrow(0, start, count);
      at::silu_out(piece, g.narrow(0, start, count));
      piece.mul_(u.narrow(0, start, count));
    }
  });
  return output;
}

}  // namespace bitscape
