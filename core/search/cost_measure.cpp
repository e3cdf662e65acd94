#include "core/search/cost_measure.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/calib/capture.h"
#include "core/calib/fisher.h"
#include "core/method/solve.h"
#include "core/search/sensitivity.h"

namespace bitscape {
namespace {

std::int64_t bytesOf(const LinearPlan& plan, LinearShape shape) {
  const double bits = plan.weight ? plan.weight->storedBits(shape.out, shape.in) : 16;
  return static_cast<std::int64_t>(std::ceil(bits * static_cast<double>(shape.parameters()) / 8 - 1e-6));
}

std::vector<LinearPlan> plansOf(const CostSettings& settings) {
  std::vector<LinearPlan> plans;
  for (const std::string& name : settings.formats) {
    LinearPlan plan = linearPlanFromName(name);
    plan.input = settings.base.uniform.input;
    plans.push_back(std::move(plan));
  }
  return plans;
}

Plan uniformOf(const Plan& base, const LinearPlan& uniform) {
  Plan plan = base;
  plan.uniform = uniform;
  plan.overrides.clear();
  plan.name = nameOf(plan);
  return plan;
}

// The rows of one block with what statistics tell.
std::vector<CostRow> staticRows(const ModelConfig& config, int block, const BlockWeights& weights, const BlockKnowledge& known,
                                double tokens, const CostSettings& settings, const std::vector<LinearPlan>& plans,
                                const Progress& progress) {
  std::vector<CostRow> rows;
  for (const Role role : kBlockRoles) rows.push_back({{block, role}, std::vector<Candidate>(plans.size())});
  for (std::size_t f = 0; f < plans.size(); ++f) {
    progress.checkpoint(static_cast<double>(f) / static_cast<double>(plans.size()), "block " + std::to_string(block));
    const Plan plan = uniformOf(settings.base, plans[f]);
    const SolvedBlock solved = solveBlock(config, block, weights, known, settings.stack, plan, {});
    const std::map<Role, Packed> packed = roundBlock(block, solved, plan, settings.rounding, {});
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const Role role = rows[r].id.role;
      Candidate& candidate = rows[r].candidates[f];
      candidate.format = settings.formats[f];
      candidate.plan = plans[f];
      candidate.bytes = bytesOf(plans[f], shapeOf(config, role));
      const auto codes = packed.find(role);
      if (codes == packed.end()) continue;
      // Everything meets on the weights' device; codes come back on the CPU, statistics and gradients where they were found.
      const Tensor weight = solved.folded.weights.of(role).to(at::kFloat);
      const Tensor error = weight - dequantize(codes->second).to(weight.device());
      const auto& hessian = (*solved.known.inputs)[static_cast<std::size_t>(seamOf(role))].hessian;
      if (!hessian) throw Error("the statistics have no X'X; collect them again");
      const Tensor products = hessian->to(weight.device());
      const double noise = (at::mm(error, products) * error).sum(at::kDouble).item<double>();
      const double signal = (at::mm(weight, products) * weight).sum(at::kDouble).item<double>();
      candidate.staticError = std::max(noise, 0.0);
      if (noise > 0 && signal > 0) candidate.sqnr = 10 * std::log10(signal / noise);
      const Tensor& fisher = solved.folded.fisher[static_cast<std::size_t>(role)];
      if (fisher.defined()) candidate.secondOrder = (fisher.to(weight.device()) * error.square()).sum(at::kDouble).item<double>() / (2 * tokens);
    }
  }
  return rows;
}

void keep(const CostTable& table, const std::string& file) {
  if (!file.empty()) writeFileAtomically(file, toJson(table).dump());
}

// What the file holds of the same measurement; nothing when it was of another or is damaged.
std::optional<CostTable> begun(const CostSettings& settings) {
  std::error_code fault;
  if (settings.file.empty() || !std::filesystem::is_regular_file(settings.file, fault)) return std::nullopt;
  try {
    const Json json = readJson(settings.file);
    CostTable table = costTableFromJson(JsonView(json, settings.file));
    if (table.key == settings.key && table.formats == settings.formats) return table;
  } catch (const Error&) {
    // Measured again.
  }
  return std::nullopt;
}

// KL of the model with all linears at one format but for each in turn, which is float.
void measureDisabled(CostTable& table, std::size_t format, const Model& model, const Corpus& corpus, const BlocksOf& quantized,
                     const ComputeOptions& compute, const Progress& progress) {
  std::vector<Swap> swaps;
  std::vector<Candidate*> candidates;
  for (CostRow& row : table.rows) {
    if (row.candidates[format].disableKl) continue;
    swaps.push_back({row.id.block, {row.id.role}});
    candidates.push_back(&row.candidates[format]);
  }
  if (swaps.empty()) return;
  const BlocksOf plain = [&](int block, const BlockWeights& weights) {
    BlockRun run = quantized(block, weights);
    run.linears = run.plain;
    return run;
  };
  const std::vector<Effect> effects = swapEffects(model, quantized, plain, swaps, corpus, compute, progress);
  for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i]->disableKl = effects[i + 1].kl;
}

bool lacksStatic(const CostTable& table, int block, bool secondOrder) {
  const CostRow* row = table.find({block, Role::Q});
  if (!row) return true;
  return secondOrder && std::any_of(row->candidates.begin(), row->candidates.end(),
                                    [](const Candidate& each) { return each.staticError && !each.secondOrder; });
}

}  // namespace

