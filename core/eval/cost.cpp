#include "core/eval/cost.h"

#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/transform/fold.h"

namespace bitscape {
namespace {

constexpr double kFloatBits = 16;

}  // namespace

double storedBitsPerWeight(const QuantizedModel& quantized) {
  const ModelConfig& config = quantized.model->config();
  double bits = 0, weights = 0;
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) {
      const auto count = static_cast<double>(shapeOf(config, role).parameters());
      const Packed* packed = quantized.find({block, role});
      bits += count * (packed ? storedBits(*packed) : kFloatBits);
      weights += count;
    }
  }
  return weights > 0 ? bits / weights : kFloatBits;
}

double onlineMultiplyAdds(const Model& model, const std::vector<BlockSteps>& steps, const ComputeOptions& compute,
                          const Progress& progress) {
  const c10::NoGradGuard noGrad;
  double sum = 0;
  for (std::size_t block = 0; block < steps.size(); ++block) {
    progress.checkpoint(static_cast<double>(block) / static_cast<double>(steps.size()), "cost");
    if (steps[block].empty()) continue;
    const int index = static_cast<int>(block);
    withContext("block " + std::to_string(block), [&] {
      const FoldedBlock folded = fold(model.config(), model.loadBlock(index, compute), steps[block]);
      for (const Placement& placement : folded.placements) sum += placement.multiplyAdds;
    });
  }
  progress.checkpoint(1.0);
  return sum;
}

double linearMultiplyAdds(const ModelConfig& config) {
  double sum = 0;
  for (const Role role : kBlockRoles) sum += static_cast<double>(shapeOf(config, role).parameters());
  return sum * static_cast<double>(config.blocks);
}

}  // namespace bitscape
