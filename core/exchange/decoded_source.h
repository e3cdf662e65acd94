// The tensors of a folder with quantized linears, as if it were a float one: "module.weight" is what the codes stand for.
//
// Everything else is passed through; scales, codes and zero points have no names here. Immutable, thread-safe.
#pragma once

#include <map>
#include <memory>

#include "core/model/tensor_source.h"
#include "core/quant/packed.h"

namespace bitscape {

// `packed`: by module ("model.layers.0.mlp.down_proj"); kept as long as the source.
std::shared_ptr<const TensorSource> decodedSource(std::shared_ptr<const TensorSource> stored,
                                                  std::shared_ptr<const std::map<std::string, Packed>> packed);

}  // namespace bitscape
