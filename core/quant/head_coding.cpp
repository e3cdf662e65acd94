#include "core/quant/head_coding.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/quant/grid_kernel.h"

namespace bitscape {

std::shared_ptr<const KvCoding> headCoding(const Format& format) {
  if (const auto fault = inputFault(format)) throw Error("keys and values " + format.name() + ": " + *fault);
  if (!format.dynamic)
    throw Error("keys and values " + format.name() + " need a range each; use granularity \"token\" with \"dynamic\": true");
  auto coding = std::make_shared<KvCoding>();
  coding->bits = format.bits();
  coding->table = format.grid.table;
  const auto nearest = std::make_shared<const grid::Nearest>(format.grid.table, !format.grid.isInteger());
  coding->encode = [format, nearest](const float* row, std::int64_t n, std::uint8_t* codes, float& scale, std::uint8_t& zero) {
    const grid::Range range = grid::rangeOf(row, n);
    if (!range.finite) {
      std::fill_n(codes, n, std::uint8_t{0});
      scale = std::numeric_limits<float>::quiet_NaN(), zero = 0;
      return;
    }
    const grid::Scaling scaling = grid::scalingOf(range, format);
    if (format.grid.isInteger()) {
      grid::encode(row, n, scaling, format.grid.levels, codes);
    } else {
      nearest->encode(row, n, scaling.scale, codes);
    }
    scale = scaling.scale, zero = static_cast<std::uint8_t>(scaling.zero);
  };
  return coding;
}

}  // namespace bitscape
