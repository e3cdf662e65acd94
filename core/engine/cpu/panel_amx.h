// Panels with AMX: one instruction multiplies 16 rows of 64 signed bytes by 64 x 16 unsigned ones and adds to 16 x 16 sums.
//
// The operand is that of AVX-512 (kernels.h: quads of inputs x 64 outputs x 4 bytes), which is how AMX wants its second factor: a tile of
// 16 quads x 16 outputs is 16 rows of 64 bytes, kFieldBytes apart. The first factor is 16 rows of inputs as they lie in memory. Of 8 tiles
// 4 hold the sums of 32 rows x 32 outputs, two the inputs and two the codes, so that 4 loads feed 4 products. A step takes two units; a
// unit that is left makes tiles half as deep, and rows that are left make lower ones.
//
// `Tiles` are the instructions, tile numbers being constants: the processor's own (panel_amx.cpp), or anything that behaves like them, as a
// test's does that runs on every machine. Thread-safe where `Tiles` are; the processor's belong to a thread, so a call ends by releasing
// them. Nothing here checks its arguments.
#pragma once

#include <cstdint>

#include "core/engine/cpu/kernels.h"

namespace bitscape::cpu {

constexpr std::int64_t kAmxRows = 16, kAmxRowBytes = 64, kAmxOuts = 16;  // of a whole tile; kAmxOuts sums of 32 bits fill a row

// What ldtilecfg reads: bytes in a row and rows of each tile, 0 for tiles that are not used.
struct AmxShapes {
  std::uint8_t palette = 1, startRow = 0, reserved[14] = {};
  std::uint16_t rowBytes[16] = {};
  std::uint8_t rows[16] = {};
};
static_assert(sizeof(AmxShapes) == 64);

// Tiles 0 to 3 are sums (rows' half * 2 + outputs' half), 4 and 5 inputs, 6 and 7 codes.
inline AmxShapes amxShapes(std::int64_t upperRows, std::int64_t lowerRows, std::int64_t quads) {
  AmxShapes shapes;
  const auto shape = [&](int tile, std::int64_t rows, std::int64_t rowBytes) {
    shapes.rows[tile] = static_cast<std::uint8_t>(rows);
    shapes.rowBytes[tile] = static_cast<std::uint16_t>(rows == 0 ? 0 : rowBytes);
  };
  for (int half = 0; half < 2; ++half) {
    const std::int64_t rows = half == 0 ? upperRows : lowerRows;
    shape(2 * half, rows, kAmxRowBytes);
    shape(2 * half + 1, rows, kAmxRowBytes);
    shape(4 + half, rows, 4 * quads);
    shape(6 + half, quads, kAmxRowBytes);
  }
  return shapes;
}

// Products of the rows that the tiles are shaped for; kLower: there are more than 16 of them. A step takes `quads`.
template <bool kLower, class Tiles>
void amxRows(Tiles& tiles, const std::uint8_t* unpacked, std::int64_t steps, std::int64_t quads, const std::int8_t* x, std::int64_t stride,
             std::int32_t* sums, bool add) {
  constexpr std::int64_t kSumsApart = kPanelOuts * 4;  // bytes
  for (std::int64_t first = 0; first < kPanelOuts; first += 2 * kAmxOuts) {
    std::int32_t* upper = sums + first;
    std::int32_t* lower = upper + kAmxRows * kPanelOuts;
    if (add) {
      tiles.template load<0>(upper, kSumsApart);
      tiles.template load<1>(upper + kAmxOuts, kSumsApart);
      if constexpr (kLower) tiles.template load<2>(lower, kSumsApart);
      if constexpr (kLower) tiles.template load<3>(lower + kAmxOuts, kSumsApart);
    } else {
      tiles.template zero<0>();
      tiles.template zero<1>();
      if constexpr (kLower) tiles.template zero<2>();
      if constexpr (kLower) tiles.template zero<3>();
    }
    const std::uint8_t* codes = unpacked + 4 * first;
    const std::int8_t* inputs = x;
    for (std::int64_t step = 0; step < steps; ++step, codes += quads * kFieldBytes, inputs += 4 * quads) {
      tiles.template load<4>(inputs, stride);
      tiles.template load<6>(codes, kFieldBytes);
      tiles.template multiply<0, 4, 6>();
      tiles.template load<7>(codes + 4 * kAmxOuts, kFieldBytes);
      tiles.template multiply<1, 4, 7>();
      if constexpr (kLower) {
        tiles.template load<5>(inputs + kAmxRows * stride, stride);
        tiles.template multiply<2, 5, 6>();
        tiles.template multiply<3, 5, 7>();
      }
    }
    tiles.template store<0>(upper, kSumsApart);
    tiles.template store<1>(upper + kAmxOuts, kSumsApart);
    if constexpr (kLower) tiles.template store<2>(lower, kSumsApart);
    if constexpr (kLower) tiles.template store<3>(lower + kAmxOuts, kSumsApart);
  }
}

// All rows, `quads` at a step. Shapes are set for the whole blocks of 32 rows, and once more for what is left.
template <class Tiles>
void amxSteps(Tiles& tiles, const std::uint8_t* unpacked, std::int64_t steps, std::int64_t quads, const std::int8_t* x, std::int64_t stride,
              std::int64_t rows, std::int32_t* sums, bool add) {
  constexpr std::int64_t kBlock = 2 * kAmxRows;
  const std::int64_t whole = rows / kBlock * kBlock, left = rows - whole;
  if (whole > 0) tiles.configure(amxShapes(kAmxRows, kAmxRows, quads));
  for (std::int64_t r = 0; r < whole; r += kBlock)
    amxRows<true>(tiles, unpacked, steps, quads, x + r * stride, stride, sums + r * kPanelOuts, add);
  if (left == 0) return;
  x += whole * stride;
  sums += whole * kPanelOuts;
  if (left > kAmxRows) {
    tiles.configure(amxShapes(kAmxRows, left - kAmxRows, quads));
    amxRows<true>(tiles, unpacked, steps, quads, x, stride, sums, add);
  } else {
    tiles.configure(amxShapes(left, 0, quads));
    amxRows<false>(tiles, unpacked, steps, quads, x, stride, sums, add);
  }
}

// Kernels::tile.
template <class Tiles>
void amxTile(Tiles& tiles, const std::uint8_t* unpacked, std::int64_t units, const std::int8_t* x, std::int64_t stride, std::int64_t rows,
             std::int32_t* sums, bool add) {
  const std::int64_t pairs = units / 2, paired = 2 * pairs;
  if (pairs > 0) amxSteps(tiles, unpacked, pairs, 2 * kQuads, x, stride, rows, sums, add);
  if (units % 2 != 0) {
    amxSteps(tiles, unpacked + paired * kQuads * kFieldBytes, 1, kQuads, x + paired * kUnitInputs, stride, rows, sums, add || pairs > 0);
  }
  tiles.release();
}

// Nothing but products, for peak.h: the 4 chains of sums that the tile above has.
template <class Tiles>
std::int64_t amxDots(Tiles& tiles, std::int64_t rounds) {
  tiles.configure(amxShapes(kAmxRows, kAmxRows, 2 * kQuads));
  tiles.template zero<0>(), tiles.template zero<1>(), tiles.template zero<2>(), tiles.template zero<3>();
  tiles.template zero<4>(), tiles.template zero<5>(), tiles.template zero<6>(), tiles.template zero<7>();
  for (std::int64_t r = 0; r < rounds; ++r) {
    tiles.template multiply<0, 4, 6>();
    tiles.template multiply<1, 4, 7>();
    tiles.template multiply<2, 5, 6>();
    tiles.template multiply<3, 5, 7>();
  }
  tiles.release();
  return rounds * 4 * kAmxRows * kAmxOuts * kAmxRowBytes * 2;
}

}  // namespace bitscape::cpu
