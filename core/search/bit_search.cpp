#include "core/search/bit_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "core/base/error.h"

namespace bitscape {
namespace {

constexpr double kAny = std::numeric_limits<double>::infinity();
constexpr std::size_t kMostStates = 20000;  // kept after a group; beyond, the answer is no longer proven

// One format for a whole group. Bytes are whole numbers far below 2^53: exact in a double.
struct Option {
  double bytes = 0, time = 0, cost = 0;
  std::size_t index = 0;  // of the candidate, the same in all of the group's rows
};
struct Group {
  std::vector<std::size_t> rows;
  std::vector<Option> options;  // none beaten by another; by bytes
};

bool beats(const Option& a, const Option& b) { return a.bytes <= b.bytes && a.time <= b.time && a.cost <= b.cost; }

std::vector<Option> undominated(std::vector<Option> options) {
  std::sort(options.begin(), options.end(),
            [](const Option& a, const Option& b) { return std::tie(a.bytes, a.cost, a.time) < std::tie(b.bytes, b.cost, b.time); });
  std::vector<Option> kept;
  for (const Option& option : options) {
    if (std::none_of(kept.begin(), kept.end(), [&](const Option& other) { return beats(other, option); })) kept.push_back(option);
  }
  return kept;
}

bool allowed(const CostTable& table, const BitRequest& request, const std::vector<std::size_t>& rows, std::size_t index) {
  for (const std::size_t row : rows) {
    const Candidate& candidate = table.rows[row].candidates[index];
    const auto floor = request.floors.find(table.rows[row].id.role);
    if (floor != request.floors.end() && (candidate.plan.weight ? candidate.plan.weight->bits() : 16) < floor->second) return false;
  }
  return true;
}

// The lock of a group: that of any of its linears.
std::optional<std::size_t> lockOf(const CostTable& table, const BitRequest& request, const std::vector<std::size_t>& rows) {
  std::optional<std::size_t> lock;
  for (const std::size_t row : rows) {
    const auto found = request.locks.find(table.rows[row].id);
    if (found == request.locks.end()) continue;
    const auto at = std::find(table.formats.begin(), table.formats.end(), found->second);
    if (at == table.formats.end()) {
      throw Error(toString(found->first) + " is locked to \"" + found->second +
                  "\", which the table of costs has not; measure that format too");
    }
    const auto index = static_cast<std::size_t>(at - table.formats.begin());
    if (lock && *lock != index) {
      throw Error(toString(found->first) + " is locked to \"" + found->second + "\" and a linear that a runtime fuses with it to \"" +
                  table.formats[*lock] + "\"; lock both to one format");
    }
    lock = index;
  }
  return lock;
}

std::vector<Group> groupsOf(const CostTable& table, const BitRequest& request) {
  std::vector<Group> groups;
  for (std::vector<std::size_t>& rows : rowsTogether(table, request)) groups.push_back({std::move(rows), {}});
  for (Group& group : groups) {
    const auto lock = lockOf(table, request, group.rows);
    for (std::size_t index = 0; index < table.formats.size(); ++index) {
      if (lock ? index != *lock : !allowed(table, request, group.rows, index)) continue;
      Option option{.index = index};
      for (const std::size_t row : group.rows) {
        const Candidate& candidate = table.rows[row].candidates[index];
        option.bytes += static_cast<double>(candidate.bytes);
        option.time += candidate.microseconds;
        option.cost += candidate.predicted;
      }
      group.options.push_back(option);
    }
    if (group.options.empty()) {
      throw Error(toString(table.rows[group.rows.front()].id) +
                  ": no candidate has the least bits that are asked of it; add formats or lower the floor");
    }
    group.options = undominated(std::move(group.options));
  }
  return groups;
}

// A step along the lower convex hull of a group's options: so much more size for so much less cost.
struct Climb {
  std::size_t group = 0, to = 0;  // option
  double size = 0, gain = 0;
};

// Best steps first. `size` reads the budgeted amount of an option.
template <class Size>
std::vector<Climb> climbsOf(const std::vector<Group>& groups, Size size) {
  std::vector<Climb> climbs;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::vector<std::size_t> order(groups[g].options.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto& options = groups[g].options;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(size(options[a]), options[a].cost) < std::pair(size(options[b]), options[b].cost);
    });
    std::vector<std::size_t> hull;
    for (const std::size_t next : order) {
      if (!hull.empty() && options[next].cost >= options[hull.back()].cost) continue;
      while (hull.size() > 1) {
        const Option &a = options[hull[hull.size() - 2]], &b = options[hull.back()], &c = options[next];
        if ((a.cost - b.cost) * (size(c) - size(b)) > (b.cost - c.cost) * (size(b) - size(a))) break;
        hull.pop_back();
      }
      if (hull.size() == 1 && size(options[hull.back()]) == size(options[next])) hull.pop_back();
      hull.push_back(next);
    }
    for (std::size_t i = 1; i < hull.size(); ++i) {
      climbs.push_back(
          {g, hull[i], size(options[hull[i]]) - size(options[hull[i - 1]]), options[hull[i - 1]].cost - options[hull[i]].cost});
    }
  }
  std::stable_sort(climbs.begin(), climbs.end(), [](const Climb& a, const Climb& b) { return a.gain * b.size > b.gain * a.size; });
  return climbs;
}

