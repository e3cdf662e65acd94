#include "core/quant/quantizer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/quant/grid_kernel.h"

namespace bitscape {
namespace {

constexpr std::int64_t kValuesPerTask = 32768;

std::int64_t rowsPerTask(std::int64_t width) { return std::max<std::int64_t>(1, kValuesPerTask / std::max<std::int64_t>(1, width)); }

void requireFloat(const Tensor& x, const char* what) {
  if (!x.defined() || x.dim() < 1 || !at::isFloatingType(x.scalar_type())) {
    throw Error(std::string(what) + " must be a floating-point tensor with at least one dimension");
  }
}

[[noreturn]] void throwNotFinite(const Tensor& values, const std::string& what) {
  const Tensor place = at::logical_not(at::isfinite(values)).nonzero();
  std::string where;
  if (place.size(0) > 0) {
    where = " at [" + std::to_string(place[0][0].item<std::int64_t>()) + ", " + std::to_string(place[0][1].item<std::int64_t>()) + "]";
  }
  throw Error(what + " holds NaN or infinity" + where + " and cannot be quantized; look for a damaged file or an overflow before it");
}

// The code of the nearest value of a sorted table; `middle` holds the midpoints between neighbours.
void encodeTable(const float* values, std::int64_t count, float scale, const std::vector<float>& middle, std::uint8_t* codes) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = std::lower_bound(middle.begin(), middle.end(), values[i] / scale);
    codes[i] = static_cast<std::uint8_t>(at - middle.begin());
  }
}

float tableScale(grid::Range range, const Format& format) {
  const std::vector<float>& table = format.grid.table;
  const float reach = std::max(std::fabs(table.front()), std::fabs(table.back()));
  const float scale = std::max(range.high, -range.low) * static_cast<float>(format.clipRatio) / reach;
  return scale < std::numeric_limits<float>::min() ? 1.0f : scale;
}

// What one weight row needs besides its values.
struct WeightEncoder {
  const Format& format;
  std::vector<float> middle;  // of a table

  explicit WeightEncoder(const Format& f) : format(f) {
    for (std::size_t i = 1; i < f.grid.table.size(); ++i) middle.push_back((f.grid.table[i - 1] + f.grid.table[i]) / 2);
  }
  void operator()(const float* values, std::int64_t count, grid::Range range, std::uint8_t* codes, float& scale, float& offset) const {
    if (!middle.empty()) {
      scale = tableScale(range, format);
      offset = 0;
      encodeTable(values, count, scale, middle, codes);
      return;
    }
    const grid::Scaling scaling = grid::scalingOf(range, format);
    scale = scaling.scale;
    offset = -scaling.scale * scaling.zero;
    grid::encode(values, count, scaling, format.grid.levels, codes);
  }
};

// Scale and zero of every row as tensor operators: the path of other types and devices.
struct RowScaling {
  Tensor scale, zero;  // float32 [rows, 1]
};
RowScaling rowScaling(const Tensor& rows, const Format& format) {
  // A tensor, not a number: a GPU divides by a number through its rounded reciprocal.
  const Tensor steps = at::full({}, static_cast<double>(format.grid.levels - 1), rows.options());
  // Tensor operators keep NaN in a maximum, infinity is turned into it: such a row gets a NaN scale.
  const auto orNan = [](const Tensor& t) { return at::where(at::isinf(t), at::full({}, std::nan(""), t.options()), t); };
  const float clip = static_cast<float>(format.clipRatio);
  const Tensor low = orNan(rows.amin({-1}, true)).clamp_max(0) * clip;
  const Tensor high = orNan(rows.amax({-1}, true)).clamp_min(0) * clip;
  const auto orOne = [](const Tensor& scale) {
    return at::where(scale < std::numeric_limits<float>::min(), at::ones({}, scale.options()), scale);
  };
  if (format.symmetry == Symmetry::Symmetric) {
    const Tensor scale = orOne(at::maximum(high, -low) / (steps * 0.5));
    return {scale, at::full_like(scale, static_cast<double>(format.grid.levels / 2))};
  }
  Tensor scale = (high - low) / steps;
  scale = orOne(at::where(at::isinf(scale), high / steps - low / steps, scale));
  return {scale, at::round(-low / scale).clamp_min(0).minimum(steps)};
}

// The same scale and zero for every row but those that hold NaN or infinity, whose scale is NaN.
RowScaling rowScaling(const Tensor& rows, grid::Scaling fixed) {
  const Tensor finite = at::isfinite(rows).all(-1, true);
  const Tensor scale = at::full(finite.sizes(), fixed.scale, rows.options());
  return {scale.masked_fill(at::logical_not(finite), std::nan("")), at::full_like(scale, fixed.zero)};
}

// The steps from zero that every value rounds to: integers in float32, [rows, in].
Tensor stepsFromZero(const Tensor& rows, const RowScaling& scaling, const Format& format) {
  const double last = static_cast<double>(format.grid.levels - 1);
  return at::round(rows / scaling.scale).maximum(-scaling.zero).minimum(last - scaling.zero);
}

// The scaling of a static format; nullopt for a dynamic one. Throws Error as quantizeInput says.
std::optional<grid::Scaling> fixedScaling(const Format& format, const std::optional<InputRange>& range) {
  if (auto fault = inputFault(format)) throw Error(*fault);
  if (format.dynamic) return std::nullopt;
  if (!range) throw Error("inputs " + format.name() + " need a range from calibration; quantize with a calibration text");
  if (!std::isfinite(range->low) || !std::isfinite(range->high) || range->low > range->high) {
    throw Error("the calibrated range " + std::to_string(range->low) + " to " + std::to_string(range->high) +
                " is not finite and in order; calibrate again");
  }
  return grid::scalingOf({.low = std::min(range->low, 0.0f), .high = std::max(range->high, 0.0f)}, format);
}

