#include "core/exchange/gguf_tokenizer_keys.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/pre_tokenizer.h"
#include "core/model/tokenizer.h"
#include "core/model/tokenizer_settings.h"
#include "core/model/vocabulary.h"

namespace bitscape {
namespace fs = std::filesystem;
namespace {

fs::path folderOf(const Model& model) {
  const fs::path path(model.path());
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return path;
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// Tokens by id, as many as the embedding has rows; ids without one are unused.
struct Table {
  std::vector<std::string> tokens;
  std::vector<std::int32_t> kinds;
  std::unordered_map<std::string, std::uint32_t> ids;

  explicit Table(std::int64_t count) : tokens(static_cast<std::size_t>(count)), kinds(tokens.size(), static_cast<int>(TokenKind::Unused)) {
    for (std::size_t id = 0; id < tokens.size(); ++id) tokens[id] = "[PAD" + std::to_string(id) + "]";
  }
  void put(const std::string& text, const Json& value, TokenKind kind) {
    const bool inside = value.is_number_unsigned() && value.get<std::uint64_t>() < tokens.size();
    if (!inside) {
      throw Error("tokenizer.json gives \"" + text.substr(0, 40) + "\" an id outside the " + std::to_string(tokens.size()) +
                  " rows of the embedding; tokenizer and weights belong to different models");
    }
    const auto id = value.get<std::uint32_t>();
    tokens[id] = text;
    kinds[id] = static_cast<std::int32_t>(kind);
    ids[text] = id;
  }
};

// "a b" of a merge in either of its two spellings.
std::string mergeText(const Json& merge) {
  if (merge.is_string()) return merge.get<std::string>();
  if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
    return merge[0].get<std::string>() + " " + merge[1].get<std::string>();
  throw Error("a merge of tokenizer.json is neither \"a b\" nor [\"a\", \"b\"]; the file is damaged, get it again");
}

void addSpecials(const Table& table, const TokenizerSettings& settings, const Tokenizer& tokenizer, GgufKeys& keys) {
  const auto idOf = [&](const char* name) -> std::optional<std::uint32_t> {
    const auto text = settings.named.find(name);
    if (text == settings.named.end()) return std::nullopt;
    const auto found = table.ids.find(text->second);
    return found == table.ids.end() ? std::nullopt : std::optional(found->second);
  };
  const std::string prefix = "tokenizer.ggml.";
  for (const auto& [name, key] : {std::pair("bos_token", "bos_token_id"), std::pair("eos_token", "eos_token_id"),
                                  std::pair("unk_token", "unknown_token_id"), std::pair("pad_token", "padding_token_id")}) {
    if (const auto id = idOf(name)) keys.push_back({prefix + key, GgufBytes::of(*id)});
  }
  const std::vector<TokenId> with = tokenizer.encode("a", true), without = tokenizer.encode("a", false);
  const auto begins = idOf("bos_token"), ends = idOf("eos_token");
  const bool more = with.size() > without.size();
  keys.push_back({prefix + "add_bos_token", GgufBytes::of(more && begins && with.front() == static_cast<TokenId>(*begins))});
  keys.push_back({prefix + "add_eos_token", GgufBytes::of(more && ends && with.back() == static_cast<TokenId>(*ends))});
  if (settings.chatTemplate) keys.push_back({"tokenizer.chat_template", GgufBytes::of(std::string_view(*settings.chatTemplate))});
}

TokenizerKeys keysOf(const Json& json, const Model& model, const fs::path& folder) {
  const JsonView view(json, "tokenizer.json");
  const JsonView bpe = view.at("model");
  if (bpe.string("type", "BPE") != "BPE")
    return {{}, "tokenizer.json holds a model of the type " + bpe.string("type", "BPE") + ", BPE can be written"};
  const bool fallback = bpe.boolean("byte_fallback", false);
  Table table(model.config().vocabulary);
  for (const auto& [token, id] : bpe.at("vocab").raw().items()) {
    table.put(token, id, fallback && byteOfToken(token) ? TokenKind::Byte : TokenKind::Normal);
  }
  std::vector<std::string> merges;
  for (const Json& merge : bpe.at("merges").raw()) merges.push_back(mergeText(merge));
  if (view.has("added_tokens")) {
    for (const Json& token : view.at("added_tokens").raw()) {
      const JsonView one(token, "tokenizer.json: an added token");
      const auto id = static_cast<std::uint64_t>(one.integer("id", 0, 1LL << 31));
      table.put(one.string("content"), id, one.boolean("special", false) ? TokenKind::Control : TokenKind::UserDefined);
    }
  }
  const TokenizerSettings settings = readTokenizerSettings(folder.string());
  if (const auto unknown = settings.named.find("unk_token"); fallback && unknown != settings.named.end()) {
    if (const auto found = table.ids.find(unknown->second); found != table.ids.end())
      table.kinds[found->second] = static_cast<std::int32_t>(TokenKind::Unknown);
  }

  TokenizerKeys result;
  const std::string prefix = "tokenizer.ggml.";
  const auto add = [&](const char* name, GgufBytes value) { result.keys.push_back({prefix + name, std::move(value)}); };
  if (!fallback) {
    const std::string label =
        PreTokenizer::fromJson(view.has("pre_tokenizer") ? view.at("pre_tokenizer").raw() : Json(), "tokenizer.json").name();
    if (label == "custom" || label == "whole text")
      return {{}, "its pre-tokenizer is none of those that GGUF has a label for (gpt-2, llama-bpe, qwen2, smollm)"};
    add("model", GgufBytes::of("gpt2"));
    add("pre", GgufBytes::of(std::string_view(label)));
  } else {
    add("model", GgufBytes::of("llama"));
    add("pre", GgufBytes::of("default"));
    std::vector<float> scores(table.tokens.size(), -1e6f);  // a token that no merge makes is never the whole of a pair
    for (std::size_t rank = merges.size(); rank-- > 0;) {
      std::string whole = merges[rank];
      whole.erase(whole.find(' '), 1);
      if (const auto found = table.ids.find(whole); found != table.ids.end()) scores[found->second] = -static_cast<float>(rank);
    }
    add("scores", GgufBytes::of(scores));
    const auto holds = [&](const char* member, const char* text) {
      return view.has(member) && view.at(member).raw().dump().find(text) != std::string::npos;
    };
    const bool spaced =
        holds("normalizer", "\"Prepend\"") || (holds("pre_tokenizer", "\"Metaspace\"") && !holds("pre_tokenizer", "\"never\""));
    add("add_space_prefix", GgufBytes::of(spaced));
  }
  add("tokens", GgufBytes::of(table.tokens));
  add("token_type", GgufBytes::of(table.kinds));
  if (!fallback) add("merges", GgufBytes::of(merges));
  addSpecials(table, settings, *Tokenizer::open(folder.string()), result.keys);
  return result;
}

}  // namespace

TokenizerKeys tokenizerKeys(const Model& model) {
  const fs::path folder = folderOf(model), path = folder / "tokenizer.json";
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return {{}, "there is no tokenizer.json beside the model"};
  return withContext("cannot use the tokenizer in \"" + folder.string() + "\"",
                     [&] { return keysOf(readJson(path.string()), model, folder); });
}

}  // namespace bitscape
