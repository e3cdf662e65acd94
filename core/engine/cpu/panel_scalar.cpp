// Panels without any instruction set of their own: for processors that have none of the others, and for tests.
#include "core/engine/cpu/finish.h"
#include "core/engine/cpu/kernel_tables.h"

namespace bitscape::cpu {
namespace {

std::int64_t unitBytes(int) { return kQuads * kFieldBytes; }

void unpack(const std::uint8_t* packed, int bits, std::int64_t units, std::uint8_t* unpacked) {
  for (std::int64_t u = 0; u < units; ++u, packed += bits * kFieldBytes) {
    for (std::int64_t quad = 0; quad < kQuads; ++quad) {
      for (std::int64_t byte = 0; byte < kFieldBytes; ++byte, ++unpacked) {
        const std::uint8_t* field = packed;
        unsigned code = 0;
        int taken = 0;
        for (int size = 8; size > 0; size /= 2) {
          if ((bits & size) == 0) continue;
          const std::int64_t quads = 8 / size;
          code |= (field[quad / quads * kFieldBytes + byte] >> (quad % quads * size) & ((1u << size) - 1)) << taken;
          field += size * kFieldBytes;
          taken += size;
        }
        *unpacked = static_cast<std::uint8_t>(code);
      }
    }
  }
}

void tile(const std::uint8_t* unpacked, int, int, std::int64_t units, const std::int8_t* x, std::int64_t stride, std::int64_t rows,
          std::int32_t* sums, bool add) {
  for (std::int64_t r = 0; r < rows; ++r, x += stride, sums += kPanelOuts) {
    for (std::int64_t o = 0; o < kPanelOuts; ++o) {
      std::int32_t sum = add ? sums[o] : 0;
      for (std::int64_t i = 0; i < units * kUnitInputs; ++i) sum += std::int32_t{x[i]} * unpacked[i / 4 * kFieldBytes + 4 * o + i % 4];
      sums[o] = sum;
    }
  }
}

void stream(const std::uint8_t* packed, int bits, int inputBits, std::int64_t units, const std::int8_t* x, std::int64_t stride,
            std::int64_t rows, std::int32_t* sums, bool add) {
  std::uint8_t unit[kQuads * kFieldBytes];
  for (std::int64_t u = 0; u < units; ++u) {
    unpack(packed + u * bits * kFieldBytes, bits, 1, unit);
    tile(unit, bits, inputBits, 1, x + u * kUnitInputs, stride, rows, sums, add || u > 0);
  }
}

void finish(const std::int32_t* sums, const FinishedRows& rows, const GranuleGrids& grids, float* found, bool add) {
  finishRows(sums, rows, grids, found, add);
}

}  // namespace

const Kernels& scalarKernels() {
  static constexpr Kernels kKernels{Isa::Scalar, unitBytes, unpack, tile, stream, finish, nullptr, true};
  return kKernels;
}

}  // namespace bitscape::cpu
