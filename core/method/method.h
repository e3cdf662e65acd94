// What a paper contributes: passes that solve Steps for one block, roundings that turn weights into codes, and how it is usually set up.
// One file and one registry row each.
//
// A pass never changes what it is given: it returns steps, and the caller places them (transform/fold.h) and pushes the statistics
// through them (calib/map_stats.h) before the next pass looks. Plain values and pure functions; thread-safe.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/progress.h"
#include "core/calib/stats.h"
#include "core/method/param.h"
#include "core/quant/packed.h"
#include "core/quant/plan.h"
#include "core/transform/fold.h"

namespace bitscape {

// What solving costs beyond the weights: the caller collects it before.
struct Needs {
  bool stats = false;         // InputStats of the block's seams
  bool hessian = false;       // with X'X / rows
  bool fisher = false;        // squared gradients of the loss, per weight
  bool meanSequence = false;  // the rows of the calibration windows' mean embedding sequence (DuQuant's calibration)
  bool any() const { return stats || hessian || fisher || meanSequence; }
  Needs operator|(const Needs& other) const {
    return {stats || other.stats, hessian || other.hessian, fisher || other.fisher, meanSequence || other.meanSequence};
  }
};

// One block as a pass sees it: everything before it in the stack has been placed, weights and statistics alike.
struct BlockContext {
  const ModelConfig& config;
  int block;
  const FoldedBlock& folded;                                             // float32 weights on the device where solving runs
  const std::array<InputStats, kLinearSeams.size()>* inputs = nullptr;   // by SeamKind; null when the pass needs none
  const std::array<Tensor, kLinearSeams.size()>* meanRows = nullptr;     // [tokens, width] each; null when the pass needs none
  const Plan& plan;                                                      // the formats that rounding will use

  const Tensor& weight(Role role) const { return folded.weights.of(role); }
  const InputStats& input(SeamKind kind) const { return (*inputs)[static_cast<std::size_t>(kind)]; }
  const LinearPlan& format(Role role) const { return plan.of({block, role}); }
};

// Block: solves each block by itself. Model: the same steps in every block, from the configuration and the parameters alone.
enum class Scope { Block, Model };

struct Pass {
  std::string id, title, help;       // "smooth", "Smooth", one or two sentences for people
  std::vector<ParamSpec> parameters;
  Needs needs;
  Scope scope = Scope::Block;
  BlockSteps (*solve)(const BlockContext& context, const ParamValues& values, const Progress& progress) = nullptr;
  // Why it cannot run on this model with these parameters (and each reason's key: the parameter's id, or ""); null: it always can.
  std::vector<Issue> (*faults)(const ModelConfig& config, const ParamValues& values) = nullptr;
  Needs (*needsWith)(const ParamValues& values) = nullptr;  // when they depend on parameters; null: `needs`
};

// One linear as a rounding sees it.
struct RoundingInput {
  LinearId id;
  Tensor weight;                        // float32 [out, in], transformed
  const InputStats* input = nullptr;    // of its seam, pushed through the steps; null when the rounding needs none
  Tensor fisher;                        // float32 [out, in] or undefined
  Tensor clip;                          // multiplies the ranges: [out, granules] or undefined
  std::optional<Format> inputFormat;    // absent: float inputs
};

// How weights become codes, given the format. `id` is what a recipe says ("rtn").
struct Rounding {
  std::string id, title, help;
  std::vector<ParamSpec> parameters;
  Needs needs;
  Packed (*round)(const RoundingInput& input, const Format& format, const ParamValues& values, const Progress& progress) = nullptr;
};

// Which rounding a recipe uses, with its parameters.
struct RoundingChoice {
  std::string id = "rtn";
  Json parameters = Json::object();
  bool operator==(const RoundingChoice&) const = default;
};

struct StackEntry {                 // one pass of a recipe's stack
  std::string pass;
  Json parameters = Json::object();
  bool enabled = true;
  bool operator==(const StackEntry&) const = default;
};

// A method as its paper sets it up for the bits of a plan: part of a Recipe.
struct MethodSetup {
  std::vector<StackEntry> stack;
  Plan plan;                        // the given bits on the method's grids
  RoundingChoice rounding;
  bool propagate = false;           // solve each block on what the quantized blocks before it leave
};

struct Method {
  std::string id, title, citation;
  int version = 1;
  std::vector<Pass> passes;
  std::vector<Rounding> roundings;
  // Null: a method without a usual setup of its own (a collection of passes).
  MethodSetup (*setup)(const Plan& bits, const ModelConfig& config) = nullptr;
};

// The one list, in the order that menus show.
const std::vector<Method>& methods();
// Throw Error naming those that exist.
const Method& methodNamed(std::string_view id);
const Rounding& roundingNamed(std::string_view id);
const Pass& passNamed(std::string_view id);

}  // namespace bitscape