bool isPlain(const Tensor& x) { return x.device().is_cpu() && x.scalar_type() == at::kFloat; }

}  // namespace

Packed quantizeWeight(const Tensor& weight, const Format& format) {
  c10::NoGradGuard noGrad;
  requireFloat(weight, "the weight");
  if (weight.dim() != 2) throw Error("the weight has " + std::to_string(weight.dim()) + " dimensions; a linear's weight is [out, in]");
  if (auto fault = weightFault(format)) throw Error(*fault);
  const Tensor source = weight.to(at::kCPU, at::kFloat).contiguous();
  const std::int64_t out = source.size(0), in = source.size(1);
  const bool grouped = format.granularity == Granularity::Group;
  if (grouped && in % format.group != 0) {
    throw Error("a group of " + std::to_string(format.group) + " does not divide the " + std::to_string(in) +
                " inputs; choose one that does");
  }
  const std::int64_t width = grouped ? format.group : in, granules = width > 0 ? in / width : 0;

  Packed packed;
  packed.format = format;
  packed.codes = at::empty({out, in}, at::kByte);
  packed.scale = at::empty({out, granules}, at::kFloat);
  packed.offset = at::empty({out, granules}, at::kFloat);
  const float* values = source.const_data_ptr<float>();
  auto* codes = packed.codes.mutable_data_ptr<std::uint8_t>();
  auto* scale = packed.scale.mutable_data_ptr<float>();
  auto* offset = packed.offset.mutable_data_ptr<float>();

  std::optional<grid::Range> shared;
  if (format.granularity == Granularity::Tensor) {
    shared = grid::rangeOf(values, out * in);
    if (!shared->finite) throwNotFinite(source, "the weight");
  }
  const WeightEncoder encoder(format);
  std::atomic<bool> finite{true};
  at::parallel_for(0, out * granules, rowsPerTask(width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t granule = begin; granule < end; ++granule) {
      const float* run = values + granule * width;
      const grid::Range range = shared ? *shared : grid::rangeOf(run, width);
      if (!range.finite) {
        finite = false;
        return;
      }
      encoder(run, width, range, codes + granule * width, scale[granule], offset[granule]);
    }
  });
  if (!finite) throwNotFinite(source, "the weight");
  return packed;
}

QuantizedInput quantizeInput(const Tensor& x, const Format& format, const std::optional<InputRange>& range) {
  c10::NoGradGuard noGrad;
  requireFloat(x, "the input");
  const std::optional<grid::Scaling> fixed = fixedScaling(format, range);
  const std::int64_t in = x.size(-1), rows = in > 0 ? x.numel() / in : 0;
  const Tensor flat = x.reshape({rows, in}).contiguous();
  if (!isPlain(flat)) {
    const Tensor values = flat.to(at::kFloat);
    const RowScaling scaling = fixed ? rowScaling(values, *fixed) : rowScaling(values, format);
    if (at::isnan(scaling.scale).any().item<bool>()) throwNotFinite(values, "the input");
    return {(stepsFromZero(values, scaling, format) + scaling.zero).to(at::kByte), scaling.scale, scaling.zero.to(at::kInt)};
  }
  QuantizedInput result{at::empty({rows, in}, at::kByte), at::empty({rows, 1}, at::kFloat), at::empty({rows, 1}, at::kInt)};
  const float* values = flat.const_data_ptr<float>();
  auto* codes = result.codes.mutable_data_ptr<std::uint8_t>();
  auto* scale = result.scale.mutable_data_ptr<float>();
  auto* zero = result.zero.mutable_data_ptr<std::int32_t>();
  std::atomic<bool> finite{true};
  at::parallel_for(0, rows, rowsPerTask(in), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const grid::Range rowRange = grid::rangeOf(values + row * in, in);
      if (!rowRange.finite) {
        finite = false;
        return;
      }
      const grid::Scaling scaling = fixed ? *fixed : grid::scalingOf(rowRange, format);
      scale[row] = scaling.scale;
      zero[row] = static_cast<std::int32_t>(scaling.zero);
      grid::encode(values + row * in, in, scaling, format.grid.levels, codes + row * in);
    }
  });
  if (!finite) throwNotFinite(flat, "the input");
  return result;
}

Tensor fakeQuantizeInput(const Tensor& x, const Format& format, const std::optional<InputRange>& range) {
  c10::NoGradGuard noGrad;
  requireFloat(x, "the input");
  const std::optional<grid::Scaling> fixed = fixedScaling(format, range);
  const std::int64_t in = x.size(-1), rows = in > 0 ? x.numel() / in : 0;
  if (!isPlain(x)) {
    const Tensor values = x.to(at::kFloat);
    const RowScaling scaling = fixed ? rowScaling(values, *fixed) : rowScaling(values, format);
    return (stepsFromZero(values, scaling, format) * scaling.scale).to(x.scalar_type());
  }
  const Tensor source = x.contiguous();
  Tensor result = at::empty_like(source);
  const float* values = source.const_data_ptr<float>();
  auto* out = result.mutable_data_ptr<float>();
  at::parallel_for(0, rows, rowsPerTask(in), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const grid::Range rowRange = grid::rangeOf(values + row * in, in);
      if (!rowRange.finite) {
        std::fill_n(out + row * in, in, std::numeric_limits<float>::quiet_NaN());
        continue;
      }
      const grid::Scaling scaling = fixed ? *fixed : grid::scalingOf(rowRange, format);
      grid::roundTrip(values + row * in, in, scaling, format.grid.levels, out + row * in);
    }
  });
  return result;
}

}  // namespace bitscape
