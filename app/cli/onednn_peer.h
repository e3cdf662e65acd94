// oneDNN's product of bytes, as a peer of our own where this program was built with oneDNN.
//
// u8 x s8 to sums of 32 bits, without scales; weights prepacked as oneDNN likes them, in copies that rotate past the caches; on the same
// threads as LibTorch (one OpenMP runtime). Thread-compatible. Knows nothing of LibTorch, which brings headers of another oneDNN.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace bitscape::cli {

// "oneDNN 2.6.3"; empty where this program has none.
std::string oneDnnName();
// Multiplies m rows by the next one of `copies` copies of random weights [n, k]. Empty without oneDNN.
std::function<void()> oneDnnProduct(std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t copies);

}  // namespace bitscape::cli
