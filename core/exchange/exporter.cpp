#include "core/exchange/exporter.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/exchange/targets.h"

namespace bitscape {

std::string_view severityName(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Note:
      return "note";
  }
  return "";
}

const std::vector<const ExportTarget*>& exportTargets() {
  static const std::vector<const ExportTarget*> kTargets{
      &compressedTensorsTarget(), &plainSafetensorsTarget(), &gptqTarget(), &gptqV2Target(), &ggufTarget(), &ggufRoundedTarget(), &hdf5Target(),
  };
  return kTargets;
}

const ExportTarget& exportTargetNamed(std::string_view id) {
  std::string known;
  for (const ExportTarget* target : exportTargets()) {
    if (target->id == id) return *target;
    known += (known.empty() ? "\"" : ", \"") + target->id + "\"";
  }
  throw Error("there is no export target \"" + std::string(id) + "\"; there are " + known);
}

void apply(const ExportFix& fix, Plan& plan, std::vector<StackEntry>& stack, RoundingChoice& rounding) {
  if (fix.plan) plan = *fix.plan;
  if (fix.stack) stack = *fix.stack;
  if (fix.rounding) rounding = *fix.rounding;
}

bool hasErrors(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.severity == Severity::Error; });
}

Plan withScaleType(Plan plan, ScaleType type) {
  const auto set = [type](LinearPlan& linear) {
    if (linear.weight) linear.weight->scaleType = type;
  };
  set(plan.uniform);
  for (auto& [id, linear] : plan.overrides) set(linear);
  return plan;
}

}  // namespace bitscape
