#include "core/quant/packed.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/quant/grid_kernel.h"

namespace bitscape {
namespace {

constexpr std::int64_t kWeightsPerTask = 65536;

std::int64_t rowsPerTask(std::int64_t width) { return std::max<std::int64_t>(1, kWeightsPerTask / std::max<std::int64_t>(1, width)); }

void requireBits(int bits) {
  if (bits < 1 || bits > 8) throw Error("codes of " + std::to_string(bits) + " bits cannot be packed; 1 to 8 are possible");
}

std::int64_t rowBytes(std::int64_t in, int bits) { return (in * bits + 7) / 8; }

}  // namespace

Tensor dequantizeCodes(const Packed& packed) {
  c10::NoGradGuard noGrad;
  const Tensor codes = packed.codes.contiguous(), scale = packed.scale.contiguous(), offset = packed.offset.contiguous();
  const std::int64_t in = packed.in(), granules = packed.granules(), width = packed.groupWidth();
  Tensor weight = at::empty(codes.sizes(), at::kFloat);
  const std::vector<float>& table = packed.format.grid.table;
  const auto* code = codes.const_data_ptr<std::uint8_t>();
  const float* scales = scale.const_data_ptr<float>();
  const float* offsets = offset.const_data_ptr<float>();
  auto* values = weight.mutable_data_ptr<float>();
  at::parallel_for(0, packed.out() * granules, rowsPerTask(in) * granules, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t granule = begin; granule < end; ++granule) {
      const float s = scales[granule], o = offsets[granule];
      const std::uint8_t* from = code + granule * width;
      float* to = values + granule * width;
      if (table.empty()) {
        grid::decode(from, width, s, o, to);
      } else {
        for (std::int64_t i = 0; i < width; ++i) to[i] = s * table[from[i]] + o;  // offsets of tables are 0 or real
      }
    }
  });
  return weight;
}

Tensor dequantize(const Packed& packed) {
  c10::NoGradGuard noGrad;
  Tensor weight = dequantizeCodes(packed);
  if (packed.keptColumns.defined()) weight.index_copy_(1, packed.keptColumns, packed.keptWeights);
  if (packed.lowRankLeft.defined()) weight += at::mm(packed.lowRankLeft, packed.lowRankRight);
  if (packed.sparse.defined()) weight += packed.sparse.to_dense();
  return weight;
}

Tensor packBits(const Tensor& codes, int bits) {
  requireBits(bits);
  const Tensor source = codes.contiguous();
  const std::int64_t out = source.size(0), in = source.size(1), bytes = rowBytes(in, bits);
  Tensor stream = at::empty({out, bytes}, at::kByte);
  const auto* from = source.const_data_ptr<std::uint8_t>();
  auto* to = stream.mutable_data_ptr<std::uint8_t>();
  const unsigned mask = (1u << bits) - 1;
  at::parallel_for(0, out, rowsPerTask(in), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      std::uint8_t* byte = to + row * bytes;
      unsigned pending = 0, held = 0;  // bits that wait for a whole byte, and how many
      for (std::int64_t i = 0; i < in; ++i) {
        pending |= (from[row * in + i] & mask) << held;
        for (held += static_cast<unsigned>(bits); held >= 8; held -= 8, pending >>= 8) *byte++ = static_cast<std::uint8_t>(pending);
      }
      if (held > 0) *byte = static_cast<std::uint8_t>(pending);
    }
  });
  return stream;
}

Tensor unpackBits(const Tensor& stream, int bits, std::int64_t in) {
  requireBits(bits);
  if (stream.dim() != 2 || stream.scalar_type() != at::kByte || in < 0 || stream.size(1) != rowBytes(in, bits)) {
    throw Error("a stream of " + std::to_string(in) + " codes of " + std::to_string(bits) + " bits needs " +
                std::to_string(rowBytes(in, bits)) + " bytes a row, but has " +
                std::to_string(stream.dim() == 2 ? stream.size(1) : stream.numel()) + "; write it again");
  }
  const Tensor source = stream.contiguous();
  const std::int64_t out = source.size(0), bytes = source.size(1);
  Tensor codes = at::empty({out, in}, at::kByte);
  const auto* from = source.const_data_ptr<std::uint8_t>();
  auto* to = codes.mutable_data_ptr<std::uint8_t>();
  const unsigned mask = (1u << bits) - 1;
  at::parallel_for(0, out, rowsPerTask(in), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const std::uint8_t* byte = from + row * bytes;
      unsigned pending = 0, held = 0;
      for (std::int64_t i = 0; i < in; ++i) {
        if (held < static_cast<unsigned>(bits)) {
          pending |= static_cast<unsigned>(*byte++) << held;
          held += 8;
        }
        to[row * in + i] = static_cast<std::uint8_t>(pending & mask);
        pending >>= bits;
        held -= static_cast<unsigned>(bits);
      }
    }
  });
  return codes;
}

}  // namespace bitscape