CostTable measureCosts(const Model& model, const Corpus& corpus, const CostSettings& settings,
                       const std::function<BlocksOf(const Plan& plan)>& blocksOf, const ComputeOptions& compute, const Progress& progress,
                       const std::function<void(const CostTable&)>& onRows) {
  const c10::NoGradGuard noGrad;
  const ModelConfig& config = model.config();
  const int blocks = static_cast<int>(config.blocks);
  const std::vector<LinearPlan> plans = plansOf(settings);
  const Needs needs = needsOf(settings.stack, settings.rounding);
  if (needs.meanSequence)
    throw Error("costs of single linears are not known for a recipe that calibrates on a mean sequence; take another pass");
  const double tokens = static_cast<double>(corpus.windows.size()) * static_cast<double>(corpus.length());

  CostTable table = begun(settings).value_or(CostTable{});
  table.key = settings.key;
  table.mode = settings.mode;
  table.formats = settings.formats;
  table.windows = static_cast<std::int64_t>(corpus.windows.size());
  table.tokens = static_cast<std::int64_t>(tokens);
  const auto grown = [&] {
    predict(table);
    keep(table, settings.file);
    if (onRows) onRows(table);
  };

  const bool fisher = settings.secondOrder || needs.fisher;
  std::vector<int> missing;
  for (int block = 0; block < blocks; ++block) {
    if (lacksStatic(table, block, settings.secondOrder)) missing.push_back(block);
  }
  const double staticShare = settings.mode == "static" ? 1.0 : 0.15;
  if (!missing.empty()) {
    const auto stats =
        capture(model, corpus, {.sampleRows = 256, .hessian = true, .heads = false}, compute, progress.part(0, 0.3 * staticShare));
    const Progress rest = progress.part(0.3 * staticShare, staticShare);
    std::size_t done = 0;
    const auto addBlock = [&](int block, const std::map<Role, Tensor>& gradients) {
      if (std::find(missing.begin(), missing.end(), block) == missing.end()) return;
      const double from = static_cast<double>(done++) / static_cast<double>(missing.size());
      BlockKnowledge known;
      known.inputs.emplace();
      for (const SeamKind kind : kLinearSeams) (*known.inputs)[static_cast<std::size_t>(kind)] = stats->input({block, kind});
      known.fisher = gradients;
      const BlockWeights weights = model.loadBlock(block, {.dtype = c10::kFloat, .device = compute.device});
      std::vector<CostRow> rows = withContext("block " + std::to_string(block), [&] {
        return staticRows(config, block, weights, known, tokens, settings, plans, rest.part(from, from));
      });
      for (CostRow& row : rows) {
        if (const CostRow* old = table.find(row.id)) {
          for (std::size_t f = 0; f < plans.size(); ++f)
            row.candidates[f].kl = old->candidates[f].kl, row.candidates[f].klStderr = old->candidates[f].klStderr,
            row.candidates[f].disableKl = old->candidates[f].disableKl;
        }
        table.rows.erase(std::remove_if(table.rows.begin(), table.rows.end(), [&](const CostRow& old) { return old.id == row.id; }),
                         table.rows.end());
        table.rows.push_back(std::move(row));
      }
      std::sort(table.rows.begin(), table.rows.end(), [](const CostRow& a, const CostRow& b) { return a.id < b.id; });
      rest.checkpoint(static_cast<double>(done) / static_cast<double>(missing.size()), "block " + std::to_string(block));
      grown();
    };
    if (fisher) {
      fisherDiagonals(model, corpus, compute, rest, [&](int block, const std::map<Role, Tensor>& found) {
        const c10::NoGradGuard none;
        addBlock(block, found);
      });
    } else {
      for (const int block : missing) addBlock(block, {});
    }
  }

  std::vector<std::size_t> measured;
  for (std::size_t f = 0; f < plans.size(); ++f) {
    const bool probe = std::find(settings.probes.begin(), settings.probes.end(), settings.formats[f]) != settings.probes.end();
    if (!plans[f].isFloat() && (settings.mode == "propagated" || (settings.mode == "both" && probe))) measured.push_back(f);
  }
  const double enableShare = settings.disableOne ? (1 + staticShare) / 2 : 1.0;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const std::size_t f = measured[i];
    const auto share = [&](std::size_t at) {
      return staticShare + (enableShare - staticShare) * static_cast<double>(at) / static_cast<double>(measured.size());
    };
    const auto wanted = [&](int block) { return !table.find({block, Role::Q})->candidates[f].kl; };
    bool any = false;
    for (int block = 0; block < blocks; ++block) any = any || wanted(block);
    if (!any) continue;
    const Plan plan = uniformOf(settings.base, plans[f]);
    linearEffects(
        model, blocksOf(plan), corpus, 0, compute, progress.part(share(i), share(i + 1)),
        [&](const std::vector<LinearEffect>& effects) {
          for (const LinearEffect& effect : effects) {
            const auto row = std::find_if(table.rows.begin(), table.rows.end(), [&](const CostRow& each) { return each.id == effect.id; });
            row->candidates[f].kl = effect.effect.kl;
            row->candidates[f].klStderr = effect.effect.klStderr;
          }
          grown();
        },
        wanted);
  }
  for (std::size_t i = 0; settings.disableOne && i < measured.size(); ++i) {
    const double from = enableShare + (1 - enableShare) * static_cast<double>(i) / static_cast<double>(measured.size());
    const double to = enableShare + (1 - enableShare) * static_cast<double>(i + 1) / static_cast<double>(measured.size());
    measureDisabled(table, measured[i], model, corpus, blocksOf(uniformOf(settings.base, plans[measured[i]])), compute, progress.part(from, to));
    grown();
  }
  predict(table);
  progress.checkpoint(1.0);
  return table;
}

}  // namespace bitscape
