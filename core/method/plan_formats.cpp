#include "core/method/plan_formats.h"

#include <algorithm>
#include <numeric>

namespace bitscape {
namespace {

std::int64_t divisorUpTo(std::int64_t number, std::int64_t most) {
  for (std::int64_t divisor = std::min(number, most); divisor > 1; --divisor) {
    if (number % divisor == 0) return divisor;
  }
  return 1;
}

}  // namespace

Plan withFormats(Plan plan, const FormatEdit& weight, const FormatEdit& input) {
  const auto edit = [&](LinearPlan& linear) {
    if (linear.weight && weight) weight(*linear.weight);
    if (linear.input && input) input(*linear.input);
  };
  edit(plan.uniform);
  for (auto& [id, linear] : plan.overrides) {
    if (id.block >= 0) edit(linear);
  }
  return plan;
}

Plan withRole(Plan plan, const ModelConfig& config, Role role, const std::function<void(LinearPlan&)>& edit) {
  for (int block = 0; block < config.blocks; ++block) {
    const LinearId id{block, role};
    LinearPlan linear = plan.of(id);
    edit(linear);
    if (linear != plan.of(id)) plan.overrides[id] = linear;
  }
  return plan;
}

Format onGrid(Format format, const std::string& grid) {
  Plan plan;
  plan.uniform.weight = format;
  const Format other = *withGrid(plan, grid, false).uniform.weight;
  format.grid = other.grid;
  format.symmetry = other.symmetry;
  return format;
}

void setGroups(Format& format, const ModelConfig& config, std::int64_t most) {
  if (format.granularity == Granularity::Group) return;
  std::int64_t shared = 0;
  for (const Role role : kBlockRoles) shared = std::gcd(shared, shapeOf(config, role).in);
  format.granularity = Granularity::Group;
  format.group = divisorUpTo(shared, most);
}

std::int64_t sharedRows(const ModelConfig& config, std::int64_t most) {
  std::int64_t shared = 0;
  for (const Role role : kBlockRoles) shared = std::gcd(shared, shapeOf(config, role).out);
  return divisorUpTo(shared, most);
}

}  // namespace bitscape
