#include "core/eval/divergence.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "core/eval/row_kernel.h"

namespace bitscape {
namespace {

constexpr std::int64_t kRowsPerTask = 4;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr RowComparison kNotFinite{kNaN, kNaN, kNaN, false};

// On other devices the rows stay there and four numbers each come back.
std::vector<RowComparison> compareOnDevice(const Tensor& floatLogits, const Tensor& logits, const Tensor& targets) {
  const Tensor index = targets.clamp_min(0).to(logits.device()).unsqueeze(1);
  const Tensor logFloat = at::log_softmax(floatLogits, -1);
  const bool same = floatLogits.is_same(logits);
  const Tensor logQuantized = same ? logFloat : at::log_softmax(logits, -1);
  const Tensor choice = floatLogits.argmax(-1, true);
  const Tensor kl = same ? at::zeros_like(logFloat.select(1, 0)) : (logFloat.exp() * (logFloat - logQuantized)).sum(-1);
  const Tensor agrees = logits.gather(1, choice).squeeze(1).eq(logits.amax(-1)).to(at::kFloat);
  const Tensor all = at::stack({logFloat.gather(1, index).squeeze(1).neg(), logQuantized.gather(1, index).squeeze(1).neg(), kl, agrees}, 1)
                         .cpu()
                         .contiguous();
  const float* values = all.const_data_ptr<float>();
  const std::int64_t* target = targets.const_data_ptr<std::int64_t>();
  std::vector<RowComparison> rows(static_cast<std::size_t>(logits.size(0)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float* row = values + i * 4;
    const bool predicts = target[i] >= 0;
    rows[i] = {predicts ? row[0] : 0.0F, predicts ? row[1] : 0.0F, row[2], row[3] > 0};
  }
  return rows;
}

}  // namespace

std::vector<RowComparison> compareRows(const Tensor& floatLogits, const Tensor& logits, const Tensor& targets) {
  const at::NoGradGuard guard;
  assert(floatLogits.sizes() == logits.sizes() && targets.numel() == logits.size(0));
  assert(floatLogits.is_contiguous() && logits.is_contiguous());
  if (!logits.is_cpu()) return compareOnDevice(floatLogits, logits, targets);

  const std::int64_t vocabulary = logits.size(1);
  const float* f = floatLogits.const_data_ptr<float>();
  const float* q = logits.const_data_ptr<float>();
  const std::int64_t* target = targets.const_data_ptr<std::int64_t>();
  std::vector<RowComparison> rows(static_cast<std::size_t>(logits.size(0)));
  at::parallel_for(0, logits.size(0), kRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const float* rowF = f + i * vocabulary;
      const float* rowQ = q + i * vocabulary;
      const RowPairSums sums = sumRowPair(rowF, rowQ, vocabulary);
      const double normF = sums.maxF + std::log(sums.sumF);
      const double normQ = sums.maxQ + std::log(sums.sumQ);
      RowComparison& row = rows[static_cast<std::size_t>(i)];
      if (!std::isfinite(normF) || !std::isfinite(normQ)) {
        row = kNotFinite;
        continue;
      }
      // sum p_f (z_f - z_q) - (norm_f - norm_q), with both z counted from their maxima.
      const double kl = sums.weighted / sums.sumF - (std::log(sums.sumF) - std::log(sums.sumQ));
      row.kl = static_cast<float>(std::max(kl, 0.0));  // below 0 by rounding alone
      row.sameTop = rowQ[std::find(rowF, rowF + vocabulary, sums.maxF) - rowF] == sums.maxQ;
      if (target[i] >= 0) {
        row.floatNll = static_cast<float>(normF - rowF[target[i]]);
        row.nll = static_cast<float>(normQ - rowQ[target[i]]);
      }
    }
  });
  return rows;
}

std::vector<RowComparison> scoreRows(const Tensor& logits, const Tensor& targets) {
  const at::NoGradGuard guard;
  assert(targets.numel() == logits.size(0) && logits.is_contiguous());
  if (!logits.is_cpu()) return compareOnDevice(logits, logits, targets);

  const std::int64_t vocabulary = logits.size(1);
  const float* z = logits.const_data_ptr<float>();
  const std::int64_t* target = targets.const_data_ptr<std::int64_t>();
  std::vector<RowComparison> rows(static_cast<std::size_t>(logits.size(0)));
  at::parallel_for(0, logits.size(0), kRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      if (target[i] < 0) continue;
      RowComparison& row = rows[static_cast<std::size_t>(i)];
      const RowSum sum = sumRow(z + i * vocabulary, vocabulary);
      const double norm = sum.max + std::log(sum.sum);
      if (!std::isfinite(norm))
        row = kNotFinite;
      else
        row.floatNll = row.nll = static_cast<float>(norm - z[i * vocabulary + target[i]]);
    }
  });
  return rows;
}

void Divergence::add(const RowComparison& row) {
  m_kl.push_back(row.kl);
  m_sum += row.kl;
  m_agreements += row.sameTop ? 1 : 0;
}

double Divergence::mean() const { return m_kl.empty() ? 0.0 : m_sum / static_cast<double>(m_kl.size()); }

double Divergence::quantile(double fraction) const {
  if (m_kl.empty()) return 0.0;
  std::vector<float> values = m_kl;
  const double place = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const double low = values[static_cast<std::size_t>(below)];
  if (below + 1 == static_cast<std::ptrdiff_t>(values.size())) return low;
  const double high = *std::min_element(values.begin() + below + 1, values.end());
  return low + (place - static_cast<double>(below)) * (high - low);
}

double Divergence::top1() const { return m_kl.empty() ? 1.0 : static_cast<double>(m_agreements) / static_cast<double>(m_kl.size()); }

}  // namespace bitscape