// What the groups from one on cost at least within what is left of one budget: the linear relaxation.
class Relaxation {
 public:
  template <class Size>
  Relaxation(const std::vector<Group>& groups, Size size) : m_tails(groups.size() + 1) {
    const std::vector<Climb> climbs = climbsOf(groups, size);
    for (std::size_t from = groups.size(); from-- > 0;) {
      Tail& tail = m_tails[from];
      const auto& options = groups[from].options;
      double least = kAny, cost = kAny;
      for (const Option& option : options) {
        if (size(option) < least || (size(option) == least && option.cost < cost)) least = size(option), cost = option.cost;
      }
      tail.size = m_tails[from + 1].size + least;
      tail.cost = m_tails[from + 1].cost + cost;
      tail.sizes = {0}, tail.gains = {0};
      for (const Climb& climb : climbs) {
        if (climb.group < from) continue;
        tail.sizes.push_back(tail.sizes.back() + climb.size);
        tail.gains.push_back(tail.gains.back() + climb.gain);
      }
    }
  }
  double leastSize(std::size_t from) const { return m_tails[from].size; }
  double cost(std::size_t from, double left) const {
    const Tail& tail = m_tails[from];
    const double spare = left - tail.size;
    if (spare < 0) return kAny;
    if (tail.sizes.empty() || spare >= tail.sizes.back()) return tail.cost - (tail.gains.empty() ? 0 : tail.gains.back());
    const auto above = static_cast<std::size_t>(std::upper_bound(tail.sizes.begin(), tail.sizes.end(), spare) - tail.sizes.begin());
    const double part = (spare - tail.sizes[above - 1]) / (tail.sizes[above] - tail.sizes[above - 1]);
    return tail.cost - tail.gains[above - 1] - part * (tail.gains[above] - tail.gains[above - 1]);
  }

 private:
  struct Tail {
    double size = 0, cost = 0;  // of the smallest options
    std::vector<double> sizes, gains;
  };
  std::vector<Tail> m_tails;
};

struct Budget {
  double bytes = kAny, time = kAny;
};

