// Lookup tables: products of few bits as byte shuffles.
//
// A few neighbouring codes of an output form one index, and what they give with the inputs that they meet is looked up:
//   g = indexBits / w codes to an index,  table(x_1 .. x_g)[index] = sum over j of x_j * code_j(index)
// The inputs are so few bits that all tables are constants: a packed row says, for each g of its inputs, where their table lies. One shuffle
// and one addition of bytes then make 64 x g products (AVX-512 VBMI: 6-bit indices, so 192 products of 2-bit codes and 384 of 1-bit
// codes; AVX2: 4-bit indices, 32 x g). x and codes both unsigned (no shift).
// Sums of bytes hold `flush` units before they are added to 16 bits, and those 65535 before they are added to 32: exact.
// Where g inputs have more than 64 values, the table is the sum of those of `parts` shares of the g.
//
// With S = padded / g, index s takes the codes of inputs s, s + S, .. s + (g - 1) S: packing then runs along whole rows. A panel is a run of
// units of kIndices indices for all outputs, `unitBytes` each, exactly w bits a code. A row: for each part S offsets of 16 bits.
// Plain pointers; pure, thread-safe. Nothing here checks its arguments.
#pragma once

#include <cstdint>
#include <string>

#include "core/engine/cpu/kernels.h"
#include "core/engine/cpu/table_layout.h"

namespace bitscape::cpu {

inline constexpr int kTablePanels = 2;  // that `tile` takes at a time: they share what is looked up for a row

struct TableKernels {
  int indexBits = 0;
  // What a granule is padded to for w-bit codes: a multiple of this.
  std::int64_t (*step)(int bits);
  std::int64_t (*panelBytes)(int bits, std::int64_t padded);
  std::int64_t (*rowBytes)(int bits, int inputBits, std::int64_t padded);
  // Codes uint8 [outs <= kPanelOuts][inputs], rows `stride` apart; missing outputs and the padding up to `padded` become 0.
  void (*packPanel)(const std::uint8_t* codes, std::int64_t stride, std::int64_t outs, std::int64_t inputs, std::int64_t padded, int bits,
                    std::uint8_t* packed);
  // `padded` codes, those of the padding 0.
  void (*packRow)(const std::uint8_t* codes, std::int64_t padded, int bits, int inputBits, std::uint8_t* packed);
  // sums[(p * rows + r) * kPanelOuts + o] = sum x[r][i] * code[p][o][i] for `panels` panels (at most kTablePanels), `panelStride` bytes apart;
  // rows of packed x `stride` bytes apart.
  void (*tile)(const std::uint8_t* panel, std::int64_t panelStride, int panels, int bits, const std::uint8_t* x, int inputBits,
               std::int64_t stride, std::int64_t rows, std::int64_t padded, std::int32_t* sums);
};
// Whether products of these bits can be looked up: those where that is faster than byte dot products.
bool hasTables(const TableKernels& kernels, int bits, int inputBits);
// Empty when the tables of this instruction set can run here: those of AVX2, and with AVX-512 those of VBMI.
std::string whyNoTables(Isa isa);
// Callable only where whyNoTables(isa) is empty.
const TableKernels& tableKernels(Isa isa);

}  // namespace bitscape::cpu
