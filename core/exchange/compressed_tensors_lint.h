// What compressed-tensors and the programs that load it (vLLM, transformers) do with a plan: faults and prices, each with a remedy.
//
// Rules: vllm-project/vllm, model_executor/layers/quantization/compressed_tensors. Pure, thread-safe.
#pragma once

#include "core/exchange/exporter.h"

namespace bitscape {

std::vector<Finding> lintCompressedTensors(const ExportSubject& subject);

}  // namespace bitscape
