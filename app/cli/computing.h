// --device, --dtype and --threads as LibTorch takes them, and the backends by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/cli/arguments.h"
#include "core/engine/backends.h"
#include "core/eval/evaluate.h"
#include "core/model/model.h"

namespace bitscape::cli {

// Throws Error when there is no such device. Call before the first tensor is made.
ComputeOptions openComputing(const Computing& computing);

// Batches as large as the device likes them: a GPU takes 32 windows of 2,048 tokens at once.
EvaluateOptions evaluateOptions(const ComputeOptions& compute);

// Null for "float". `plan`: what is quantized, null when nothing is; an empty name then means the best backend that runs all of it
// (engine/backends.h). Throws UsageError when the two do not fit each other, Error when the backend cannot run here.
std::shared_ptr<const Backend> backendNamed(const std::string& name, const Plan* plan, const ModelConfig& config, const ComputeOptions& compute);

}  // namespace bitscape::cli
