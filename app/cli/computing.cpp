#include "app/cli/computing.h"

#include <ATen/Parallel.h>

#include "app/devices.h"

namespace bitscape::cli {

ComputeOptions openComputing(const Computing& computing) {
  if (computing.threads > 0) at::set_num_threads(computing.threads);
  ComputeOptions options;
  options.dtype = computing.dtype == "bfloat16" ? c10::ScalarType::BFloat16 : c10::ScalarType::Float;
  options.device = openDevice(computing.device);
  return options;
}

EvaluateOptions evaluateOptions(const ComputeOptions& compute) {
  EvaluateOptions options;
  if (compute.device.is_cuda()) options.batchTokens = 32 * 2048;
  return options;
}

std::shared_ptr<const Backend> backendNamed(const std::string& name, const Plan* plan, const ModelConfig& config,
                                            const ComputeOptions& compute) {
  if (name == "float" || (name.empty() && !plan)) return nullptr;
  if (!plan) throw UsageError("--backend " + name + " needs a quantized model: add --format or --recipe");
  if (name.empty()) return bestBackend(*plan, config.blocks, compute);
  for (const auto& backend : allBackends()) {
    if (backend->name() != name) continue;
    if (const auto reason = backend->unavailable()) throw Error("backend \"" + name + "\" cannot run here: " + *reason);
    return backend;
  }
  throw UsageError("backend \"" + name + "\" is unknown; `bitscape backends` lists them");
}

}  // namespace bitscape::cli
