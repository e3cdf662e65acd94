#include "core/method/sampled_rows.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/calib/map_stats.h"

namespace bitscape {

Tensor SampledRows::weighted() const { return rows * share.sqrt().unsqueeze(1); }

SampledRows sampledRows(const InputStats& stats, std::int64_t most, const Tensor& like) {
  const Tensor sample = sampleOf(stats);
  const std::int64_t kept = sample.size(0), random = std::min(stats.randomRows, kept), top = kept - random;
  if (kept == 0) throw Error("the statistics hold no sampled rows; collect them with a sample");
  const std::int64_t taken = std::min(random, std::max<std::int64_t>(1, most));
  const double all = static_cast<double>(std::max(stats.rows, kept)), ordinary = all - static_cast<double>(top);

  Tensor index = at::empty({taken + top}, at::kLong), share = at::empty({taken + top}, at::kFloat);
  auto* place = index.mutable_data_ptr<std::int64_t>();
  auto* part = share.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < taken; ++i) {
    place[i] = i * random / taken;
    part[i] = static_cast<float>(ordinary / (all * static_cast<double>(taken)));
  }
  for (std::int64_t i = 0; i < top; ++i) {
    place[taken + i] = random + i;
    part[taken + i] = static_cast<float>(1 / all);
  }
  return {sample.index_select(0, index).to(like.options()), (share / share.sum()).to(like.options())};
}

}  // namespace bitscape
