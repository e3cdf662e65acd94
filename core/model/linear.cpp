#include "core/model/linear.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>

#include <optional>
#include <string_view>

namespace bitscape {
namespace {

// LibTorch's own name for oneDNN's dense product (aten/src/ATen/native/mkldnn/Linear.cpp); a build without oneDNN has none.
using OneDnnLinear = c10::TypedOperatorHandle<Tensor(const Tensor&, const Tensor&, const std::optional<Tensor>&, std::string_view,
                                                     c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>)>;

const std::optional<OneDnnLinear>& oneDnnLinear() {
  static const std::optional<OneDnnLinear> found = []() -> std::optional<OneDnnLinear> {
    const auto schema = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
    if (!at::globalContext().hasMKLDNN() || !schema || !schema->hasKernelForDispatchKey(c10::DispatchKey::CPU)) return std::nullopt;
    return schema->typed<Tensor(const Tensor&, const Tensor&, const std::optional<Tensor>&, std::string_view,
                                c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>)>();
  }();
  return found;
}

bool plain(const Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && !(x.requires_grad() && at::GradMode::is_enabled());
}

}  // namespace

Tensor applyLinear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  constexpr std::int64_t kFewRows = 32;  // below, preparing the call costs what it saves
  const std::optional<Tensor> addend = bias.defined() ? std::optional<Tensor>(bias) : std::nullopt;
  const bool many = x.dim() > 0 && x.size(-1) > 0 && x.numel() >= kFewRows * x.size(-1);
  if (!many || !plain(x) || !plain(weight) || (addend && !plain(bias)) || !oneDnnLinear()) return at::linear(x, weight, addend);
  return oneDnnLinear()->call(x.contiguous(), weight.contiguous(), addend, "none", c10::List<std::optional<at::Scalar>>(), std::nullopt);
}

}  // namespace bitscape
