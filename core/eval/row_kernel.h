// The two passes over a row of logits: the largest value, then sums of exponentials counted from it.
//
// Rows hold finite floats (a NaN makes the sums NaN); length at least 1. One compiled copy per instruction set, chosen when the
// program starts. Pure, thread-safe.
#pragma once

#include <cstdint>

namespace bitscape {

struct RowSum {
  float max = 0;
  double sum = 0;  // sum exp(z - max)
};
RowSum sumRow(const float* z, std::int64_t count);

struct RowPairSums {
  float maxF = 0, maxQ = 0;
  double sumF = 0, sumQ = 0;  // sum exp(z - max) of each
  double weighted = 0;        // sum exp(f - maxF) ((f - maxF) - (q - maxQ))
};
RowPairSums sumRowPair(const float* f, const float* q, std::int64_t count);

}  // namespace bitscape
