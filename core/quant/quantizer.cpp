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

// Ratios beside the format's own, one for each granule; empty: none.
std::vector<float> clipsOf(const Tensor& clip, std::int64_t out, std::int64_t granules) {
  if (!clip.defined()) return {};
  const bool single = clip.numel() == 1, perRow = clip.dim() == 2 && clip.size(0) == out && clip.size(1) == 1;
  if (!single && !perRow && !(clip.dim() == 2 && clip.size(0) == out && clip.size(1) == granules)) {
    throw Error("clip ratios do not fit the weight: one, one for each of " + std::to_string(out) + " rows or [" + std::to_string(out) +
                ", " + std::to_string(granules) + "] are needed");
  }
  const Tensor ratios = clip.to(at::kCPU, at::kFloat);
  if (!at::logical_and(ratios > 0, ratios <= 1).all().item<bool>()) {
    throw Error("a clip ratio is outside 0 to 1; 1 clips nothing");
  }
  const Tensor all = (single ? ratios.reshape({1, 1}) : ratios).expand({out, granules}).contiguous();
  return {all.const_data_ptr<float>(), all.const_data_ptr<float>() + all.numel()};
}

grid::Range clipped(grid::Range range, float ratio) {
  return {.low = range.low * ratio, .high = range.high * ratio, .finite = range.finite};
}

// For rows that share a scale: the range of all of them, of row / `together`.
std::vector<grid::Range> sharedRanges(const Tensor& source, std::int64_t together, const std::vector<float>& clips) {
  const std::int64_t out = source.size(0), in = source.size(1);
  std::vector<grid::Range> ranges(static_cast<std::size_t>((out + together - 1) / together));
  const float* values = source.const_data_ptr<float>();
  for (std::int64_t row = 0; row < out; ++row) {
    grid::Range own = grid::rangeOf(values + row * in, in);
    if (!clips.empty()) own = clipped(own, clips[static_cast<std::size_t>(row)]);
    grid::Range& range = ranges[static_cast<std::size_t>(row / together)];
    range = {.low = std::min(range.low, own.low), .high = std::max(range.high, own.high), .finite = range.finite && own.finite};
  }
  return ranges;
}

// Codes of runs of float32 on the CPU, on any grid with values.
class GridEncoder {
 public:
  GridEncoder(const Format& format, std::int64_t values) : m_levels(format.grid.levels) {
    if (!format.grid.table.empty()) m_nearest.emplace(format.grid.table, values > kQuick);
  }
  void encode(const float* values, std::int64_t count, grid::Scaling scaling, std::uint8_t* codes) const {
    if (m_nearest)
      m_nearest->encode(values, count, scaling.scale, codes);
    else
      grid::encode(values, count, scaling, m_levels, codes);
  }
  void roundTrip(const float* values, std::int64_t count, grid::Scaling scaling, float* out) const {
    if (m_nearest)
      m_nearest->roundTrip(values, count, scaling.scale, out);
    else
      grid::roundTrip(values, count, scaling, m_levels, out);
  }

 private:
  static constexpr std::int64_t kQuick = 4 * grid::Nearest::kEntries;
  std::int64_t m_levels;
  std::optional<grid::Nearest> m_nearest;  // on a table
};

// Scale and zero of every row as tensor operators: the path of other types and devices.
struct RowScaling {
  Tensor scale, zero;  // float32 [rows, 1]
};
Tensor powerOfTwoAbove(const Tensor& scale) {
  const Tensor mantissa = std::get<0>(at::frexp(scale));
  return at::where(mantissa == 0.5, scale, (scale / mantissa).clamp_max(std::ldexp(1.0, 127)));
}

