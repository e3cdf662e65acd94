#include "core/exchange/compressed_tensors_lint.h"

#include <algorithm>
#include <functional>

#include "core/exchange/compressed_tensors_scheme.h"
#include "core/exchange/compressed_tensors_transform.h"
#include "core/exchange/folded_model.h"
#include "core/exchange/lint_rules.h"

namespace bitscape {
namespace {

bool isFp8(const CtScheme& scheme) { return scheme.storage == CtStorage::FloatQuantized; }

std::string bitsText(int bits) { return std::to_string(bits) + " bits"; }

// A scheme that exists, near to what has none.
void towardsIntegers(LinearPlan& plan) {
  const Format before = plan.weight ? *plan.weight : integerFormat(8, Symmetry::Symmetric, Granularity::Channel);
  const bool grouped = before.granularity == Granularity::Group;
  const ScaleType type = before.scaleType;
  plan.weight = integerFormat(std::max(2, before.bits()), Symmetry::Symmetric, grouped ? Granularity::Group : Granularity::Channel,
                              grouped ? before.group : 0);
  plan.weight->scaleType = type;
  if (plan.input) plan.input = integerFormat(8, Symmetry::Symmetric, Granularity::Token, 0, true);
}

void makeSymmetric(LinearPlan& plan) {
  if (plan.weight) plan.weight->symmetry = Symmetry::Symmetric;
}

// Transforms of inputs: what the format describes works in one reader alone, anything else has no place.
void lintTransforms(const ExportSubject& subject, std::vector<Finding>& findings) {
  if (!subject.quantized) return;
  const auto transforms = transformsOf(*subject.quantized);
  if (transforms && transforms->empty()) return;
  const std::vector<OnlineStep> steps = onlineSteps(*subject.quantized, {});
  if (transforms) {
    std::vector<LinearId> linears;
    for (const OnlineStep& step : steps) {
      for (const Role role : consumers(step.seam.kind)) linears.push_back({step.seam.block, role});
    }
    findings.push_back({.severity = Severity::Warning,
                        .what = "Hadamard transforms run on inputs at run time (" + steps.front().what + ").",
                        .why = "vLLM runs them on one GPU; transformers loads the folder and leaves them out, which gives wrong results.",
                        .linears = linears,
                        .fix = {}});
    return;
  }
  lintOnlineSteps(subject, findings);
  // The largest runs that readers know are nearer than none at all, where nothing else stays online.
  const bool downAlone =
      std::all_of(steps.begin(), steps.end(), [](const OnlineStep& step) { return step.seam.kind == SeamKind::FfnDown; });
  const std::int64_t width = subject.model->config().ffn, size = width & -width;
  if (!downAlone || size < 2) return;
  std::vector<StackEntry> stack = subject.stack;
  for (StackEntry& entry : stack) {
    if (entry.enabled && entry.pass == "r4") entry.parameters["size"] = size, entry.parameters["signs"] = false;
  }
  if (stack != subject.stack)
    findings.back().fix = ExportFix{.what = "Mix runs of " + std::to_string(size) + " channels, a power of two, in R4.", .plan = {}, .stack = stack, .rounding = {}};
}

}  // namespace

std::vector<Finding> lintCompressedTensors(const ExportSubject& subject) {
  std::vector<Finding> findings;
  PlanRules rules(subject, findings);
  const auto with = [](const LinearPlan& plan, const std::function<std::string(const CtScheme&)>& rule) {
    const CtFit fit = schemeFor(plan);
    return fit.scheme ? rule(*fit.scheme) : std::string();
  };

  rules.add(
      Severity::Error,
      [](LinearId, const LinearPlan& plan) {
        const std::string fault = schemeFor(plan).fault;
        return fault.empty() ? fault : "Its format cannot be described: " + fault + ".";
      },
      "compressed-tensors knows integers of 2 to 8 bits and E4M3, with one scale per tensor, row or group.",
      "Take symmetric integers of the same bits, inputs in 8 bits per token.", towardsIntegers);
  rules.add(
      Severity::Error,
      [&](LinearId, const LinearPlan& plan) {
        return with(plan, [](const CtScheme& scheme) {
          return !scheme.symmetric && !scheme.input && scheme.bits != 4 && scheme.bits != 8
                     ? "Weights of " + bitsText(scheme.bits) + " have zero points."
                     : std::string();
        });
      },
      "vLLM reads zero points of 4-bit and 8-bit weights alone.", "Make these weights symmetric.", makeSymmetric);
  rules.add(
      Severity::Error,
      [&](LinearId, const LinearPlan& plan) {
        return with(plan, [](const CtScheme& scheme) {
          return !scheme.symmetric && scheme.input ? std::string("Weights with zero points meet quantized inputs.") : std::string();
        });
      },
      "vLLM's integer products take symmetric weights alone.", "Make these weights symmetric.", makeSymmetric);
  rules.add(
      Severity::Error,
      [&](LinearId, const LinearPlan& plan) {
        return with(plan, [](const CtScheme& scheme) {
          return scheme.bits == 8 && scheme.group > 0 && scheme.input ? std::string("8-bit weights in groups meet quantized inputs.")
                                                                      : std::string();
        });
      },
      "vLLM multiplies 8-bit weights with integer inputs when they have one scale per row.", "Give these weights one scale per row.",
      [](LinearPlan& plan) {
        plan.weight->granularity = Granularity::Channel;
        plan.weight->group = 0;
      });
  rules.add(
      Severity::Warning,
      [&](LinearId, const LinearPlan& plan) {
        return with(plan, [](const CtScheme& scheme) {
          return scheme.input && !scheme.input->isFloat && scheme.input->bits != 8 && scheme.input->bits != 4
                     ? "Inputs have " + bitsText(scheme.input->bits) + "."
                     : std::string();
        });
      },
      "vLLM has products for inputs of 8 and 4 bits; transformers rounds to any.", "Take inputs in 8 bits.",
      [](LinearPlan& plan) { plan.input->grid.levels = 256; });
  rules.add(
      Severity::Warning,
      [&](LinearId, const LinearPlan& plan) {
        return with(plan, [](const CtScheme& scheme) {
          return scheme.storage == CtStorage::PackQuantized && (scheme.input || (scheme.bits != 4 && scheme.bits != 8))
                     ? "Packed weights of " + bitsText(scheme.bits) + (scheme.input ? " with quantized inputs." : ".")
                     : std::string();
        });
      },
      "vLLM needs a version of July 2026 or later with the package Humming; transformers with compressed-tensors 0.18 or later reads all.");
  rules.add(Severity::Warning,
            [&](LinearId, const LinearPlan& plan) {
              return with(plan, [](const CtScheme& scheme) {
                const bool usual = scheme.group == 0 || scheme.group == 32 || scheme.group == 64 || scheme.group == 128;
                return scheme.storage == CtStorage::PackQuantized && !usual ? "Groups of " + std::to_string(scheme.group) + " weights."
                                                                            : std::string();
              });
            },
            "vLLM's fast kernels take groups of 32, 64 and 128, or one scale per row.");
  rules.add(
      Severity::Warning,
      [&](LinearId, const LinearPlan& plan) {
        return with(plan, [](const CtScheme& scheme) {
          return scheme.storage == CtStorage::PackQuantized && scheme.input && !scheme.input->symmetric
                     ? std::string("Packed weights meet inputs with zero points.")
                     : std::string();
        });
      },
      "vLLM's products of packed weights take symmetric inputs.", "Make these inputs symmetric.",
      [](LinearPlan& plan) { plan.input->symmetry = Symmetry::Symmetric; });
  rules.add(
      Severity::Warning,
      [&](LinearId, const LinearPlan& plan) {
        return with(plan, [](const CtScheme& scheme) {
          return scheme.storage == CtStorage::PackQuantized && !scheme.symmetric ? std::string("Packed weights have zero points.")
                                                                                 : std::string();
        });
      },
      "vLLM loads them; transformers 5 with compressed-tensors 0.18 to 0.20 refuses packed zero points.", "Make these weights symmetric.",
      makeSymmetric);
  rules.add(Severity::Note,
            [&](LinearId, const LinearPlan& plan) {
              return with(plan, [&](const CtScheme& scheme) {
                const bool wider = !isFp8(scheme) && plan.weight->grid.levels < (std::int64_t{1} << scheme.bits);
                return wider ? std::to_string(plan.weight->grid.levels) + " levels are stored in " + bitsText(scheme.bits) + "."
                             : std::string();
              });
            },
            "The format has whole bits from 2 on; nothing is lost.");

  const auto atEnds = [&](Role role, Severity severity, const std::string& what, const std::string& why) {
    if (subject.plan.of({-1, role}).isFloat()) return;
    findings.push_back({.severity = severity, .what = what, .why = why, .linears = {{-1, role}}, .fix = {}});
  };
  atEnds(Role::LmHead, Severity::Warning, "The head is quantized.", "Not every version of the readers takes a quantized head.");
  atEnds(Role::Embedding, Severity::Warning, "The embedding is quantized.",
         "compressed-tensors takes one from version 0.17 on, vLLM from June 2026.");
  lintFusedGroups(subject, findings);
  lintAttentionFormats(subject, findings);
  lintTiedEmbeddings(subject, findings);
  lintParts(subject, findings);
  lintTransforms(subject, findings);
  return findings;
}

}  // namespace bitscape
