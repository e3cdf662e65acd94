// The keys of an exported GGUF: how to run the model, its tokenizer, and what the file's tensors are.
//
// Of a GGUF source they are copied as they lie (split parts and notes on another quantization left out); of a folder's model made of its
// configuration and tokenizer. Names and types: ggml/docs/gguf.md. Thread-safe; throws Error.
#pragma once

#include "core/exchange/gguf_writer.h"
#include "core/quant/quantized_model.h"

namespace bitscape {

GgufKeys ggufKeys(const QuantizedModel& quantized, const std::vector<GgufWriter::Entry>& tensors);

}  // namespace bitscape
