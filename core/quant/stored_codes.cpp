#include "core/quant/stored_codes.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "core/quant/quantizer.h"

namespace bitscape {
namespace {

constexpr float kTolerance = 2e-4f;  // of a step: a code of 8 bits times a rounded scale is off by 3e-5

float asStored(float scale, ScaleType type) {
  if (type == ScaleType::Float16) return static_cast<float>(c10::Half(scale));
  return type == ScaleType::BFloat16 ? static_cast<float>(c10::BFloat16(scale)) : scale;
}

// Scale and zero point of one granule, its codes written; false where it has none.
class GranuleDecoder {
 public:
  explicit GranuleDecoder(const Format& format) : m_format(format) {
    // What the largest magnitude of a granule can stand for, the outermost first.
    if (format.grid.table.empty()) {
      const std::int64_t most = format.symmetry == Symmetry::Symmetric ? format.grid.levels / 2 : format.grid.levels - 1;
      for (std::int64_t m = most; m > 0; --m) m_magnitudes.push_back(static_cast<float>(m));
    } else {
      for (const float value : format.grid.table) {
        if (value != 0) m_magnitudes.push_back(std::fabs(value));
      }
      std::sort(m_magnitudes.rbegin(), m_magnitudes.rend());
      m_magnitudes.erase(std::unique(m_magnitudes.begin(), m_magnitudes.end()), m_magnitudes.end());
    }
  }

  bool decode(std::span<const float> values, std::uint8_t* codes, float& scale, float& offset) const {
    float largest = 0;
    for (const float value : values) largest = std::max(largest, std::fabs(value));
    if (largest == 0) return false;
    for (const float magnitude : m_magnitudes) {
      const float candidate = asStored(largest / magnitude, m_format.scaleType);
      if (!(candidate > 0) || !std::isfinite(candidate)) continue;
      const auto zero = m_format.grid.table.empty() ? integerCodes(values, candidate, codes) : tableCodes(values, candidate, codes);
      if (!zero) continue;
      scale = candidate;
      offset = -candidate * static_cast<float>(*zero);
      return true;
    }
    return false;
  }

 private:
  // The zero point; nothing where a value is no code.
  std::optional<int> integerCodes(std::span<const float> values, float scale, std::uint8_t* codes) const {
    const int last = static_cast<int>(m_format.grid.levels) - 1;
    int low = 0, high = 0;
    for (const float value : values) {
      const float steps = value / scale, whole = std::nearbyint(steps);
      if (std::fabs(steps - whole) > kTolerance) return std::nullopt;
      low = std::min(low, static_cast<int>(whole));
      high = std::max(high, static_cast<int>(whole));
    }
    const int zero = m_format.symmetry == Symmetry::Symmetric ? (last + 1) / 2 : -low;
    if (low + zero < 0 || high + zero > last) return std::nullopt;
    for (std::size_t i = 0; i < values.size(); ++i)
      codes[i] = static_cast<std::uint8_t>(static_cast<int>(std::nearbyint(values[i] / scale)) + zero);
    return zero;
  }
  std::optional<int> tableCodes(std::span<const float> values, float scale, std::uint8_t* codes) const {
    const std::vector<float>& table = m_format.grid.table;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float wanted = values[i] / scale;
      auto at = std::lower_bound(table.begin(), table.end(), wanted);
      if (at == table.end() || (at != table.begin() && wanted - *(at - 1) < *at - wanted)) --at;
      if (std::fabs(*at - wanted) > 1e-6f * std::fabs(wanted)) return std::nullopt;
      codes[i] = static_cast<std::uint8_t>(at - table.begin());
    }
    return 0;
  }

  const Format& m_format;
  std::vector<float> m_magnitudes;
};

}  // namespace

Packed storedCodes(const Tensor& weight, const Format& format) {
  const c10::NoGradGuard noGrad;
  Packed packed = quantizeWeight(weight, format);
  if (format.grid.learned || (format.granularity != Granularity::Channel && format.granularity != Granularity::Group)) return packed;
  const Tensor source = weight.to(at::kCPU, at::kFloat).contiguous();
  packed.codes = packed.codes.clone();
  packed.scale = packed.scale.clone();
  packed.offset = packed.offset.clone();
  const std::int64_t granules = packed.granules(), width = packed.groupWidth();
  const float* values = source.const_data_ptr<float>();
  auto* codes = packed.codes.mutable_data_ptr<std::uint8_t>();
  auto* scales = packed.scale.mutable_data_ptr<float>();
  auto* offsets = packed.offset.mutable_data_ptr<float>();
  const GranuleDecoder decoder(format);
  at::parallel_for(0, packed.out() * granules, std::max<std::int64_t>(1, 16384 / width), [&](std::int64_t from, std::int64_t to) {
    std::vector<std::uint8_t> found(static_cast<std::size_t>(width));
    for (std::int64_t g = from; g < to; ++g) {
      const std::span own(values + g * width, static_cast<std::size_t>(width));
      if (decoder.decode(own, found.data(), scales[g], offsets[g])) std::copy(found.begin(), found.end(), codes + g * width);
    }
  });
  return packed;
}

}  // namespace bitscape
