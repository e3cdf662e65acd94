// SqueezeLLM: every output row learns its own values, where the loss is sensitive most precisely; a few weights stay float.
//
// S. Kim, C. Hooper, A. Gholami, Z. Dong, X. Li, S. Shen, M. Mahoney, K. Keutzer: SqueezeLLM, ICML 2024, arXiv 2306.07629; released code
// (quantization/nuq.py, outliers.py).
//   dense    per output row the 2^b values of the k-means of its weights, weighted by the Fisher information's diagonal (calib/fisher.h)
//   sparse   first the 0.05 % of a matrix with the largest F; then |w| >= T, T = max(|q1 - r IQR|, |q3 + r IQR|), at most 0.4 %. They are
//            left out of the k-means; the sparse part holds what is missing to the value nearest to zero
// In the code one r serves all matrices and is tuned until 0.45 % are taken overall; here r is given and the share of each matrix bounded.
// The code's k-means starts from random values (seed 0), here from cuts without chance (kmeans.h). Where the stack rotates a weight its
// diagonal is lost: all weights of such a linear then count alike, and the most sensitive ones are the largest.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/method/kmeans.h"
#include "core/method/method.h"
#include "core/method/plan_formats.h"
#include "core/quant/quantizer.h"

namespace bitscape {
namespace {

// True where the `share` of largest elements lies (their number rounded down).
Tensor largest(const Tensor& values, double share) {
  const Tensor flat = values.reshape({-1});
  const auto count = static_cast<std::int64_t>(share * static_cast<double>(flat.numel()));
  Tensor mask = at::zeros_like(flat, at::kBool);
  if (count > 0) mask.index_fill_(0, std::get<1>(flat.topk(count, 0, true, false)), true);
  return mask.reshape(values.sizes());
}

// The size above which the quartiles call a weight an outlier.
double outlierBound(const Tensor& weight, double reach) {
  const Tensor sorted = std::get<0>(weight.reshape({-1}).sort());
  const auto at = [&](double fraction) {
    const double place = fraction * static_cast<double>(sorted.numel() - 1);
    const auto low = static_cast<std::int64_t>(place);
    const double a = sorted[low].item<double>(), b = sorted[std::min(low + 1, sorted.numel() - 1)].item<double>();
    return a + (place - static_cast<double>(low)) * (b - a);
  };
  const double q1 = at(0.25), q3 = at(0.75), spread = q3 - q1;
  return std::max(std::fabs(q1 - reach * spread), std::fabs(q3 + reach * spread));
}

// Which weights leave the dense part.
Tensor sparsePlaces(const Tensor& weight, const Tensor& sensitivity, const ParamValues& values) {
  const Tensor sensitive = largest(sensitivity, values.number("sensitive"));
  const Tensor size = weight.abs().masked_fill(sensitive, 0);
  const Tensor outliers = at::logical_and(largest(size, values.number("outliers")), size.ge(outlierBound(weight, values.number("reach"))));
  return at::logical_or(sensitive, at::logical_and(outliers, size.gt(0)));
}

struct Dense {
  Tensor codes, table;  // uint8 [out, in], float32 [out, levels]
};

// The k-means of every row. Removed weights count nothing and take the value nearest to zero.
Dense learn(const Tensor& weight, const Tensor& sensitivity, const Tensor& removed, std::int64_t levels, const Progress& progress) {
  const std::int64_t out = weight.size(0), in = weight.size(1);
  Dense dense{at::empty({out, in}, at::kByte), at::empty({out, levels}, at::kFloat)};
  const Tensor counted = sensitivity.masked_fill(removed, 0).contiguous();
  const float* w = weight.const_data_ptr<float>();
  const float* f = counted.const_data_ptr<float>();
  const bool* gone = removed.const_data_ptr<bool>();
  auto* codes = dense.codes.mutable_data_ptr<std::uint8_t>();
  auto* table = dense.table.mutable_data_ptr<float>();
  constexpr std::int64_t kRowsBetweenChecks = 512;
  for (std::int64_t first = 0; first < out; first += kRowsBetweenChecks) {
    progress.checkpoint(static_cast<double>(first) / static_cast<double>(out));
    at::parallel_for(first, std::min(out, first + kRowsBetweenChecks), 8, [&](std::int64_t begin, std::int64_t end) {
      std::vector<float> even(static_cast<std::size_t>(in)), middle(static_cast<std::size_t>(levels - 1));
      for (std::int64_t row = begin; row < end; ++row) {
        const float* own = f + row * in;
        // Nothing is sensitive here: all weights that stay count alike.
        if (std::none_of(own, own + in, [](float v) { return v > 0; })) {
          for (std::int64_t i = 0; i < in; ++i) even[static_cast<std::size_t>(i)] = gone[row * in + i] ? 0.0f : 1.0f;
          own = even.data();
        }
        const std::vector<float> values = weightedKMeans(w + row * in, own, in, levels);
        std::copy(values.begin(), values.end(), table + row * levels);
        for (std::size_t m = 0; m < middle.size(); ++m) middle[m] = (values[m] + values[m + 1]) / 2;
        for (std::int64_t i = 0; i < in; ++i) {
          const float value = gone[row * in + i] ? 0.0f : w[row * in + i];
          codes[row * in + i] = static_cast<std::uint8_t>(std::lower_bound(middle.begin(), middle.end(), value) - middle.begin());
        }
      }
    });
  }
  return dense;
}

Packed round(const RoundingInput& input, const Format& asked, const ParamValues& values, const Progress& progress) {
  const Tensor weight = input.weight.to(at::kCPU, at::kFloat).contiguous();
  if (!at::isfinite(weight).all().item<bool>())
    throw Error("the weight holds NaN or infinity and cannot be quantized; look for a damaged file");
  const bool known = input.fisher.defined();
  const Tensor fisher = known ? input.fisher.to(at::kCPU, at::kFloat).contiguous() : at::ones_like(weight);
  if (fisher.sizes() != weight.sizes()) throw Error("the gradients do not fit the weight; collect them again");
  if (!at::isfinite(fisher).all().item<bool>())
    throw Error("a gradient of this weight is NaN or infinite; look for an overflow in the model");
  Packed packed;
  packed.format = asked.grid.learned ? asked : onGrid(asked, "kmeans");
  packed.format.granularity = Granularity::Channel, packed.format.group = 0;
  const Tensor removed = sparsePlaces(weight, known ? fisher : weight.abs(), values);
  // Sums of squares of very small gradients must not vanish in float32.
  const double mean = fisher.mean(at::kDouble).item<double>();
  const Dense dense =
      learn(weight, mean > 0 ? (fisher.to(at::kDouble) / mean).to(at::kFloat) : fisher, removed, packed.format.grid.levels, progress);
  packed.codes = dense.codes;
  packed.rowTable = dense.table;
  packed.scale = at::ones({weight.size(0), 1}, at::kFloat);
  packed.offset = at::zeros({weight.size(0), 1}, at::kFloat);
  if (removed.any().item<bool>()) {
    const Tensor places = removed.nonzero().t().contiguous();
    const Tensor missing = (weight - dequantizeCodes(packed)).masked_select(removed).to(at::kHalf).to(at::kFloat);  // as sizes count them
    packed.sparse = at::sparse_coo_tensor(places, missing, weight.sizes(), missing.options().layout(at::kSparse)).coalesce();
  }
  return packed;
}

MethodSetup setup(const Plan& bits, const ModelConfig&) {
  const auto learned = [](Format& weight) {
    if (weight.grid.levels > 256) return;
    weight = onGrid(weight, "kmeans");
    weight.granularity = Granularity::Channel, weight.group = 0;
  };
  return {.plan = withFormats(bits, learned, {}), .rounding = {.id = "squeezellm"}};
}

}  // namespace

Method squeezeLlmMethod() {
  Method method{.id = "squeezellm",
                .title = "SqueezeLLM",
                .citation =
                    "Kim, Hooper, Gholami, Dong, Li, Shen, Mahoney, Keutzer: SqueezeLLM: Dense-and-Sparse Quantization, ICML 2024, arXiv "
                    "2306.07629",
                .version = 2,  // 1 kept the sparse values in float32
                .setup = setup};
  method.roundings.push_back(
      {.id = "squeezellm",
       .title = "SqueezeLLM",
       .help =
           "Every output row learns its own values, weighted by squared gradients of the loss; the most sensitive and the largest weights "
           "stay float. Where the stack rotates, all weights count alike. Needs a calibration text.",
       .parameters = {numberParam("sensitive", "Sensitive weights", "The share of each matrix that stays float for its gradients.", 0, 0.05,
                                  0.0005),
                      numberParam("outliers", "Outliers", "The largest share of each matrix that stays float for its size.", 0, 0.05,
                                  0.004),
                      numberParam("reach", "Reach", "Outliers lie this many interquartile ranges beyond the quartiles.", 0.5, 10, 1.8)},
       .needs = {.fisher = true},
       .round = round});
  return method;
}

}  // namespace bitscape
