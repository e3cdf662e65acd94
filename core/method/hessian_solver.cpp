#include "core/method/hessian_solver.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/quant/grid_kernel.h"
#include "core/quant/quantizer.h"

namespace bitscape {
namespace {

constexpr std::int64_t kLanes = grid::kLanes;
constexpr int kRatios = 81;  // 1, 0.99 .. 0.2: GPTQ's shrinking grid

// What a code of a format stands for, one value at a time: the arithmetic of quantizeWeight.
class Rounder {
 public:
  explicit Rounder(const Format& format) : m_levels(format.grid.levels), m_table(format.grid.table) {
    if (!m_table.empty()) m_nearest.emplace(m_table, true);
  }
  std::uint8_t code(float value, grid::Scaling scaling) const {
    std::uint8_t code = 0;
    if (m_nearest)
      m_nearest->encode(&value, 1, scaling.scale, &code);
    else
      grid::encode(&value, 1, scaling, m_levels, &code);
    return code;
  }
  float value(std::uint8_t code, grid::Scaling scaling) const {
    return scaling.scale * (m_table.empty() ? static_cast<float>(code) - scaling.zero : m_table[code]);
  }

 private:
  std::int64_t m_levels;
  std::vector<float> m_table;
  std::optional<grid::Nearest> m_nearest;
};

// One block of columns, rows apart: `weights` [rows, stride] become float rest, `errors` likewise are written. `factor` is U's diagonal
// block [count, stride], zero left of the diagonal and behind `count`; the stride is a multiple of kLanes.
struct ColumnBlock {
  std::int64_t count, stride;
  const float* factor;
  float* weights;
  float* errors;
  const std::int64_t* columns;  // [count] in the weight
};

struct Codes {
  std::int64_t in, granules, width;
  std::uint8_t* codes;
  float* scale;
  float* offset;
  bool integer;

  grid::Scaling at(std::int64_t row, std::int64_t column) const {
    const std::int64_t granule = row * granules + column / width;
    const float s = scale[granule];
    return {.scale = s, .zero = integer ? std::nearbyint(-offset[granule] / s) : 0.0f};
  }
};

void roundBlock(const ColumnBlock& block, const Codes& to, const Rounder& rounder, std::int64_t rows) {
  const std::int64_t grain = std::max<std::int64_t>(1, (1 << 18) / (block.count * block.stride));
  at::parallel_for(0, rows, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      float* __restrict w = block.weights + row * block.stride;
      float* __restrict errors = block.errors + row * block.stride;
      for (std::int64_t i = 0; i < block.count; ++i) {
        const std::int64_t column = block.columns[i];
        const grid::Scaling scaling = to.at(row, column);
        const float* __restrict u = block.factor + i * block.stride;
        const std::uint8_t code = rounder.code(w[i], scaling);
        to.codes[row * to.in + column] = code;
        const float e = (w[i] - rounder.value(code, scaling)) / u[i];
        errors[i] = e;
        // From a whole lane on: what lies left of the diagonal is zero.
        for (std::int64_t j = i / kLanes * kLanes; j < block.stride; j += kLanes) {
          for (std::int64_t lane = 0; lane < kLanes; ++lane) w[j + lane] -= e * u[j + lane];
        }
      }
    }
  });
}

// `columns` wide padded with zeros on the CPU.
Tensor padded(const Tensor& matrix, std::int64_t stride) {
  Tensor result = at::zeros({matrix.size(0), stride}, at::kFloat);
  result.narrow(1, 0, matrix.size(1)).copy_(matrix);
  return result;
}

std::vector<std::int64_t> vectorOf(const Tensor& indices) {
  const Tensor all = indices.to(at::kCPU, at::kLong).contiguous();
  return {all.const_data_ptr<std::int64_t>(), all.const_data_ptr<std::int64_t>() + all.numel()};
}

void requireHessian(const Tensor& hessian, std::int64_t in) {
  if (!hessian.defined() || hessian.dim() != 2 || hessian.size(0) != in || hessian.size(1) != in) {
    throw Error("the Hessian X'X of the inputs does not fit " + std::to_string(in) + " inputs; collect the statistics again");
  }
  if (!at::isfinite(hessian).all().item<bool>()) {
    throw Error("the Hessian X'X of the inputs holds NaN or infinity; look for an overflow in the model, or collect the statistics again");
  }
}

Tensor columnOf(const Tensor& clip, std::int64_t granule) {
  if (!clip.defined() || clip.dim() < 2 || clip.size(1) == 1) return clip;
  return clip.narrow(1, granule, 1);
}

// Scales and offsets of all granules from the weight as it is.
Packed scalesOf(const Tensor& weight, const Format& format, const Tensor& clip, ScaleChoice choice, const Tensor& columnWeights) {
  if (choice == ScaleChoice::Range) return quantizeWeight(weight, format, clip);
  return quantizeWeight(weight, format, leastErrorClip(weight, format, clip, choice == ScaleChoice::Weighted ? columnWeights : Tensor()));
}

