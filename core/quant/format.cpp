#include "core/quant/format.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace bitscape {

int Format::bits() const { return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(grid.levels - 1))); }

double Format::codeBits() const { return grid.isInteger() && grid.levels == 5 ? 64.0 / 27 : bits(); }

double Format::storedBits(std::int64_t out, std::int64_t in) const {
  const double weights = static_cast<double>(out) * static_cast<double>(in);
  if (weights == 0) return codeBits();
  double granules = static_cast<double>(out);
  if (granularity == Granularity::Tensor) granules = 1;
  if (granularity == Granularity::Group && group > 0) granules *= static_cast<double>(in) / static_cast<double>(group);
  if (granularity == Granularity::Rows && group > 0) granules = std::ceil(granules / static_cast<double>(group));
  if (grid.learned) return codeBits() + granules * static_cast<double>(grid.levels) * kScaleBits / weights;
  const bool storesZero = symmetry == Symmetry::Asymmetric && grid.isInteger();
  return codeBits() + granules * (kScaleBits + (storesZero ? bits() : 0)) / weights;
}

std::string Format::name() const {
  std::string text = grid.isInteger() && grid.levels == 5 ? "balanced 2-bit" : std::to_string(bits()) + "-bit";
  if (grid.learned) {
    text += " learned values";
  } else if (!grid.table.empty()) {
    text += grid.name.empty() ? " table" : " " + grid.name;
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
    case Granularity::Rows:
      text += ", " + std::to_string(group) + " rows together";
      break;
    case Granularity::Token:
      text += ", per token";
      break;
  }
  if (dynamic) text += ", dynamic";
  if (scaleRule == ScaleRule::ZeroQuant) text += ", ZeroQuant scales";
  if (scaleRule == ScaleRule::PowerOfTwo) text += ", power-of-two scales";
  if (scaleRule == ScaleRule::PowerOfTwoRatio) text += ", power-of-two ratios";
  if (scaleType == ScaleType::Float16) text += ", scales in float16";
  if (scaleType == ScaleType::BFloat16) text += ", scales in bfloat16";
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

Format balancedTwoBit(Symmetry symmetry) {
  return {.grid = {.levels = 5, .table = {}}, .symmetry = symmetry, .granularity = Granularity::Channel};
}

Format headFormat(int bits) { return integerFormat(bits, Symmetry::Asymmetric, Granularity::Token, 0, true); }

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
  if (!grid.isInteger() && format.scaleRule == ScaleRule::ZeroQuant) {
    return std::string("ZeroQuant's scales are made for integers; use another grid or scale rule");
  }
  if (grid.learned && !grid.table.empty()) return std::string("a grid is learned or has a table, not both; remove one");
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
  const bool grouped = format.granularity == Granularity::Group || format.granularity == Granularity::Rows;
  if (grouped && format.group < 1) {
    return "a group of " + std::to_string(format.group) + (format.granularity == Granularity::Rows ? " rows" : " weights") +
           " is impossible; use 32, 64 or 128";
  }
  if (!grouped && format.group != 0) {
    return "a group of " + std::to_string(format.group) + " is set but the granularity is not \"group\" or \"rows\"; change one of them";
  }
  if (format.grid.learned && format.granularity != Granularity::Channel) {
    return std::string("learned values belong to a row; use granularity \"channel\"");
  }
  if (format.dynamic) return std::string("weights are known beforehand and cannot be dynamic; set \"dynamic\" to false");
  return std::nullopt;
}

std::optional<std::string> inputFault(const Format& format) {
  if (auto fault = gridFault(format)) return fault;
  if (format.scaleType != ScaleType::Float32) return std::string("scales of inputs are not stored; leave their type float32");
  if (format.grid.learned) return std::string("inputs have no learned values, for nothing is known of them beforehand; use another grid");
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
    case Granularity::Rows:
      return "inputs " + format.name() + " cannot be computed yet; " + remedy;
  }
  if (format.group != 0) return "a group of " + std::to_string(format.group) + " is set but inputs have no groups; " + remedy;
  if (format.scaleRule == ScaleRule::PowerOfTwoRatio)
    return std::string("ratios of scales belong to a weight's groups; use another scale rule");
  return std::nullopt;
}

}  // namespace bitscape
