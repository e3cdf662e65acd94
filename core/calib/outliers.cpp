#include "core/calib/outliers.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bitscape {
namespace {

// The lower median; reorders `values`, which must not be empty.
double lowerMedian(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Per channel, the median |x| over the randomly sampled rows: few extreme tokens do not move it.
std::vector<float> typicalMagnitudes(const InputStats& input) {
  const std::size_t channels = static_cast<std::size_t>(input.channels()), rows = static_cast<std::size_t>(input.randomRows);
  // Sixteen channels at a time: a line of the cache is read once.
  constexpr std::size_t kTogether = 16;
  std::vector<float> typical(channels);
  std::array<std::vector<float>, kTogether> columns;
  for (std::vector<float>& column : columns) column.resize(rows);
  for (std::size_t first = 0; first < channels; first += kTogether) {
    const std::size_t count = std::min(kTogether, channels - first);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < count; ++i) columns[i][row] = std::fabs(input.sample[row * channels + first + i]);
    }
    for (std::size_t i = 0; i < count; ++i) typical[first + i] = static_cast<float>(lowerMedian(columns[i]));
  }
  return typical;
}

}  // namespace

std::vector<MassiveOutlier> massiveOutliers(const ActivationStats& stats, const OutlierThresholds& thresholds) {
  std::vector<MassiveOutlier> found;
  const auto keepAbove = [&](const std::vector<TopValue>& candidates, int block, const std::string& place, double least, double above) {
    for (const TopValue& c : candidates) {
      const double value = std::fabs(c.value);
      if (value > above && value >= least) found.push_back({block, place, c.window, c.token, c.channel, value});
    }
  };
  for (std::size_t block = 0; block < stats.blocks.size(); ++block) {
    const std::size_t before = found.size();
    const BlockStats& output = stats.blocks[block];
    keepAbove(output.massive, static_cast<int>(block), "residual", thresholds.residualRatio * output.median, thresholds.residualValue);
    const InputStats& down = stats.input({static_cast<int>(block), SeamKind::FfnDown});
    keepAbove(down.top, static_cast<int>(block), std::string(roleName(Role::Down)), 0, thresholds.downRatio * down.tokenMax.quantile(0.5));
    std::stable_sort(found.begin() + static_cast<std::ptrdiff_t>(before), found.end(),
                     [](const MassiveOutlier& a, const MassiveOutlier& b) { return a.value > b.value; });
  }
  return found;
}

std::vector<NormalOutlier> normalOutliers(const ActivationStats& stats, const OutlierThresholds& thresholds) {
  std::vector<NormalOutlier> found;
  for (const InputStats& input : stats.inputs) {
    if (input.randomRows == 0 || input.channels() == 0) continue;
    const std::vector<float> typical = typicalMagnitudes(input);
    std::vector<float> ordered = typical;
    const double limit = thresholds.normalRatio * lowerMedian(ordered);
    std::vector<NormalOutlier> here;
    for (std::size_t channel = 0; channel < typical.size(); ++channel) {
      if (typical[channel] <= limit) continue;
      here.push_back({input.seam.block, std::string(roleName(consumers(input.seam.kind).front())), static_cast<std::int64_t>(channel),
                      input.absmax[channel]});
    }
    std::stable_sort(here.begin(), here.end(), [](const NormalOutlier& a, const NormalOutlier& b) { return a.value > b.value; });
    if (here.size() > kNormalPerInput) here.resize(kNormalPerInput);
    found.insert(found.end(), here.begin(), here.end());
  }
  return found;
}

}  // namespace bitscape
