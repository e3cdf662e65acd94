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

// What a folder says of modules ("model.layers.0.mlp.down_proj"): their codes, and the steps on their inputs, by which their weights
// (coded or float) differ from those of the float model: these are the stored ones with the steps undone.
struct CodedModules {
  std::map<std::string, Packed> packed;
  std::map<std::string, std::vector<Step>> steps;
};

std::shared_ptr<const TensorSource> decodedSource(std::shared_ptr<const TensorSource> stored, CodedModules modules);

}  // namespace bitscape
