// Exact sums of products of codes for a tile of rows and outputs: the reference engine's inner loop.
//
//   sums[r, o] = sum over k < width of x[r, k] * w[o, k]
// Codes are 0..255 in 16-bit integers, which compilers multiply in pairs. Products are summed in 32 bits over at most kChunk inputs
// (32,768 * 255 * 255 < 2^31) and in 64 bits across chunks, so no width overflows. Pure, thread-safe.
#pragma once

#include <cstdint>

namespace bitscape {

inline constexpr std::int64_t kChunk = 32768;

// Rows of x lie xStride apart, rows of w wStride; sums are [rows, outs] without gaps.
void codeProducts(const std::int16_t* x, std::int64_t xStride, std::int64_t rows, const std::int16_t* w, std::int64_t wStride,
                  std::int64_t outs, std::int64_t width, std::int64_t* sums);

}  // namespace bitscape
