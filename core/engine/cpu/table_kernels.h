// The kernels of lookup tables for one kind of vector: packing, and a tile of rows times panels (tables.h).
//
// A row's tables are loaded once for all vectors of the tile, the indices of a unit once for all its rows. The outputs of a vector of L bytes
// lie so that bytes 0, 2, 4 .. are its first L / 2 outputs and bytes 1, 3, 5 .. the others: even and odd bytes widen to outputs in order.
// `Vec` has: Value; kIndexBits, kLanes, kBlockUnits; rowsOf<vectors>(): rows of a tile; zero, add8, add16, oddBytes; table(at): one table for
// every part of a vector that a shuffle works in; lookup(indices, table); indices(at, q): a unit's index q; withoutHigh(all, high): all - 256
// high; store(even, odd, sums, add): widened to 32 bits.
// No templates of the standard library here. Pure.
#pragma once

#include <cstdint>

#include "core/engine/cpu/dispatch.h"
#include "core/engine/cpu/table_layout.h"
#include "core/engine/cpu/tables.h"

// Sums stay in their registers: the compiler would add up lookups first, and run out of them.
#define BITSCAPE_IN_ORDER(value) asm("" : "+v"(value))

namespace bitscape::cpu {

template <class Vec>
struct TableCode {
  using Value = typename Vec::Value;
  using Layout = TableLayout<Vec::kIndexBits>;
  static constexpr int kIndices = Layout::kIndices, kVectors = static_cast<int>(kPanelOuts) / Vec::kLanes;  // vectors of a panel
  static constexpr std::int64_t kMost16 = 65535;

  static std::int64_t step(int bits) { return std::int64_t{kIndices} * Layout::codes(bits); }
  static std::int64_t panelBytes(int bits, std::int64_t padded) { return padded / step(bits) * Layout::kUnitBytes; }
  static std::int64_t rowBytes(int bits, int inputBits, std::int64_t padded) {
    return padded / Layout::codes(bits) * Layout::parts(bits, inputBits) * 2;
  }

  // Where output o of a vector lies in it.
  static constexpr int laneOf(int o) { return o < Vec::kLanes / 2 ? 2 * o : 2 * (o - Vec::kLanes / 2) + 1; }

  static void packPanel(const std::uint8_t* codes, std::int64_t stride, std::int64_t outs, std::int64_t inputs, std::int64_t padded, int bits,
                        std::uint8_t* packed) {
    const std::int64_t groups = padded / Layout::codes(bits), units = groups / kIndices;
    __builtin_memset(packed, 0, static_cast<std::size_t>(panelBytes(bits, padded)));
    for (std::int64_t o = 0; o < outs; ++o, codes += stride) {
      std::uint8_t* to = packed + o / Vec::kLanes * Vec::kLanes + laneOf(static_cast<int>(o % Vec::kLanes));
      for (std::int64_t u = 0; u < units; ++u, to += Layout::kUnitBytes) {
        int index[kIndices] = {};
        for (int j = 0; j < Layout::codes(bits); ++j) {
          const std::int64_t first = j * groups + u * kIndices;
          for (int q = 0; q < kIndices; ++q) {
            if (first + q < inputs) index[q] |= codes[first + q] << (j * bits);
          }
        }
        if constexpr (kIndices == 2) {
          to[0] = static_cast<std::uint8_t>(index[0] | index[1] << 4);
        } else {  // the last index in what three others leave of their bytes
          for (int q = 0; q < 3; ++q) to[q * kPanelOuts] = static_cast<std::uint8_t>(index[q] | (index[3] >> (2 * q) & 3) << 6);
        }
      }
    }
  }

  template <int kBits, int kInputBits>
  static void packRow(const std::uint8_t* __restrict codes, std::int64_t padded, std::uint16_t* __restrict to) {
    using Tables = ProductTables<Vec::kIndexBits, kBits, kInputBits>;
    const std::int64_t groups = padded / Layout::codes(kBits);
    for (int p = 0; p < Tables::kParts; ++p, to += groups) {
      for (std::int64_t s = 0; s < groups; ++s) {
        unsigned inputs = static_cast<unsigned>(p * kInputTables);
        for (int j = 0; j < Tables::kEach; ++j) inputs += static_cast<unsigned>(codes[(p * Tables::kEach + j) * groups + s]) << (j * kInputBits);
        to[s] = static_cast<std::uint16_t>(inputs * Layout::kTableBytes);
      }
    }
  }

