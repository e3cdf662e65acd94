// What a quantized model costs beside its accuracy: bits per weight as stored, multiply-adds per token of the steps that stay online.
#pragma once

#include <vector>

#include "core/base/progress.h"
#include "core/quant/quantized_model.h"

namespace bitscape {

// Over the blocks' linears, all that a file stores of each (quant/packed.h, storedBits); float linears count 16.
double storedBitsPerWeight(const QuantizedModel& quantized);

// Of all blocks: what the placements of the steps say that does not fold (transform/fold.h). Folds one block at a time, so it reads the
// model's weights once. Throws Error, Cancelled.
double onlineMultiplyAdds(const Model& model, const std::vector<BlockSteps>& steps, const ComputeOptions& compute,
                          const Progress& progress);

// Multiply-adds per token of the blocks' linears: what the above is a share of.
double linearMultiplyAdds(const ModelConfig& config);

}  // namespace bitscape
