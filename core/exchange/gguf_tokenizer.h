// The tokenizer of a GGUF file as the files that transformers reads.
//
// Byte-level BPE ("gpt2"): vocabulary and merges as they are, the pre-tokenizer that the file's label stands for, normalizer and
// whole-word rule as core/model/bpe_tokenizer_gguf.cpp has them. SentencePiece's BPE ("llama"): merges are recovered from the scores, every
// way in which a token is made of two others, best score first. Pure, thread-safe; throws Error.
#pragma once

#include <optional>

#include "core/base/json.h"
#include "core/model/gguf_file.h"

namespace bitscape {

struct GgufTokenizerFiles {
  Json tokenizer;        // tokenizer.json
  Json tokenizerConfig;  // tokenizer_config.json, with the chat template
  Json generation;       // generation_config.json
};

// `context`: how many tokens the model takes. Nullopt when the file holds no tokenizer or one of another kind.
std::optional<GgufTokenizerFiles> tokenizerFilesOf(const GgufFile& file, std::int64_t context, const std::string& source);

}  // namespace bitscape
