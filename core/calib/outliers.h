// Massive and normal activation outliers, found in statistics.
//
// massive, residual stream: |h| > 100 and at least 1000 x the median |h| of its block (Sun et al., arXiv 2402.17762).
// massive, down_proj input: in a token whose max |x| is more than 64 x the median over tokens of the max |x| (PrefixQuant, arXiv
// 2410.05265), DuQuant's location (arXiv 2406.01721).
// normal: channels large for every token: the channel's typical |x| is more than `normalRatio` x the median channel's.
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
  std::string place;               // a role name, or "residual"
  std::int64_t window = 0, token = 0, channel = 0;
  double value = 0;                // absolute
};
struct NormalOutlier {
  int block = 0;
  std::string role;
  std::int64_t channel = 0;
  double value = 0;                // absolute, the channel's largest
};

std::vector<MassiveOutlier> massiveOutliers(const ActivationStats& stats, const OutlierThresholds& thresholds);
std::vector<NormalOutlier> normalOutliers(const ActivationStats& stats, const OutlierThresholds& thresholds);

}  // namespace bitscape
