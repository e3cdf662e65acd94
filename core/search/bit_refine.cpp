#include "core/search/bit_refine.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace bitscape {
namespace {

using Choice = std::vector<std::size_t>;
constexpr std::array kCautions{1.0, 2.0, 4.0};
constexpr double kFar = 1e6;  // nats that a format two steps away is said to cost: it was not measured

// The uniform plan of the fewest bytes that the budget does not hold; nullopt: it holds all.
std::optional<Choice> uniformAbove(const CostTable& table, const BitRequest& request) {
  for (std::size_t f = 0; f < table.formats.size(); ++f) {
    Choice choice(table.rows.size(), f);
    const BitPoint point = pointOf(table, choice);
    if ((request.bytes && point.bytes > *request.bytes) || (request.microseconds && point.microseconds > *request.microseconds)) return choice;
  }
  return std::nullopt;
}

class Refinement {
 public:
  Refinement(const Model& model, const Corpus& corpus, const CostTable& table, const BitRequest& request, const Plan& base,
             const std::function<BlocksOf(const Plan&)>& blocksOf, const ComputeOptions& compute)
      : m_model(model), m_corpus(corpus), m_table(table), m_request(request), m_base(base), m_blocksOf(blocksOf), m_compute(compute),
        m_groups(rowsTogether(table, request)) {
    std::stable_sort(m_groups.begin(), m_groups.end(), [&](const auto& a, const auto& b) { return blockOf(a) < blockOf(b); });
  }

  double klOf(const Choice& choice, const Progress& progress) const { return effects(choice, choice, {}, progress).front().kl; }

  // What one step of every group changes, as costs; a group's stands in its first row.
  CostTable changesAround(const Choice& choice, const Progress& progress) const {
    CostTable around = m_table;
    for (CostRow& row : around.rows) {
      for (Candidate& candidate : row.candidates) candidate.predicted = kFar;
    }
    for (std::size_t r = 0; r < choice.size(); ++r) around.rows[r].candidates[choice[r]].predicted = 0;
    for (const int way : {-1, 1}) {
      Choice moved = choice;
      std::vector<Swap> swaps;
      std::vector<const std::vector<std::size_t>*> groups;
      for (const auto& rows : m_groups) {
        const auto to = static_cast<std::int64_t>(choice[rows.front()]) + way;
        if (to < 0 || to >= std::ssize(m_table.formats)) continue;
        Swap swap{.block = blockOf(rows), .roles = {}};
        for (const std::size_t row : rows) moved[row] = static_cast<std::size_t>(to), swap.roles.push_back(m_table.rows[row].id.role);
        swaps.push_back(std::move(swap));
        groups.push_back(&rows);
      }
      const std::vector<Effect> found = effects(choice, moved, swaps, way < 0 ? progress.part(0, 0.5) : progress.part(0.5, 1));
      for (std::size_t i = 0; i < groups.size(); ++i) {
        // More bits never cost more, whatever noise the measures had.
        const double change = found[i + 1].kl - found[0].kl;
        for (const std::size_t row : *groups[i]) around.rows[row].candidates[moved[row]].predicted = 0;
        around.rows[groups[i]->front()].candidates[moved[groups[i]->front()]].predicted = way < 0 ? std::max(change, 0.0) : std::min(change, 0.0);
      }
    }
    return around;
  }

  // The best plan by those changes, where each loss counts `caution` times and each gain as much less: changes made together do more harm
  // and less good than one by one.
  BitSolution step(CostTable around, double caution) const {
    for (const auto& rows : m_groups) {
      auto& candidates = around.rows[rows.front()].candidates;
      double least = 0;  // the search takes costs that are not negative
      for (Candidate& candidate : candidates) {
        candidate.predicted = candidate.predicted > 0 ? candidate.predicted * caution : candidate.predicted / caution;
        least = std::min(least, candidate.predicted);
      }
      for (Candidate& candidate : candidates) candidate.predicted -= least;
    }
    return solveBits(around, m_request);
  }

 private:
  int blockOf(const std::vector<std::size_t>& rows) const { return m_table.rows[rows.front()].id.block; }
  std::vector<Effect> effects(const Choice& choice, const Choice& other, const std::vector<Swap>& swaps, const Progress& progress) const {
    const BlocksOf here = m_blocksOf(planOf(m_table, choice, m_base));
    return swapEffects(m_model, here, swaps.empty() ? here : m_blocksOf(planOf(m_table, other, m_base)), swaps, m_corpus, m_compute, progress);
  }

  const Model& m_model;
  const Corpus& m_corpus;
  const CostTable& m_table;
  const BitRequest& m_request;
  const Plan& m_base;
  const std::function<BlocksOf(const Plan&)>& m_blocksOf;
  const ComputeOptions& m_compute;
  std::vector<std::vector<std::size_t>> m_groups;  // by block
};

}  // namespace

RefinedBits refineBits(const Model& model, const Corpus& corpus, const CostTable& table, const BitRequest& request, const BitSolution& start,
                       const Plan& base, int rounds, const std::function<BlocksOf(const Plan& plan)>& blocksOf, const ComputeOptions& compute,
                       const Progress& progress) {
  const Refinement refinement(model, corpus, table, request, base, blocksOf, compute);
  RefinedBits best{.solution = start};
  best.kl = best.startKl = refinement.klOf(start.choice, progress.part(0, 0.02));
  Choice from = uniformAbove(table, request).value_or(start.choice);
  for (int round = 0; round < rounds; ++round) {
    const double begin = 0.02 + 0.98 * round / rounds, end = 0.02 + 0.98 * (round + 1) / rounds;
    const Progress now = progress.part(begin, end);
    const CostTable changes = refinement.changesAround(from, now.part(0, 0.9));
    best.rounds = round + 1;
    bool better = false;
    std::optional<std::pair<double, Choice>> least;  // of this round
    for (std::size_t i = 0; i < kCautions.size(); ++i) {
      BitSolution next = refinement.step(changes, kCautions[i]);
      const double at = 0.9 + 0.1 * static_cast<double>(i) / static_cast<double>(kCautions.size());
      const double kl = refinement.klOf(next.choice, now.part(at, at));
      if (!least || kl < least->first) least = {kl, next.choice};
      if (kl >= best.kl) continue;
      better = true;
      next.total = pointOf(table, next.choice);
      best.solution = std::move(next), best.kl = kl;
    }
    // The first step may start far above the budget: the second is still worth its time.
    if (!better && round > 0) break;
    from = least->second;
  }
  progress.checkpoint(1.0);
  return best;
}

}  // namespace bitscape
