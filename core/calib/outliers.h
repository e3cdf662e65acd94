// Massive and normal activation outliers, found in statistics.
//
// massive, residual stream: |h| > 100 and at least 1000 x the median |h| of its block (Sun et al., arXiv 2402.17762).
// massive, down_proj input: |x| more than 64 x the median over tokens of their max |x| (the ratio that PrefixQuant, arXiv 2410.05265,
// calls extreme tokens by, at the place where DuQuant, arXiv 2406.01721, found them).
// normal: channels large for every token: the channel's median |x| over the random sample is more than `normalRatio` x the median
// channel's. Few extreme tokens do not make a channel normal, and a channel that is large on some tokens alone is not one.
//
// At most BlockStats::kMassiveCandidates residual values and CaptureOptions::topValues down_proj inputs per block, the largest; at most
// kNormalPerInput channels per input. Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/calib/stats.h"

namespace bitscape {

struct OutlierThresholds {
  double residualValue = 100, residualRatio = 1000;
  double downRatio = 64;
  double normalRatio = 8;
  bool operator==(const OutlierThresholds&) const = default;
};

struct MassiveOutlier {
  int block = 0;
  std::string place;  // a role name, or "residual"
  std::int64_t window = 0, token = 0, channel = 0;
  double value = 0;  // absolute
};
struct NormalOutlier {
  int block = 0;
  std::string role;  // the first consumer's: "q" stands for q, k and v, "gate" for gate and up
  std::int64_t channel = 0;
  double value = 0;  // absolute, the channel's largest
};

inline constexpr std::size_t kNormalPerInput = 32;

// Both by block, then (normal: by input, then) largest first.
std::vector<MassiveOutlier> massiveOutliers(const ActivationStats& stats, const OutlierThresholds& thresholds);
std::vector<NormalOutlier> normalOutliers(const ActivationStats& stats, const OutlierThresholds& thresholds);

}  // namespace bitscape
