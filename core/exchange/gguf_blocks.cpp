#include "core/exchange/gguf_blocks.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/error.h"
#include "core/exchange/gguf_pack.h"

namespace bitscape {
namespace {

// What a type can hold. Signed: integers low..high. With a minimum: codes 0..high, and a zero point up to `zero` where it stores one.
struct Holder {
  std::string_view type;
  bool withMinimum = false;
  int low = 0, high = 0, zero = 0;
};
// Smallest first; of two equally large ones that which runtimes compute faster.
constexpr std::array<Holder, 10> kHolders{{{"Q2_K", true, 0, 3, 15},
                                           {"Q3_K", false, -4, 3, 0},
                                           {"Q4_0", false, -8, 7, 0},
                                           {"Q4_K", true, 0, 15, 63},
                                           {"Q4_1", true, 0, 15, 0},
                                           {"Q5_0", false, -16, 15, 0},
                                           {"Q5_K", true, 0, 31, 63},
                                           {"Q5_1", true, 0, 31, 0},
                                           {"Q6_K", false, -32, 31, 0},
                                           {"Q8_0", false, -128, 127, 0}}};

const Holder* holderOf(std::string_view type) {
  const auto* found = std::find_if(kHolders.begin(), kHolders.end(), [&](const Holder& holder) { return holder.type == type; });
  return found == kHolders.end() ? nullptr : found;
}

// The values of a grid as integers: w = (scale / multiple) integer. A table without such a form has none.
struct Integers {
  std::vector<int> of;  // by code, before a zero point is taken off
  float multiple = 1;   // a power of two
  bool table = false;
};
std::optional<Integers> integersOf(const Grid& grid) {
  Integers result;
  if (grid.learned) return std::nullopt;
  result.table = !grid.isInteger();
  if (!result.table) {
    for (int code = 0; code < grid.levels; ++code) result.of.push_back(code);
    return result;
  }
  for (; result.multiple <= 64; result.multiple *= 2) {
    result.of.clear();
    for (const float value : grid.table) {
      const float whole = value * result.multiple;
      if (whole == std::nearbyint(whole) && std::fabs(whole) <= 127) result.of.push_back(static_cast<int>(whole));
    }
    if (result.of.size() == grid.table.size()) return result;
  }
  return std::nullopt;
}

// What must be known of a weight to choose its type.
struct Facts {
  std::int64_t in = 0, width = 0;  // of a row and of a granule
  bool halfScales = true, halfOffsets = false, wholeZeros = true;
  int leastZero = 0, mostZero = 0;
  bool parts = false;
  std::optional<Integers> integers;
  int low() const { return *std::min_element(integers->of.begin(), integers->of.end()) - mostZero; }
  int high() const { return *std::max_element(integers->of.begin(), integers->of.end()) - leastZero; }
};

bool fits(const Facts& facts, const Holder& holder) {
  const GgmlType& type = *ggmlType(holder.type);
  const bool large = type.elements == 256;
  if (facts.in % type.elements != 0 || facts.width % type.elements != 0) return false;
  if (!holder.withMinimum) return facts.wholeZeros && facts.low() >= holder.low && facts.high() <= holder.high;
  if (facts.integers->table || facts.integers->of.back() > holder.high) return false;
  return facts.halfOffsets || (large && facts.wholeZeros && facts.mostZero <= holder.zero);
}

GgufFit choose(const Facts& facts) {
  const auto none = [](const std::string& reason) { return GgufFit{.reason = reason}; };
  if (facts.parts) return none("low-rank, sparse or kept parts have no place in a GGUF tensor; choose a rounding without them");
  if (!facts.integers) return none("its values are no multiples of one step, which is all that GGUF blocks hold; choose an integer grid");
  if (facts.in % 32 != 0) {
    return none("rows of " + std::to_string(facts.in) + " weights cannot be cut into blocks of 32; leave this linear float");
  }
  if (facts.width % 32 != 0) {
    return none("granules of " + std::to_string(facts.width) +
                " weights are no multiple of the 32 of a block; choose groups of 32 or more");
  }
  if (!facts.halfScales) return none("its scales are no float16 numbers; quantize with scales stored as float16");
  for (const Holder& holder : kHolders) {
    if (fits(facts, holder)) return {.type = ggmlType(holder.type), .reason = {}};
  }
  if (!facts.wholeZeros && !facts.halfOffsets)
    return none("its offsets are neither float16 numbers nor whole steps of the scale; quantize with integer zero points");
  return none("values from " + std::to_string(facts.low()) + " to " + std::to_string(facts.high()) +
              " steps fit no block type; choose a symmetric grid of at most 8 bits or an asymmetric one of at most 7");
}

// The zero point when the offset is that of an integer one.
std::optional<int> zeroOf(float scale, float offset, std::int64_t levels) {
  if (scale == 0) return std::nullopt;
  const float zero = std::nearbyint(-offset / scale);
  if (!(zero >= 0 && zero < static_cast<float>(levels)) || -(scale * zero) != offset) return std::nullopt;
  return static_cast<int>(zero);
}

Facts factsOf(const Packed& packed) {
  Facts facts;
  facts.in = packed.in();
  facts.width = packed.granules() > 0 ? packed.groupWidth() : 0;
  facts.integers = integersOf(packed.format.grid);
  facts.parts = packed.lowRankLeft.defined() || packed.sparse.defined() || packed.keptColumns.defined();
  if (!facts.integers) return facts;
  const Tensor scale = packed.scale.contiguous(), offset = packed.offset.contiguous();
  const float *scales = scale.const_data_ptr<float>(), *offsets = offset.const_data_ptr<float>();
  facts.halfOffsets = true;
  facts.leastZero = std::numeric_limits<int>::max();
  for (std::int64_t g = 0; g < scale.numel(); ++g) {
    facts.halfScales &= isHalf(scales[g] / facts.integers->multiple);
    facts.halfOffsets &= isHalf(offsets[g]);
    const std::optional<int> zero = facts.integers->table ? (offsets[g] == 0 ? std::optional<int>(0) : std::nullopt)
                                                          : zeroOf(scales[g], offsets[g], packed.format.grid.levels);
    facts.wholeZeros &= zero.has_value();
    facts.leastZero = std::min(facts.leastZero, zero.value_or(0));
    facts.mostZero = std::max(facts.mostZero, zero.value_or(0));
  }
  if (scale.numel() == 0) facts.leastZero = 0;
  return facts;
}

}  // namespace

GgufFit exactGgmlType(const Packed& packed) { return choose(factsOf(packed)); }

GgufFit exactGgmlType(const Format& format, std::int64_t in) {
  Facts facts;
  facts.in = in;
  facts.width = format.granularity == Granularity::Group ? format.group : in;
  facts.integers = integersOf(format.grid);
  const int levels = static_cast<int>(format.grid.levels);
  if (format.grid.isInteger()) {
    facts.leastZero = format.symmetry == Symmetry::Symmetric ? levels / 2 : 0;
    facts.mostZero = format.symmetry == Symmetry::Symmetric ? levels / 2 : levels - 1;
  }
  return choose(facts);
}

Tensor ggmlBlocks(const Packed& packed, const GgmlType& type) {
  c10::NoGradGuard noGrad;
  const Facts facts = factsOf(packed);
  const Holder* holder = holderOf(type.name);
  const GgufFit fit = choose(facts);
  if (!fit.type) throw Error("a weight cannot become GGUF blocks without loss: " + fit.reason);
  if (!holder || !fits(facts, *holder))
    throw Error("a weight does not fit " + std::string(type.name) + " without loss; " + std::string(fit.type->name) + " holds it");

  const Tensor codes = packed.codes.contiguous(), scale = packed.scale.contiguous(), offset = packed.offset.contiguous();
  const auto* code = codes.const_data_ptr<std::uint8_t>();
  const float *scales = scale.const_data_ptr<float>(), *offsets = offset.const_data_ptr<float>();
  const std::int64_t perRow = facts.in / type.elements, perGranule = facts.width / type.elements;
  Tensor bytes = at::empty({packed.out(), perRow * type.bytes}, at::kByte);
  auto* to = reinterpret_cast<std::byte*>(bytes.mutable_data_ptr<std::uint8_t>());
  const PutBlock put = blockPutter(type.name);
  const bool large = type.elements == 256;
  const auto elements = static_cast<std::size_t>(type.elements);
  at::parallel_for(0, packed.out() * perRow, 256, [&](std::int64_t begin, std::int64_t end) {
    GgmlBlock block;
    block.scale.fill(1);
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t granule = i / perGranule;  // granules of a row hold a whole number of blocks
      block.d = scales[granule] / facts.integers->multiple;
      const std::uint8_t* from = code + i * type.elements;
      const int zero = facts.integers->table ? 0 : zeroOf(scales[granule], offsets[granule], packed.format.grid.levels).value_or(-1);
      if (!holder->withMinimum) {
        for (std::size_t j = 0; j < elements; ++j) block.q[j] = static_cast<std::uint8_t>(facts.integers->of[from[j]] - zero - holder->low);
      } else {
        std::copy(from, from + elements, block.q.begin());
        const bool whole = large && zero >= 0 && zero <= holder->zero;
        block.m = whole ? block.d : large ? -offsets[granule] : offsets[granule];
        block.minimum.fill(whole ? zero : 1);
      }
      put(block, to + i * type.bytes);
    }
  });
  return bytes;
}

}  // namespace bitscape
