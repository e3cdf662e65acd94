// The inner loops of the statistics, on plain memory.
//
// A tile is kTileRows rows of kTileChannels channels, float32, row by row without gaps: it stays in the first cache while several
// passes read it, whatever the distance between rows was. Compiled for several instruction sets, the best one is taken at run time.
// Pure functions, thread-safe.
#pragma once

#include <cstdint>

namespace bitscape {

inline constexpr int kTileRows = 128, kTileChannels = 64;

// Per channel of a tile.
struct TileStats {
  float min[kTileChannels], max[kTileChannels];
  double mean[kTileChannels], m2[kTileChannels], m3[kTileChannels], m4[kTileChannels];  // central: sums of (x - mean)^k
  double sumAbsolute[kTileChannels];
};
// The moments are taken around the tile's own mean in a second pass, so nothing cancels. 0 < rows <= kTileRows.
void tileStats(const float* tile, int rows, TileStats& stats);

// largest[i] = max(largest[i], max |row i|).
void rowMaxima(const float* tile, int rows, float* largest);

// Products of two rows, for a cosine.
struct Products {
  double xy = 0, xx = 0, yy = 0;
};
Products products(const float* x, const float* y, std::int64_t count);

// A softmax over `count` > 0 finite scores, without writing it down: H = log z - sum (s - max) e^(s - max) / z, z = sum e^(s - max).
struct SoftmaxStats {
  double entropy = 0;  // nats
  double first = 0;    // probability of scores[0]
};
SoftmaxStats softmaxStats(const float* scores, std::int64_t count);

}  // namespace bitscape
