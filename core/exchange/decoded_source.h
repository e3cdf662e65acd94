// The tensors of a folder with quantized linears, as if it were a float one: "module.weight" is what the codes stand for.
//
// Everything else is passed through; scales, codes and zero points have no names here. Immutable, thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/model/tensor_source.h"
#include "core/quant/packed.h"
#include "core/transform/step.h"

namespace bitscape {

// A weight as the steps on its input made it before it was quantized: the float one is that with the steps undone.
struct CodedWeight {
  Packed packed;
  std::vector<Step> steps;
};
using CodedWeights = std::map<std::string, CodedWeight>;  // by module: "model.layers.0.mlp.down_proj"

// `packed` is kept as long as the source.
std::shared_ptr<const TensorSource> decodedSource(std::shared_ptr<const TensorSource> stored, std::shared_ptr<const CodedWeights> packed);

}  // namespace bitscape
