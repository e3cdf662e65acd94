// A few rows of a linear's inputs that stand for all of them: what searches measure errors on.
//
// The statistics keep random rows and, beside them, every row that holds a top value; the latter are far too many among the sampled ones.
// So each row x_t comes with the share p_t of all rows that it stands for:
//   sum_t p_t x_t' x_t ~ X'X / rows,   sum_t p_t ||E x_t||^2 ~ the mean squared error at the output of a weight error E
// Pure, thread-safe.
#pragma once

#include <cstdint>

#include "core/calib/stats.h"

namespace bitscape {

struct SampledRows {
  Tensor rows;              // float32 [rows, channels]
  Tensor share;             // float32 [rows], sums to 1
  Tensor weighted() const;  // rows times sqrt(share): their X'X is the estimate above
};
// At most `most` of the random rows, evenly spread over the text, and all top rows, on the device and in the type of `like`.
SampledRows sampledRows(const InputStats& stats, std::int64_t most, const Tensor& like);

}  // namespace bitscape
