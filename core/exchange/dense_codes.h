// Codes as rows of 32-bit words: one stream per row, the first code in the lowest bits, codes crossing words, rows starting on a word.
//
// What compressed-tensors (from 0.18) keeps in "weight_packed" and, along the other dimension, GPTQ in "qweight" for 2, 3, 4 and 8 bits.
// Up to 0.17 compressed-tensors cut a word into 32 / bits codes and left the rest of it empty: the same for 2, 4 and 8 bits. Pure
// functions, thread-safe.
#pragma once

#include <cstdint>

#include "core/base/tensor.h"

namespace bitscape {

std::int64_t denseWords(std::int64_t count, int bits);   // ceil(count * bits / 32)
std::int64_t paddedWords(std::int64_t count, int bits);  // ceil(count / (32 / bits))

Tensor packDense(const Tensor& codes, int bits);  // uint8 [rows, count], below 2^bits -> int32 [rows, denseWords]
// Throws Error when the words are not as many as `count` codes need.
Tensor unpackDense(const Tensor& words, int bits, std::int64_t count);   // -> uint8 [rows, count]
Tensor unpackPadded(const Tensor& words, int bits, std::int64_t count);  // the older layout

}  // namespace bitscape