// A good plan to prune with: steps along the hull of a mixture of both budgets, those that still fit; for several mixtures.
std::optional<std::pair<double, std::vector<std::size_t>>> greedy(const std::vector<Group>& groups, const Budget& budget) {
  std::optional<std::pair<double, std::vector<std::size_t>>> best;
  for (int share = 0; share <= 8; ++share) {
    const bool both = std::isfinite(budget.bytes) && std::isfinite(budget.time);
    if (!both && share != (std::isfinite(budget.time) ? 0 : 8)) continue;
    const double ofBytes = std::isfinite(budget.bytes) ? share / (8.0 * std::max(1.0, budget.bytes)) : share * 1e-12;
    const double ofTime = std::isfinite(budget.time) ? (8 - share) / (8.0 * std::max(1e-12, budget.time)) : 0;
    const auto size = [&](const Option& option) { return ofBytes * option.bytes + ofTime * option.time; };
    std::vector<std::size_t> choice(groups.size(), 0);
    double bytes = 0, time = 0, cost = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const auto& options = groups[g].options;
      const auto least = std::min_element(options.begin(), options.end(), [&](const Option& a, const Option& b) {
        return std::pair(size(a), a.cost) < std::pair(size(b), b.cost);
      });
      choice[g] = static_cast<std::size_t>(least - options.begin());
      bytes += least->bytes, time += least->time, cost += least->cost;
    }
    if (bytes > budget.bytes || time > budget.time) continue;
    for (const Climb& climb : climbsOf(groups, size)) {
      const Option &from = groups[climb.group].options[choice[climb.group]], &to = groups[climb.group].options[climb.to];
      if (to.cost >= from.cost || bytes + to.bytes - from.bytes > budget.bytes || time + to.time - from.time > budget.time) continue;
      bytes += to.bytes - from.bytes, time += to.time - from.time, cost += to.cost - from.cost;
      choice[climb.group] = climb.to;
    }
    if (!best || cost < best->first) best = {cost, choice};
  }
  return best;
}

struct State {
  double bytes = 0, time = 0, cost = 0, bound = 0;
  std::uint32_t parent = 0, option = 0;
};

// Removes states that another one beats. With all times equal that is one sweep; else a staircase of (time, cost) of smaller states.
void removeBeaten(std::vector<State>& states) {
  std::sort(states.begin(), states.end(),
            [](const State& a, const State& b) { return std::tie(a.bytes, a.cost, a.time) < std::tie(b.bytes, b.cost, b.time); });
  std::map<double, double> stairs;  // time -> least cost up to it, falling
  std::vector<State> kept;
  for (const State& state : states) {
    auto after = stairs.upper_bound(state.time);
    if (after != stairs.begin() && std::prev(after)->second <= state.cost) continue;
    kept.push_back(state);
    while (after != stairs.end() && after->second >= state.cost) after = stairs.erase(after);
    stairs[state.time] = state.cost;
  }
  states.swap(kept);
}

}  // namespace

std::vector<std::vector<std::size_t>> rowsTogether(const CostTable& table, const BitRequest& request) {
  std::map<std::pair<int, std::size_t>, std::size_t> fused;  // block and which set of roles -> group
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const LinearId id = table.rows[row].id;
    const auto set = std::find_if(request.fused.begin(), request.fused.end(),
                                  [&](const auto& roles) { return std::find(roles.begin(), roles.end(), id.role) != roles.end(); });
    if (set == request.fused.end()) {
      groups.push_back({row});
      continue;
    }
    const auto [at, added] = fused.try_emplace({id.block, static_cast<std::size_t>(set - request.fused.begin())}, groups.size());
    if (added) groups.emplace_back();
    groups[at->second].push_back(row);
  }
  return groups;
}

BitPoint pointOf(const CostTable& table, const std::vector<std::size_t>& choice) {
  BitPoint point;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const Candidate& candidate = table.rows[row].candidates.at(choice.at(row));
    point.bytes += candidate.bytes;
    point.microseconds += candidate.microseconds;
    point.predicted += candidate.predicted;
  }
  return point;
}

