// Text to token ids and back, identical to the model's reference tokenizer.
//
// Byte-level BPE (tokenizer.json, GGUF "gpt2") with the pre-tokenizers gpt-2, llama-bpe, qwen2, smollm; SentencePiece through
// libsentencepiece (tokenizer.model) and from GGUF scores ("llama"), SentencePiece-style BPE from tokenizer.json (byte fallback).
// Immutable and thread-safe once open.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitscape {

using TokenId = std::int32_t;

struct ChatMessage {
  std::string role;      // "system", "user", "assistant"
  std::string content;
};

class Tokenizer {
 public:
  // `path`: a .gguf file, a tokenizer.json, a tokenizer.model, a .safetensors file beside one, or a folder that holds one. Throws Error.
  static std::shared_ptr<const Tokenizer> open(const std::string& path);
  virtual ~Tokenizer() = default;

  // Ids of `text`. Special tokens written out in the text are recognised, as the reference does. With `addSpecial` BOS/EOS are added
  // by the model's rule. Throws Error on invalid UTF-8 with the byte's offset.
  virtual std::vector<TokenId> encode(std::string_view text, bool addSpecial = false) const = 0;
  // Text of ids, special tokens written out unless `skipSpecial`. Throws Error on an id outside the vocabulary.
  virtual std::string decode(std::span<const TokenId> ids, bool skipSpecial = false) const = 0;
  // The bytes of one token as decode would emit them within a text; may be part of a UTF-8 character.
  virtual std::string tokenBytes(TokenId id) const = 0;
  virtual std::int64_t vocabularySize() const = 0;
  virtual std::optional<TokenId> bos() const = 0;
  // Tokens that end a generation (EOS and, for chat models, end of turn).
  virtual std::vector<TokenId> endTokens() const = 0;
  virtual std::string description() const = 0;      // "byte-level BPE, smollm, 49152 tokens"
  // Texts of special tokens by the names that chat templates use: "bos_token", "eos_token", ...
  virtual const std::map<std::string, std::string>& namedTokens() const = 0;
  // The Jinja chat template, if the model has one.
  virtual const std::optional<std::string>& chatTemplate() const = 0;
  // The messages as the model's template writes them, ready for encode. Throws Error when there is no template.
  std::string applyChatTemplate(const std::vector<ChatMessage>& messages, bool addGenerationPrompt = true) const;
};

}  // namespace bitscape
