// A quantized weight: codes, scales and real offsets, per granule.
//
//   w[o, i] = scale[o, g] * value(code[o, i]) + offset[o, g],   g = i / groupWidth
// value(c) = c for integer grids (codes are unsigned, 0..levels-1; an integer zero point z is the offset -scale * z),
// table[c] for table grids, rowTable[o, c] for learned ones. The offset is real: Q4_1's minimum is no integer zero point. Immutable by
// convention.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/tensor.h"
#include "core/quant/format.h"

namespace bitscape {

struct Packed {
  Format format;
  Tensor codes;                    // uint8 [out, in], one code per byte
  Tensor scale;                    // float32 [out, granules]
  Tensor offset;                   // float32 [out, granules]
  Tensor rowTable;                 // float32 [out, levels], ascending; undefined unless the grid is learned
  // Parts that some methods add; undefined when absent. Kept columns replace what the codes give, then left right and sparse are added.
  Tensor lowRankLeft, lowRankRight;          // [out, r], [r, in]
  Tensor sparse;                             // [out, in] sparse COO float32
  Tensor keptColumns, keptWeights;           // int64 [k], float32 [out, k]
  std::int64_t out() const { return codes.size(0); }
  std::int64_t in() const { return codes.size(1); }
  std::int64_t granules() const { return scale.size(1); }
  std::int64_t groupWidth() const { return in() / granules(); }
};

// The whole weight, all parts included: float32 [out, in] on the CPU.
Tensor dequantize(const Packed& packed);
// The codes' part alone.
Tensor dequantizeCodes(const Packed& packed);

// Codes as a stream of `bits` bits each, LSB first, every row starting on a byte: what files hold. Inverse of each other.
Tensor packBits(const Tensor& codes, int bits);                                  // uint8 [out, ceil(in*bits/8)]
Tensor unpackBits(const Tensor& stream, int bits, std::int64_t in);              // uint8 [out, in]; throws Error on a wrong size
// As files hold them: packBits, or for 5 levels base 5, 27 codes to a little-endian 64-bit word, the first code the lowest digit.
Tensor packCodes(const Tensor& codes, const Format& format);
Tensor unpackCodes(const Tensor& stream, const Format& format, std::int64_t in);
// Bits per weight of all that a file stores of it: codes, scales and zero points or learned values (Format::storedBits), low-rank parts at
// 16 bits, sparse values at 16 + 32 bits, kept columns at 16.
double storedBits(const Packed& packed);

// What calibration saw of an input over all channels and tokens: the range that a static format's one scale covers.
struct InputRange {
  float low = 0, high = 0;         // low <= high, finite
  bool operator==(const InputRange&) const = default;
};

// A quantized input: x[t, i] = scale[t] * (code[t, i] - zero[t]), on a table scale[t] * table[code[t, i]] with zeros of 0. With a static
// format all rows have the same scale and zero.
struct QuantizedInput {
  Tensor codes;                    // uint8 [rows, in]
  Tensor scale;                    // float32 [rows, 1]
  Tensor zero;                     // int32, same shape: the code of 0.0
};

}  // namespace bitscape
