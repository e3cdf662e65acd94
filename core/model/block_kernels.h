// The parts of a decoder block that are no matrix products, each in one pass over memory: RMSNorm, rotary positions, the gate.
//
// Contiguous float32 on the CPU without gradients takes the fused loops; everything else takes ATen operators with the same result.
// Pure functions, thread-safe.
#pragma once

#include "core/model/forward.h"

namespace bitscape {

// x: [windows, tokens, heads * headDim] -> [windows, heads, tokens, headDim], each pair (i, i + headDim/2) of a head rotated:
//   y_i = x_i cos - x_j sin,   y_j = x_j cos + x_i sin      (RoFormer, arXiv 2104.09864, in transformers' half-split order)
Tensor rotate(const Tensor& x, std::int64_t heads, const Rope& rope);

// silu(gate) * up, silu(g) = g / (1 + exp(-g)).
Tensor gated(const Tensor& gate, const Tensor& up);

}  // namespace bitscape
