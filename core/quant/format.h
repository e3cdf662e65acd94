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
// Channel: one scale per output row; Group: per run of `group` inputs of a row; Rows: per `group` whole rows together (ZeroQuant);
// Token: per row of the input (for q, k and v: per token and head).
enum class Granularity { Tensor, Channel, Group, Token, Rows };
// How a scale follows from a range. Range: quantizer.h. ZeroQuant: 2 max|x| / levels, the largest value saturates. PowerOfTwo: Range's,
// rounded up to a power of two (ZeroQuant-FP M1). PowerOfTwoRatio: a row's largest stays, the others become the smallest that do not clip
// of it over a power of two (M2).
enum class ScaleRule { Range, ZeroQuant, PowerOfTwo, PowerOfTwoRatio };
// The type that a weight's scales will be stored in: they are rounded to it before zero points and codes are computed, so that a file of
// that type gives back exactly what was quantized.
enum class ScaleType { Float32, Float16, BFloat16 };

// Integers 0..levels-1 around a zero point, or a table of values (sorted, scaled by the scale alone; FP8, FP4, NF4), or one table per
// output row that a rounding learns (k-means).
struct Grid {
  std::int64_t levels = 256;       // 2^bits, or 5 for balanced 2-bit
  std::vector<float> table;        // empty: integers, or learned
  bool learned = false;            // the values lie in Packed::rowTable
  std::string name;                // of a table: "nf4", "e2m1" (value_tables.h); for people and files
  bool isInteger() const { return table.empty() && !learned; }
  bool operator==(const Grid&) const = default;
};

struct Format {
  Grid grid;
  Symmetry symmetry = Symmetry::Asymmetric;
  Granularity granularity = Granularity::Channel;
  std::int64_t group = 0;          // inputs per scale when granularity is Group, rows when it is Rows
  bool dynamic = false;            // scales computed at run time from each input; an input that is not dynamic needs calibration
  double clipRatio = 1.0;          // multiplies the range before the scale is computed
  ScaleRule scaleRule = ScaleRule::Range;
  ScaleType scaleType = ScaleType::Float32;   // of weights
  bool operator==(const Format&) const = default;

  int bits() const;                // of a code by itself: ceil(log2(levels))
  double codeBits() const;         // of a code as files store it: bits(), or 64 / 27 for 5 levels (base 5, 27 codes in 64 bits)
  // Bits per weight for a linear [out, in]: codes, a 16-bit scale per granule and, if asymmetric, a zero point of bits() per granule; for
  // a learned grid 16 bits for each of a row's values in their place.
  double storedBits(std::int64_t out, std::int64_t in) const;
  std::string name() const;        // "4-bit asymmetric, group 64"
};

Format integerFormat(int bits, Symmetry symmetry, Granularity granularity, std::int64_t group = 0, bool dynamic = false);
// {-2, -1, 0, 1, 2} (ABQ-LLM's bit balance), symmetric, per output channel. With Asymmetric the five levels of ABQ-LLM's released code,
// around an integer zero point.
Format balancedTwoBit(Symmetry symmetry = Symmetry::Symmetric);
// Dynamic, asymmetric, per token and head: queries, keys and values.
Format headFormat(int bits);

inline constexpr int kScaleBits = 16;            // what a stored scale counts in size arithmetic
inline constexpr double kSmallestClip = 0.01;

// Why quantizeWeight or quantizeInput cannot use this format, as a sentence with the remedy; nullopt when they can.
std::optional<std::string> weightFault(const Format& format);
std::optional<std::string> inputFault(const Format& format);

}  // namespace bitscape
