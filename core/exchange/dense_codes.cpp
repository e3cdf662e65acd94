#include "core/exchange/dense_codes.h"

#include <ATen/ATen.h>

#include <cstring>

#include "core/base/error.h"
#include "core/quant/packed.h"

namespace bitscape {
namespace {

void requireWords(const Tensor& words, std::int64_t needed, int bits, std::int64_t count) {
  if (words.dim() == 2 && words.scalar_type() == at::kInt && words.size(1) == needed) return;
  throw Error("packed codes have the shape " + c10::str(words.sizes()) + ", but rows of " + std::to_string(count) + " codes of " +
              std::to_string(bits) + " bits need " + std::to_string(needed) + " 32-bit words; the file is damaged, get it again");
}

}  // namespace

std::int64_t denseWords(std::int64_t count, int bits) { return (count * bits + 31) / 32; }

std::int64_t paddedWords(std::int64_t count, int bits) { return (count + 32 / bits - 1) / (32 / bits); }

Tensor packDense(const Tensor& codes, int bits) {
  const Tensor bytes = packBits(codes, bits);
  const std::int64_t rows = codes.size(0), width = bytes.size(1), words = denseWords(codes.size(1), bits);
  Tensor packed = at::zeros({rows, words}, at::kInt);
  auto* to = static_cast<std::byte*>(packed.mutable_data_ptr());
  const auto* from = bytes.const_data_ptr<std::uint8_t>();
  for (std::int64_t row = 0; row < rows && width > 0; ++row)
    std::memcpy(to + row * words * 4, from + row * width, static_cast<std::size_t>(width));
  return packed;
}

Tensor unpackDense(const Tensor& words, int bits, std::int64_t count) {
  requireWords(words, denseWords(count, bits), bits, count);
  const Tensor plain = words.contiguous();
  const std::int64_t rows = plain.size(0), width = (count * bits + 7) / 8, wide = plain.size(1) * 4;
  Tensor bytes = at::empty({rows, width}, at::kByte);
  const auto* from = static_cast<const std::byte*>(plain.const_data_ptr());
  auto* to = bytes.mutable_data_ptr<std::uint8_t>();
  for (std::int64_t row = 0; row < rows && width > 0; ++row)
    std::memcpy(to + row * width, from + row * wide, static_cast<std::size_t>(width));
  return unpackBits(bytes, bits, count);
}

Tensor unpackPadded(const Tensor& words, int bits, std::int64_t count) {
  requireWords(words, paddedWords(count, bits), bits, count);
  const Tensor plain = words.contiguous();
  const std::int64_t rows = plain.size(0), wide = plain.size(1), each = 32 / bits;
  Tensor codes = at::empty({rows, count}, at::kByte);
  const auto* from = plain.const_data_ptr<std::int32_t>();
  auto* to = codes.mutable_data_ptr<std::uint8_t>();
  const std::uint32_t mask = (1u << bits) - 1;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t i = 0; i < count; ++i) {
      const auto word = static_cast<std::uint32_t>(from[row * wide + i / each]);
      to[row * count + i] = static_cast<std::uint8_t>(word >> (i % each * bits) & mask);
    }
  }
  return codes;
}

}  // namespace bitscape