BitSolution solveBits(const CostTable& table, const BitRequest& request) {
  std::vector<Group> groups = groupsOf(table, request);
  // Those that matter most first: the bound of what is left is tight soon.
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return a.options.front().cost - a.options.back().cost > b.options.front().cost - b.options.back().cost;
  });
  const Budget budget{request.bytes ? static_cast<double>(*request.bytes) : kAny, request.microseconds.value_or(kAny)};
  const Relaxation bySize(groups, [](const Option& option) { return option.bytes; });
  const Relaxation byTime(groups, [](const Option& option) { return option.time; });
  if (bySize.leastSize(0) > budget.bytes) {
    throw Error("the budget of " + std::to_string(*request.bytes) + " bytes is below the smallest plan, " +
                std::to_string(static_cast<std::int64_t>(bySize.leastSize(0))) +
                " bytes; raise it, or add formats with fewer bits, or lower floors and locks");
  }
  if (byTime.leastSize(0) > budget.time * (1 + 1e-12)) {
    throw Error("the time budget of " + std::to_string(budget.time / 1e3) + " ms is below that of the fastest plan, " +
                std::to_string(byTime.leastSize(0) / 1e3) + " ms; raise it");
  }
  const auto incumbent = greedy(groups, budget);
  double best = incumbent ? incumbent->first : kAny;
  BitSolution solution;
  solution.bound = std::max(bySize.cost(0, budget.bytes), byTime.cost(0, budget.time));

  std::vector<std::vector<State>> layers{{State{}}};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::vector<State> next;
    const std::vector<State>& here = layers.back();
    for (std::size_t s = 0; s < here.size(); ++s) {
      for (std::size_t o = 0; o < groups[g].options.size(); ++o) {
        const Option& option = groups[g].options[o];
        State state{here[s].bytes + option.bytes,  here[s].time + option.time,   here[s].cost + option.cost, 0,
                    static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(o)};
        state.bound = state.cost + std::max(bySize.cost(g + 1, budget.bytes - state.bytes), byTime.cost(g + 1, budget.time - state.time));
        if (std::isfinite(state.bound) && state.bound < best * (1 - request.tolerance)) next.push_back(state);
      }
    }
    removeBeaten(next);
    if (next.size() > kMostStates) {
      std::nth_element(next.begin(), next.begin() + kMostStates, next.end(),
                       [](const State& a, const State& b) { return a.bound < b.bound; });
      next.resize(kMostStates);
      solution.proven = false;
    }
    layers.push_back(std::move(next));
  }

  std::vector<std::size_t> chosen = incumbent ? incumbent->second : std::vector<std::size_t>{};
  const std::vector<State>& last = layers.back();
  const auto least = std::min_element(last.begin(), last.end(), [](const State& a, const State& b) { return a.cost < b.cost; });
  if (least != last.end() && least->cost < best) {
    chosen.resize(groups.size());
    State state = *least;
    for (std::size_t g = groups.size(); g-- > 0;) {
      chosen[g] = state.option;
      state = layers[g][state.parent];
    }
  }
  if (chosen.empty() && !groups.empty()) {
    throw Error("no plan meets both budgets; raise the bytes or the time, or lower floors and locks");
  }
  solution.choice.resize(table.rows.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const std::size_t row : groups[g].rows) solution.choice[row] = groups[g].options[chosen[g]].index;
  }
  solution.total = pointOf(table, solution.choice);
  return solution;
}

std::vector<BitPoint> paretoFront(const CostTable& table, const BitRequest& request) {
  const std::vector<Group> groups = groupsOf(table, request);
  std::vector<std::size_t> choice(groups.size(), 0);
  BitPoint point;
  for (const Group& group : groups) {
    point.bytes += static_cast<std::int64_t>(group.options.front().bytes);
    point.microseconds += group.options.front().time;
    point.predicted += group.options.front().cost;
  }
  std::vector<BitPoint> front{point};
  for (const Climb& climb : climbsOf(groups, [](const Option& option) { return option.bytes; })) {
    const Option &from = groups[climb.group].options[choice[climb.group]], &to = groups[climb.group].options[climb.to];
    point.bytes += static_cast<std::int64_t>(to.bytes - from.bytes);
    point.microseconds += to.time - from.time;
    point.predicted += to.cost - from.cost;
    choice[climb.group] = climb.to;
    front.push_back(point);
  }
  return front;
}

Plan planOf(const CostTable& table, const std::vector<std::size_t>& choice, Plan base) {
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    base.overrides[table.rows[row].id] = table.rows[row].candidates.at(choice.at(row)).plan;
  }
  return base;
}

std::optional<std::vector<std::size_t>> choiceOf(const CostTable& table, const Plan& plan) {
  std::vector<std::size_t> choice;
  for (const CostRow& row : table.rows) {
    const auto found = std::find_if(row.candidates.begin(), row.candidates.end(),
                                    [&](const Candidate& candidate) { return candidate.plan.weight == plan.of(row.id).weight; });
    if (found == row.candidates.end()) return std::nullopt;
    choice.push_back(static_cast<std::size_t>(found - row.candidates.begin()));
  }
  return choice;
}

}  // namespace bitscape
