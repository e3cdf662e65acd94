// Bit planes: products of few bits as AND and population count.
//
//   sum x code = sum over i < w, j < a of 2^(i + j) popcount(plane_i(code) & plane_j(x))
// x and codes both unsigned (no shift). Worth it where w * a is small: on AVX-512 with VPOPCNTDQ up to 4 (W1A4, W2A2: 1.3 times as
// fast as byte dot products, kernels.h), not from 6 on.
// Weights: a panel of kPanelOuts outputs is a run of strips of kPlaneStrip outputs; a strip a run of planes, lowest bit first; a plane a
// run of words of 64 inputs, each for all outputs of the strip. A row: its planes, lowest bit first, each a run of words. Bit i of a word:
// input i. All exactly w (a) bits for each code.
// Plain pointers; pure, thread-safe. Nothing here checks its arguments.
#pragma once

#include <cstdint>
#include <string>

#include "core/engine/cpu/kernels.h"

namespace bitscape::cpu {

inline constexpr std::int64_t kPlaneInputs = 512;  // a granule is padded to a multiple of this
inline constexpr int kPlaneStrip = 16;             // outputs whose words lie side by side

struct PlaneKernels {
  // Bytes of a packed panel of `inputs` padded inputs, and of a row of them.
  std::int64_t (*panelBytes)(int bits, std::int64_t inputs);
  std::int64_t (*rowBytes)(int bits, std::int64_t inputs);
  // Codes uint8 [outs <= kPanelOuts][inputs], rows `stride` apart; missing outputs and the padding up to `padded` become 0.
  void (*packPanel)(const std::uint8_t* codes, std::int64_t stride, std::int64_t outs, std::int64_t inputs, std::int64_t padded, int bits,
                    std::uint8_t* packed);
  void (*packRow)(const std::uint8_t* codes, std::int64_t inputs, std::int64_t padded, int bits, std::uint8_t* packed);
  // sums[r * kPanelOuts + o] (+)= sum x[r][i] * code[o][i] modulo 2^32; rows of packed x `stride` bytes apart.
  void (*tile)(const std::uint8_t* panel, int bits, const std::uint8_t* x, int inputBits, std::int64_t stride, std::int64_t rows,
               std::int64_t padded, std::int32_t* sums, bool add);
};
// Empty when this processor can run planes at the speed they are for.
std::string whyNoPlanes();
// The fast kernels where they can run, else portable ones that give the same.
const PlaneKernels& planeKernels();
const PlaneKernels& portablePlaneKernels();

}  // namespace bitscape::cpu
