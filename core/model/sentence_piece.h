// A tokenizer.model file, run by libsentencepiece: normalization, BPE or unigram segmentation and byte fallback are the library's own.
//
// Control tokens written out in the text are recognised before the library sees it. Immutable, thread-safe.
#pragma once

#include <memory>
#include <string>

#include "core/model/tokenizer.h"
#include "core/model/tokenizer_settings.h"

namespace bitscape {

// Throws Error when the file is no SentencePiece model.
std::shared_ptr<const Tokenizer> openSentencePiece(const std::string& path, const TokenizerSettings& settings);

}  // namespace bitscape
