// What a model folder holds beside its weights: config.json, tokenizer, generation settings, chat template.
//
// From a folder's model the files are copied, and config.json is changed where the export differs. From a GGUF they are made of its
// metadata: config.json of llama-like architectures, tokenizer.json of a byte-level BPE vocabulary with its merges (the pre-tokenizer
// follows from the file's label), tokenizer_config.json with the chat template. Thread-safe; throws Error.
#pragma once

#include <c10/core/ScalarType.h>

#include <filesystem>
#include <optional>

#include "core/base/json.h"
#include "core/model/model.h"

namespace bitscape {

struct ConfigChanges {
  std::optional<Json> quantization;  // "quantization_config"; absent: none, and one that was there goes
  bool tied = false;                 // "tie_word_embeddings"
  c10::ScalarType type;              // of the float tensors that are written: float16, bfloat16 or float32
};

// The type that an export keeps a model's float tensors and scales in: that of its weights where they are 16-bit floats, else float16.
c10::ScalarType exportType(const Model& model);

Json configOf(const Model& model, const ConfigChanges& changes);
// config.json and all the others; what the source lacks is left out.
void writeModelFiles(const Model& model, const ConfigChanges& changes, const std::filesystem::path& folder);

}  // namespace bitscape
