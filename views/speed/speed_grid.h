// How fast products of every (w,a) in 1..8 x 1..8 were on one machine. Plain value.
//
// A product reads its weights once and multiplies them with m rows, so that two ceilings bound it: the rate of the instructions and the rate
// of reading. Its share is of the nearer one:   share = max(gops / peakGops, gbps / readGbps)
#pragma once

#include <array>
#include <map>
#include <tuple>

#include <QString>

namespace bitscape {

inline constexpr int kSpeedBits = 8;                                  // w and a run from 1 to this
inline constexpr std::array<int, 3> kSpeedRows{1, 16, 512};           // rows at once: decode, a small batch, prefill
inline constexpr int kSpeedRounds = 3;                                // that a measurement goes over the grid; a cell keeps its fastest

struct SpeedCell {
  QString path;                                                       // "panels", "planes"
  double microseconds = 0, spread = 0;                                // median of its fastest round; half the distance of the quartiles over the median
  double gops = 0, gbps = 0, peakGops = 0;
};

struct SpeedGrid {
  QString machine, isa;                                               // the processor and the instruction set
  QString measured;                                                   // when, for people; empty: never
  double peakGops = 0, readGbps = 0;                                  // of byte dot products, and of reading memory
  qint64 outputs = 0, inputs = 0;                                     // of the weight that was multiplied
  std::map<std::tuple<int, int, int>, SpeedCell> cells;               // by rows, w, a: what is known

  const SpeedCell* at(int rows, int w, int a) const;                  // null: not measured
  double share(const SpeedCell& cell) const;                          // of the nearer ceiling, 0 where neither is known
  bool readingBounds(const SpeedCell& cell) const;                    // the nearer ceiling is that of reading
};

// "1830 GOPS", "84.1 µs", "62 %".
QString gopsText(double gops);
QString microsecondsText(double microseconds);
QString shareText(double share);

}  // namespace bitscape
