// Codes of ours as blocks of ggml, without loss: which type holds a weight exactly, and its bytes.
//
// Signed types (Q4_0, Q5_0, Q8_0; Q3_K, Q6_K) hold w = d v for integers v of a range: any integer grid with an integer zero point whose
// code - zero stays inside, and any table whose values times a power of two do (E2M1 in Q5_0). Types with a minimum hold w = d q + m:
// Q4_1 and Q5_1 where the real offset is a float16, Q2_K, Q4_K and Q5_K also where the zero point is a small integer (-m = zero d).
// Scales must be float16 numbers already: rounded before codes are computed, not after. A scale is repeated over its granule, which must
// be a multiple of the 32 weights of a block, of all 256 for K types. Among the types that hold a weight the smallest wins; the values read
// back are equal bit for bit. Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string>

#include "core/model/ggml_blocks.h"
#include "core/quant/packed.h"

namespace bitscape {

struct GgufFit {
  const GgmlType* type = nullptr;  // null: none holds it
  std::string reason;              // why none does, a sentence with what would; empty otherwise
};

// Of this very weight.
GgufFit exactGgmlType(const Packed& packed);
// What weights [*, in] of a format will fit if their scales are float16 numbers and zero points integers: for checks before quantizing.
GgufFit exactGgmlType(const Format& format, std::int64_t in);

// uint8 [out, bytes of a row]. Throws Error when `type` does not hold the weight exactly.
Tensor ggmlBlocks(const Packed& packed, const GgmlType& type);

}  // namespace bitscape
