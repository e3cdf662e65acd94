#include "core/exchange/lint_rules.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/exchange/folded_model.h"

namespace bitscape {
namespace {

// Passes whose steps run on inputs, whatever their parameters: QuaRot's online rotations and those of whole linears' inputs.
bool staysOnline(const std::string& pass, const std::set<SeamKind>& seams) {
  if (pass == "r3") return seams.contains(SeamKind::QueryKey);
  if (pass == "r4") return seams.contains(SeamKind::FfnDown);
  if (pass == "r1") return false;
  return true;
}

// The passes that can have placed online steps at these seams, switched off.
std::vector<StackEntry> withoutOnline(std::vector<StackEntry> stack, const std::set<SeamKind>& seams) {
  for (StackEntry& entry : stack) {
    if (!entry.enabled) continue;
    if (entry.pass == "r2") {
      // Across heads it runs online, within them it folds.
      if (seams.contains(SeamKind::AttentionOutput)) entry.parameters["across"] = false;
    } else if (entry.pass != "clip" && entry.pass != "awq.clip" && entry.pass != "smooth" && entry.pass != "awq.scale" &&
               staysOnline(entry.pass, seams)) {
      entry.enabled = false;
    }
  }
  return stack;
}

}  // namespace

std::vector<LinearId> exportedLinears(const ExportSubject& subject) {
  std::vector<LinearId> ids;
  for (int block = 0; block < subject.model->config().blocks; ++block) {
    for (const Role role : kBlockRoles) {
      if (!subject.plan.of({block, role}).isFloat()) ids.push_back({block, role});
    }
  }
  for (const Role role : {Role::LmHead, Role::Embedding}) {
    if (!subject.plan.of({-1, role}).isFloat()) ids.push_back({-1, role});
  }
  return ids;
}

void setPlan(Plan& plan, LinearId id, const LinearPlan& own) { plan.overrides[id] = own; }

Plan simplified(Plan plan, const ModelConfig& config) {
  const LinearPlan first = plan.of({0, Role::Q});
  bool agree = true;
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) agree = agree && plan.of({block, role}) == first;
  }
  if (agree) plan.uniform = first;
  std::erase_if(plan.overrides,
                [&](const auto& entry) { return entry.first.block < 0 ? entry.second.isFloat() : entry.second == plan.uniform; });
  plan.name = nameOf(plan);
  return plan;
}

void lintOnlineSteps(const ExportSubject& subject, std::vector<Finding>& findings) {
  if (!subject.quantized) return;
  const std::vector<OnlineStep> steps = onlineSteps(*subject.quantized, {});
  if (steps.empty()) return;
  std::set<SeamKind> seams;
  std::set<LinearId> linears;
  std::set<std::string> described;
  std::string text;
  for (const OnlineStep& step : steps) {
    seams.insert(step.seam.kind);
    for (const Role role : consumers(step.seam.kind)) linears.insert({step.seam.block, role});
    const std::string what = step.what + " at " + std::string(seamName(step.seam.kind));
    if (described.insert(what).second && described.size() <= 4) text += (text.empty() ? "" : ", ") + what;
  }
  Finding finding{
      .what = std::to_string(steps.size()) + " steps run on inputs at run time (" + text + (described.size() > 4 ? ", ..." : "") + ").",
      .why = "The reader multiplies the stored weights alone; without the steps before them the results would be wrong.",
      .linears = {linears.begin(), linears.end()},
      .fix = {}};
  const std::vector<StackEntry> stack = withoutOnline(subject.stack, seams);
  if (stack != subject.stack)
    finding.fix = ExportFix{.what = "Leave out the passes whose steps stay online.", .plan = {}, .stack = stack, .rounding = {}};
  findings.push_back(std::move(finding));
}

void lintAttentionFormats(const ExportSubject& subject, std::vector<Finding>& findings) {
  if (!subject.plan.query && !subject.plan.kv) return;
  Plan plan = subject.plan;
  plan.query.reset();
  plan.kv.reset();
  plan.name = nameOf(plan);
  findings.push_back(
      {.what = "The plan rounds queries, keys or values after RoPE.",
       .why = "The file has no place for it, so the reader would keep them in floating point.",
       .linears = {},
       .fix = ExportFix{.what = "Keep queries, keys and values in floating point.", .plan = plan, .stack = {}, .rounding = {}}});
}

