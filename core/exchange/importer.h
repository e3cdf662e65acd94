// A quantized folder read back: the codes of every linear with their own bits, formats and groups.
//
// Reads compressed-tensors (pack-, int- and float-quantized; either layout of packed words). Checks every header field that it uses and
// every tensor's presence, type and shape. Thread-safe; throws Error.
#pragma once

#include <filesystem>
#include <map>
#include <memory>

#include "core/base/progress.h"
#include "core/quant/quantized_model.h"

namespace bitscape {

struct ImportedCodes {
  ModelConfig config;
  Plan plan;  // uniform where most linears agree, the others by name
  std::map<LinearId, Packed> linears;
  std::map<LinearId, InputRange> inputRanges;
  std::vector<BlockSteps> steps;  // that run online, by block; the weights have them in them. Empty: none
};
ImportedCodes importCompressedTensors(const std::filesystem::path& folder, const Progress& progress);

}  // namespace bitscape