RowScaling rowScaling(const Tensor& rows, const Format& format) {
  // A tensor, not a number: a GPU divides by a number through its rounded reciprocal.
  const double last = static_cast<double>(format.grid.levels - 1);
  const Tensor steps = at::full({}, format.scaleRule == ScaleRule::ZeroQuant ? last + 1 : last, rows.options());
  // Tensor operators keep NaN in a maximum, infinity is turned into it: such a row gets a NaN scale.
  const auto orNan = [](const Tensor& t) { return at::where(at::isinf(t), at::full({}, std::nan(""), t.options()), t); };
  const float clip = static_cast<float>(format.clipRatio);
  const Tensor low = orNan(rows.amin({-1}, true)).clamp_max(0) * clip;
  const Tensor high = orNan(rows.amax({-1}, true)).clamp_min(0) * clip;
  const auto usable = [&](const Tensor& scale) {
    const Tensor above = at::where(scale < std::numeric_limits<float>::min(), at::ones({}, scale.options()), scale);
    return format.scaleRule == ScaleRule::PowerOfTwo ? powerOfTwoAbove(above) : above;
  };
  if (const std::vector<float>& table = format.grid.table; !table.empty()) {
    const Tensor reach = at::full({}, std::max(std::fabs(table.front()), std::fabs(table.back())), rows.options());
    const Tensor scale = usable(at::maximum(high, -low) / reach);
    return {scale, at::zeros_like(scale)};
  }
  if (format.symmetry == Symmetry::Symmetric) {
    const Tensor scale = usable(at::maximum(high, -low) / (steps * 0.5));
    return {scale, at::full_like(scale, static_cast<double>(format.grid.levels / 2))};
  }
  Tensor scale = (high - low) / steps;
  scale = usable(at::where(at::isinf(scale), high / steps - low / steps, scale));
  return {scale, at::round(-low / scale).clamp_min(0).clamp_max(last)};
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

// The codes on a table, int64: as grid::Nearest finds them.
Tensor tableCodes(const Tensor& rows, const RowScaling& scaling, const Tensor& table) {
  const std::int64_t count = table.size(0);
  const Tensor middle = (table.narrow(0, 0, count - 1) + table.narrow(0, 1, count - 1)) / at::full({}, 2.0, table.options());
  return at::bucketize((rows / scaling.scale).contiguous(), middle);
}

Tensor tableOn(const Format& format, const Tensor& like) { return at::tensor(format.grid.table, at::kFloat).to(like.device()); }

// What a row becomes: codes back in float32; a row of a NaN scale is NaN.
Tensor roundTripRows(const Tensor& rows, const RowScaling& scaling, const Format& format) {
  if (format.grid.table.empty()) return stepsFromZero(rows, scaling, format) * scaling.scale;
  const Tensor table = tableOn(format, rows);
  return table.index_select(0, tableCodes(rows, scaling, table).reshape({-1})).reshape(rows.sizes()) * scaling.scale;
}

Tensor codesOfRows(const Tensor& rows, const RowScaling& scaling, const Format& format) {
  if (format.grid.table.empty()) return (stepsFromZero(rows, scaling, format) + scaling.zero).to(at::kByte);
  return tableCodes(rows, scaling, tableOn(format, rows)).to(at::kByte);
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

Packed quantizeWeight(const Tensor& weight, const Format& format, const Tensor& clip) {
  c10::NoGradGuard noGrad;
  requireFloat(weight, "the weight");
  if (weight.dim() != 2) throw Error("the weight has " + std::to_string(weight.dim()) + " dimensions; a linear's weight is [out, in]");
  if (auto fault = weightFault(format)) throw Error(*fault);
  if (format.grid.learned) throw Error("learned values come from a rounding that learns them; choose one, such as SqueezeLLM's");
  const Tensor source = weight.to(at::kCPU, at::kFloat).contiguous();
  const std::int64_t out = source.size(0), in = source.size(1);
  const bool grouped = format.granularity == Granularity::Group;
  if (grouped && in % format.group != 0) {
    throw Error("a group of " + std::to_string(format.group) + " does not divide the " + std::to_string(in) +
                " inputs; choose one that does");
  }
  const std::int64_t width = grouped ? format.group : in, granules = width > 0 ? in / width : 0;
  const std::vector<float> clips = clipsOf(clip, out, granules);

  Packed packed;
  packed.format = format;
  packed.codes = at::empty({out, in}, at::kByte);
  packed.scale = at::empty({out, granules}, at::kFloat);
  packed.offset = at::empty({out, granules}, at::kFloat);
  if (granules == 0) return packed;
  const float* values = source.const_data_ptr<float>();
  auto* codes = packed.codes.mutable_data_ptr<std::uint8_t>();
  auto* scale = packed.scale.mutable_data_ptr<float>();
  auto* offset = packed.offset.mutable_data_ptr<float>();

  const bool together = format.granularity == Granularity::Tensor || format.granularity == Granularity::Rows;
  const std::int64_t rowsTogether = format.granularity == Granularity::Rows ? format.group : std::max<std::int64_t>(out, 1);
  const std::vector<grid::Range> shared = together ? sharedRanges(source, rowsTogether, clips) : std::vector<grid::Range>{};
  const GridEncoder encoder(format, out * in);
  std::atomic<bool> finite{true};
  at::parallel_for(0, out, rowsPerTask(in), [&](std::int64_t begin, std::int64_t end) {
    std::vector<grid::Range> ranges(static_cast<std::size_t>(granules));
    std::vector<grid::Scaling> scalings(static_cast<std::size_t>(granules));
    for (std::int64_t row = begin; row < end; ++row) {
      for (std::int64_t g = 0; g < granules; ++g) {
        const auto at = static_cast<std::size_t>(g);
        const std::int64_t granule = row * granules + g;
        ranges[at] = together ? shared[static_cast<std::size_t>(row / rowsTogether)] : grid::rangeOf(values + granule * width, width);
        if (!together && !clips.empty()) ranges[at] = clipped(ranges[at], clips[static_cast<std::size_t>(granule)]);
        if (!ranges[at].finite) {
          finite = false;
          return;
        }
        scalings[at] = grid::scalingOf(ranges[at], format);
      }
      if (format.scaleRule == ScaleRule::PowerOfTwoRatio) grid::shareRatios(scalings.data(), ranges.data(), granules);
      for (std::int64_t g = 0; g < granules; ++g) {
        const grid::Scaling scaling = scalings[static_cast<std::size_t>(g)];
        const std::int64_t granule = row * granules + g;
        encoder.encode(values + granule * width, width, scaling, codes + granule * width);
        scale[granule] = scaling.scale;
        offset[granule] = format.grid.table.empty() ? -scaling.scale * scaling.zero : 0.0f;
      }
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
    return {codesOfRows(values, scaling, format), scaling.scale, scaling.zero.to(at::kInt)};
  }
  QuantizedInput result{at::empty({rows, in}, at::kByte), at::empty({rows, 1}, at::kFloat), at::empty({rows, 1}, at::kInt)};
  const float* values = flat.const_data_ptr<float>();
  auto* codes = result.codes.mutable_data_ptr<std::uint8_t>();
  auto* scale = result.scale.mutable_data_ptr<float>();
  auto* zero = result.zero.mutable_data_ptr<std::int32_t>();
  const GridEncoder encoder(format, rows * in);
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
      encoder.encode(values + row * in, in, scaling, codes + row * in);
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
    return roundTripRows(values, scaling, format).to(x.scalar_type());
  }
  const Tensor source = x.contiguous();
  Tensor result = at::empty_like(source);
  const float* values = source.const_data_ptr<float>();
  auto* out = result.mutable_data_ptr<float>();
  const GridEncoder encoder(format, rows * in);
  at::parallel_for(0, rows, rowsPerTask(in), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const grid::Range rowRange = grid::rangeOf(values + row * in, in);
      if (!rowRange.finite) {
        std::fill_n(out + row * in, in, std::numeric_limits<float>::quiet_NaN());
        continue;
      }
      const grid::Scaling scaling = fixed ? *fixed : grid::scalingOf(rowRange, format);
      encoder.roundTrip(values + row * in, in, scaling, out + row * in);
    }
  });
  return result;
}

}  // namespace bitscape
