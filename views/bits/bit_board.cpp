#include "views/bits/bit_board.h"

#include <algorithm>
#include <cmath>

#include "views/recipe/plan_edit.h"

namespace bitscape {
namespace {

constexpr int kSensitivityBits = 4, kFewestBits = 2, kMostBits = 8;

// The measured candidate of a format; a clip ratio does not make it another.
const Candidate* candidateOf(const CostRow& row, const LinearPlan& plan) {
  if (!plan.weight) return nullptr;
  const auto found = std::find_if(row.candidates.begin(), row.candidates.end(), [&](const Candidate& each) {
    if (!each.plan.weight) return false;
    Format format = *each.plan.weight;
    format.clipRatio = plan.weight->clipRatio;
    return format == *plan.weight;
  });
  return found == row.candidates.end() ? nullptr : &*found;
}

std::optional<double> costOf(const CostTable* table, LinearId id, const LinearPlan& plan) {
  if (table == nullptr) return std::nullopt;
  if (!plan.weight) return 0.0;  // float weights make no error
  const CostRow* row = table->find(id);
  const Candidate* candidate = row == nullptr ? nullptr : candidateOf(*row, plan);
  return candidate == nullptr ? std::nullopt : std::optional(candidate->predicted);
}

const std::vector<std::vector<Role>>& fusedRoles() {
  static const std::vector<std::vector<Role>> kRoles = BitRequest().fused;
  return kRoles;
}

double parametersOf(const ModelConfig& config) {
  double sum = 0;
  for (const Role role : kBlockRoles) sum += static_cast<double>(shapeOf(config, role).parameters());
  return sum * static_cast<double>(config.blocks);
}

std::int64_t bytesOf(const LinearPlan& plan, LinearShape shape) {
  const double bits = plan.weight ? plan.weight->storedBits(shape.out, shape.in) : 16;
  return static_cast<std::int64_t>(std::ceil(bits * static_cast<double>(shape.parameters()) / 8 - 1e-6));
}

// The part of the table that a solver may choose in, and what the rest takes and costs.
struct Choosable {
  CostTable table;
  std::int64_t fixedBytes = 0;
  double fixedCost = 0;
};
Choosable freePart(const BitBoard& board) {
  Choosable free;
  const std::set<LinearId> fixed = withFused(board, board.locks);
  free.table.formats = board.table->formats;
  for (const LinearId id : board.linears()) {
    const CostRow* row = board.table->find(id);
    if (row != nullptr && fixed.count(id) == 0) {
      free.table.rows.push_back(*row);
      continue;
    }
    free.fixedBytes += bytesOf(board.plan.of(id), shapeOf(*board.config, id.role));
    free.fixedCost += costOf(board.table.get(), id, board.plan.of(id)).value_or(0);
  }
  return free;
}

BitRequest requestOf(const BitBoard& board) {
  BitRequest request;
  if (!board.fused) request.fused.clear();
  return request;
}

}  // namespace

std::vector<LinearId> BitBoard::linears() const {
  std::vector<LinearId> all;
  for (int block = 0; config && block < config->blocks; ++block) {
    for (const Role role : kBlockRoles) all.push_back({block, role});
  }
  return all;
}

CostUnit unitOf(const CostTable& table) {
  CostUnit unit = CostUnit::RelativeError;
  for (const CostRow& row : table.rows) {
    for (const Candidate& each : row.candidates) {
      if (each.kl) return CostUnit::Kl;
      if (each.secondOrder) unit = CostUnit::SecondOrder;
    }
  }
  return unit;
}

int sensitivityBits(const CostTable& table) {
  int nearest = 0;
  for (const std::string& format : table.formats) {
    const int bits = weightBitsOf(linearPlanFromName(format));
    if (nearest == 0 || std::abs(bits - kSensitivityBits) < std::abs(nearest - kSensitivityBits)) nearest = bits;
  }
  return nearest;
}

int weightBitsOf(const LinearPlan& plan) { return plan.weight ? plan.weight->bits() : kFloatBits; }

std::vector<std::string> candidateFormats(const Plan& plan) {
  BitChoice choice = choiceOf(plan.uniform);
  choice.inputBits = kFloatBits;
  choice.balanced = false;
  choice.clip = 1;  // has no name
  std::vector<std::string> names;
  for (choice.weightBits = kFewestBits; choice.weightBits <= kMostBits; ++choice.weightBits) names.push_back(nameOf(linearPlanOf(choice)));
  return names;
}

std::vector<BitBar> barsOf(const BitBoard& board, const Plan& plan) {
  std::vector<BitBar> bars;
  const std::set<LinearId> fixed = withFused(board, board.locks);
  const int reference = board.table ? sensitivityBits(*board.table) : 0;
  for (const LinearId id : board.linears()) {
    const LinearPlan& entry = plan.of(id);
    const LinearShape shape = shapeOf(*board.config, id.role);
    BitBar bar{.id = id, .bits = weightBitsOf(entry), .cost = {}, .sensitivity = {}};
    bar.bytes = bytesOf(entry, shape);
    bar.storedBits = entry.weight ? entry.weight->storedBits(shape.out, shape.in) : 16;
    bar.cost = costOf(board.table.get(), id, entry);
    bar.locked = fixed.count(id) > 0;
    if (const CostRow* row = board.table ? board.table->find(id) : nullptr) {
      for (const Candidate& each : row->candidates) {
        if (weightBitsOf(each.plan) == reference) bar.sensitivity = each.predicted;
      }
    }
    bars.push_back(bar);
  }
  return bars;
}

BitTotal totalOf(const BitBoard& board, const Plan& plan) {
  BitTotal total;
  if (!board.config) return total;
  total.size = sizeOf(plan, *board.config);
  double sum = 0;
  for (const LinearId id : board.linears()) {
    const auto cost = costOf(board.table.get(), id, plan.of(id));
    sum += cost.value_or(0);
    total.unknown += !cost;
  }
  if (total.unknown == 0) total.predicted = sum;
  return total;
}

std::set<LinearId> withFused(const BitBoard& board, const std::set<LinearId>& linears) {
  std::set<LinearId> all = linears;
  if (!board.fused) return all;
  for (const LinearId id : linears) {
    for (const auto& group : fusedRoles()) {
      if (std::find(group.begin(), group.end(), id.role) == group.end()) continue;
      for (const Role role : group) all.insert({id.block, role});
    }
  }
  return all;
}

Plan withBits(const BitBoard& board, Plan plan, const std::set<LinearId>& linears, std::optional<int> bits) {
  for (const LinearId id : withFused(board, linears)) plan = withWeightBits(std::move(plan), id, bits);
  return plan;
}

Plan withEndBits(Plan plan, Role role, int bits) {
  plan.overrides.erase({-1, role});
  if (bits >= kFloatBits) return plan;
  BitChoice choice = choiceOf(plan.uniform);
  choice.weightBits = bits;
  choice.inputBits = kFloatBits;
  choice.balanced = false;
  plan.overrides[{-1, role}] = linearPlanOf(choice);
  return plan;
}

int endBitsOf(const Plan& plan, Role role) { return weightBitsOf(plan.of({-1, role})); }

double bytesPerToken(const BitBoard& board, const Plan& plan) {
  if (!board.config) return 0;
  const auto head = bytesOf(plan.of({-1, Role::LmHead}), shapeOf(*board.config, Role::LmHead));
  return static_cast<double>(sizeOf(plan, *board.config).blockBytes + head);
}

double megabytesOf(const BitBoard& board, double bitsPerWeight) {
  if (!board.config) return 0;
  const PlanSize size = sizeOf(board.plan, *board.config);
  return (bitsPerWeight * parametersOf(*board.config) / 8 + static_cast<double>(size.totalBytes - size.blockBytes)) / 1e6;
}

double bitsPerWeightOf(const BitBoard& board, double megabytes) {
  if (!board.config) return 0;
  const PlanSize size = sizeOf(board.plan, *board.config);
  return (megabytes * 1e6 - static_cast<double>(size.totalBytes - size.blockBytes)) * 8 / parametersOf(*board.config);
}

Plan solved(const BitBoard& board, double bitsPerWeight, double tolerance) {
  const Choosable free = freePart(board);
  if (free.table.rows.empty()) return board.plan;
  BitRequest request = requestOf(board);
  request.bytes = static_cast<std::int64_t>(std::floor(bitsPerWeight * parametersOf(*board.config) / 8 + 1e-6)) - free.fixedBytes;
  request.tolerance = tolerance;
  const BitSolution solution = solveBits(free.table, request);
  Plan plan = board.plan;
  for (std::size_t row = 0; row < free.table.rows.size(); ++row) {
    const Candidate& chosen = free.table.rows[row].candidates[solution.choice[row]];
    plan = withWeightBits(std::move(plan), free.table.rows[row].id, weightBitsOf(chosen.plan));
  }
  return plan;
}

std::vector<SizeAndCost> frontOf(const BitBoard& board) {
  if (!board.config || !board.table || board.table->rows.empty()) return {};
  const Choosable free = freePart(board);
  if (free.table.rows.empty()) return {};
  std::vector<SizeAndCost> front;
  for (const BitPoint& point : paretoFront(free.table, requestOf(board))) {
    front.push_back(
        {8 * static_cast<double>(point.bytes + free.fixedBytes) / parametersOf(*board.config), point.predicted + free.fixedCost});
  }
  return front;
}

// The uniform part itself gets the bits, so that a plan that is loaded has the name that people know.
std::vector<UniformPlan> uniformPlans(const BitBoard& board) {
  std::vector<UniformPlan> plans;
  if (!board.config || !board.table) return plans;
  const std::set<LinearId> fixed = withFused(board, board.locks);
  for (const std::string& format : board.table->formats) {
    BitChoice choice = choiceOf(board.plan.uniform);
    choice.weightBits = weightBitsOf(linearPlanFromName(format));
    choice.balanced = false;
    Plan plan = board.plan;
    std::erase_if(plan.overrides, [](const auto& entry) { return entry.first.block >= 0; });
    plan = withUniform(std::move(plan), choice);
    for (const LinearId id : fixed) {
      if (board.plan.of(id) != plan.uniform) plan.overrides[id] = board.plan.of(id);
    }
    plans.push_back({format, std::move(plan)});
  }
  return plans;
}

std::optional<double> uniformKl(const BitBoard& board, const std::vector<MeasuredPlan>& measured, double bitsPerWeight) {
  std::optional<std::pair<double, double>> below, above;  // bits per weight, KL; the latest of a size counts
  for (const MeasuredPlan& each : measured) {
    const auto own = [](const auto& entry) { return entry.first.block >= 0; };
    if (each.kl <= 0 || std::any_of(each.plan.overrides.begin(), each.plan.overrides.end(), own)) continue;
    const double bits = sizeOf(each.plan, *board.config).bitsPerWeight;
    if (bits <= bitsPerWeight + 1e-9 && (!below || bits >= below->first)) below = {bits, each.kl};
    if (bits >= bitsPerWeight - 1e-9 && (!above || bits <= above->first)) above = {bits, each.kl};
  }
  if (!below || !above) return std::nullopt;
  const double span = above->first - below->first, share = span > 0 ? (bitsPerWeight - below->first) / span : 1;
  return std::exp((1 - share) * std::log(below->second) + share * std::log(above->second));
}

std::vector<BitDifference> differences(const BitBoard& board, const Plan& before, const Plan& now) {
  std::vector<BitDifference> all;
  auto linears = board.linears();
  linears.push_back({-1, Role::Embedding});
  linears.push_back({-1, Role::LmHead});
  for (const LinearId id : linears) {
    const BitDifference difference{id, weightBitsOf(before.of(id)), weightBitsOf(now.of(id))};
    if (difference.before != difference.now) all.push_back(difference);
  }
  return all;
}

}  // namespace bitscape
