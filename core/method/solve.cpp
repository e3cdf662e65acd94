#include "core/method/solve.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <utility>

#include "core/base/error.h"
#include "core/calib/map_stats.h"

namespace bitscape {
namespace {

std::size_t at(SeamKind kind) { return static_cast<std::size_t>(kind); }

// Pushes what is known through one step, before it is placed.
void advance(SolvedBlock& solved, const PlacedStep& placed) {
  if (placed.seam == SeamKind::QueryKey) return;  // no linear reads queries and keys
  BlockKnowledge& known = solved.known;
  for (const SeamKind seam : kLinearSeams) {
    for (const Step& step : inputSteps(solved.folded, placed, seam)) {
      solved.onInput[at(seam)].push_back(step);
      if (known.inputs) (*known.inputs)[at(seam)] = mapStats((*known.inputs)[at(seam)], step);
      if (known.meanRows) (*known.meanRows)[at(seam)] = applyToInput(step, (*known.meanRows)[at(seam)]);
    }
  }
}

// The product of the clips of one weight, broadcast against its granules; undefined when there is none.
Tensor clipOf(const std::vector<Clip>& clips) {
  Tensor ratio;
  for (const Clip& clip : clips) ratio = ratio.defined() ? ratio * clip.ratio.to(ratio.options()) : clip.ratio;
  return ratio;
}

Tensor compensated(Tensor weight, const std::vector<Compensate>& parts) {
  for (const Compensate& part : parts) weight = weight + at::mm(part.left.to(weight.options()), part.right.to(weight.options()));
  return weight;
}

// Codes are kept beside the model, not on the device that made them.
Packed onCpu(Packed packed) {
  for (Tensor* part : {&packed.codes, &packed.scale, &packed.offset, &packed.rowTable, &packed.lowRankLeft, &packed.lowRankRight,
                       &packed.sparse, &packed.keptColumns, &packed.keptWeights}) {
    if (part->defined()) *part = part->cpu();
  }
  return packed;
}

std::string nameOf(std::size_t entry, const std::string& pass) { return "stack entry " + std::to_string(entry + 1) + ", " + pass; }

void requireKnown(const Needs& needs, const BlockKnowledge& known) {
  if ((needs.stats || needs.hessian) && !known.inputs) throw Error("needs statistics of its inputs; give a calibration text (--calibration FILE)");
  if (needs.hessian && !known.inputs->front().hessian) {
    throw Error("needs the Hessian X'X of its inputs, which these statistics do not hold; collect them with it");
  }
  if (needs.meanSequence && !known.meanRows) throw Error("needs the mean sequence of a calibration text; give one (--calibration FILE)");
}

Needs needsOf(const Pass& pass, const Json& parameters) {
  return pass.needsWith ? pass.needsWith(ParamValues(pass.parameters, parameters)) : pass.needs;
}

void addIssues(std::vector<Issue>& all, const std::string& prefix, std::vector<Issue> found) {
  for (Issue& issue : found) all.push_back({issue.field.empty() ? prefix : prefix + "/" + issue.field, std::move(issue.message)});
}

}  // namespace

Needs needsOf(const std::vector<StackEntry>& stack, const RoundingChoice& rounding) {
  Needs needs = roundingNamed(rounding.id).needs;
  for (const StackEntry& entry : stack) {
    if (entry.enabled) needs = needs | needsOf(passNamed(entry.pass), entry.parameters);
  }
  return needs;
}

std::vector<Issue> faultsOf(const std::vector<StackEntry>& stack, const RoundingChoice& rounding, const ModelConfig& config) {
  std::vector<Issue> issues;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    if (!stack[i].enabled) continue;
    const std::string prefix = "stack/" + std::to_string(i);
    try {
      const Pass& pass = passNamed(stack[i].pass);
      std::vector<Issue> found = faultsOf(pass.parameters, stack[i].parameters);
      if (found.empty() && pass.faults) found = pass.faults(config, ParamValues(pass.parameters, stack[i].parameters));
      addIssues(issues, prefix, std::move(found));
    } catch (const Error& error) {
      issues.push_back({prefix, error.what()});
    }
  }
  try {
    addIssues(issues, "rounding", faultsOf(roundingNamed(rounding.id).parameters, rounding.parameters));
  } catch (const Error& error) {
    issues.push_back({"rounding", error.what()});
  }
  return issues;
}

