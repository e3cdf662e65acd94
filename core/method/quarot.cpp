// QuaRot: Hadamard rotations that take outliers out of the residual stream, of values, of queries and keys, and of down's input.
//
// S. Ashkboos, A. Mohtashami, M. Croci, B. Li, P. Cameron, M. Jaggi, D. Alistarh, T. Hoefler, J. Hensman: QuaRot, NeurIPS 2024,
// arXiv 2404.00456. Names R1..R4 as in SpinQuant (Z. Liu et al., arXiv 2405.16406), which learns R1 and R2.
//   R1  the residual stream: Q = diag(signs) H / sqrt(hidden), folds into every weight at the stream
//   R2  o's input: H per head, folds into v and o; QuaRot's full H (x) H also mixes the heads, online (I (x) H_headDim, then H_heads (x) I)
//   R3  queries and keys after RoPE: H per head, online on both sides of the product; matters only where they are rounded
//   R4  down's input: H of the whole width, online
// Where the heads have no Hadamard matrix (9 heads) they are not mixed, as in SpinQuant. A hidden size without one gets a random
// orthogonal matrix for R1: it folds, so it costs nothing. Left out: subtracting the embedding's mean, which the released code does
// although it changes a model with RMSNorm.
#include <ATen/ATen.h>

#include <string>

#include "core/base/error.h"
#include "core/method/method.h"
#include "core/method/random_orthogonal.h"
#include "core/transform/hadamard.h"

