// Sums and differences of pairs at growing distances: the part of a Hadamard product that needs no multiplication.
//
// A row holds `parts` (a power of two) runs of `inner` floats. For every distance d = inner, 2 inner, ... below the row's length, x[i] and
// x[i + d] become x[i] + x[i + d] and x[i] - x[i + d]: the row times Sylvester's H_parts (x) I. In place; pure, thread-safe.
#pragma once

#include <cstdint>

namespace bitscape {

void butterfly(float* x, std::int64_t rows, std::int64_t parts, std::int64_t inner);

}  // namespace bitscape
