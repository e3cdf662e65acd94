// Online Hadamard transforms in compressed-tensors: the "transform_config" beside the formats.
//
// A transform runs on the inputs of linears (location "input") and is in their weights already ("weight_input"): runs of "head_dim"
// channels, a power of two, in Sylvester's order (vllm-project/compressed-tensors, transform/factory/hadamard.py). vLLM runs them on one
// GPU; transformers loads such a folder and leaves them out. Pure, thread-safe.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/base/json.h"
#include "core/model/config.h"
#include "core/quant/quantized_model.h"

namespace bitscape {

// Of a block: the size of the transform of the inputs at a linear seam.
using CtBlockTransforms = std::map<SeamKind, std::int64_t>;
using CtTransforms = std::vector<CtBlockTransforms>;  // by block; empty: none at all

// The online steps of a model, each as a transform; nullopt when one of them is no such transform. Folds every block.
std::optional<CtTransforms> transformsOf(const QuantizedModel& quantized);
std::vector<BlockSteps> stepsOf(const CtTransforms& transforms);

Json transformJson(const CtTransforms& transforms);
// Throws Error on transforms other than those above, on two at one linear, and where linears that share an input do not share it.
CtTransforms readTransforms(const JsonView& json, const ModelConfig& config);

}  // namespace bitscape
