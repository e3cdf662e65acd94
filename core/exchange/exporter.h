// Export targets: what a file for another program can hold, how a plan is made ready for it, and how it is written and read back.
//
// The order of an export (export_folder.h keeps it):
//   prepare  the plan's scales in the type that the target stores, before anything is quantized: reading back is then exact
//   lint     what the target cannot hold, or what its readers would get wrong, each with the nearest plan that works; no errors left:
//   write    the weights and what describes them, into an empty folder
//   verify   that folder read back by our own importer, every code, scale and zero point compared bit for bit
// A target is one row in one table, listed, not self-registered. Plain values and pure functions; thread-safe (folders aside).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/progress.h"
#include "core/method/method.h"
#include "core/model/model.h"
#include "core/quant/plan.h"
#include "core/quant/quantized_model.h"

namespace bitscape {

// Error: it cannot be written, or would give other results. Warning: it works, with a price or a condition. Note: good to know.
enum class Severity { Error, Warning, Note };
std::string_view severityName(Severity severity);  // "error", "warning", "note"

// What to change so that a finding goes: the parts of a recipe that differ.
struct ExportFix {
  std::string what;  // "make v of block 3 4-bit like q and k"
  std::optional<Plan> plan;
  std::optional<std::vector<StackEntry>> stack;
  std::optional<RoundingChoice> rounding;
};

struct Finding {
  Severity severity = Severity::Error;
  std::string what;               // one sentence
  std::string why;                // one sentence: the reader's rule behind it
  std::vector<LinearId> linears;  // whom it concerns; empty: the whole model
  std::optional<ExportFix> fix;
};

// What is to be exported: what was decided, and what it became once it was solved. Without `quantized` a linter says what follows from
// the decisions alone; with it, also what the solved steps and parts mean for the target.
struct ExportSubject {
  std::shared_ptr<const Model> model;
  Plan plan;
  std::vector<StackEntry> stack;
  RoundingChoice rounding;
  const QuantizedModel* quantized = nullptr;
};

struct ExportTarget {
  std::string id, title;  // "compressed-tensors"
  std::string readers;    // one sentence: which programs load it
  Plan (*prepare)(const Model& model, Plan plan) = nullptr;
  std::vector<Finding> (*lint)(const ExportSubject& subject) = nullptr;
  // `folder` exists and is empty. Throws Error (also for what lint calls an error).
  void (*write)(const QuantizedModel& quantized, const std::filesystem::path& folder, const Progress& progress) = nullptr;
  // Throws Error naming the first linear that differs.
  void (*verify)(const QuantizedModel& quantized, const std::filesystem::path& folder, const Progress& progress) = nullptr;
};

// In the order that menus show.
const std::vector<const ExportTarget*>& exportTargets();
const ExportTarget& exportTargetNamed(std::string_view id);  // Throws Error naming those that exist

// The parts of a recipe with the fix in place.
void apply(const ExportFix& fix, Plan& plan, std::vector<StackEntry>& stack, RoundingChoice& rounding);

bool hasErrors(const std::vector<Finding>& findings);

// The plan with the scales of every weight stored as `type`.
Plan withScaleType(Plan plan, ScaleType type);

}  // namespace bitscape
