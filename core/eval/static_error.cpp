#include "core/eval/static_error.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/quant/quantizer.h"

namespace bitscape {
namespace {

constexpr std::int64_t kMostRandomRows = 96;  // the products are most of the work; the rows of the top values are always taken

// Some of the sampled rows, the random ones first, and how many each of those stands for.
struct Rows {
  Tensor x;
  std::int64_t random = 0;
  double weight = 1;
  double energy(const Tensor& y) const {
    const Tensor rows = y.square().sum(1, false, at::kDouble);
    return weight * rows.narrow(0, 0, random).sum().item<double>() + rows.narrow(0, random, rows.size(0) - random).sum().item<double>();
  }
};

Rows rowsOf(const InputStats& stats) {
  const auto all = static_cast<std::int64_t>(stats.sampleRows.size());
  const Tensor sample = at::from_blob(const_cast<float*>(stats.sample.data()), {all, stats.channels()}, at::kFloat);  // only read
  if (stats.randomRows <= kMostRandomRows) return {sample, stats.randomRows, 1.0};
  const std::int64_t step = (stats.randomRows + kMostRandomRows - 1) / kMostRandomRows;
  const Tensor random = sample.slice(0, 0, stats.randomRows, step);
  const double weight = static_cast<double>(stats.randomRows) / static_cast<double>(random.size(0));
  return {at::cat({random, sample.slice(0, stats.randomRows)}), random.size(0), weight};
}

}  // namespace

Tensor keptColumns(SeamKind kind, const std::map<Role, const Packed*>& packed) {
  Tensor kept;
  for (const Role role : consumers(kind)) {
    const auto found = packed.find(role);
    if (found == packed.end() || !found->second->keptColumns.defined()) return {};
    if (kept.defined() && !kept.equal(found->second->keptColumns)) return {};
    kept = found->second->keptColumns;
  }
  return kept;
}

InputRange rangeOf(const InputStats& input, const Tensor& kept) {
  InputRange range{.low = 0, .high = 0};
  std::vector<bool> skip(input.min.size(), false);
  if (kept.defined()) {
    const Tensor columns = kept.cpu().to(at::kLong).contiguous();
    for (std::int64_t i = 0; i < columns.numel(); ++i) skip[static_cast<std::size_t>(columns.const_data_ptr<std::int64_t>()[i])] = true;
  }
  bool any = false;
  for (std::size_t c = 0; c < skip.size(); ++c) {
    if (skip[c]) continue;
    range.low = any ? std::min(range.low, input.min[c]) : input.min[c];
    range.high = any ? std::max(range.high, input.max[c]) : input.max[c];
    any = true;
  }
  return range;
}

namespace {

// What the linear multiplies instead of x.
Tensor roundedInput(const Tensor& x, const InputRange& range, Format format, double clip) {
  format.clipRatio *= clip;
  return format.dynamic ? fakeQuantizeInput(x, format) : fakeQuantizeInput(x, format, range);
}

}  // namespace

std::map<Role, double> staticSqnr(int block, const SolvedBlock& solved, const Plan& plan, const std::map<Role, const Packed*>& packed,
                                  const Progress& progress) {
  const c10::NoGradGuard noGrad;
  if (!solved.known.inputs) throw Error("static errors need statistics of the inputs; collect them first");
  std::map<Role, double> found;
  for (const SeamKind kind : kLinearSeams) {
    const std::size_t seam = static_cast<std::size_t>(kind);
    const InputStats& stats = (*solved.known.inputs)[seam];
    const Rows rows = rowsOf(stats);
    const Tensor& x = rows.x;
    const Tensor kept = keptColumns(kind, packed);
    Tensor seen;
    std::optional<Format> seenAs;
    for (const Role role : consumers(kind)) {
      progress.checkpoint(static_cast<double>(found.size()) / kBlockRoles.size(), roleName(role));
      const LinearPlan& format = plan.of({block, role});
      if (format.isFloat()) {
        found[role] = std::numeric_limits<double>::infinity();
        continue;
      }
      if (!seen.defined() || seenAs != format.input) {
        const Tensor rounded = format.input && kept.defined() ? x.index_fill(1, kept, 0) : x;
        seen = format.input ? roundedInput(rounded, rangeOf(stats, kept), *format.input, solved.folded.inputClip[seam]) : x;
        if (format.input && kept.defined()) seen = seen.index_copy(1, kept, x.index_select(1, kept));
        seenAs = format.input;
      }
      const Tensor weight = solved.folded.weights.of(role).cpu();
      const auto codes = packed.find(role);
      const Tensor y = at::mm(x, weight.t());
      const double signal = rows.energy(y);
      const double noise = rows.energy(y - at::mm(seen, (codes != packed.end() ? dequantize(*codes->second) : weight).t()));
      found[role] = noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
    }
  }
  return found;
}

}  // namespace bitscape
