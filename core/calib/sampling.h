// Seeded choices without repetition, the same on every machine and with every standard library.
//
// Pure function, thread-safe.
#pragma once

#include <cstdint>
#include <vector>

namespace bitscape {

// `count` different numbers out of 0..population-1 in ascending order; all of them when count >= population.
std::vector<std::int64_t> chooseDistinct(std::int64_t population, std::int64_t count, std::uint64_t seed);

}  // namespace bitscape
