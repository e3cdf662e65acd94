#include "core/eval/static_error.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <limits>

#include "core/method/method.h"
#include "core/quant/quantizer.h"

namespace bitscape {

double staticSqnr(const Tensor& weight, const InputStats& input, const LinearPlan& plan, const RoundingChoice& rounding) {
  const c10::NoGradGuard noGrad;
  if (!plan.weight && !plan.input) return std::numeric_limits<double>::infinity();
  const auto rows = static_cast<std::int64_t>(input.sampleRows.size());
  const auto x = at::from_blob(const_cast<float*>(input.sample.data()), {rows, input.channels()}, at::kFloat);   // only read
  const auto xRounded = plan.input ? fakeQuantizeInput(x, *plan.input) : x;
  const auto wRounded = plan.weight ? dequantize(roundingNamed(rounding.id).round(weight, *plan.weight, rounding.parameters)) : weight;
  const auto y = at::mm(x, weight.t());
  const auto error = y - at::mm(xRounded, wRounded.t());
  const double signal = y.square().sum(at::kDouble).item<double>();
  const double noise = error.square().sum(at::kDouble).item<double>();
  return noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
}

}  // namespace bitscape
