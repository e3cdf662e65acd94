// Edits of a bit plan as people make them: a value in, a value out. Pure; thread-safe.
#pragma once

#include <optional>

#include "core/quant/plan.h"

namespace bitscape {

// What the form shows of a LinearPlan: integer formats alone.
struct BitChoice {
  int weightBits = 16, inputBits = 16;  // 1..8; 16: float
  bool balanced = false;                // with 2 weight bits: the five levels -2..2
  std::int64_t group = 0;               // weights per scale; 0: one scale per output channel
  bool symmetric = false;               // of the weights
  double clip = 1;                      // ratio that multiplies the weights' range
  bool operator==(const BitChoice&) const = default;
};
BitChoice choiceOf(const LinearPlan& plan);
LinearPlan linearPlanOf(const BitChoice& choice);

// The plan with another uniform part; its name follows ("w4a8", "w4a8, clip 0.90"). What the choice leaves as it is stays, even where a
// BitChoice cannot say all of it. Overrides take a new input format along: consumers of one input must agree on it.
Plan withUniform(Plan plan, const BitChoice& choice);
// One linear with its own weight bits (16: float; absent: as the uniform part again). Everything else of its format is the uniform one.
Plan withWeightBits(Plan plan, LinearId id, std::optional<int> bits);
// Queries, keys and values with so many bits, dynamic per token and head; 16: float.
Plan withHeadBits(Plan plan, int bits);
int headBitsOf(const Plan& plan);  // of keys and values; 16: float
// What people call the uniform part with its queries, keys and values: "w4a4qkv4", "w4a8, clip 0.90".
std::string planNameOf(const Plan& plan);
// Linears that differ from the uniform part.
int exceptionsOf(const Plan& plan);

}  // namespace bitscape
