// ZeroQuant-FP: floating-point codes of 4 and 8 bits, weights rounded by GPTQ.
//
// X. Wu, Z. Yao, Y. He: ZeroQuant-FP, arXiv 2307.09782.
//   inputs   E4M3, one scale per token;  weights E2M1 (4 bits) or E4M3 (8 bits) in groups of 256 inputs with GPTQ's error feedback
//   casting E2M1 to E4M3 costs no multiplication when scales are powers of two; three methods that differ in this alone:
//     free   s = max|w| / max of the grid
//     M1     s -> 2^ceil(log2 s)
//     M2     the largest scale of a row's groups stays free, the ratio of the others to it becomes a power of two
// The free one comes first: the constraint is for hardware. Groups are of 256 inputs or the largest divisor of all widths below. Other bits
// than 4 and 8 have no floating-point grid here and stay integers, symmetric. LoRC can be chosen as rounding in its place (zeroquant-v2).
#include "core/method/method.h"
#include "core/method/plan_formats.h"

namespace bitscape {
namespace {

constexpr std::int64_t kGroup = 256;

void setFloatGrid(Format& format) {
  if (format.grid.levels != 16 && format.grid.levels != 256) {
    format.symmetry = Symmetry::Symmetric;
    return;
  }
  format = onGrid(format, format.grid.levels == 16 ? "e2m1" : "e4m3");
}

template <ScaleRule Rule>
MethodSetup setup(const Plan& bits, const ModelConfig& config) {
  const auto weight = [&](Format& format) {
    setFloatGrid(format);
    setGroups(format, config, kGroup);
    if (!format.grid.table.empty()) format.scaleRule = Rule;
  };
  return {.plan = withFormats(bits, weight, setFloatGrid), .rounding = {.id = "gptq"}, .propagate = true};
}

Method method(std::string id, std::string title, MethodSetup (*setup)(const Plan&, const ModelConfig&)) {
  return {.id = std::move(id),
          .title = std::move(title),
          .citation =
              "Wu, Yao, He: ZeroQuant-FP: A Leap Forward in LLMs Post-Training W4A8 Quantization Using Floating-Point Formats, "
              "arXiv 2307.09782",
          .setup = setup};
}

}  // namespace

Method zeroQuantFpMethod() { return method("zeroquant-fp", "ZeroQuant-FP", setup<ScaleRule::Range>); }
Method zeroQuantFpM1Method() { return method("zeroquant-fp-m1", "ZeroQuant-FP, scales M1 (powers of two)", setup<ScaleRule::PowerOfTwo>); }
Method zeroQuantFpM2Method() {
  return method("zeroquant-fp-m2", "ZeroQuant-FP, scales M2 (ratios powers of two)", setup<ScaleRule::PowerOfTwoRatio>);
}

}  // namespace bitscape
