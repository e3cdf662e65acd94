// A Plan: which format every linear's weight and input gets.
//
// Names: "w4a8" (weights per output channel asymmetric, inputs per token asymmetric dynamic), "a16" leaves inputs float, "w16" leaves
// weights float; "w4a16g64" sets a weight group, a final "s" ("w4a16g128s") symmetric weights, "w2ba8" (short "w2b" with float inputs)
// the balanced 5 levels, a final "qkv4" 4-bit queries, keys and values, "kv4" keys and values alone ("w4a4qkv4").
// "float" is "w16a16". Plain values; the functions are pure and thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/seam.h"
#include "core/quant/format.h"

namespace bitscape {

struct LinearPlan {
  std::optional<Format> weight;    // absent: float
  std::optional<Format> input;     // absent: float
  bool operator==(const LinearPlan&) const = default;
  bool isFloat() const { return !weight && !input; }
  bool needsRange() const { return input && !input->dynamic; }   // of the input, from calibration
};

struct Plan {
  std::string name = "float";      // of the uniform part, as it was asked for
  LinearPlan uniform;              // every linear of a block without an entry of its own
  std::map<LinearId, LinearPlan> overrides;   // also LmHead and Embedding, which are float without one
  std::optional<Format> query;     // of queries after RoPE, per token and head
  std::optional<Format> kv;        // of keys after RoPE and of values, per token and head: what the cache holds
  bool operator==(const Plan&) const = default;

  const LinearPlan& of(LinearId id) const;
  bool isFloat() const;            // nothing at all is quantized
};

// Throws Error that says what is wrong and what a name looks like. Capitals are read as small letters.
Plan planFromName(const std::string& name);
// The weights of the plan's blocks (and with `inputs` their inputs) on another grid of the same bits: "asymmetric", "symmetric", "nf4",
// "e2m1", "e1m2", "e3m0" (4 bits), "e4m3", "e5m2", "dynamic8" (8), "balanced", "balanced-asymmetric" (2), "kmeans" (learned,
// weights alone).
// What has other bits stays. Throws Error on an unknown name and when there was nothing of those bits.
Plan withGrid(Plan plan, const std::string& grid, bool inputs);
const std::vector<std::string>& gridNames();
LinearPlan linearPlanFromName(const std::string& name);
std::string nameOf(const LinearPlan& plan);      // shortest name; "custom" when none fits
// Of the uniform part with queries, keys and values, as planFromName gives it.
std::string nameOf(const Plan& plan);

// Everything about the plan that this model cannot do: groups that do not divide a width, ids that do not exist, formats that cannot be
// computed, consumers of one seam that want different inputs.
std::vector<Issue> check(const Plan& plan, const ModelConfig& config);
// Throws one Error with all issues.
void requireFits(const Plan& plan, const ModelConfig& config);

// Size arithmetic over the blocks' linears (codes, scales, zero points): what "bits per weight" means everywhere. See
// Format::storedBits; a linear's bits are rounded up to whole bytes.
struct PlanSize {
  double bitsPerWeight = 16;       // float linears count 16
  std::int64_t blockBytes = 0;     // the blocks' linears
  std::int64_t totalBytes = 0;     // with embedding, head (16-bit when float), norms and biases
};
PlanSize sizeOf(const Plan& plan, const ModelConfig& config);

Json toJson(const Format& format);
Json toJson(const Plan& plan);
Format formatFromJson(const JsonView& json);     // Throws Error
Plan planFromJson(const JsonView& json);         // Throws Error; checks every value's range

}  // namespace bitscape
