// What the small files beside a tokenizer say: special tokens by name, BOS and EOS rules, end tokens, chat template.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bitscape {

struct TokenizerSettings {
  std::map<std::string, std::string> named;     // "bos_token" -> "<s>"
  std::optional<bool> addBos, addEos;           // absent: the tokenizer's own rule
  std::vector<std::int32_t> endIds;             // of generation_config.json
  std::optional<std::string> chatTemplate;
};

// Reads tokenizer_config.json, special_tokens_map.json, generation_config.json, config.json, chat_template.jinja and
// chat_template.json as far as `folder` holds them. Throws Error when one of them is damaged.
TokenizerSettings readTokenizerSettings(const std::string& folder);

}  // namespace bitscape
