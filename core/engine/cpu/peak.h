// The ceilings of what the CPU engine is made of: loops of its instructions with operands in registers, and reading memory.
//
// Every loop does `rounds` rounds of independent chains on the calling thread and returns the operations done, a multiply-add counting 2;
// the caller takes the time. A kernel cannot be faster than the loop of its instructions on the same threads.
// Pure, thread-safe. A loop whose instructions the processor lacks must not be called.
#pragma once

#include <cstdint>

#include "core/engine/cpu/kernels.h"

namespace bitscape::cpu {

struct PeakLoops {
  std::int64_t (*dots)(std::int64_t rounds);        // byte products to sums of 32 bits, exact for all codes; null for Scalar
  std::int64_t (*narrowDots)(std::int64_t rounds);  // the same by way of 16-bit sums, for few bits; null where that is no faster
};
PeakLoops peakLoopsOf(Isa isa);

// AND + population count + sum of one-bit codes, in two ways: counts of 64 bits, or of bytes that a dot product adds up.
std::int64_t countQuads(std::int64_t rounds);
std::int64_t countBytes(std::int64_t rounds);
// Byte shuffles and their sums, each lookup counted as that of one code. Where whyNoTables(isa) is empty (tables.h).
std::int64_t lookUp(Isa isa, std::int64_t rounds);
bool canCountBytes();  // not every processor that has the first has the second

// Reads all of it (a multiple of 512 bytes, on a cache line); what it returns depends on every byte.
std::uint64_t readMemory(const std::uint8_t* memory, std::int64_t bytes);

}  // namespace bitscape::cpu
