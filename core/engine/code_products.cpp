#include "core/engine/code_products.h"

#include <algorithm>

#include "core/base/instruction_sets.h"

namespace bitscape {
namespace {

constexpr int kRows = 2, kOuts = 4;  // a tile whose sums stay in registers

BITSCAPE_CLONES
void dotTile(const std::int16_t* x0, const std::int16_t* x1, const std::int16_t* w0, const std::int16_t* w1, const std::int16_t* w2,
             const std::int16_t* w3, std::int64_t count, std::int32_t* sums) {
  std::int32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
  for (std::int64_t k = 0; k < count; ++k) {
    a0 += std::int32_t{x0[k]} * w0[k];
    a1 += std::int32_t{x0[k]} * w1[k];
    a2 += std::int32_t{x0[k]} * w2[k];
    a3 += std::int32_t{x0[k]} * w3[k];
    b0 += std::int32_t{x1[k]} * w0[k];
    b1 += std::int32_t{x1[k]} * w1[k];
    b2 += std::int32_t{x1[k]} * w2[k];
    b3 += std::int32_t{x1[k]} * w3[k];
  }
  const std::int32_t all[kRows * kOuts] = {a0, a1, a2, a3, b0, b1, b2, b3};
  for (int i = 0; i < kRows * kOuts; ++i) sums[i] = all[i];
}

}  // namespace

void codeProducts(const std::int16_t* x, std::int64_t xStride, std::int64_t rows, const std::int16_t* w, std::int64_t wStride,
                  std::int64_t outs, std::int64_t width, std::int64_t* sums) {
  std::fill_n(sums, rows * outs, std::int64_t{0});
  for (std::int64_t from = 0; from < width; from += kChunk) {
    const std::int64_t count = std::min(kChunk, width - from);
    for (std::int64_t o = 0; o < outs; o += kOuts) {
      for (std::int64_t r = 0; r < rows; r += kRows) {
        // At the edges a tile repeats the last row or output and drops what it found for the repeats.
        const auto xRow = [&](int i) { return x + std::min(r + i, rows - 1) * xStride + from; };
        const auto wRow = [&](int i) { return w + std::min(o + i, outs - 1) * wStride + from; };
        std::int32_t tile[kRows * kOuts];
        dotTile(xRow(0), xRow(1), wRow(0), wRow(1), wRow(2), wRow(3), count, tile);
        for (int i = 0; i < kRows && r + i < rows; ++i) {
          for (int j = 0; j < kOuts && o + j < outs; ++j) sums[(r + i) * outs + o + j] += tile[i * kOuts + j];
        }
      }
    }
  }
}

}  // namespace bitscape
