// The tokenizer of a model folder (tokenizer.json) as the keys of a GGUF.
//
// Byte-level BPE becomes "gpt2" with its merges and the label of its pre-tokenizer, which must be one that programs know, for the file
// cannot hold the pattern itself. BPE with byte fallback, SentencePiece's, becomes "llama": a token's score is minus the rank of the first
// merge that makes it, so that the best score is the earliest merge. BOS and EOS rules are found by encoding a text. Thread-safe; throws
// Error when a file is damaged.
#pragma once

#include <string>

#include "core/exchange/gguf_writer.h"
#include "core/model/model.h"

namespace bitscape {

struct TokenizerKeys {
  GgufKeys keys;      // none when there is a fault
  std::string fault;  // why there are none: "its pre-tokenizer is not one that ..."
};
TokenizerKeys tokenizerKeys(const Model& model);

}  // namespace bitscape