namespace bitscape {
namespace {

constexpr std::int64_t kMostSeed = 1'000'000'000;

ParamSpec kindParam() {
  return choiceParam("matrix", "Matrix",
                     "auto: Hadamard where this size has one, else random. hadamard. random: orthogonal, from the seed.",
                     {"auto", "hadamard", "random"});
}
ParamSpec signsParam() {
  return flagParam("signs", "Random signs", "Changes the signs of channels at random before a Hadamard matrix.", true);
}
ParamSpec seedParam() { return integerParam("seed", "Seed", "Of random signs and random matrices.", 0, kMostSeed, 2); }
std::uint64_t seedOf(const ParamValues& values) { return static_cast<std::uint64_t>(values.integer("seed")); }

Step turning(std::int64_t size, const ParamValues& values) {
  const std::string& kind = values.choice("matrix");
  if (kind == "random" || (kind == "auto" && !hasHadamard(size))) return Rotate{.matrix = randomOrthogonal(size, seedOf(values))};
  return Hadamard{.size = size, .signs = values.flag("signs") ? randomSigns(size, seedOf(values)) : Tensor()};
}

// An Issue when a Hadamard matrix of a size without one is asked for.
std::vector<Issue> hadamardIssues(std::int64_t size, const std::string& field, const std::string& remedy) {
  const std::optional<std::string> fault = hadamardFault(size);
  return fault ? std::vector<Issue>{{field, *fault + "; " + remedy}} : std::vector<Issue>{};
}

BlockSteps r1(const BlockContext& context, const ParamValues& values, const Progress&) {
  return {{.seam = SeamKind::Residual, .step = turning(context.config.hidden, values), .linear = {}}};
}

std::vector<Issue> r1Faults(const ModelConfig& config, const ParamValues& values) {
  if (values.choice("matrix") != "hadamard") return {};
  return hadamardIssues(config.hidden, "matrix", "take \"auto\" or \"random\"");
}

BlockSteps r2(const BlockContext& context, const ParamValues& values, const Progress&) {
  const ModelConfig& config = context.config;
  BlockSteps steps{{.seam = SeamKind::AttentionOutput, .step = turning(config.headDim, values), .linear = {}}};
  if (!values.flag("across")) return steps;
  // H_heads (x) I: with the channels of all heads side by side (source[d * heads + h] = h * headDim + d) it is I (x) H_heads.
  const Tensor source = at::arange(config.heads * config.headDim, at::kLong).reshape({config.heads, config.headDim}).t().reshape({-1});
  steps.push_back({.seam = SeamKind::AttentionOutput, .step = Permute{.source = source.contiguous()}, .linear = {}});
  steps.push_back({.seam = SeamKind::AttentionOutput, .step = Hadamard{.size = config.heads, .signs = {}}, .linear = {}});
  return steps;
}

std::vector<Issue> r2Faults(const ModelConfig& config, const ParamValues& values) {
  std::vector<Issue> issues;
  if (values.choice("matrix") == "hadamard") issues = hadamardIssues(config.headDim, "matrix", "take \"auto\" or \"random\"");
  if (values.flag("across")) {
    for (Issue& issue : hadamardIssues(config.heads, "across", "leave the heads apart")) issues.push_back(std::move(issue));
  }
  return issues;
}

BlockSteps r3(const BlockContext& context, const ParamValues&, const Progress&) {
  return {{.seam = SeamKind::QueryKey, .step = Hadamard{.size = context.config.headDim, .signs = {}}, .linear = {}}};
}

std::vector<Issue> r3Faults(const ModelConfig& config, const ParamValues&) {
  return hadamardIssues(config.headDim, "", "remove this entry for this model");
}

std::int64_t r4Size(const ModelConfig& config, const ParamValues& values) {
  return values.integer("size") > 0 ? values.integer("size") : hadamardDividing(config.ffn, config.ffn);
}

BlockSteps r4(const BlockContext& context, const ParamValues& values, const Progress&) {
  const std::int64_t size = r4Size(context.config, values);
  const Tensor signs = values.flag("signs") ? randomSigns(context.config.ffn, seedOf(values)) : Tensor();
  return {{.seam = SeamKind::FfnDown, .step = Hadamard{.size = size, .signs = signs}, .linear = {}}};
}

std::vector<Issue> r4Faults(const ModelConfig& config, const ParamValues& values) {
  const std::int64_t size = r4Size(config, values);
  if (size < 2)
    return {{"size", "no Hadamard matrix has a size that divides the " + std::to_string(config.ffn) +
                         " channels of down's input; remove this entry"}};
  if (config.ffn % size != 0) {
    return {{"size", "runs of " + std::to_string(size) + " channels do not divide the " + std::to_string(config.ffn) +
                         " of down's input; choose a divisor, or 0 for the largest possible"}};
  }
  return hadamardIssues(size, "size", "choose another size, or 0 for the largest possible");
}

MethodSetup setup(const Plan& bits, const ModelConfig& config) {
  MethodSetup setup{.plan = bits, .rounding = {.id = "gptq"}, .propagate = true};
  setup.rounding.parameters["scales"] = "mse";  // the released code clips weights by a search for the least squared error
  setup.stack = {{.pass = "r1"}, {.pass = "r2", .parameters = Json::object({{"across", hasHadamard(config.heads)}})}};
  if (bits.query || bits.kv) setup.stack.push_back({.pass = "r3"});
  setup.stack.push_back({.pass = "r4"});
  const auto symmetric = [](LinearPlan& plan) {
    if (plan.weight) plan.weight->symmetry = Symmetry::Symmetric;
    if (plan.input) plan.input->symmetry = Symmetry::Symmetric;
  };
  symmetric(setup.plan.uniform);
  for (auto& [id, plan] : setup.plan.overrides) {
    if (id.role != Role::LmHead && id.role != Role::Embedding) symmetric(plan);
  }
  // The paper clips inputs to 0.9 at 4 bits.
  if (bits.uniform.input && bits.uniform.input->bits() <= 4) {
    setup.stack.push_back({.pass = "clip", .parameters = {{"inputs", 0.9}, {"weights", 1.0}}});
  }
  return setup;
}

}  // namespace

Method quarotMethod() {
  Method method{.id = "quarot",
                .title = "QuaRot",
                .citation =
                    "Ashkboos, Mohtashami, Croci, Li, Cameron, Jaggi, Alistarh, Hoefler, Hensman: QuaRot: Outlier-Free 4-Bit "
                    "Inference in Rotated LLMs, NeurIPS 2024, arXiv 2404.00456"};
  method.passes.push_back({.id = "r1",
                           .title = "R1: residual stream",
                           .help = "Turns the residual stream of the whole model. Folds into the weights: free at run time.",
                           .parameters = {kindParam(), signsParam(), seedParam()},
                           .scope = Scope::Model,
                           .solve = r1,
                           .faults = r1Faults});
  method.passes.push_back(
      {.id = "r2",
       .title = "R2: values",
       .help = "Turns the values of each head. Folds into v and o: free at run time unless heads are mixed too.",
       .parameters = {kindParam(),
                      flagParam("signs", "Random signs", "Changes the signs of channels at random before a Hadamard matrix.", false),
                      seedParam(),
                      flagParam("across", "Mix heads",
                                "Also mixes the heads before o, at run time. Needs a number of heads that has a Hadamard matrix.", false)},
       .solve = r2,
       .faults = r2Faults});
  method.passes.push_back(
      {.id = "r3",
       .title = "R3: queries and keys",
       .help = "A Hadamard matrix per head on queries and keys after RoPE, at run time. Helps where they are quantized.",
       .parameters = {},
       .solve = r3,
       .faults = r3Faults});
  method.passes.push_back(
      {.id = "r4",
       .title = "R4: down's input",
       .help = "A Hadamard matrix on the input of down, at run time.",
       .parameters = {integerParam("size", "Size", "Channels that are mixed; 0: as many as a Hadamard matrix allows.", 0, 1 << 20, 0),
                      flagParam("signs", "Random signs", "Changes the signs of channels at random before the Hadamard matrix.", false),
                      seedParam()},
       .solve = r4,
       .faults = r4Faults});
  method.setup = setup;
  return method;
}

}  // namespace bitscape