void lintParts(const ExportSubject& subject, std::vector<Finding>& findings) {
  if (!subject.quantized) return;
  std::vector<LinearId> linears;
  for (const auto& [id, packed] : subject.quantized->linears) {
    if (packed.lowRankLeft.defined() || packed.sparse.defined() || packed.keptColumns.defined() || packed.rowTable.defined())
      linears.push_back(id);
  }
  if (linears.empty()) return;
  findings.push_back({.what = "The weights have parts beside codes and scales (low-rank, sparse, kept columns or values per row).",
                      .why = "The file stores codes, scales and whole zero points alone.",
                      .linears = linears,
                      .fix = ExportFix{.what = "Round to the nearest.", .plan = {}, .stack = {}, .rounding = RoundingChoice{}}});
}

void lintFusedGroups(const ExportSubject& subject, std::vector<Finding>& findings) {
  const ModelConfig& config = subject.model->config();
  static const std::array<std::vector<Role>, 2> kFused{{{Role::Q, Role::K, Role::V}, {Role::Gate, Role::Up}}};
  Plan fixed = subject.plan;
  std::vector<LinearId> linears;
  for (int block = 0; block < config.blocks; ++block) {
    for (const std::vector<Role>& roles : kFused) {
      const LinearPlan* most = nullptr;
      double mostBits = 0;
      bool differ = false;
      for (const Role role : roles) {
        const LinearPlan& own = subject.plan.of({block, role});
        differ = differ || own != subject.plan.of({block, roles.front()});
        const LinearShape shape = shapeOf(config, role);
        const double bits = own.weight ? own.weight->storedBits(shape.out, shape.in) : 16;
        if (!most || bits > mostBits) most = &own, mostBits = bits;
      }
      if (!differ) continue;
      for (const Role role : roles) {
        linears.push_back({block, role});
        setPlan(fixed, {block, role}, *most);
      }
    }
  }
  if (linears.empty()) return;
  findings.push_back({.what = "Linears that readers multiply as one have different formats.",
                      .why = "vLLM and others join q, k and v into one matrix, and gate with up; all parts need one format, or all none.",
                      .linears = linears,
                      .fix = ExportFix{.what = "Give each group the format of its member with the most bits.",
                                       .plan = simplified(std::move(fixed), config),
                                       .stack = {},
                                       .rounding = {}}});
}

void lintTiedEmbeddings(const ExportSubject& subject, std::vector<Finding>& findings) {
  const ModelConfig& config = subject.model->config();
  if (!config.tiedEmbeddings) return;
  const bool turned = subject.quantized ? FoldedModel(*subject.quantized).residual().has_value()
                                        : std::any_of(subject.stack.begin(), subject.stack.end(),
                                                      [](const StackEntry& entry) { return entry.enabled && entry.pass == "r1"; });
  const bool quantized = !subject.plan.of({-1, Role::LmHead}).isFloat() || !subject.plan.of({-1, Role::Embedding}).isFloat();
  if (!turned && !quantized) return;
  const double megabytes = 2.0 * static_cast<double>(config.vocabulary * config.hidden) / 1e6;
  findings.push_back(
      {.severity = Severity::Note,
       .what = "Head and embedding, one tensor in this model, are written as two: up to " +
               std::to_string(static_cast<long long>(megabytes + 0.5)) + " MB more, and tie_word_embeddings becomes false.",
       .why = turned ? "A rotation of the residual stream moves the final norm into the head." : "They are stored unlike each other.",
       .linears = {},
       .fix = {}});
}

PlanRules::PlanRules(const ExportSubject& subject, std::vector<Finding>& findings)
    : m_subject(subject), m_findings(findings), m_linears(exportedLinears(subject)) {}

void PlanRules::add(Severity severity, const Rule& rule, const std::string& why, const std::string& remedy, const Change& change) {
  std::map<std::string, std::vector<LinearId>> found;
  for (const LinearId id : m_linears) {
    if (std::string what = rule(id, m_subject.plan.of(id)); !what.empty()) found[std::move(what)].push_back(id);
  }
  for (auto& [what, ids] : found) {
    Finding finding{.severity = severity, .what = what, .why = why, .linears = ids, .fix = {}};
    if (change) {
      Plan plan = changedPlan(m_subject.plan, ids, m_subject.model->config(), change);
      if (plan != m_subject.plan) finding.fix = ExportFix{.what = remedy, .plan = std::move(plan), .stack = {}, .rounding = {}};
    }
    m_findings.push_back(std::move(finding));
  }
}

}  // namespace bitscape
