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

cpu::Isa isaOf(const std::string& name) {
  if (name.empty()) return cpu::bestIsa();
  const auto isa = cpu::isaNamed(name);
  if (isa && cpu::whyNot(*isa).empty()) return *isa;
  std::string here;
  for (const cpu::Isa each : cpu::allIsas()) {
    if (cpu::whyNot(each).empty()) here += (here.empty() ? "" : ", ") + cpu::nameOf(each);
  }
  throw UsageError("--isa: " + (isa ? cpu::whyNot(*isa) : "\"" + name + "\" is no instruction set known here") + "; choose one of " + here);
}

namespace {

std::shared_ptr<const Backend> backendNamed(const std::string& name, std::optional<cpu::Isa> isa, const Plan* plan, const ModelConfig& config,
                                            const ComputeOptions& compute) {
  if (name == "float" || (name.empty() && !plan)) return nullptr;
  if (!plan) throw UsageError("--backend " + name + " needs a quantized model: add --format or --recipe");
  if (name.empty()) return bestBackend(*plan, config.blocks, compute, isa);
  for (const auto& backend : allBackends(isa)) {
    if (backend->name() != name) continue;
    if (const auto reason = backend->unavailable()) throw Error("backend \"" + name + "\" cannot run here: " + *reason);
    return backend;
  }
  throw UsageError("backend \"" + name + "\" is unknown; `bitscape backends` lists them");
}

}  // namespace

std::shared_ptr<const Backend> backendOf(const Engine& engine, const Plan* plan, const ModelConfig& config, const ComputeOptions& compute) {
  if (engine.isa.empty()) return backendNamed(engine.backend, {}, plan, config, compute);
  const cpu::Isa isa = isaOf(engine.isa);
  const auto backend = backendNamed(engine.backend, isa, plan, config, compute);
  if (backend && !backend->instructionSet().empty()) return backend;
  throw UsageError("--isa " + engine.isa + " is of the backend cpu, and this run takes " + (backend ? backend->name() : "float") +
                   "; quantize to integers on both sides with --backend cpu, or leave --isa out");
}

void describe(const Backend* backend, Json& json) {
  json["backend"] = backend ? backend->name() : "float";
  const std::string isa = backend ? backend->instructionSet() : std::string();
  json["isa"] = isa.empty() ? Json(nullptr) : Json(isa);
}

}  // namespace bitscape::cli
