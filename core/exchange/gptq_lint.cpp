#include "core/exchange/gptq_lint.h"

#include "core/exchange/lint_rules.h"
#include "core/exchange/model_files.h"

namespace bitscape {
namespace {

// The nearest format with a layout: as many bits or the next that have one, in groups as they were.
void towardsLayout(LinearPlan& plan) {
  if (!plan.weight) return;
  const Format before = *plan.weight;
  const int bits = std::max(2, before.bits()), next = bits <= 4 ? bits : 8;
  const bool grouped = before.granularity == Granularity::Group;
  plan.weight = integerFormat(next, before.grid.isInteger() ? before.symmetry : Symmetry::Symmetric,
                              grouped ? Granularity::Group : Granularity::Channel, grouped ? before.group : 0);
  plan.weight->scaleType = ScaleType::Float16;
}

void makeSymmetric(LinearPlan& plan) {
  if (plan.weight) plan.weight->symmetry = Symmetry::Symmetric;
}

bool isAsymmetric(const LinearPlan& plan) {
  return plan.weight && plan.weight->grid.isInteger() && plan.weight->symmetry == Symmetry::Asymmetric;
}

}  // namespace

std::vector<Finding> lintGptq(const ExportSubject& subject, GptqVersion version) {
  std::vector<Finding> findings;
  PlanRules rules(subject, findings);
  const ModelConfig& config = subject.model->config();

  rules.add(
      Severity::Error,
      [&](LinearId id, const LinearPlan& plan) {
        if (!plan.weight || id.role == Role::Embedding) return std::string();
        const std::string fault = gptqScheme(*plan.weight, shapeOf(config, id.role)).fault;
        return fault.empty() ? fault : "No layout fits: " + fault + ".";
      },
      "GPTQ files store integer codes of 2, 3, 4 or 8 bits in 32-bit words, with a scale per row or per group of inputs.",
      "Take the nearest format that has a layout.", towardsLayout);
  rules.add(
      Severity::Error,
      [](LinearId id, const LinearPlan& plan) {
        return id.role == Role::Embedding && plan.weight ? std::string("The embedding is quantized.") : std::string();
      },
      "Readers look the embedding up in floating point.", "Leave the embedding float.", [](LinearPlan& plan) { plan = {}; });
  rules.add(
      Severity::Warning,
      [](LinearId id, const LinearPlan& plan) {
        return id.role == Role::LmHead && plan.weight ? std::string("The head is quantized.") : std::string();
      },
      "Not every reader takes a quantized head; GPTQModel and vLLM do.");
  rules.add(
      Severity::Warning,
      [](LinearId, const LinearPlan& plan) {
        return plan.input ? std::string("The plan's formats of inputs are not in the file.") : std::string();
      },
      "GPTQ readers multiply inputs in 16-bit floats.", "Keep inputs in floating point.", [](LinearPlan& plan) { plan.input.reset(); });
  if (version == GptqVersion::V1) {
    // Version 1 keeps zero - 1. Known weights tell whether a zero point of 0 is among them.
    rules.add(
        subject.quantized ? Severity::Error : Severity::Warning,
        [&](LinearId id, const LinearPlan& plan) {
          if (!isAsymmetric(plan)) return std::string();
          const Packed* packed = subject.quantized ? subject.quantized->find(id) : nullptr;
          if (!packed) return std::string("Weights with zero points may have one of 0.");
          return zeroPointsOfNothing(*packed) > 0 ? std::string("Some granules have the zero point 0.") : std::string();
        },
        "Version 1 stores one less than the zero point, so that 0 becomes -1 and spoils its neighbours; version 2 (gptq-v2) stores it as "
        "it is.",
        "Make these weights symmetric.", makeSymmetric);
  }
  rules.add(
      Severity::Warning,
      [](LinearId, const LinearPlan& plan) { return isAsymmetric(plan) ? std::string("Weights have zero points.") : std::string(); },
      "vLLM's fast kernels read symmetric weights of 4 and 8 bits alone; GPTQModel reads zero points.", "Make these weights symmetric.",
      makeSymmetric);
  rules.add(
      Severity::Note,
      [](LinearId, const LinearPlan& plan) {
        if (!plan.weight || !plan.weight->grid.isInteger()) return std::string();
        const int bits = std::max(2, plan.weight->bits());
        return bits == 2 || bits == 3 ? "Weights have " + std::to_string(bits) + " bits." : std::string();
      },
      "Kernels for 2 and 3 bits are few and slow in most readers; 4 and 8 bits are what they are made for.");
  if (exportType(*subject.model) == c10::ScalarType::BFloat16) {
    findings.push_back({.severity = Severity::Note,
                        .what = "Float tensors, bfloat16 in the source, are written as float16.",
                        .why = "Scales are float16 by the format, and readers that run in bfloat16 would round them to 8 bits.",
                        .linears = {},
                        .fix = {}});
  }
  lintFusedGroups(subject, findings);
  lintAttentionFormats(subject, findings);
  lintTiedEmbeddings(subject, findings);
  lintParts(subject, findings);
  lintOnlineSteps(subject, findings);
  return findings;
}

}  // namespace bitscape
