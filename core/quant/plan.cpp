#include "core/quant/plan.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace bitscape {
namespace {

bool isBlockRole(Role role) { return role != Role::LmHead && role != Role::Embedding; }

// The nearest divisor of `width` at or below `group`.
std::int64_t divisorBelow(std::int64_t width, std::int64_t group) {
  std::int64_t divisor = std::min(group, width);
  while (divisor > 1 && width % divisor != 0) --divisor;
  return std::max<std::int64_t>(divisor, 1);
}

void checkLinear(const LinearPlan& plan, std::int64_t in, const std::string& field, std::vector<Issue>& issues) {
  if (plan.weight) {
    if (auto fault = weightFault(*plan.weight)) {
      issues.push_back({field + " weight", *fault});
    } else if (plan.weight->granularity == Granularity::Group && in % plan.weight->group != 0) {
      issues.push_back({field + " weight", "a group of " + std::to_string(plan.weight->group) + " does not divide the " +
                                               std::to_string(in) + " inputs; " + std::to_string(divisorBelow(in, plan.weight->group)) +
                                               " does"});
    }
  }
  if (plan.input) {
    if (auto fault = inputFault(*plan.input)) issues.push_back({field + " input", *fault});
  }
}

void checkHeads(const std::optional<Format>& format, const std::string& field, std::vector<Issue>& issues) {
  if (!format) return;
  if (auto fault = inputFault(*format)) {
    issues.push_back({field, *fault});
  } else if (!format->dynamic) {
    issues.push_back({field, "queries, keys and values take a scale per token and head; use granularity \"token\" with \"dynamic\": true"});
  }
}

bool exists(LinearId id, const ModelConfig& config) {
  return isBlockRole(id.role) ? id.block >= 0 && id.block < config.blocks : id.block == -1;
}

// An input is quantized once for all consumers of a seam, so they must agree.
void checkSeams(const Plan& plan, const ModelConfig& config, std::vector<Issue>& issues) {
  std::set<SeamId> seams;
  for (const auto& [id, entry] : plan.overrides) {
    if (isBlockRole(id.role) && exists(id, config)) seams.insert({id.block, seamOf(id.role)});
  }
  for (const SeamId seam : seams) {
    const auto& roles = consumers(seam.kind);
    for (const Role role : roles) {
      if (plan.of({seam.block, role}).input == plan.of({seam.block, roles.front()}).input) continue;
      issues.push_back({toString({seam.block, role}) + " input", "differs from the input of " + std::string(roleName(roles.front())) +
                                                                     ", but both read the same quantized input; " + "give all of " +
                                                                     std::string(seamName(seam.kind)) + " one input format"});
    }
  }
}

std::int64_t bytesOf(const LinearPlan& plan, LinearShape shape) {
  const double bits = plan.weight ? plan.weight->storedBits(shape.out, shape.in) : 16;
  return static_cast<std::int64_t>(std::ceil(bits * static_cast<double>(shape.parameters()) / 8 - 1e-6));
}

// Norms and biases, kept as 16-bit floats.
std::int64_t smallParameters(const ModelConfig& config) {
  std::int64_t block = 2 * config.hidden;
  if (config.qkNorm) block += 2 * config.headDim;
  const auto bias = [&](bool present, Role role) { return present ? shapeOf(config, role).out : 0; };
  block += bias(config.qkvBias, Role::Q) + bias(config.qkvBias, Role::K) + bias(config.qkvBias, Role::V) + bias(config.oBias, Role::O);
  block += bias(config.mlpBias, Role::Gate) + bias(config.mlpBias, Role::Up) + bias(config.mlpBias, Role::Down);
  return block * config.blocks + config.hidden;
}

}  // namespace

const LinearPlan& Plan::of(LinearId id) const {
  static const LinearPlan kFloat;
  const auto found = overrides.find(id);
  if (found != overrides.end()) return found->second;
  return isBlockRole(id.role) ? uniform : kFloat;
}

bool Plan::isFloat() const {
  return uniform.isFloat() && !query && !kv &&
         std::all_of(overrides.begin(), overrides.end(), [](const auto& entry) { return entry.second.isFloat(); });
}

std::vector<Issue> check(const Plan& plan, const ModelConfig& config) {
  std::vector<Issue> issues;
  if (plan.isFloat()) return issues;
  if (config.blocks <= 0) {
    issues.push_back({"plan", "this model has no decoder blocks to quantize; open a whole model"});
    return issues;
  }
  std::set<std::string> told;  // one issue per width is enough
  for (const Role role : kBlockRoles) {
    std::vector<Issue> found;
    const std::int64_t in = shapeOf(config, role).in;
    checkLinear(plan.uniform, in, std::string(roleName(role)), found);
    for (Issue& issue : found) {
      if (told.insert(issue.message).second) issues.push_back(std::move(issue));
    }
  }
  for (const auto& [id, entry] : plan.overrides) {
    if (!exists(id, config)) {
      issues.push_back({toString(id), "does not exist: the model has blocks 0 to " + std::to_string(config.blocks - 1) +
                                          " (lm_head and embedding have block -1); remove the entry"});
      continue;
    }
    checkLinear(entry, shapeOf(config, id.role).in, toString(id), issues);
    if (id.role == Role::Embedding && entry.input) {
      issues.push_back({toString(id), "an embedding has no input to quantize; give it a weight format alone"});
    }
    if (id.role == Role::LmHead && entry.needsRange()) {
      issues.push_back({toString(id) + " input", "calibration watches the blocks alone; use granularity \"token\" with \"dynamic\": true"});
    }
  }
  checkSeams(plan, config, issues);
  checkHeads(plan.query, "query", issues);
  checkHeads(plan.kv, "kv", issues);
  return issues;
}

void requireFits(const Plan& plan, const ModelConfig& config) {
  const std::vector<Issue> issues = check(plan, config);
  if (issues.empty()) return;
  std::string text = "the plan \"" + plan.name + "\" does not fit this model: ";
  constexpr std::size_t kShown = 4;
  for (std::size_t i = 0; i < std::min(issues.size(), kShown); ++i) text += (i ? "; " : "") + issues[i].field + ": " + issues[i].message;
  if (issues.size() > kShown) text += "; and " + std::to_string(issues.size() - kShown) + " more";
  throw Error(text);
}

PlanSize sizeOf(const Plan& plan, const ModelConfig& config) {
  PlanSize size;
  double bits = 0, parameters = 0;
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) {
      const LinearShape shape = shapeOf(config, role);
      const LinearPlan& entry = plan.of({block, role});
      const auto count = static_cast<double>(shape.parameters());
      bits += count * (entry.weight ? entry.weight->storedBits(shape.out, shape.in) : 16);
      parameters += count;
      size.blockBytes += bytesOf(entry, shape);
    }
  }
  if (parameters > 0) size.bitsPerWeight = bits / parameters;
  const LinearShape table{config.vocabulary, config.hidden};
  size.totalBytes = size.blockBytes + bytesOf(plan.of({-1, Role::Embedding}), table) + 2 * smallParameters(config);
  // A tied head has bytes of its own once it is stored unlike the embedding.
  const LinearPlan& head = plan.of({-1, Role::LmHead});
  if (!config.tiedEmbeddings || head.weight != plan.of({-1, Role::Embedding}).weight) size.totalBytes += bytesOf(head, table);
  return size;
}

}  // namespace bitscape
