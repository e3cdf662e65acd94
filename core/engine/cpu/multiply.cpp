// Rows on their way to several linears, and the shares of threads (linear.h).
#include <ATen/Parallel.h>

#include <algorithm>

#include "core/base/instruction_sets.h"
#include "core/engine/cpu/linear.h"

namespace bitscape::cpu {
namespace {

constexpr std::int64_t kLine = 64;      // bytes that memory is aligned to
constexpr std::int64_t kTileRows = 6;   // what chunks are whole multiples of, but for the last

std::int64_t roundUp(std::int64_t value, std::int64_t to) { return (value + to - 1) / to * to; }

// What `granules` reads of a row's sums (kernels.h).
BITSCAPE_CLONES
void pairSums(const std::int32_t* __restrict sums, std::int64_t count, std::int32_t z, std::int32_t width, std::int32_t* __restrict pairs,
              float* __restrict reals) {
  for (std::int64_t g = 0; g < count; ++g) pairs[g] = pairOf(sums[g], z), reals[g] = static_cast<float>(sums[g] - z * width);
}

}  // namespace

Rows withPacked(Rows x, const std::vector<const Linear*>& linears, Buffer& memory) {
  std::array<const Linear*, kPackings> wanted{};  // one for each packing
  for (const Linear* linear : linears) {
    if (linear->packing() && !x.packed[*linear->packing()].data) wanted[*linear->packing()] = linear;
  }
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < kPackings; ++i) {
    if (!wanted[i]) continue;
    x.packed[i].stride = wanted[i]->packedRowBytes(x.bits);
    bytes += roundUp(x.rows * x.packed[i].stride, kLine);
  }
  if (bytes == 0) return x;
  std::uint8_t* to = memory.get(static_cast<std::size_t>(bytes));
  for (std::size_t i = 0; i < kPackings; ++i) {
    if (!wanted[i]) continue;
    wanted[i]->packRows(x, to, x.packed[i].stride);
    x.packed[i].data = to;
    to += roundUp(x.rows * x.packed[i].stride, kLine);
  }
  return x;
}

Rows withPairs(Rows x, Buffer& memory) {
  if (x.pairs) return x;
  const std::int64_t count = x.granules.count;
  auto* pairs = memory.of<std::int32_t>(2 * x.rows * count);
  auto* reals = reinterpret_cast<float*>(pairs + x.rows * count);
  for (std::int64_t r = 0; r < x.rows; ++r)
    pairSums(x.sums + r * count, count, x.zero[r], static_cast<std::int32_t>(x.granules.width), pairs + r * count, reals + r * count);
  x.pairs = pairs, x.reals = reals;
  return x;
}

void multiply(const std::vector<const Linear*>& linears, const Rows& x, const std::vector<float*>& y) {
  Buffer packed, pairs;
  const bool scaled = std::any_of(linears.begin(), linears.end(), [](const Linear* linear) { return linear->scalesInKernel(); });
  const Rows given = withPacked(x, linears, packed), rows = scaled ? withPairs(given, pairs) : given;
  const auto stripsOf = [](const Linear& linear) { return (linear.panels() + linear.together() - 1) / linear.together(); };
  std::int64_t strips = 0;  // of panels that one call takes
  for (const Linear* linear : linears) strips += stripsOf(*linear);
  // Few strips are cut into shorter chunks of rows, so that threads get equal shares.
  const std::int64_t most = strips >= 16 * at::get_num_threads() ? kChunkRows : kChunkRows / 4;
  const std::int64_t chunks = std::max<std::int64_t>(1, (x.rows + most - 1) / most), chunk = roundUp((x.rows + chunks - 1) / chunks, kTileRows);
  std::vector<std::int64_t> first{0};  // of each linear among all items: strips x chunks of rows
  for (const Linear* linear : linears) first.push_back(first.back() + stripsOf(*linear) * chunks);
  at::parallel_for(0, first.back(), 1, [&](std::int64_t begin, std::int64_t end) {
    Buffer scratch;
    for (std::size_t i = 0; i < linears.size(); ++i) {
      const Linear& linear = *linears[i];
      for (std::int64_t item = std::max(begin, first[i]); item < std::min(end, first[i + 1]); ++item) {
        const std::int64_t panel = (item - first[i]) / chunks * linear.together(), row = std::min((item - first[i]) % chunks * chunk, x.rows);
        linear.run(rows, panel, std::min<std::int64_t>(panel + linear.together(), linear.panels()), row, std::min(row + chunk, x.rows), y[i],
                   linear.out(), scratch);
      }
    }
  });
}

}  // namespace bitscape::cpu
