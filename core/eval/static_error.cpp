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

double energyOf(const Tensor& x) { return x.square().sum(at::kDouble).item<double>(); }

// What the linear multiplies instead of x.
Tensor roundedInput(const Tensor& x, const InputStats& stats, Format format, double clip) {
  format.clipRatio *= clip;
  if (format.dynamic) return fakeQuantizeInput(x, format);
  return fakeQuantizeInput(x, format, InputRange{*std::min_element(stats.min.begin(), stats.min.end()),
                                                 *std::max_element(stats.max.begin(), stats.max.end())});
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
    const auto rows = static_cast<std::int64_t>(stats.sampleRows.size());
    const Tensor x = at::from_blob(const_cast<float*>(stats.sample.data()), {rows, stats.channels()}, at::kFloat);  // only read
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
        seen = format.input ? roundedInput(x, stats, *format.input, solved.folded.inputClip[seam]) : x;
        seenAs = format.input;
      }
      const Tensor weight = solved.folded.weights.of(role).cpu();
      const auto codes = packed.find(role);
      const Tensor y = at::mm(x, weight.t());
      const double signal = energyOf(y);
      const double noise = energyOf(y - at::mm(seen, (codes != packed.end() ? dequantize(*codes->second) : weight).t()));
      found[role] = noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
    }
  }
  return found;
}

}  // namespace bitscape