// The order in which columns are taken, kept ones last; and how many come before those.
std::pair<Tensor, std::int64_t> orderOf(const Tensor& diagonal, const HessianSolverOptions& options) {
  const std::int64_t in = diagonal.size(0);
  Tensor order = options.activationOrder ? diagonal.argsort(/*stable=*/true, 0, /*descending=*/true) : at::arange(in, at::kLong);
  if (!options.keptColumns.defined() || options.keptColumns.numel() == 0) return {order, in};
  const std::vector<std::int64_t> wanted = vectorOf(options.keptColumns);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] < 0 || wanted[i] >= in || (i > 0 && wanted[i] <= wanted[i - 1]))
      throw Error("kept columns are not ascending and within the inputs");
  }
  const Tensor columns = options.keptColumns.to(at::kCPU, at::kLong);
  const Tensor rounded = order.masked_select(at::logical_not(at::isin(order, columns)));
  return {at::cat({rounded, columns}), rounded.size(0)};
}

}  // namespace

Tensor inverseFactor(const Tensor& hessian, double damping) {
  const c10::NoGradGuard noGrad;
  Tensor h = hessian.to(at::kDouble).clone();
  Tensor diagonal = h.diagonal();
  const Tensor live = diagonal.gt(0);
  const double count = live.sum().item<double>();
  const double mean = count > 0 ? at::where(live, diagonal, at::zeros_like(diagonal)).sum().item<double>() / count : 1.0;
  diagonal.copy_(at::where(diagonal.eq(0), at::full_like(diagonal, mean), diagonal));
  const Tensor eye = at::eye(h.size(0), h.options());
  constexpr std::array<double, 4> kRaised{1, 10, 100, 1000};
  for (const double times : kRaised) {
    const double share = times == 1 ? damping : times * std::max(damping, 1e-4);
    const auto [lower, info] = at::linalg_cholesky_ex((h + eye * (share * mean)).flip({0, 1}));
    if (info.item<int>() != 0) continue;
    const Tensor upper = lower.flip({0, 1});
    return at::linalg_solve_triangular(upper, eye, /*upper=*/true);
  }
  throw Error("the Hessian X'X of the inputs is not positive definite, even with a thousand times the damping of " +
              std::to_string(damping) + "; collect the statistics again, from more text");
}

Tensor leastErrorClip(const Tensor& weight, const Format& format, const Tensor& clip, const Tensor& columnWeights) {
  const c10::NoGradGuard noGrad;
  const Tensor source = weight.to(at::kCPU, at::kFloat).contiguous();
  const std::int64_t out = source.size(0), in = source.size(1);
  const std::int64_t width = format.granularity == Granularity::Group && format.group > 0 && in % format.group == 0 ? format.group : in;
  const std::int64_t granules = in / std::max<std::int64_t>(1, width);
  const bool together = format.granularity == Granularity::Tensor || format.granularity == Granularity::Rows ||
                        format.scaleRule == ScaleRule::PowerOfTwoRatio;
  const Tensor given =
      clip.defined() ? clip.to(at::kCPU, at::kFloat).reshape({clip.dim() == 2 ? clip.size(0) : 1, -1}).expand({out, granules}).contiguous()
                     : at::ones({out, granules}, at::kFloat);
  if (together || granules == 0) return given;  // rows that share a scale are not searched one by one
  Tensor best = given.clone();
  const Tensor shares = columnWeights.defined() ? columnWeights.to(at::kCPU, at::kFloat).contiguous() : at::ones({in}, at::kFloat);
  const float* values = source.const_data_ptr<float>();
  const float* share = shares.const_data_ptr<float>();
  const float* before = given.const_data_ptr<float>();
  auto* ratios = best.mutable_data_ptr<float>();
  std::optional<grid::Nearest> nearest;
  if (!format.grid.table.empty()) nearest.emplace(format.grid.table, true);
  at::parallel_for(0, out * granules, std::max<std::int64_t>(1, 4096 / width), [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> rounded(static_cast<std::size_t>(width));
    for (std::int64_t granule = begin; granule < end; ++granule) {
      const float* w = values + granule * width;
      const float* s = share + granule % granules * width;
      const grid::Range range = grid::rangeOf(w, width);
      if (!range.finite) continue;  // quantizeWeight tells
      float least = std::numeric_limits<float>::infinity();
      for (int step = 0; step < kRatios; ++step) {
        const float ratio = before[granule] * (1.0f - 0.01f * static_cast<float>(step));
        const grid::Scaling scaling = grid::scalingOf({.low = range.low * ratio, .high = range.high * ratio}, format);
        if (nearest)
          nearest->roundTrip(w, width, scaling.scale, rounded.data());
        else
          grid::roundTrip(w, width, scaling, format.grid.levels, rounded.data());
        std::array<float, kLanes> sums{};
        std::int64_t i = 0;
        for (; i + kLanes <= width; i += kLanes) {
          for (std::int64_t lane = 0; lane < kLanes; ++lane) {
            const float e = w[i + lane] - rounded[static_cast<std::size_t>(i + lane)];
            sums[static_cast<std::size_t>(lane)] += s[i + lane] * e * e;
          }
        }
        for (; i < width; ++i) {
          const float e = w[i] - rounded[static_cast<std::size_t>(i)];
          sums[0] += s[i] * e * e;
        }
        float error = 0;
        for (const float sum : sums) error += sum;
        if (error < least) least = error, ratios[granule] = ratio;
      }
    }
  });
  return best;
}

