#include "core/calib/solver_stats.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/error.h"
#include "core/calib/sampling.h"

namespace bitscape {
namespace {

struct Row {
  float largest;        // |x| in it
  std::int64_t place;   // window * length + token
  Tensor values;        // [channels] on the CPU
};

// One seam's running sums; tensors on the device of x.
struct Sums {
  std::int64_t rows = 0;
  Tensor min, max;                         // [channels]
  Tensor sum, squares, absolute;           // float64 [channels]
  Tensor hessian;                          // float32, X'X
  std::vector<Tensor> sample;              // chosen rows, on the CPU
  std::vector<std::int64_t> places;
  std::vector<Row> top;

  void add(const Tensor& x, const std::vector<std::int64_t>& chosen, const SolverStatsOptions& options) {
    const Tensor low = x.amin(0), high = x.amax(0);
    if (!at::isfinite(low + high).all().item<bool>()) throw Error("holds NaN or infinity; the model's values overflow, or its weights are damaged");
    const Tensor sumHere = x.sum(0).to(at::kDouble), squaresHere = x.square().sum(0).to(at::kDouble), absoluteHere = x.abs().sum(0).to(at::kDouble);
    if (rows == 0) {
      min = low, max = high, sum = sumHere, squares = squaresHere, absolute = absoluteHere;
      if (options.hessian) hessian = at::mm(x.t(), x);
    } else {
      min = at::minimum(min, low), max = at::maximum(max, high);
      sum += sumHere, squares += squaresHere, absolute += absoluteHere;
      if (options.hessian) hessian.addmm_(x.t(), x);
    }
    keepChosen(x, chosen);
    keepTop(x, options.topRows);
    rows += x.size(0);
  }

 private:
  void keepChosen(const Tensor& x, const std::vector<std::int64_t>& chosen) {
    const auto from = std::lower_bound(chosen.begin(), chosen.end(), rows), to = std::lower_bound(from, chosen.end(), rows + x.size(0));
    if (from == to) return;
    std::vector<std::int64_t> local;
    for (auto at = from; at != to; ++at) local.push_back(*at - rows), places.push_back(*at);
    sample.push_back(x.index_select(0, at::tensor(local, at::kLong).to(x.device())).cpu());
  }
  void keepTop(const Tensor& x, std::int64_t most) {
    if (most == 0) return;
    const Tensor largest = at::maximum(x.amax(1), -x.amin(1));
    const auto [values, where] = largest.topk(std::min(most, x.size(0)));
    const Tensor found = x.index_select(0, where).cpu(), value = values.cpu(), index = where.cpu();
    for (std::int64_t i = 0; i < value.size(0); ++i) {
      top.push_back({value[i].item<float>(), rows + index[i].item<std::int64_t>(), found[i].clone()});
    }
    std::stable_sort(top.begin(), top.end(), [](const Row& a, const Row& b) { return a.largest > b.largest; });
    if (std::ssize(top) > most) top.resize(static_cast<std::size_t>(most));
  }
};

template <class T>
std::vector<T> vectorOf(const Tensor& tensor) {
  const Tensor values = tensor.cpu().contiguous();
  const T* data = values.const_data_ptr<T>();
  return {data, data + values.numel()};
}

}  // namespace

struct SolverTap::State {
  int block;
  std::int64_t length;
  SolverStatsOptions options;
  std::vector<std::int64_t> chosen;  // ascending
  std::array<Sums, kLinearSeams.size()> seams;

  InputStats statsOf(SeamKind kind) const {
    const Sums& sums = seams[static_cast<std::size_t>(kind)];
    InputStats stats;
    stats.seam = {block, kind};
    stats.rows = sums.rows;
    if (sums.rows == 0) return stats;
    const double rows = static_cast<double>(sums.rows);
    stats.min = vectorOf<float>(sums.min);
    stats.max = vectorOf<float>(sums.max);
    stats.absmax = vectorOf<float>(at::maximum(sums.max, -sums.min));
    const Tensor mean = sums.sum / rows;
    stats.mean = vectorOf<double>(mean);
    stats.variance = vectorOf<double>((sums.squares / rows - mean.square()).clamp_min(0));
    stats.kurtosis.assign(stats.mean.size(), 0.0);
    stats.meanAbsolute = sums.absolute.mean().item<double>() / rows;
    std::vector<Tensor> kept = sums.sample;
    std::vector<std::int64_t> places = sums.places;
    stats.randomRows = std::ssize(places);
    const std::set<std::int64_t> taken(places.begin(), places.end());
    std::vector<const Row*> extra;
    for (const Row& row : sums.top) {
      if (!taken.contains(row.place)) extra.push_back(&row);
    }
    std::sort(extra.begin(), extra.end(), [](const Row* a, const Row* b) { return a->place < b->place; });
    for (const Row* row : extra) kept.push_back(row->values.unsqueeze(0)), places.push_back(row->place);
    if (!kept.empty()) stats.sample = vectorOf<float>(at::cat(kept));
    for (const std::int64_t place : places) stats.sampleRows.emplace_back(place / length, place % length);
    if (options.hessian) stats.hessian = sums.hessian / rows;
    return stats;
  }
};

SolverTap::SolverTap(int block, std::int64_t windows, std::int64_t length, const SolverStatsOptions& options)
    : m_state(std::make_unique<State>(State{.block = block,
                                            .length = length,
                                            .options = options,
                                            .chosen = chooseDistinct(windows * length, options.sampleRows, options.seed),
                                            .seams = {}})) {}
SolverTap::~SolverTap() = default;

void SolverTap::linearInput(SeamId seam, const Tensor& x) {
  const c10::NoGradGuard noGrad;
  const Tensor rows = x.to(at::kFloat).reshape({-1, x.size(-1)});
  withContext("input of " + std::string(seamName(seam.kind)),
              [&] { m_state->seams[static_cast<std::size_t>(seam.kind)].add(rows, m_state->chosen, m_state->options); });
}

std::array<InputStats, kLinearSeams.size()> SolverTap::take() {
  const c10::NoGradGuard noGrad;
  std::array<InputStats, kLinearSeams.size()> all;
  for (const SeamKind kind : kLinearSeams) all[static_cast<std::size_t>(kind)] = m_state->statsOf(kind);
  m_state->seams = {};
  return all;
}

void RowsTap::linearInput(SeamId seam, const Tensor& x) {
  rows[static_cast<std::size_t>(seam.kind)] = x.to(at::kFloat).reshape({-1, x.size(-1)}).clone();
}

}  // namespace bitscape
