// Rules that several targets share, and how a fix changes a plan. Pure, thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/exchange/exporter.h"

namespace bitscape {

// Steps that stay online, once they are known. The fix leaves out the passes that made them.
void lintOnlineSteps(const ExportSubject& subject, std::vector<Finding>& findings);
// Queries, keys and values that are rounded after RoPE.
void lintAttentionFormats(const ExportSubject& subject, std::vector<Finding>& findings);
// Weights with parts beside their codes, or with values of their own; the fix is another rounding.
void lintParts(const ExportSubject& subject, std::vector<Finding>& findings);
// q, k and v as one, gate and up as one: readers fuse them. The fix gives all of them the one with the most stored bits.
void lintFusedGroups(const ExportSubject& subject, std::vector<Finding>& findings);
// The head that no longer is the embedding.
void lintTiedEmbeddings(const ExportSubject& subject, std::vector<Finding>& findings);

// All linears of the blocks, and of head and embedding those that the plan quantizes.
std::vector<LinearId> exportedLinears(const ExportSubject& subject);
// The plan with `change` applied to what each of these has now; uniform where all linears of blocks agree.
template <class Change>
Plan changedPlan(const Plan& plan, const std::vector<LinearId>& ids, const ModelConfig& config, Change&& change);
void setPlan(Plan& plan, LinearId id, const LinearPlan& own);
// Overrides that say what the uniform part says go; when all linears agree on another, that becomes the uniform part.
Plan simplified(Plan plan, const ModelConfig& config);

// Rules about the plan of one linear, asked of every exported one. A rule's answer is a sentence, or empty where nothing is wrong.
class PlanRules {
 public:
  using Rule = std::function<std::string(LinearId, const LinearPlan&)>;
  using Change = std::function<void(LinearPlan&)>;

  // Both outlive the rules.
  PlanRules(const ExportSubject& subject, std::vector<Finding>& findings);
  // All linears for which `rule` gives the same sentence are one finding; its fix is `change` for each of them, where that changes any.
  void add(Severity severity, const Rule& rule, const std::string& why, const std::string& remedy = {}, const Change& change = {});

 private:
  const ExportSubject& m_subject;
  std::vector<Finding>& m_findings;
  std::vector<LinearId> m_linears;
};

template <class Change>
Plan changedPlan(const Plan& plan, const std::vector<LinearId>& ids, const ModelConfig& config, Change&& change) {
  Plan changed = plan;
  for (const LinearId id : ids) {
    LinearPlan own = plan.of(id);
    change(own);
    setPlan(changed, id, own);
  }
  return simplified(std::move(changed), config);
}

}  // namespace bitscape
