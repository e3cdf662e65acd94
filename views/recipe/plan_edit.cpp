#include "views/recipe/plan_edit.h"

#include <QString>

namespace bitscape {

BitChoice choiceOf(const LinearPlan& plan) {
  BitChoice choice;
  if (plan.weight) {
    choice.weightBits = plan.weight->grid.levels == 5 ? 2 : plan.weight->bits();
    choice.balanced = plan.weight->grid.levels == 5;
    choice.group = plan.weight->granularity == Granularity::Group ? plan.weight->group : 0;
    choice.symmetric = plan.weight->symmetry == Symmetry::Symmetric;
    choice.clip = plan.weight->clipRatio;
  }
  if (plan.input) choice.inputBits = plan.input->bits();
  return choice;
}

LinearPlan linearPlanOf(const BitChoice& choice) {
  LinearPlan plan;
  if (choice.weightBits < 16) {
    const auto symmetry = choice.symmetric ? Symmetry::Symmetric : Symmetry::Asymmetric;
    const auto granularity = choice.group > 0 ? Granularity::Group : Granularity::Channel;
    plan.weight = choice.balanced && choice.weightBits == 2 ? balancedTwoBit()
                                                            : integerFormat(choice.weightBits, symmetry, granularity, choice.group);
    plan.weight->clipRatio = choice.clip;
  }
  if (choice.inputBits < 16) plan.input = integerFormat(choice.inputBits, Symmetry::Asymmetric, Granularity::Token, 0, true);
  return plan;
}

Plan withUniform(Plan plan, const BitChoice& choice) {
  const auto before = plan.uniform;
  const auto now = choiceOf(before);
  auto sameWeight = choice;
  sameWeight.inputBits = now.inputBits;
  plan.uniform = linearPlanOf(choice);
  // What was not touched stays, even where the form cannot show all of it (ranges from calibration, tables of values).
  if (sameWeight == now) plan.uniform.weight = before.weight;
  if (choice.inputBits == now.inputBits) plan.uniform.input = before.input;
  plan.name = planNameOf(plan);
  for (auto& [id, entry] : plan.overrides) {
    if (id.block >= 0 && plan.uniform.input != before.input) entry.input = plan.uniform.input;
  }
  std::erase_if(plan.overrides, [&](const auto& entry) { return entry.first.block >= 0 && entry.second == plan.uniform; });
  return plan;
}

Plan withWeightBits(Plan plan, LinearId id, std::optional<int> bits) {
  plan.overrides.erase(id);
  if (!bits) return plan;
  auto choice = choiceOf(plan.uniform);
  choice.weightBits = *bits;
  choice.balanced = choice.balanced && *bits == 2;
  auto own = linearPlanOf(choice);
  own.input = plan.uniform.input;  // as it is, whatever the form can show of it
  if (own != plan.uniform) plan.overrides[id] = own;
  return plan;
}

Plan withHeadBits(Plan plan, int bits) {
  plan.kv = bits < 16 ? std::optional(headFormat(bits)) : std::nullopt;
  plan.query = plan.kv;
  plan.name = planNameOf(plan);
  return plan;
}

int headBitsOf(const Plan& plan) { return plan.kv ? plan.kv->bits() : 16; }

std::string planNameOf(const Plan& plan) {
  auto named = plan.uniform;
  if (named.weight) named.weight->clipRatio = 1;
  auto name = nameOf(named);
  if (plan.kv) name += (plan.query == plan.kv ? "qkv" : "kv") + std::to_string(plan.kv->bits());
  const double clip = plan.uniform.weight ? plan.uniform.weight->clipRatio : 1;
  if (clip != 1) name += ", clip " + QString::number(clip, 'f', 2).toStdString();
  return name;
}

int exceptionsOf(const Plan& plan) {
  int count = 0;
  for (const auto& [id, entry] : plan.overrides) count += entry != plan.uniform;
  return count;
}

}  // namespace bitscape
