// A folder that was quantized already, by this program or another, opened as a model that runs as it was quantized.
//
// compressed-tensors, GPTQ and our own HDF5 (importer.h, gptq_import.h, hdf5_model.h), told apart by "quant_method" in config.json, or by quantize_config.json. Its
// linears are the codes as they came, its plan their formats; embedding, norms and what is in floating point come from its tensors. The
// model inside has what the codes stand for as its float reference. Thread-safe; throws Error.
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/progress.h"
#include "core/quant/quantized_model.h"

namespace bitscape {

// One that openQuantizedFolder has a reader for; any other is Model::open's, which names the methods that nobody here reads.
bool isQuantizedFolder(const std::filesystem::path& path);
std::shared_ptr<const QuantizedModel> openQuantizedFolder(const std::filesystem::path& folder, const Progress& progress);
// Model::open, or the float reference of a quantized folder.
std::shared_ptr<const Model> openModelAt(const std::filesystem::path& path);

}  // namespace bitscape
