// Fake quantization: codes turned back into floats, then an ordinary float linear.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/engine/backend.h"
#include "core/engine/kept_inputs.h"
#include "core/model/linear.h"
#include "core/quant/quantizer.h"

namespace bitscape {
namespace {

class FakeSeam : public PreparedSeam {
 public:
  FakeSeam(const SeamWork& work, const ComputeOptions& compute)
      : m_steps(work.onlineSteps), m_input(work.input), m_range(work.inputRange), m_kept(work, compute.device, compute.dtype) {
    for (const SeamConsumer& consumer : work.consumers) {
      const Tensor weight = consumer.packed ? dequantize(*consumer.packed) : consumer.weight;
      m_weights.push_back(weight.to(compute.device, compute.dtype));
      m_biases.push_back(consumer.bias.defined() ? consumer.bias.to(compute.device, compute.dtype) : Tensor());
    }
  }

  std::vector<Tensor> run(const Tensor& x) const override {
    c10::NoGradGuard noGrad;
    Tensor input = x;
    for (const Step& step : m_steps) input = applyToInput(step, input);
    const Tensor whole = input;
    if (m_input) input = fakeQuantizeInput(m_kept.without(input), *m_input, m_range);
    std::vector<Tensor> results;
    for (std::size_t i = 0; i < m_weights.size(); ++i) {
      const Tensor y = applyLinear(input.to(m_weights[i].scalar_type()), m_weights[i], m_biases[i]);
      results.push_back(m_kept.plus(y, whole, i).to(x.scalar_type()));
    }
    return results;
  }

 private:
  std::vector<Step> m_steps;
  std::optional<Format> m_input;
  std::optional<InputRange> m_range;
  KeptInputs m_kept;
  std::vector<Tensor> m_weights, m_biases;
};

class FakeBackend : public Backend {
 public:
  std::string name() const override { return "fake"; }
  std::string title() const override { return "Fake quantization (floating point)"; }
  std::optional<std::string> unavailable() const override { return std::nullopt; }
  bool supports(const std::optional<Format>& weight, const std::optional<Format>& input) const override {
    return !(weight && weightFault(*weight)) && !(input && inputFault(*input));
  }
  std::unique_ptr<PreparedSeam> prepare(const SeamWork& work, const ComputeOptions& compute) const override {
    c10::NoGradGuard noGrad;
    requireRunnable(*this, work);
    return std::make_unique<FakeSeam>(work, compute);
  }
};

}  // namespace

std::shared_ptr<const Backend> fakeBackend() { return std::make_shared<FakeBackend>(); }

}  // namespace bitscape
