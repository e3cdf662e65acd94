#include "core/engine/backends.h"

#include "core/engine/cpu/seam.h"

namespace bitscape {

std::vector<std::shared_ptr<const Backend>> allBackends(std::optional<cpu::Isa> isa) {
  return {cpu::cpuBackend(isa), fakeBackend(), referenceBackend()};
}

std::optional<LinearId> unsupported(const Backend& backend, const Plan& plan, std::int64_t blocks) {
  const auto lacks = [&](LinearId id) {
    const LinearPlan& linear = plan.of(id);
    return !backend.supports(linear.weight, linear.input);
  };
  for (int block = 0; block < blocks; ++block) {
    for (const Role role : kBlockRoles) {
      if (lacks({block, role})) return LinearId{block, role};
    }
  }
  if (const LinearId head{-1, Role::LmHead}; lacks(head)) return head;
  return std::nullopt;
}

std::shared_ptr<const Backend> bestBackend(const Plan& plan, std::int64_t blocks, const ComputeOptions& compute, std::optional<cpu::Isa> isa) {
  if (!compute.device.is_cpu()) return fakeBackend();
  for (auto& backend : allBackends(isa)) {
    if (!backend->unavailable() && !unsupported(*backend, plan, blocks)) return backend;
  }
  return fakeBackend();
}

}  // namespace bitscape