Packed solveByHessian(const Tensor& weight, const Tensor& hessian, const Format& format, const Tensor& clip,
                      const HessianSolverOptions& options, const Progress& progress) {
  const c10::NoGradGuard noGrad;
  const std::int64_t out = weight.size(0), in = weight.size(1);
  requireHessian(hessian, in);
  if (options.block < 1) throw Error("a block of " + std::to_string(options.block) + " columns is too small; take at least 1");
  const Tensor diagonal = hessian.diagonal().to(at::kCPU, at::kFloat);
  const auto [order, count] = orderOf(diagonal, options);
  Tensor rest = weight.to(at::kFloat).clone();
  // Kept columns take no part in ranges.
  Tensor ranged = rest;
  if (count < in) ranged = rest.index_fill(1, order.narrow(0, count, in - count).to(rest.device()), 0);
  Packed packed = scalesOf(ranged, format, clip, options.scales, diagonal);
  if (out == 0 || count == 0) return packed;

  const Tensor places = order.to(rest.device());
  const Tensor u =
      inverseFactor(hessian.index_select(0, places.to(hessian.device())).index_select(1, places.to(hessian.device())), options.damping)
          .to(rest.device(), at::kFloat);
  rest = rest.index_select(1, places).contiguous();
  const std::vector<std::int64_t> columns = vectorOf(order);
  const std::int64_t width = packed.groupWidth();
  const bool refit = packed.granules() > 1 && !options.staticGroups && !options.activationOrder && count == in &&
                     format.scaleRule != ScaleRule::PowerOfTwoRatio;
  Format inGroup = format;
  inGroup.granularity = Granularity::Channel, inGroup.group = 0;
  const Rounder rounder(format);
  const Codes codes{.in = in,
                    .granules = packed.granules(),
                    .width = width,
                    .codes = packed.codes.mutable_data_ptr<std::uint8_t>(),
                    .scale = packed.scale.mutable_data_ptr<float>(),
                    .offset = packed.offset.mutable_data_ptr<float>(),
                    .integer = format.grid.table.empty()};
  for (std::int64_t first = 0; first < count;) {
    progress.checkpoint(static_cast<double>(first) / static_cast<double>(count));
    // Where groups are fitted on the way no block crosses their border.
    const std::int64_t end = std::min({first + options.block, count, refit ? (first / width + 1) * width : count}), size = end - first;
    if (refit && first % width == 0) {
      const std::int64_t group = first / width;
      const Packed fitted =
          scalesOf(rest.narrow(1, first, width), inGroup, columnOf(clip, group), options.scales, diagonal.narrow(0, first, width));
      packed.scale.narrow(1, group, 1).copy_(fitted.scale);
      packed.offset.narrow(1, group, 1).copy_(fitted.offset);
    }
    const std::int64_t stride = (size + kLanes - 1) / kLanes * kLanes;
    const Tensor factor = padded(u.narrow(0, first, size).narrow(1, first, size), stride);
    Tensor weights = padded(rest.narrow(1, first, size), stride), errors = at::zeros_like(weights);
    roundBlock({.count = size,
                .stride = stride,
                .factor = factor.const_data_ptr<float>(),
                .weights = weights.mutable_data_ptr<float>(),
                .errors = errors.mutable_data_ptr<float>(),
                .columns = columns.data() + first},
               codes, rounder, out);
    if (end < in) {
      Tensor behind = rest.narrow(1, end, in - end);
      behind.sub_(at::mm(errors.narrow(1, 0, size).to(rest.device()), u.narrow(0, first, size).narrow(1, end, in - end)));
    }
    first = end;
  }
  if (count < in) {
    packed.keptColumns = order.narrow(0, count, in - count).clone();
    packed.keptWeights = rest.narrow(1, count, in - count).to(at::kCPU).to(at::kHalf).to(at::kFloat).contiguous();
  }
  progress.checkpoint(1.0);
  return packed;
}

}  // namespace bitscape
