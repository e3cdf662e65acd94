#include "core/quant/packed.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <atomic>

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

// 5 levels in base 5: 5^27 < 2^64.
constexpr std::int64_t kDigits = 27, kWordBytes = 8;

bool inBaseFive(const Format& format) { return format.grid.isInteger() && format.grid.levels == 5; }

std::int64_t wordsOf(std::int64_t in) { return (in + kDigits - 1) / kDigits; }

Tensor packBaseFive(const Tensor& codes) {
  const Tensor source = codes.contiguous();
  const std::int64_t out = source.size(0), in = source.size(1), words = wordsOf(in);
  if (source.numel() > 0 && source.max().item<int>() > 4) throw Error("a code lies beyond the five levels; quantize again");
  Tensor stream = at::empty({out, words * kWordBytes}, at::kByte);
  const auto* from = source.const_data_ptr<std::uint8_t>();
  auto* to = stream.mutable_data_ptr<std::uint8_t>();
  at::parallel_for(0, out, rowsPerTask(in), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      for (std::int64_t w = 0; w < words; ++w) {
        std::uint64_t word = 0;
        for (std::int64_t i = std::min(in, (w + 1) * kDigits); i-- > w * kDigits;) word = word * 5 + from[row * in + i];
        for (int byte = 0; byte < kWordBytes; ++byte)
          to[(row * words + w) * kWordBytes + byte] = static_cast<std::uint8_t>(word >> (8 * byte));
      }
    }
  });
  return stream;
}

Tensor unpackBaseFive(const Tensor& stream, std::int64_t in) {
  if (stream.dim() != 2 || stream.scalar_type() != at::kByte || in < 0 || stream.size(1) != wordsOf(in) * kWordBytes) {
    throw Error("a stream of " + std::to_string(in) + " codes in base 5 needs " + std::to_string(wordsOf(in) * kWordBytes) +
                " bytes a row, but has " + std::to_string(stream.dim() == 2 ? stream.size(1) : stream.numel()) + "; write it again");
  }
  const Tensor source = stream.contiguous();
  const std::int64_t out = source.size(0), words = wordsOf(in);
  Tensor codes = at::empty({out, in}, at::kByte);
  const auto* from = source.const_data_ptr<std::uint8_t>();
  auto* to = codes.mutable_data_ptr<std::uint8_t>();
  std::atomic<bool> beyond{false};
  at::parallel_for(0, out, rowsPerTask(in), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      for (std::int64_t w = 0; w < words; ++w) {
        std::uint64_t word = 0;
        for (int byte = kWordBytes; byte-- > 0;) word = word << 8 | from[(row * words + w) * kWordBytes + byte];
        for (std::int64_t i = w * kDigits; i < std::min(in, (w + 1) * kDigits); ++i, word /= 5) {
          to[row * in + i] = static_cast<std::uint8_t>(word % 5);
        }
        if (word != 0) beyond = true;
      }
    }
  });
  if (beyond) throw Error("a word in base 5 is too large for its codes; the stream is damaged, quantize again");
  return codes;
}

}  // namespace

Tensor dequantizeCodes(const Packed& packed) {
  c10::NoGradGuard noGrad;
  const Tensor codes = packed.codes.contiguous(), scale = packed.scale.contiguous(), offset = packed.offset.contiguous();
  const std::int64_t in = packed.in(), granules = packed.granules(), width = packed.groupWidth();
  Tensor weight = at::empty(codes.sizes(), at::kFloat);
  const std::vector<float>& table = packed.format.grid.table;
  const std::int64_t levels = packed.format.grid.levels;
  const Tensor rowTable = packed.rowTable.defined() ? packed.rowTable.contiguous() : Tensor();
  if (packed.format.grid.learned && (!rowTable.defined() || rowTable.size(0) != packed.out() || rowTable.size(1) != levels)) {
    throw Error("a weight of learned values comes without its table [" + std::to_string(packed.out()) + ", " + std::to_string(levels) +
                "]; quantize it again");
  }
  const float* learned = packed.format.grid.learned ? rowTable.const_data_ptr<float>() : nullptr;
  const auto* code = codes.const_data_ptr<std::uint8_t>();
  const float* scales = scale.const_data_ptr<float>();
  const float* offsets = offset.const_data_ptr<float>();
  auto* values = weight.mutable_data_ptr<float>();
  at::parallel_for(0, packed.out() * granules, rowsPerTask(in) * granules, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t granule = begin; granule < end; ++granule) {
      const float s = scales[granule], o = offsets[granule];
      const std::uint8_t* from = code + granule * width;
      float* to = values + granule * width;
      const float* value = learned ? learned + granule / granules * levels : table.data();
      if (!value) {
        grid::decode(from, width, s, o, to);
      } else {
        for (std::int64_t i = 0; i < width; ++i) to[i] = s * value[from[i]] + o;  // offsets of tables are 0 or real
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

Tensor packCodes(const Tensor& codes, const Format& format) {
  return inBaseFive(format) ? packBaseFive(codes) : packBits(codes, format.bits());
}

Tensor unpackCodes(const Tensor& stream, const Format& format, std::int64_t in) {
  return inBaseFive(format) ? unpackBaseFive(stream, in) : unpackBits(stream, format.bits(), in);
}

double storedBits(const Packed& packed) {
  double bits = 0;  // of the parts
  if (packed.lowRankLeft.defined()) bits += 16.0 * static_cast<double>(packed.lowRankLeft.numel() + packed.lowRankRight.numel());
  if (packed.sparse.defined()) bits += (16.0 + 32.0) * static_cast<double>(packed.sparse._nnz());
  if (packed.keptColumns.defined()) bits += 16.0 * static_cast<double>(packed.keptWeights.numel());
  const double weights = static_cast<double>(packed.codes.numel());
  return packed.format.storedBits(packed.out(), packed.in()) + (weights > 0 ? bits / weights : 0);
}

}  // namespace bitscape
