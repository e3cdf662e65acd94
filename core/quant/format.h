// A number format: the grid of values a code may stand for, and the granularity of scales.
//
// Plain values, compared and hashed by their JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bitscape {

enum class Symmetry { Symmetric, Asymmetric };
enum class Granularity { Tensor, Channel, Group, Token };   // Channel: one scale per output row; Group: per run of `group` inputs

// Integers 0..levels-1 around a zero point, or a table of values (sorted, scaled by the scale alone).
struct Grid {
  std::int64_t levels = 256;       // 2^bits, or 5 for balanced 2-bit
  std::vector<float> table;        // empty: integers
  bool operator==(const Grid&) const = default;
};

struct Format {
  Grid grid;
  Symmetry symmetry = Symmetry::Asymmetric;
  Granularity granularity = Granularity::Channel;
  std::int64_t group = 0;          // inputs per scale when granularity is Group
  bool dynamic = false;            // scales computed at run time from each input; an input that is not dynamic needs calibration
  double clipRatio = 1.0;          // multiplies the range before the scale is computed
  bool operator==(const Format&) const = default;

  int bits() const;                // of a stored code: ceil(log2(levels))
  // Bits per weight for a linear [out, in]: codes, a 16-bit scale per granule and, if asymmetric, a zero point of bits() per granule.
  double storedBits(std::int64_t out, std::int64_t in) const;
  std::string name() const;        // "4-bit asymmetric, group 64"
};

Format integerFormat(int bits, Symmetry symmetry, Granularity granularity, std::int64_t group = 0, bool dynamic = false);
// {-2, -1, 0, 1, 2} (ABQ-LLM's bit balance), symmetric, per output channel.
Format balancedTwoBit();

inline constexpr int kScaleBits = 16;            // what a stored scale counts in size arithmetic
inline constexpr double kSmallestClip = 0.01;

// Why quantizeWeight or quantizeInput cannot use this format, as a sentence with the remedy; nullopt when they can.
std::optional<std::string> weightFault(const Format& format);
std::optional<std::string> inputFault(const Format& format);

}  // namespace bitscape
