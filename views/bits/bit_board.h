// What the page of bits works on: a plan over a model, the costs that are known of it, and the edits that people make of it.
//
// Bits are those of the weights' codes, 1..8, or kFloatBits. Linears that runtimes fuse (q, k, v; gate, up) move together while `fused`.
// Locked linears, with all they are fused to, keep what they have when a budget is solved; their bytes count. Plain value; the functions
// are pure and thread-safe. solved() throws Error when nothing fits.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/search/bit_search.h"

namespace bitscape {

inline constexpr int kFloatBits = 16;

struct BitBoard {
  std::optional<ModelConfig> config;  // absent: no model
  Plan plan;
  std::shared_ptr<const CostTable> table;  // null: nothing was measured
  std::set<LinearId> locks;
  bool fused = true;
  std::vector<LinearId> linears() const;  // of the blocks, block by block
};

// One linear as a chart shows it.
struct BitBar {
  LinearId id;
  int bits = kFloatBits;
  double storedBits = 16;  // with scales and zero points
  std::int64_t bytes = 0;
  std::optional<double> cost;         // predicted, as it is now
  std::optional<double> sensitivity;  // predicted in the format of sensitivityBits(); what it is coloured by
  bool locked = false;
};

struct BitTotal {
  PlanSize size;
  std::optional<double> predicted;  // absent: not every linear's format was measured
  int unknown = 0;                  // linears without a prediction
};

// What a prediction adds up: the KL of linears alone, its second-order estimate, or relative squared errors of outputs.
enum class CostUnit { Kl, SecondOrder, RelativeError };
CostUnit unitOf(const CostTable& table);
int sensitivityBits(const CostTable& table);

int weightBitsOf(const LinearPlan& plan);
// The formats that a table for this plan has: its uniform part's with 2 to 8 bits, inputs left out.
std::vector<std::string> candidateFormats(const Plan& plan);

std::vector<BitBar> barsOf(const BitBoard& board, const Plan& plan);
BitTotal totalOf(const BitBoard& board, const Plan& plan);
std::set<LinearId> withFused(const BitBoard& board, const std::set<LinearId>& linears);                       // and what moves with them
Plan withBits(const BitBoard& board, Plan plan, const std::set<LinearId>& linears, std::optional<int> bits);  // absent: as all
Plan withEndBits(Plan plan, Role role, int bits);                                                             // of Embedding or LmHead
int endBitsOf(const Plan& plan, Role role);
// What is read from memory for every token: the blocks' linears and the head, as they are stored.
double bytesPerToken(const BitBoard& board, const Plan& plan);

// Bits per weight of the blocks' linears against megabytes of the whole model.
double megabytesOf(const BitBoard& board, double bitsPerWeight);
double bitsPerWeightOf(const BitBoard& board, double megabytes);

// The best plan of the board within so many bits per weight; everything but the weights of unlocked linears stays.
Plan solved(const BitBoard& board, double bitsPerWeight, double tolerance = 1e-4);
struct SizeAndCost {
  double bitsPerWeight = 0, predicted = 0;
};
// The solver's plans, smallest first. Empty without a table.
std::vector<SizeAndCost> frontOf(const BitBoard& board);
// Every unlocked linear with the same bits: what a solver has to beat. One for each format of the table.
struct UniformPlan {
  std::string name;  // "w4a16g64"
  Plan plan;
};
std::vector<UniformPlan> uniformPlans(const BitBoard& board);

// A plan that was evaluated under the same stack and inputs.
struct MeasuredPlan {
  std::string name;
  Plan plan;
  double kl = 0, klStderr = 0;
};
// The KL that uniform bits of that size were measured to have: of the nearest measured uniform plans on both sides, on the line between
// them in log KL. nullopt without one on either side.
std::optional<double> uniformKl(const BitBoard& board, const std::vector<MeasuredPlan>& measured, double bitsPerWeight);

struct BitDifference {
  LinearId id;
  int before = kFloatBits, now = kFloatBits;
};
std::vector<BitDifference> differences(const BitBoard& board, const Plan& before, const Plan& now);

}  // namespace bitscape