  // kRows rows times kWide vectors, whose panels start at `panel` and `panelStride` bytes further on each.
  template <int kRows, int kWide, int kParts>
  static void tileRows(const std::uint8_t* panel, std::int64_t panelStride, const std::uint8_t* tables, const std::uint16_t* x, std::int64_t stride,
                       std::int64_t groups, std::int64_t from, std::int64_t units, std::int64_t flush, std::int32_t* sums, std::int64_t sumStride,
                       bool add) {
    Value all[kRows][kWide], odd[kRows][kWide];  // loops over arrays are unrolled by order, else they would lie in memory
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < kWide; ++v) all[r][v] = odd[r][v] = Vec::zero();
    }
    for (std::int64_t u = from; u < from + units; u += flush) {
      Value acc[kRows][kWide];
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < kWide; ++v) acc[r][v] = Vec::zero();
      }
      const std::int64_t last = u + flush < from + units ? u + flush : from + units;
      for (std::int64_t unit = u; unit < last; ++unit) {
#pragma GCC unroll 4
        for (int q = 0; q < kIndices; ++q) {
          Value index[kWide];
#pragma GCC unroll 8
          for (int v = 0; v < kWide; ++v)
            index[v] = Vec::indices(panel + v / kVectors * panelStride + v % kVectors * Vec::kLanes + unit * Layout::kUnitBytes, q);
#pragma GCC unroll 8
          for (int r = 0; r < kRows; ++r) {
            const std::uint16_t* at = x + r * stride + unit * kIndices + q;
            Value table = Vec::table(tables + at[0]);
#pragma GCC unroll 4
            for (int p = 1; p < kParts; ++p) table = Vec::add8(table, Vec::table(tables + at[p * groups]));
#pragma GCC unroll 8
            for (int v = 0; v < kWide; ++v) {
              acc[r][v] = Vec::add8(acc[r][v], Vec::lookup(index[v], table));
              BITSCAPE_IN_ORDER(acc[r][v]);
            }
          }
        }
      }
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < kWide; ++v) {
          all[r][v] = Vec::add16(all[r][v], acc[r][v]);
          odd[r][v] = Vec::add16(odd[r][v], Vec::oddBytes(acc[r][v]));
        }
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < kWide; ++v)
        Vec::store(Vec::withoutHigh(all[r][v], odd[r][v]), odd[r][v], sums + v / kVectors * sumStride + r * kPanelOuts + v % kVectors * Vec::kLanes, add);
    }
  }

  // Some panels, as many rows at a time as registers hold the sums of.
  template <int kPanels, int kParts>
  static void tilePanels(const std::uint8_t* panel, std::int64_t panelStride, const std::uint8_t* tables, const std::uint16_t* x,
                         std::int64_t stride, std::int64_t rows, std::int64_t groups, std::int64_t from, std::int64_t units, std::int64_t flush,
                         std::int32_t* sums, std::int64_t sumStride, bool add) {
    constexpr int kWide = kPanels * kVectors, kRows = Vec::template rowsOf<kWide>();
    std::int64_t r = 0;
    for (; r + kRows <= rows; r += kRows)
      tileRows<kRows, kWide, kParts>(panel, panelStride, tables, x + r * stride, stride, groups, from, units, flush, sums + r * kPanelOuts, sumStride, add);
    for (; r < rows; ++r)
      tileRows<1, kWide, kParts>(panel, panelStride, tables, x + r * stride, stride, groups, from, units, flush, sums + r * kPanelOuts, sumStride, add);
  }

  template <int kBits, int kInputBits>
  static void tileBits(const std::uint8_t* panel, std::int64_t panelStride, int panels, const std::uint8_t* x, std::int64_t stride,
                       std::int64_t rows, std::int64_t padded, std::int32_t* sums) {
    using Tables = ProductTables<Vec::kIndexBits, kBits, kInputBits>;
    static constexpr Tables kTables;
    static_assert(Tables::kParts > 0);
    constexpr std::int64_t kFlush = Layout::flush(kBits, kInputBits);
    // As many units as sums of 16 bits, and the nearest cache beside the tables, hold.
    constexpr std::int64_t kExact = kMost16 / (Layout::largest(kBits, kInputBits) * kIndices);
    constexpr std::int64_t kBlock = (kExact < Vec::kBlockUnits ? kExact : Vec::kBlockUnits) / kFlush * kFlush;
    static_assert(kBlock > 0);
    const auto* tables = &kTables.part[0].entry[0][0];
    const auto* offsets = reinterpret_cast<const std::uint16_t*>(x);
    const std::int64_t groups = padded / Layout::codes(kBits), units = groups / kIndices, sumStride = rows * kPanelOuts;
    for (std::int64_t from = 0; from < units; from += kBlock) {
      const std::int64_t count = units - from < kBlock ? units - from : kBlock;
      if (panels == 2)
        tilePanels<2, Tables::kParts>(panel, panelStride, tables, offsets, stride / 2, rows, groups, from, count, kFlush, sums, sumStride, from > 0);
      else
        tilePanels<1, Tables::kParts>(panel, panelStride, tables, offsets, stride / 2, rows, groups, from, count, kFlush, sums, sumStride, from > 0);
    }
  }

  // f.operator()<bits, inputBits>(), where hasTables.
  template <int kBits, typename F>
  static void forInputBits(int inputBits, const F& f) {
    if (inputBits == 1) return f.template operator()<kBits, 1>();
    if (inputBits == 2) return f.template operator()<kBits, 2>();
    if (inputBits == 3) return f.template operator()<kBits, 3>();
  }
  template <typename F>
  static void forBoth(int bits, int inputBits, const F& f) {
    if (bits == 1) return forInputBits<1>(inputBits, f);
    if (bits == 2) return forInputBits<2>(inputBits, f);
  }

  static void packRows(const std::uint8_t* codes, std::int64_t padded, int bits, int inputBits, std::uint8_t* packed) {
    forBoth(bits, inputBits, [&]<int kBits, int kInputBits>() { packRow<kBits, kInputBits>(codes, padded, reinterpret_cast<std::uint16_t*>(packed)); });
  }
  static void tile(const std::uint8_t* panel, std::int64_t panelStride, int panels, int bits, const std::uint8_t* x, int inputBits,
                   std::int64_t stride, std::int64_t rows, std::int64_t padded, std::int32_t* sums) {
    forBoth(bits, inputBits, [&]<int kBits, int kInputBits>() { tileBits<kBits, kInputBits>(panel, panelStride, panels, x, stride, rows, padded, sums); });
  }

  static constexpr TableKernels kKernels{Vec::kIndexBits, step, panelBytes, rowBytes, packPanel, packRows, tile};
};

}  // namespace bitscape::cpu
