// One quantized linear on integer kernels, and the inputs that it reads.
//
// With signed input bytes x8 = code - shift (shift 128 for codes of 8 bits, else 0), zero z' = zero - shift, and weights scale_g code + b_g,
//   y[t, o] = s[t] * sum_g ( scale[o, g] (acc_g - zero[o, g] sum_g - z'[t] centred[o, g]) + rest[o, g] (sum_g - z'[t] width) ) + bias[o]
//   b = -scale zero + rest with a zero point of one byte (rest is 0 but for real offsets)
//   acc_g = sum over the granule of x8 * code,  sum_g = sum x8,  centred_g = sum (code - zero)          all exact in 32 bits
// Paths, which store the same codes differently:
//   Panels  field-packed panels and byte dot products (kernels.h), any bits
//   Planes  one plane per bit, AND + popcount (planes.h): for few bits on both sides
//   Tables  indices of a few codes each, looked up (tables.h): for the fewest
// Granules are padded to whole units (Panels) so that every granule starts on one. Immutable once made; thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/cpu/kernels.h"
#include "core/engine/cpu/tables.h"
#include "core/quant/packed.h"

namespace bitscape::cpu {

enum class Path { Panels, Planes, Tables };
std::string nameOf(Path path);  // "panels", "planes", "tables"
std::optional<Path> pathNamed(const std::string& name);
std::vector<Path> allPaths();
// Empty when a path can multiply these bits here, else a clause that says what is missing.
std::string whyNoPath(Path path, Isa isa, int weightBits, int inputBits);

// Memory on a cache line, never shrunk: what threads reuse from call to call.
class Buffer {
 public:
  // At least `bytes`, with what it held lost; 64 readable bytes more.
  std::uint8_t* get(std::size_t bytes);
  template <class T>
  T* of(std::int64_t count) {
    return reinterpret_cast<T*>(get(static_cast<std::size_t>(count) * sizeof(T)));
  }

 private:
  struct Free {
    void operator()(std::uint8_t* memory) const;
  };
  std::unique_ptr<std::uint8_t[], Free> m_memory;
  std::size_t m_size = 0;
};

// How the inputs of a granule lie: `width` inputs, padded to `padded`.
struct Granules {
  std::int64_t count = 1, width = 0, padded = 0;
  // Bytes from row to row: some more where rows would lie in the same places of a cache, a large power of two apart.
  std::int64_t stride() const { return count * padded % 512 == 0 ? count * padded + 64 : count * padded; }
};
Granules granulesOf(std::int64_t in, std::int64_t count);

// Rows packed once more, as all linears of one path (Tables: and of one number of bits) read them: views of somebody's memory.
struct PackedRows {
  const std::uint8_t* data = nullptr;
  std::int64_t stride = 0;               // bytes from row to row
};
inline constexpr std::int64_t kChunkRows = 516;  // most rows that pass over a block: with their sums they stay in a second-level cache
inline constexpr std::size_t kPackings = 1 + kMostTableBits;  // of planes, and of tables for 1, 2, .. bits

// Quantized rows as linears read them: views of somebody's memory.
struct Rows {
  std::int64_t rows = 0;
  int bits = 8;                          // of the codes, at most
  Granules granules;
  const std::int8_t* x8 = nullptr;       // rows granules.stride() apart, zero where padded
  const float* scale = nullptr;          // [rows]
  const std::int32_t* zero = nullptr;    // [rows]: z'
  const std::int32_t* sums = nullptr;    // [rows, granules.count]: of x8
  std::array<PackedRows, kPackings> packed;  // every granule as packRow of planes.h or tables.h leaves it; Panels read none
  const std::int32_t* pairs = nullptr;   // [rows, granules.count]: pairOf(sum, z'); only granules that are scaled in a kernel read them
  const float* reals = nullptr;          // likewise sum - z' width
};
// What a code of `bits` bits is stored minus.
inline std::int32_t shiftOf(int bits) { return bits == 8 ? 128 : 0; }

class Linear {
 public:
  // Throws Error on grids that are no integers, more than kMostInputs inputs, or an instruction set that cannot run here. `bias` float32
  // [out] or undefined. Parts beside the codes (low rank, sparse, kept columns) are the caller's business.
  Linear(const Packed& packed, const Tensor& bias, Isa isa, Path path = Path::Panels);
  ~Linear();
  Linear(Linear&&) noexcept;

  std::int64_t in() const;
  std::int64_t out() const;
  int bits() const;
  Path path() const;
  std::optional<std::size_t> packing() const;  // of rows, that it reads
  int together() const;          // panels that are best run in one call
  bool scalesInKernel() const;   // its granules are scaled where they are summed: it reads pairs
  const Granules& granules() const;
  std::int64_t panels() const;   // of kPanelOuts outputs, the last one perhaps not full
  std::int64_t bytes() const;    // of codes, grids and sums in memory

  // Panels and rows first .. last - 1 of y [rows, yStride]: outputs firstPanel * 64 on. `scratch` is the calling thread's own.
  void run(const Rows& x, std::int64_t firstPanel, std::int64_t lastPanel, std::int64_t firstRow, std::int64_t lastRow, float* y,
           std::int64_t yStride, Buffer& scratch) const;
  // The exact sums alone: int32 [granules, rows, out].
  void sums(const Rows& x, std::int32_t* result) const;

 private:
  friend Rows withPacked(Rows x, const std::vector<const Linear*>& linears, Buffer& memory);
  std::int64_t packedRowBytes(int inputBits) const;
  void packRows(const Rows& x, std::uint8_t* to, std::int64_t stride) const;

  struct State;
  std::unique_ptr<const State> m_state;
};

// The rows with what the linears read packed, into `memory`. Throws Error on rows of more bits than a linear's tables have.
Rows withPacked(Rows x, const std::vector<const Linear*>& linears, Buffer& memory);
// The rows with pairs and reals in `memory`: once for all linears and panels, instead of in every `run`.
Rows withPairs(Rows x, Buffer& memory);

// y[i] [rows, linears[i].out()] of several linears that read the same rows, on LibTorch's threads. Packs the rows where a linear reads them packed.
void multiply(const std::vector<const Linear*>& linears, const Rows& x, const std::vector<float*>& y);

}  // namespace bitscape::cpu
