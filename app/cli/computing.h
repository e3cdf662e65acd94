// --device, --dtype and --threads as LibTorch takes them, and the backends by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/cli/arguments.h"
#include "core/base/json.h"
#include "core/engine/backends.h"
#include "core/eval/evaluate.h"
#include "core/model/model.h"

namespace bitscape::cli {

// Throws Error when there is no such device. Call before the first tensor is made.
ComputeOptions openComputing(const Computing& computing);

// Batches as large as the device likes them: a GPU takes 32 windows of 2,048 tokens at once.
EvaluateOptions evaluateOptions(const ComputeOptions& compute);

// Of --isa; the fastest for an empty name. Throws UsageError, which lists what can run here, when `name` cannot.
cpu::Isa isaOf(const std::string& name);

// Null for "float". `plan`: what is quantized, null when nothing is; an empty name then means the best backend that runs all of it
// (engine/backends.h). Throws UsageError when the options do not fit each other, Error when the backend cannot run here.
std::shared_ptr<const Backend> backendOf(const Engine& engine, const Plan* plan, const ModelConfig& config, const ComputeOptions& compute);
// "backend" and "isa" of a run for JSON: "float" without a backend, null where there is no instruction set to choose.
void describe(const Backend* backend, Json& json);

}  // namespace bitscape::cli
