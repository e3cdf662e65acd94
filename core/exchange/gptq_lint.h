// What a GPTQ checkpoint can hold of a plan, and what its readers would get wrong: faults and prices, each with a remedy.
//
// Rules: ModelCloud/GPTQModel and vllm-project/vllm, model_executor/layers/quantization/gptq*. Pure, thread-safe.
#pragma once

#include "core/exchange/exporter.h"
#include "core/exchange/gptq_tensors.h"

namespace bitscape {

std::vector<Finding> lintGptq(const ExportSubject& subject, GptqVersion version);

}  // namespace bitscape
