// All backends of this build, best first, and which of them can run a plan. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/engine/backend.h"
#include "core/engine/cpu/kernels.h"

namespace bitscape {

// "cpu", "fake", "reference". `isa`: what "cpu" multiplies with; absent: the best that runs here.
std::vector<std::shared_ptr<const Backend>> allBackends(std::optional<cpu::Isa> isa = {});
// The first linear of a model of so many blocks whose formats the backend does not multiply; nullopt: it runs the whole plan.
std::optional<LinearId> unsupported(const Backend& backend, const Plan& plan, std::int64_t blocks);
// The first that can run here and multiplies every linear of the plan; fake quantization always can, and is the only one on a GPU.
std::shared_ptr<const Backend> bestBackend(const Plan& plan, std::int64_t blocks, const ComputeOptions& compute, std::optional<cpu::Isa> isa = {});

}  // namespace bitscape
