#include "core/calib/sampling.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

namespace bitscape {
namespace {

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
std::uint64_t nextRandom(std::uint64_t& state) {
  std::uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// 0..limit-1. The upper half of the product spreads 64 random bits over the range.
std::int64_t randomBelow(std::uint64_t& state, std::int64_t limit) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::int64_t>((static_cast<Wide>(nextRandom(state)) * static_cast<std::uint64_t>(limit)) >> 64);
}

}  // namespace

std::vector<std::int64_t> chooseDistinct(std::int64_t population, std::int64_t count, std::uint64_t seed) {
  population = std::max<std::int64_t>(population, 0);
  count = std::clamp<std::int64_t>(count, 0, population);
  if (count == population) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(population));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    return all;
  }
  // Floyd's algorithm: one draw per chosen number, no memory for the rest (Bentley and Floyd, A sample of brilliance, 1987).
  std::unordered_set<std::int64_t> chosen;
  for (std::int64_t last = population - count; last < population; ++last) {
    if (!chosen.insert(randomBelow(seed, last + 1)).second) chosen.insert(last);
  }
  std::vector<std::int64_t> sorted(chosen.begin(), chosen.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace bitscape
