// ZeroQuant-V2's low-rank compensation: the largest part of the rounding error is kept as two thin matrices.
//
// Z. Yao, X. Wu, C. Li, S. Youn, Y. He: ZeroQuant-V2, arXiv 2303.08302.
//   E = W - Q = U S V',   W ~ Q + (U_r sqrt(S_r)) (sqrt(S_r) V_r'),   rank r = 8
// whatever rounding made Q: to nearest (`lorc`) or GPTQ with its usual settings (`gptq-lorc`). By Eckart and Young the rest of the error is
// sqrt(s_{r+1}^2 + s_{r+2}^2 + ..). The factors come from the eigenvectors of E E' or E' E, whichever is smaller, in double. The paper
// finds that the factors bear 8 bits: a parameter, off by default. Its sizes count them at 16 bits either way. Left out: distillation.
#include "core/method/lorc.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/method/hessian_solver.h"
#include "core/method/method.h"
#include "core/quant/quantizer.h"

namespace bitscape {

LowRank lowRankOf(const Tensor& matrix, std::int64_t rank) {
  const c10::NoGradGuard noGrad;
  const std::int64_t out = matrix.size(0), in = matrix.size(1);
  const std::int64_t most = std::min({rank, out, in});
  if (most < 1) throw Error("a rank of " + std::to_string(rank) + " leaves nothing; take at least 1");
  const bool tall = out > in;
  const Tensor e = (tall ? matrix.t() : matrix).to(at::kDouble);
  const Tensor vectors = std::get<1>(at::linalg_eigh(at::mm(e, e.t()))).narrow(1, e.size(0) - most, most).flip({1});
  const Tensor other = at::mm(vectors.t(), e);  // S V'
  const Tensor root = at::linalg_vector_norm(other, 2, at::IntArrayRef{1}).sqrt().clamp_min(1e-30);
  const Tensor first = (vectors * root).to(at::kFloat), second = (other / root.unsqueeze(1)).to(at::kFloat);
  return tall ? LowRank{second.t().contiguous(), first.t().contiguous()} : LowRank{first.contiguous(), second.contiguous()};
}

namespace {

// Symmetric 8 bits, one scale for each of the rank's rows and columns.
Tensor inEightBits(const Tensor& rows) {
  return dequantizeCodes(quantizeWeight(rows, integerFormat(8, Symmetry::Symmetric, Granularity::Channel)));
}

Packed compensated(Packed packed, const Tensor& weight, const ParamValues& values) {
  const Tensor error = weight.to(at::kFloat) - dequantize(packed).to(weight.device());
  LowRank factors = lowRankOf(error, values.integer("rank"));
  if (values.flag("eight_bits")) {
    factors.left = inEightBits(factors.left.t()).t().contiguous();
    factors.right = inEightBits(factors.right);
  }
  packed.lowRankLeft = factors.left.cpu().to(at::kHalf).to(at::kFloat);  // 16 bits, as sizes count them
  packed.lowRankRight = factors.right.cpu().to(at::kHalf).to(at::kFloat);
  return packed;
}

Packed roundNearest(const RoundingInput& input, const Format& format, const ParamValues& values, const Progress&) {
  return compensated(quantizeWeight(input.weight, format, input.clip), input.weight, values);
}

Packed roundGptq(const RoundingInput& input, const Format& format, const ParamValues& values, const Progress& progress) {
  return compensated(solveByHessian(input.weight, *input.input->hessian, format, input.clip, {}, progress), input.weight, values);
}

MethodSetup setup(const Plan& bits, const ModelConfig&) { return {.plan = bits, .rounding = {.id = "gptq-lorc"}, .propagate = true}; }

}  // namespace

Method zeroQuantV2Method() {
  Method method{.id = "zeroquant-v2",
                .title = "ZeroQuant-V2",
                .citation =
                    "Yao, Wu, Li, Youn, He: ZeroQuant-V2: Exploring Post-training Quantization in LLMs from Comprehensive Study to Low "
                    "Rank Compensation, 2023, arXiv 2303.08302",
                .version = 2,  // 1 kept the factors in float32
                .setup = setup};
  const std::vector<ParamSpec> parameters{
      integerParam("rank", "Rank", "Columns of the left and rows of the right factor; each costs 16 bits per output and input.", 1, 256, 8),
      flagParam("eight_bits", "8-bit factors", "Rounds both factors to 8 bits.", false)};
  method.roundings.push_back({.id = "lorc",
                              .title = "Round to nearest + low rank",
                              .help = "Rounds to nearest and keeps the largest part of the error as two thin matrices. Needs no "
                                      "calibration text.",
                              .parameters = parameters,
                              .round = roundNearest});
  method.roundings.push_back({.id = "gptq-lorc",
                              .title = "GPTQ + low rank",
                              .help = "Rounds as GPTQ and keeps the largest part of the weights' error as two thin matrices.",
                              .parameters = parameters,
                              .needs = {.stats = true, .hessian = true},
                              .round = roundGptq});
  return method;
}

}  // namespace bitscape
