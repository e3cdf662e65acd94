// What every candidate format of every linear costs: the bytes it takes and the error it makes.
//
//   static_error  trace((W - Q(W)) H (W - Q(W))^T), H = X'X / rows: the mean squared error of the output, from statistics alone
//   sqnr          10 log10(trace(W H W^T) / static_error) in dB
//   second_order  1/2 sum F (W - Q(W))^2 / tokens, F the diagonal of the empirical Fisher information
//   kl            KL(float || this linear alone quantized), measured, nats; disable_kl: all linears but this one, measured if asked for
// predicted is the one number that a search adds up. Where kl was measured in some formats alone, the others follow it in proportion to the
// static error: for small errors the loss is linear in the relative squared error of a layer, with a factor of each layer's own.
// Plain values. Functions are pure and thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/quant/plan.h"

namespace bitscape {

struct Candidate {
  std::string format;  // "w4a16g64", as linearPlanFromName reads it; its inputs do not count
  LinearPlan plan;
  std::int64_t bytes = 0;            // as sizeOf counts them
  std::optional<double> staticError, sqnr, secondOrder;
  std::optional<double> kl, klStderr, disableKl;
  double predicted = 0;              // nats where a kl was measured, else of the best unit that is known
  double microseconds = 0;           // of a product in this format, where times were measured
};

struct CostRow {
  LinearId id;
  std::vector<Candidate> candidates; // in the order of CostTable::formats
};

struct CostTable {
  static constexpr int kVersion = 1;
  std::string key;                   // what it was measured of: model, recipe, text, versions
  std::string mode = "both";         // "static", "both" (kl at probes) or "propagated" (kl of every format)
  std::int64_t windows = 0, tokens = 0;   // tokens: positions over all windows
  std::vector<std::string> formats;  // fewest bits first
  std::vector<CostRow> rows;         // ordered by block and role
  const CostRow* find(LinearId id) const;
};

// Fills `predicted` of every candidate. A format with more bits never costs more in it, whatever noise the measures had.
void predict(CostTable& table);
// Of every linear in the format at `index`: what a uniform plan costs by the table.
double uniformPrediction(const CostTable& table, std::size_t index);

Json toJson(const CostTable& table);
CostTable costTableFromJson(const JsonView& json);   // throws Error; predictions are made anew

}  // namespace bitscape
