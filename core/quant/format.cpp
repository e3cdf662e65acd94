#include "core/quant/format.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace bitscape {

int Format::bits() const { return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(grid.levels - 1))); }

double Format::storedBits(std::int64_t out, std::int64_t in) const {
  const double weights = static_cast<double>(out) * static_cast<double>(in);
  if (weights == 0) return bits();
  double granules = static_cast<double>(out);
  if (granularity == Granularity::Tensor) granules = 1;
  if (granularity == Granularity::Group && group > 0) granules *= static_cast<double>(in) / static_cast<double>(group);
  const bool storesZero = symmetry == Symmetry::Asymmetric && grid.table.empty();
  return bits() + granules * (kScaleBits + (storesZero ? bits() : 0)) / weights;
}

std::string Format::name() const {
  std::string text = grid.levels == 5 && grid.table.empty() ? "balanced 2-bit" : std::to_string(bits()) + "-bit";
  if (!grid.table.empty()) {
    text += " table";
  } else {
    text += symmetry == Symmetry::Symmetric ? " symmetric" : " asymmetric";
  }
  switch (granularity) {
    case Granularity::Tensor:
      text += ", per tensor";
      break;
    case Granularity::Channel:
      text += ", per channel";
      break;
    case Granularity::Group:
      text += ", group " + std::to_string(group);
      break;
    case Granularity::Token:
      text += ", per token";
      break;
  }
  if (dynamic) text += ", dynamic";
  if (clipRatio != 1.0) text += ", clip " + std::to_string(clipRatio).substr(0, 5);
  return text;
}

Format integerFormat(int bits, Symmetry symmetry, Granularity granularity, std::int64_t group, bool dynamic) {
  return {.grid = {.levels = std::int64_t{1} << bits, .table = {}},
          .symmetry = symmetry,
          .granularity = granularity,
          .group = group,
          .dynamic = dynamic};
}

Format balancedTwoBit() {
  return {.grid = {.levels = 5, .table = {}}, .symmetry = Symmetry::Symmetric, .granularity = Granularity::Channel};
}

namespace {

// What weights and inputs have in common.
std::optional<std::string> gridFault(const Format& format) {
  const Grid& grid = format.grid;
  if (grid.levels < 2 || grid.levels > 256) {
    return "a grid of " + std::to_string(grid.levels) + " levels cannot be stored; 2 (1 bit) to 256 (8 bits) are possible";
  }
  if (!(format.clipRatio >= kSmallestClip && format.clipRatio <= 1.0)) {
    return "the clip ratio " + std::to_string(format.clipRatio) + " is outside 0.01 to 1; 1 clips nothing";
  }
  if (grid.table.empty()) return std::nullopt;
  if (static_cast<std::int64_t>(grid.table.size()) != grid.levels) {
    return "the table has " + std::to_string(grid.table.size()) + " values but the grid " + std::to_string(grid.levels) +
           " levels; they must be equal";
  }
  for (std::size_t i = 0; i < grid.table.size(); ++i) {
    if (!std::isfinite(grid.table[i]) || (i > 0 && !(grid.table[i] > grid.table[i - 1]))) {
      return "value " + std::to_string(i) + " of the table is not finite and larger than the one before; sort the table";
    }
  }
  if (std::max(std::fabs(grid.table.front()), std::fabs(grid.table.back())) < std::numeric_limits<float>::min()) {
    return std::string("the table holds nothing but zero; give it values");
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> weightFault(const Format& format) {
  if (auto fault = gridFault(format)) return fault;
  if (format.granularity == Granularity::Token) return std::string("weights cannot have a scale per token; use tensor, channel or group");
  if (format.granularity == Granularity::Group && format.group < 1) {
    return "a group of " + std::to_string(format.group) + " weights is impossible; use 32, 64 or 128";
  }
  if (format.granularity != Granularity::Group && format.group != 0) {
    return "a group of " + std::to_string(format.group) + " is set but the granularity is not \"group\"; change one of them";
  }
  if (format.dynamic) return std::string("weights are known beforehand and cannot be dynamic; set \"dynamic\" to false");
  return std::nullopt;
}

std::optional<std::string> inputFault(const Format& format) {
  if (auto fault = gridFault(format)) return fault;
  if (!format.grid.table.empty()) return std::string("inputs cannot use a table of values yet; use an integer grid");
  const std::string remedy = "use granularity \"token\" with \"dynamic\": true, or \"tensor\" with \"dynamic\": false";
  switch (format.granularity) {
    case Granularity::Token:
      if (!format.dynamic) return "tokens are not known beforehand and cannot have static scales; " + remedy;
      break;
    case Granularity::Tensor:
      if (format.dynamic) return "one scale from all rows of a call would let a result depend on its neighbours in the batch; " + remedy;
      break;
    case Granularity::Channel:
      return "inputs with a scale per channel cannot be multiplied as integers, for a sum runs over the channels; " + remedy;
    case Granularity::Group:
      return "inputs " + format.name() + " cannot be computed yet; " + remedy;
  }
  if (format.group != 0) return "a group of " + std::to_string(format.group) + " is set but inputs have no groups; " + remedy;
  return std::nullopt;
}

}  // namespace bitscape
