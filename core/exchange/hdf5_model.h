// Our own packed model: a folder whose model.h5 holds codes of any format and the steps that run online, exactly as they are.
//
// model.h5: attribute "bitscape_packed" (the layout's version); texts "plan", "formats" ({"block.7.down": format} of every coded linear),
// "steps" (step_file.h: what stays online at each seam, and clip ratios of inputs), "recipe" and "checksum"; a group "tensors" with
//   block.7.down.codes ...             a coded linear and the range of its input, as in a file of `quantize` (packed_file.h)
//   block.7.step.0.matrix ...          values of steps
//   model.layers.7.mlp.down_proj.bias  what stays float, float32 under transformers' names: embedding, norms, biases, float linears
// Steps that fold are in the tensors already. Weights that an online step belongs to are stored as the step made them where they are coded,
// and without the step where they are float. Beside it config.json ("quant_method": "bitscape", and the hash of model.h5, which is compared
// before anything of it is read: HDF5's library does not survive every damaged byte) and the tokenizer. Thread-safe; throws Error.
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/json.h"
#include "core/base/progress.h"
#include "core/quant/quantized_model.h"

namespace bitscape {

inline constexpr const char* kHdf5Method = "bitscape";
inline constexpr int kHdf5Version = 1;

// Throws Error also for a shift that stays online where the model has no bias to take it back.
void writeHdf5Model(const QuantizedModel& quantized, const std::filesystem::path& folder, const Progress& progress);
// `config`: config.json. The model inside has what the codes stand for, steps undone, as float reference.
std::shared_ptr<QuantizedModel> openHdf5Model(const std::filesystem::path& folder, Json config, const Progress& progress);

}  // namespace bitscape
