// Block-wise formats: tables of values that follow how weights are distributed, one scale per block.
//
//   8 bits  the dynamic map of T. Dettmers, M. Lewis, S. Shleifer, L. Zettlemoyer: 8-bit Optimizers via Block-wise Quantization, ICLR 2022,
//           arXiv 2110.02861: seven decades, finer towards 1
//   4 bits  NF4 of T. Dettmers, A. Pagnoni, A. Holtzman, L. Zettlemoyer: QLoRA, NeurIPS 2023, arXiv 2305.14314: quantiles of the normal
// Both scale a block by its max|w|. NF4 has blocks of 64 weights. The 8-bit map has blocks of 4,096 contiguous weights in bitsandbytes,
// whatever the rows; here a block never crosses a row: the largest one up to 4,096 that divides all widths. Left out: quantized scales
// (QLoRA's double quantization), optimizer states. Other bits have no such table and stay integers, symmetric, in blocks of 64. Inputs are
// left as asked.
#include "core/method/method.h"
#include "core/method/plan_formats.h"

namespace bitscape {
namespace {

constexpr std::int64_t kSmallBlock = 64, kLargeBlock = 4096;

MethodSetup setup(const Plan& bits, const ModelConfig& config) {
  const auto weight = [&](Format& format) {
    const std::int64_t levels = format.grid.levels;
    if (levels == 16 || levels == 256) {
      format = onGrid(format, levels == 16 ? "nf4" : "dynamic8");
    } else {
      format.symmetry = Symmetry::Symmetric;
    }
    setGroups(format, config, levels == 256 ? kLargeBlock : kSmallBlock);
  };
  return {.plan = withFormats(bits, weight, {})};
}

}  // namespace

Method blockwiseMethod() {
  return {.id = "blockwise",
          .title = "Block-wise tables (dynamic 8-bit, NF4)",
          .citation =
              "Dettmers, Lewis, Shleifer, Zettlemoyer: 8-bit Optimizers via Block-wise Quantization, ICLR 2022, arXiv 2110.02861; "
              "Dettmers, Pagnoni, Holtzman, Zettlemoyer: QLoRA, NeurIPS 2023, arXiv 2305.14314",
          .setup = setup};
}

}  // namespace bitscape