SolvedBlock solveBlock(const ModelConfig& config, int block, BlockWeights weights, BlockKnowledge known,
                       const std::vector<StackEntry>& stack, const Plan& plan, const Progress& progress) {
  const c10::NoGradGuard noGrad;
  SolvedBlock solved{.steps = {}, .folded = unfolded(std::move(weights)), .known = std::move(known), .entryOfStep = {}};
  for (auto& [role, fisher] : std::exchange(solved.known.fisher, {})) solved.folded.fisher[static_cast<std::size_t>(role)] = std::move(fisher);
  for (std::size_t i = 0; i < stack.size(); ++i) {
    const StackEntry& entry = stack[i];
    if (!entry.enabled) continue;
    const auto share = [&](std::size_t done) { return static_cast<double>(done) / static_cast<double>(stack.size()); };
    progress.checkpoint(share(i), entry.pass);
    withContext(nameOf(i, entry.pass), [&] {
      const Pass& pass = passNamed(entry.pass);
      const ParamValues values(pass.parameters, entry.parameters);
      if (pass.faults) {
        const std::vector<Issue> faults = pass.faults(config, values);
        if (!faults.empty()) throw Error(faults.front().message);
      }
      requireKnown(needsOf(pass, entry.parameters), solved.known);
      const BlockContext context{.config = config,
                                 .block = block,
                                 .folded = solved.folded,
                                 .inputs = solved.known.inputs ? &*solved.known.inputs : nullptr,
                                 .meanRows = solved.known.meanRows ? &*solved.known.meanRows : nullptr,
                                 .plan = plan};
      for (PlacedStep& step : pass.solve(context, values, progress.part(share(i), share(i + 1)))) {
        advance(solved, step);
        place(solved.folded, config, step);
        solved.steps.push_back(std::move(step));
        solved.entryOfStep.push_back(i);
      }
    });
  }
  progress.checkpoint(1.0);
  return solved;
}

std::map<Role, Packed> roundBlock(int block, const SolvedBlock& solved, const Plan& plan, const RoundingChoice& choice,
                                  const Progress& progress) {
  const c10::NoGradGuard noGrad;
  const Rounding& rounding = roundingNamed(choice.id);
  const ParamValues values(rounding.parameters, choice.parameters);
  std::map<Role, Packed> packed;
  double done = 0;
  for (const Role role : kBlockRoles) {
    const LinearId id{block, role};
    const LinearPlan& format = plan.of(id);
    done += 1;
    if (!format.weight) continue;
    const Progress part = progress.part((done - 1) / kBlockRoles.size(), done / kBlockRoles.size());
    part.checkpoint(0, "round " + toString(id));
    packed.emplace(role, withContext(toString(id), [&] {
                     requireKnown(rounding.needs, solved.known);
                     const std::size_t index = static_cast<std::size_t>(role);
                     RoundingInput input{.id = id,
                                         .weight = compensated(solved.folded.weights.of(role), solved.folded.compensate[index]),
                                         .input = solved.known.inputs ? &(*solved.known.inputs)[at(seamOf(role))] : nullptr,
                                         .fisher = solved.folded.fisher[index],
                                         .clip = clipOf(solved.folded.weightClip[index]),
                                         .inputFormat = format.input};
                     if (input.inputFormat) input.inputFormat->clipRatio *= solved.folded.inputClip[at(seamOf(role))];
                     return onCpu(rounding.round(input, *format.weight, values, part));
                   }));
  }
  progress.checkpoint(1.0);
  return packed;
}

}  // namespace bitscape
