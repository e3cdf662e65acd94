// Float weights rounded to the block types of ggml: what a GGUF needs where codes of ours do not fit one.
//
// Q4_0, Q4_1, Q5_0, Q5_1 and Q8_0 follow the rules of ggml's reference (ggml-quants.c): the value of the largest magnitude, with its sign,
// takes the lowest code (Q4_0, Q5_0), the range spans all codes (Q4_1, Q5_1), 127 steps reach the largest magnitude (Q8_0). K types choose
// for every run of 16 or 32 weights the scale, and minimum, of least squared error among a row of candidates, weighted by magnitude, and
// round those to the super-block's 4 or 6 or 8 bits before codes are computed; bytes may differ from llama.cpp's own search, the format
// does not. Pure, thread-safe; throws Error.
#pragma once

#include "core/base/tensor.h"
#include "core/model/ggml_blocks.h"

namespace bitscape {

// Whether `type` is one that weights are rounded to: ten block types, F32, F16 and BF16.
bool roundsTo(const GgmlType& type);
// float32 [out, in] -> uint8 [out, bytes of a row]. Throws Error when rows are no whole blocks, or a value is too large for the type.
Tensor roundToGgml(const Tensor& weight, const GgmlType& type);

}  // namespace bitscape
