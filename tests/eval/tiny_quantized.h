// A tiny model rounded to nearest, for tests of evaluation.
#pragma once

#include <memory>
#include <string>

#include "core/eval/quantized_block.h"
#include "core/quant/quantized_model.h"
#include "core/quant/quantizer.h"

namespace bitscape {

inline std::shared_ptr<const QuantizedModel> tinyQuantized(std::shared_ptr<const Model> model, const Plan& plan) {
  auto quantized = std::make_shared<QuantizedModel>();
  quantized->plan = plan;
  const auto add = [&](LinearId id) {
    if (const auto& format = plan.of(id).weight) quantized->linears.emplace(id, quantizeWeight(model->loadLinear(id), *format));
  };
  for (int block = 0; block < model->config().blocks; ++block)
    for (const Role role : kBlockRoles) add({block, role});
  add({-1, Role::LmHead});
  quantized->model = std::move(model);
  return quantized;
}

// Its blocks with fake quantization, for what takes a BlocksOf.
inline BlocksOf blocksOf(std::shared_ptr<const QuantizedModel> quantized) {
  return [quantized](int block, const BlockWeights& weights) { return quantizedRun(*quantized, *fakeBackend(), block, weights); };
}

}  // namespace bitscape
