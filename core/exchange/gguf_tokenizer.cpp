#include "core/exchange/gguf_tokenizer.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/error.h"
#include "core/model/gguf_vocabulary.h"
#include "core/model/pre_tokenizer.h"

namespace bitscape {
namespace {

constexpr const char* kSpaceMark = "\xE2\x96\x81";

bool isAdded(TokenKind kind) { return kind == TokenKind::Control || kind == TokenKind::UserDefined || kind == TokenKind::Unknown; }

Json addedTokens(const GgufVocabulary& read) {
  Json list = Json::array();
  for (std::size_t id = 0; id < read.tokens.size(); ++id) {
    if (!isAdded(read.kinds[id])) continue;
    list.push_back({{"id", id},
                    {"content", read.tokens[id]},
                    {"single_word", false},
                    {"lstrip", false},
                    {"rstrip", false},
                    {"normalized", false},
                    {"special", read.kinds[id] != TokenKind::UserDefined}});
  }
  return list;
}

// Added tokens are in it too: a reader gives those that it does not find there ids of its own choice.
Json vocabularyJson(const GgufVocabulary& read) {
  Json::object_t vocabulary;
  vocabulary.reserve(read.tokens.size());
  for (std::size_t id = 0; id < read.tokens.size(); ++id) vocabulary.push_back({std::string(read.tokens[id]), id});
  return vocabulary;
}

// What encode puts around a text, as a template.
Json postProcessor(const Vocabulary& vocabulary, const GgufVocabulary& read, const Json& otherwise) {
  if (vocabulary.prefix.empty() && vocabulary.suffix.empty()) return otherwise;
  Json special = Json::object();
  const auto around = [&](const char* sequence, int type) {
    Json parts = Json::array();
    const auto add = [&](const std::vector<TokenId>& ids) {
      for (const TokenId id : ids) {
        const std::string text(read.tokens[static_cast<std::size_t>(id)]);
        parts.push_back({{"SpecialToken", {{"id", text}, {"type_id", type}}}});
        special[text] = {{"id", text}, {"ids", {id}}, {"tokens", {text}}};
      }
    };
    add(vocabulary.prefix);
    parts.push_back({{"Sequence", {{"id", sequence}, {"type_id", type}}}});
    add(vocabulary.suffix);
    return parts;
  };
  const Json single = around("A", 0);
  Json pair = single;
  for (const Json& part : around("B", 1)) pair.push_back(part);
  return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", pair}, {"special_tokens", special}};
}

Json bpe(const GgufVocabulary& read, Json merges, bool byteFallback, bool ignoreMerges) {
  return {{"type", "BPE"},
          {"dropout", nullptr},
          {"unk_token", byteFallback && read.unknown ? Json(read.tokens[static_cast<std::size_t>(*read.unknown)]) : Json()},
          {"continuing_subword_prefix", nullptr},
          {"end_of_word_suffix", nullptr},
          {"fuse_unk", byteFallback},
          {"byte_fallback", byteFallback},
          {"ignore_merges", ignoreMerges},
          {"vocab", vocabularyJson(read)},
          {"merges", std::move(merges)}};
}

Json mergesInFile(const GgufFile& file, const std::string& source) {
  const GgufArray* list = file.array("tokenizer.ggml.merges");
  const auto* texts = list ? std::get_if<std::vector<std::string_view>>(list) : nullptr;
  if (!texts) throw Error(source + ": \"tokenizer.ggml.merges\" is missing or no array of strings");
  Json merges = Json::array();
  for (const std::string_view text : *texts) {
    const std::size_t space = text.find(' ', 1);
    if (space == std::string_view::npos) throw Error(source + ": a merge is not \"a b\"; the file is damaged, download it again");
    merges.push_back({text.substr(0, space), text.substr(space + 1)});
  }
  return merges;
}

// Every way to make a token of two others. A merge is as good as the score of what it makes; among equals, as transformers' converter
// does, the earlier token and then the parts that stand earlier.
Json mergesFromScores(const GgufVocabulary& read, const std::vector<double>& scores) {
  struct Merge {
    double score;
    std::size_t whole, left, right;
  };
  std::unordered_map<std::string_view, std::size_t> place;
  for (std::size_t id = 0; id < read.tokens.size(); ++id) {
    if (read.kinds[id] == TokenKind::Normal || read.kinds[id] == TokenKind::UserDefined) place.emplace(read.tokens[id], id);
  }
  std::vector<Merge> merges;
  for (const auto& [token, whole] : place) {
    for (std::size_t cut = 1; cut < token.size(); ++cut) {
      if ((static_cast<unsigned char>(token[cut]) & 0xC0) == 0x80) continue;  // within a character
      const auto left = place.find(token.substr(0, cut)), right = place.find(token.substr(cut));
      if (left != place.end() && right != place.end()) merges.push_back({scores[whole], whole, left->second, right->second});
    }
  }
  std::sort(merges.begin(), merges.end(), [](const Merge& a, const Merge& b) {
    return std::tie(b.score, a.whole, a.left, a.right) < std::tie(a.score, b.whole, b.left, b.right);
  });
  Json list = Json::array();
  for (const Merge& merge : merges) list.push_back({read.tokens[merge.left], read.tokens[merge.right]});
  return list;
}

Json tokenizerJson(const GgufVocabulary& read, Json normalizer, Json preTokenizer, Json postProcessing, Json decoder, Json model) {
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", addedTokens(read)},
          {"normalizer", std::move(normalizer)},
          {"pre_tokenizer", std::move(preTokenizer)},
          {"post_processor", std::move(postProcessing)},
          {"decoder", std::move(decoder)},
          {"model", std::move(model)}};
}

Json byteLevelTokenizer(const GgufFile& file, const GgufVocabulary& read, Vocabulary& vocabulary, const std::string& source) {
  const std::string label = file.string("tokenizer.ggml.pre").value_or("gpt-2");
  const std::string name = PreTokenizer::fromLabel(label, source).name();
  applyGgufRules(file, read, name == "llama-bpe", vocabulary);
  const Json byteLevel{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}};
  return tokenizerJson(read, name == "qwen2" ? Json{{"type", "NFC"}} : Json(), PreTokenizer::jsonOfLabel(label, source),
                       postProcessor(vocabulary, read, byteLevel), byteLevel,
                       bpe(read, mergesInFile(file, source), false, name == "llama-bpe"));
}

