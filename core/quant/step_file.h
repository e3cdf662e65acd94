// Steps of blocks as JSON with the named tensors of a safetensors file beside it.
//
//   [[{"kind": "scale", "seam": "attention-input", "linear": "q", "tensors": ["factor"]}, ...] for each block]
// Step 2 of block 7 has the tensors "block.7.step.2.factor" ...; "of": 0 says that they are those of block 0 (one rotation of the residual
// stream is the same in all blocks). Values keep their type. Pure; reading throws Error on what does not fit the model.
#pragma once

#include <vector>

#include "core/quant/packed_file.h"
#include "core/transform/fold.h"

namespace bitscape {

// `first` is the number of the first block.
Json storeSteps(const std::vector<BlockSteps>& blocks, int first, NamedTensors& tensors);
std::vector<BlockSteps> readSteps(const JsonView& json, CheckedReader& reader, int first, std::size_t blocks, const ModelConfig& config);

}  // namespace bitscape
