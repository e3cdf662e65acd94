// The inner loops of the CPU engine, one table of functions per instruction set, and the layout that they read.
//
// A linear's codes lie in panels of kPanelOuts outputs. A panel is a run of units, each of kUnitInputs inputs: w * 256 bytes for w-bit
// codes, exactly w bits a weight. In a unit the bits of a code are cut into fields of 8, 4, 2 and 1 bits, the largest first, lowest bits
// first (w = 7: 4 + 2 + 1). A field of f bits takes f * 256 bytes: 256-byte vectors, each holding 8 / f quads of inputs, quad j in the bits
// from j * f on; in a quad the byte of output o and input i is at 4 * o + i. So one AND (and one shift) makes the operand of a dot product
// of 4 inputs, for all outputs at once.
//
//   w = 8: 8 x 256 bytes of whole codes     w = 4: 4 x 256, two quads in each     w = 3: 2 x 256 (low two bits), then 256 (high bit)
//
// Weights are unsigned codes, inputs signed bytes: an input code of 8 bits is stored minus 128, which the epilogue puts right with sums of
// columns (linear.h). Sums are exact: 255 * 255 * inputs stays below 2^31 for kMostInputs.
// Plain pointers and sizes; pure, thread-safe. Nothing here checks its arguments.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bitscape::cpu {

inline constexpr std::int64_t kPanelOuts = 64, kUnitInputs = 32, kQuads = 8;  // quads of inputs in a unit
inline constexpr std::int64_t kFieldBytes = 256;                              // of one bit of a unit
inline constexpr std::int64_t kMostInputs = 32768;
inline constexpr std::int64_t kGranuleUnits = 4;  // 128 inputs: their sums fit 16 bits, centred by a zero point
inline constexpr int kStreamRows = 4;  // that every instruction set's `stream` takes

enum class Isa { Scalar, Avx2, AvxVnni, Avx512Vnni, Amx };
std::string nameOf(Isa isa);                                   // "avx512-vnni"
std::optional<Isa> isaNamed(const std::string& name);
// The registers and instructions of AVX-512 are among what it uses.
constexpr bool hasAvx512(Isa isa) { return isa == Isa::Avx512Vnni || isa == Isa::Amx; }
// Empty when this processor, its system and this build can run it; else a clause that says what is missing.
std::string whyNot(Isa isa);
// The fastest that can run here.
Isa bestIsa();
std::vector<Isa> allIsas();

// A panel's granules: what the epilogue needs beside its codes, [granules][kPanelOuts] each (linear.h).
struct GranuleGrids {
  const float* scale = nullptr;
  const std::uint8_t* zero = nullptr;
  const std::int16_t* centred = nullptr;  // sum of code - zero; null: they need 32 bits, and are `wideCentred`
  const float* rest = nullptr;            // null where nothing rests
  const std::int32_t* wideCentred = nullptr;
};
// Rows whose sums of one granule are known, and where outputs go.
struct FinishedRows {
  std::int64_t rows = 0;
  const std::int32_t* sums = nullptr;     // of a granule's bytes, `apart` from row to row
  std::int64_t apart = 0;
  const std::int32_t* zero = nullptr;     // z
  std::int32_t width = 0;                 // of the granule
  float* y = nullptr;                     // null before the last granule; then y = scale found + bias, rows `yStride` apart
  std::int64_t yStride = 0, outs = 0;
  const float* scale = nullptr;
  const float* bias = nullptr;            // [kPanelOuts]
};
// Rows of input bytes with what belongs to them.
struct GranuleRows {
  const std::int8_t* x = nullptr;
  std::int64_t stride = 0;                // bytes from row to row
  const std::int32_t* pairs = nullptr;    // pairOf(sum of a granule's bytes, z), `apart` from row to row
  const float* sums = nullptr;            // sum - z width, likewise
  std::int64_t apart = 0, rows = 0;
};

// Two numbers of 16 bits, negated, in one of 32.
inline std::int32_t pairOf(std::int32_t sum, std::int32_t z) {
  return static_cast<std::int32_t>((static_cast<std::uint32_t>(-sum) & 0xFFFFu) | static_cast<std::uint32_t>(-z) << 16);
}

struct Kernels {
  Isa isa;
  // Bytes of an unpacked unit of w-bit codes: what `tile` reads.
  std::int64_t (*unitBytes)(int bits);
  // Units of packed codes of one panel to the operand of `tile`.
  void (*unpack)(const std::uint8_t* packed, int bits, std::int64_t units, std::uint8_t* unpacked);
  // `tile` takes as many units as one call of `unpack` made: where whole units lie in the operand is each instruction set's own.
  // sums[r * kPanelOuts + o] (+)= sum over the units' inputs of x[r][i] * code[o][i], for `rows` rows of x, `stride` bytes apart.
  // inputBits: what x holds at most (a bound that some instruction sets use).
  void (*tile)(const std::uint8_t* unpacked, int bits, int inputBits, std::int64_t units, const std::int8_t* x, std::int64_t stride,
               std::int64_t rows, std::int32_t* sums, bool add);
  // The same straight from packed codes, for at most streamRows rows: reads every weight once.
  void (*stream)(const std::uint8_t* packed, int bits, int inputBits, std::int64_t units, const std::int8_t* x, std::int64_t stride,
                 std::int64_t rows, std::int32_t* sums, bool add);
  // found[r * kPanelOuts + o] (+)= scale (sums - zero sum - z centred) + rest (sum - z width), and from there to outputs.
  void (*finish)(const std::int32_t* sums, const FinishedRows& rows, const GranuleGrids& grids, float* found, bool add);
  // Products that are scaled as each granule ends: `count` granules of `units` units each (at most kGranuleUnits), 1 to streamRows rows,
  //   y[r * kPanelOuts + o] (+)= sum over g of scale (acc - zero sums[r] - z[r] centred) + rest (sums[r] - z[r] width)
  // exact in integers up to the scale. Null where an instruction set has none.
  void (*granules)(const std::uint8_t* packed, int bits, std::int64_t units, std::int64_t count, const GranuleRows& rows,
                   const GranuleGrids& grids, float* y, bool add) = nullptr;
  bool readsWholeBytes = false;  // `tile` reads packed codes of 8 bits as they are
  int streamRows = kStreamRows;  // most rows that `stream` takes here
  int tileRows = 6;              // best given to `tile` at a time when their sums are used at once
  int blockUnits = 16;           // best unpacked at a time: what the cache that `tile` reads them from holds beside rows
};
// Throws Error with whyNot(isa) where it cannot run.
const Kernels& kernelsFor(Isa isa);

// Packs one panel: codes uint8 [outs <= kPanelOuts][inputs], rows `stride` apart, into ceil(inputs / kUnitInputs) units of `bits` * 256
// bytes; missing outputs and inputs become code 0.
void packPanel(const std::uint8_t* codes, std::int64_t stride, std::int64_t outs, std::int64_t inputs, int bits, std::uint8_t* packed);

}  // namespace bitscape::cpu
