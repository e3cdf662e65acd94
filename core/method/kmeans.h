// Weighted k-means of numbers on a line.
//
//   min sum_i f_i (w_i - c(w_i))^2 over k values c
// On a line clusters are runs of the sorted numbers, so assignments are boundaries and sums are differences of running sums (in double).
// Start: one run of all, of which the run with the largest error is cut at its best place until there are k; then Lloyd's iterations until
// nothing moves. No chance is involved. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <vector>

namespace bitscape {

// k values, ascending; fewer different numbers than k repeat the last one. Weights are at least 0; when they are all 0 they count as 1.
std::vector<float> weightedKMeans(const float* values, const float* weights, std::int64_t count, std::int64_t k, int iterations = 50);

}  // namespace bitscape
