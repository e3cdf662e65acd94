// DuQuant's zigzag permutation: channels dealt to blocks so that every block gets as much of the large ones.
//
// Channels in descending order of their magnitude are dealt to blocks 0, 1, .. K-1, K-1, .. 1, 0, 0, 1, ..; within a block they stay in
// that order. The blocks' mean magnitudes then differ by no more than (largest - smallest) / n (DuQuant's theorem 2). Pure, thread-safe.
#pragma once

#include <cstdint>

#include "core/base/tensor.h"

namespace bitscape {

// `magnitude` [width] of any float type; equal ones keep their order. Int64 [width] on the CPU: channel i of the result is channel
// order[i] of the input. Throws Error unless `block` divides the width.
Tensor zigzagOrder(const Tensor& magnitude, std::int64_t block);

}  // namespace bitscape
