// What the readers of quantized folders share: tensors of a module by name, what else must be there, and the comparison after writing.
//
// Pure but for reading tensors; thread-safe. Throws Error naming the tensor or linear.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>

#include "core/exchange/importer.h"
#include "core/model/tensor_file.h"

namespace bitscape {

// Those of `names` that the module has, in their stored types.
std::map<std::string, Tensor> moduleTensors(const TensorSource& source, const std::string& module,
                                            std::initializer_list<const char*> names);

// Everything that the model needs beside the linears in `packed`, by presence and shape.
void requireOtherTensors(const TensorSource& source, const ModelConfig& config, const std::set<LinearId>& packed);

// The linears of both, pair by pair: `compare` throws Error where one is not read back as it was written.
void requireReadBack(const QuantizedModel& written, const ImportedCodes& read,
                     const std::function<void(const Packed& written, const Packed& read)>& compare);

}  // namespace bitscape
