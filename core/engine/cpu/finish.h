// From exact sums to outputs (linear.h), compiled with each instruction set's own options: the loops over a panel's outputs are plain, and
// the compiler makes vectors of them.
//
// No templates of the standard library here. Pure.
#pragma once

#include "core/engine/cpu/kernels.h"

namespace bitscape::cpu {

// found (+)= scale (acc - zero sum - z centred) + rest (sum - z width), one row of a panel. In modular arithmetic: only the whole need fit
// 32 bits.
template <class Centred>
inline __attribute__((always_inline)) void finishGranule(const std::int32_t* __restrict acc, const GranuleGrids& grids,
                                                         const Centred* __restrict centred, std::int32_t sum, std::int32_t z,
                                                         std::int32_t width, float* __restrict found, bool add) {
  const float* __restrict scale = grids.scale;
  const std::uint8_t* __restrict zero = grids.zero;
  const auto sum32 = static_cast<std::uint32_t>(sum), z32 = static_cast<std::uint32_t>(z);
  for (int o = 0; o < kPanelOuts; ++o) {
    const std::uint32_t exact = static_cast<std::uint32_t>(acc[o]) - sum32 * zero[o] - z32 * static_cast<std::uint32_t>(std::int32_t{centred[o]});
    const float value = scale[o] * static_cast<float>(static_cast<std::int32_t>(exact));
    found[o] = add ? found[o] + value : value;
  }
  const float* __restrict rest = grids.rest;
  if (!rest) return;
  const auto real = static_cast<float>(sum - z * width);
  for (int o = 0; o < kPanelOuts; ++o) found[o] += rest[o] * real;
}

// y = s found + bias.
inline __attribute__((always_inline)) void finishRow(const float* __restrict found, float s, const float* __restrict bias, std::int64_t outs,
                                                     float* __restrict y) {
  if (outs == kPanelOuts) {
    for (int o = 0; o < kPanelOuts; ++o) y[o] = s * found[o] + bias[o];
  } else {
    for (std::int64_t o = 0; o < outs; ++o) y[o] = s * found[o] + bias[o];
  }
}

// Kernels::finish.
inline __attribute__((always_inline)) void finishRows(const std::int32_t* acc, const FinishedRows& rows, const GranuleGrids& grids, float* found,
                                                      bool add) {
  for (std::int64_t r = 0; r < rows.rows; ++r, acc += kPanelOuts, found += kPanelOuts) {
    const std::int32_t sum = rows.sums[r * rows.apart], z = rows.zero[r];
    if (grids.centred)
      finishGranule(acc, grids, grids.centred, sum, z, rows.width, found, add);
    else
      finishGranule(acc, grids, grids.wideCentred, sum, z, rows.width, found, add);
    if (rows.y) finishRow(found, rows.scale[r], rows.bias, rows.outs, rows.y + r * rows.yStride);
  }
}

}  // namespace bitscape::cpu