Json scoreTokenizer(const GgufFile& file, const GgufVocabulary& read, Vocabulary& vocabulary, const std::string& source) {
  const GgufArray* list = file.array("tokenizer.ggml.scores");
  const auto* scores = list ? std::get_if<std::vector<double>>(list) : nullptr;
  if (!scores || scores->size() != read.tokens.size()) {
    throw Error(source + ": \"tokenizer.ggml.scores\" must be an array of " + std::to_string(read.tokens.size()) +
                " numbers, one for each token");
  }
  applyGgufRules(file, read, true, vocabulary);
  const bool space = file.boolean("tokenizer.ggml.add_space_prefix").value_or(true);
  const Json replace{{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", kSpaceMark}};
  const Json back{{"type", "Replace"}, {"pattern", {{"String", kSpaceMark}}}, {"content", " "}};
  Json decoders = Json::array({back, {{"type", "ByteFallback"}}, {{"type", "Fuse"}}});
  Json normalizer = replace;
  if (space) {
    normalizer = {{"type", "Sequence"}, {"normalizers", Json::array({{{"type", "Prepend"}, {"prepend", kSpaceMark}}, replace})}};
    decoders.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
  }
  return tokenizerJson(read, normalizer, Json(), postProcessor(vocabulary, read, Json()), {{"type", "Sequence"}, {"decoders", decoders}},
                       bpe(read, mergesFromScores(read, *scores), true, false));
}

}  // namespace

std::optional<GgufTokenizerFiles> tokenizerFilesOf(const GgufFile& file, std::int64_t context, const std::string& source) {
  const std::string kind = file.string("tokenizer.ggml.model").value_or("");
  if (kind != "gpt2" && kind != "llama") return std::nullopt;
  const GgufVocabulary read = readGgufVocabulary(file, source);
  Vocabulary vocabulary;
  vocabulary.kinds = read.kinds;
  vocabulary.bytes.assign(read.tokens.begin(), read.tokens.end());
  GgufTokenizerFiles files;
  files.tokenizer = kind == "gpt2" ? byteLevelTokenizer(file, read, vocabulary, source) : scoreTokenizer(file, read, vocabulary, source);
  Json& config = files.tokenizerConfig = {{"tokenizer_class", "PreTrainedTokenizerFast"}};
  for (const auto& [name, token] : vocabulary.named) config[name] = token;
  config["clean_up_tokenization_spaces"] = false;
  if (context > 0) config["model_max_length"] = context;
  if (vocabulary.chatTemplate) config["chat_template"] = *vocabulary.chatTemplate;
  files.generation = Json::object();
  if (read.bos) files.generation["bos_token_id"] = *read.bos;
  if (vocabulary.ends.size() == 1) {
    files.generation["eos_token_id"] = vocabulary.ends.front();
  } else if (!vocabulary.ends.empty()) {
    files.generation["eos_token_id"] = vocabulary.ends;
  }
  if (read.pad) files.generation["pad_token_id"] = *read.pad;
  return files;
}

}  // namespace bitscape
