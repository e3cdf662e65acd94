// The search for bits: one format for every linear, so that the sum of predicted costs is the least within a budget.
//
//   minimise sum_i cost(i, f_i)  with  sum_i bytes(i, f_i) <= bytes  and  sum_i microseconds(i, f_i) <= microseconds
// a knapsack with one choice per group of linears. Linears that runtimes fuse form one group and get one format. Options that another one
// beats in all of bytes, time and cost are removed; groups are added one by one to a list of states (bytes, time, cost) from which go
// those beaten by another and those whose bound, by the linear relaxation of what is left, is no better than the best plan known. What
// remains at the end is the optimum (or within `tolerance` of it). Pure; thread-safe. Throws Error when nothing fits.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/search/cost_table.h"

namespace bitscape {

struct BitRequest {
  std::optional<std::int64_t> bytes;        // of the table's linears; absent: any size
  std::optional<double> microseconds;       // of the table's linears, each once; absent: any time
  std::map<LinearId, std::string> locks;    // the format that a linear keeps; its whole group follows
  std::map<Role, int> floors;               // least bits of a role's weights
  std::vector<std::vector<Role>> fused{{Role::Q, Role::K, Role::V}, {Role::Gate, Role::Up}};
  double tolerance = 1e-5;                  // relative, of the predicted cost; 0: exactly the least
};

// One choice, summed.
struct BitPoint {
  std::int64_t bytes = 0;
  double microseconds = 0, predicted = 0;
};

struct BitSolution {
  std::vector<std::size_t> choice;          // by row of the table: the candidate's index
  BitPoint total;
  double bound = 0;                         // no plan within the budget is predicted to cost less
  bool proven = true;                       // total.predicted is within the tolerance of the least
};

// Rows of the table that get one format.
std::vector<std::vector<std::size_t>> rowsTogether(const CostTable& table, const BitRequest& request);
// Throws Error when a lock names no candidate, locks of one group differ, or the smallest choice exceeds the budget (it says by how much).
BitSolution solveBits(const CostTable& table, const BitRequest& request);
// Plans from the smallest to the largest, each the best of its size: where the linear relaxation of the size budget is whole. The budgets
// of the request are not looked at; locks, floors and fused groups are.
std::vector<BitPoint> paretoFront(const CostTable& table, const BitRequest& request);

// `base` with an entry for every row: the chosen weight format; inputs stay as the base has them.
Plan planOf(const CostTable& table, const std::vector<std::size_t>& choice, Plan base);
// The choice that a plan makes; nullopt when it gives a linear a format that the table has not.
std::optional<std::vector<std::size_t>> choiceOf(const CostTable& table, const Plan& plan);
BitPoint pointOf(const CostTable& table, const std::vector<std::size_t>& choice);

}  // namespace bitscape
