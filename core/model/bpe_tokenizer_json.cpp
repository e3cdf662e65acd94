// Reads tokenizer.json as huggingface/tokenizers writes it (tokenizer/serialization.rs, models/bpe/serialization.rs).
#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/model/bpe_tokenizer.h"
#include "core/model/tokenizer_settings.h"

namespace bitscape {
namespace {

const Json kNull;

const Json& memberOr(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

// Tokens of the model and added ones by id; ids may leave holes, but not so many that a damaged id would fill the memory.
class TokenTable {
 public:
  TokenTable(std::string source, std::size_t count) : m_source(std::move(source)), m_limit(2 * static_cast<long long>(count) + 65536) {}

  TokenId idOf(const Json& value, const std::string& place) const {
    const bool inRange = value.is_number_integer() && !(value.is_number_unsigned() && value.get<std::uint64_t>() >= std::uint64_t{1} << 31) &&
                         value.get<long long>() >= 0 && value.get<long long>() < m_limit;
    if (!inRange) {
      throw Error(m_source + ": " + place + " has the id " + value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 40) +
                  "; an integer from 0 to " + std::to_string(m_limit - 1) + " is needed for a vocabulary of this size");
    }
    return static_cast<TokenId>(value.get<long long>());
  }

  void put(TokenId id, const std::string& token, TokenKind kind) {
    if (static_cast<std::size_t>(id) >= m_tokens.size()) {
      m_tokens.resize(static_cast<std::size_t>(id) + 1);
      m_kinds.resize(m_tokens.size(), TokenKind::Unused);
      m_taken.resize(m_tokens.size(), false);
    }
    if (m_taken[id] && m_tokens[id] != token) {
      throw Error(m_source + ": the id " + std::to_string(id) + " belongs to two tokens, \"" + m_tokens[id] + "\" and \"" + token + "\"; the file is damaged");
    }
    m_tokens[id] = token;
    m_kinds[id] = kind;
    m_taken[id] = true;
  }
  const std::vector<std::string>& tokens() const { return m_tokens; }
  const std::vector<TokenKind>& kinds() const { return m_kinds; }

 private:
  std::string m_source;
  long long m_limit;
  std::vector<std::string> m_tokens;
  std::vector<TokenKind> m_kinds;
  std::vector<bool> m_taken;
};

TokenIndex readVocabulary(const Json& model, const std::string& source, TokenTable& table) {
  const Json& vocab = memberOr(model, "vocab");
  if (!vocab.is_object()) throw Error(source + ": \"vocab\" of the model is not an object of tokens and ids");
  TokenIndex index;
  index.reserve(vocab.size());
  for (const auto& [token, value] : vocab.items()) {
    const TokenId id = table.idOf(value, "token \"" + token.substr(0, 80) + "\"");
    table.put(id, token, TokenKind::Normal);
    index.emplace(token, id);
  }
  return index;
}

std::vector<AddedToken> readAdded(const Json& list, const TokenIndex& index, const std::string& source, TokenTable& table) {
  std::vector<AddedToken> tokens;
  if (list.is_null()) return tokens;
  if (!list.is_array()) throw Error(source + ": \"added_tokens\" is not an array");
  std::map<std::string, TokenId> known;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string place = "added_tokens[" + std::to_string(i) + "]";
    if (!list[i].is_object()) throw Error(source + ": " + place + " is not an object");
    const JsonView view(list[i], source + ": " + place);
    AddedToken token;
    token.text = view.string("content");
    token.id = table.idOf(memberOr(list[i], "id"), place);
    token.special = view.boolean("special", false);
    token.singleWord = view.boolean("single_word", false);
    token.stripLeft = view.boolean("lstrip", false);
    token.stripRight = view.boolean("rstrip", false);
    token.normalized = view.boolean("normalized", !token.special);
    if (const auto found = index.find(token.text); found != index.end() && found->second != token.id) {
      throw Error(source + ": " + place + " gives \"" + token.text + "\" the id " + std::to_string(token.id) + ", the vocabulary gives it " +
                  std::to_string(found->second) + "; the file is damaged");
    }
    if (!known.emplace(token.text, token.id).second) throw Error(source + ": " + place + " repeats the token \"" + token.text + "\"");
    table.put(token.id, token.text, token.special ? TokenKind::Control : TokenKind::UserDefined);
    tokens.push_back(std::move(token));
  }
  return tokens;
}

std::vector<std::pair<std::string, std::string>> readMerges(const Json& list, const std::string& source) {
  std::vector<std::pair<std::string, std::string>> merges;
  if (!list.is_array()) throw Error(source + ": \"merges\" of the model is not an array");
  merges.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& merge = list[i];
    if (merge.is_string()) {
      const auto& text = merge.get_ref<const std::string&>();
      const std::size_t space = text.find(' ');
      if (space != std::string::npos && text.find(' ', space + 1) == std::string::npos) {
        merges.emplace_back(text.substr(0, space), text.substr(space + 1));
        continue;
      }
    } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
      merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
      continue;
    }
    throw Error(source + ": merge " + std::to_string(i) + " is neither \"a b\" nor [\"a\", \"b\"]; the file is damaged");
  }
  return merges;
}

// What the post-processor puts before and after a text.
class PostProcessor {
 public:
  PostProcessor(const std::string& source, std::vector<TokenId>& prefix, std::vector<TokenId>& suffix, const TokenTable& table)
      : m_source(source), m_prefix(prefix), m_suffix(suffix), m_table(table) {}

  void read(const Json& json, int depth = 0) {
    if (json.is_null()) return;
    if (!json.is_object()) throw Error(m_source + ": \"post_processor\" is not an object");
    if (depth > 8) throw Error(m_source + ": post-processors are nested deeper than 8");
    const JsonView view(json, m_source + ": post_processor");
    const std::string type = view.string("type");
    if (type == "Sequence") {
      const JsonView list = view.at("processors");
      if (!list.raw().is_array()) throw Error(m_source + ": \"processors\" is not an array");
      for (const Json& part : list.raw()) read(part, depth + 1);
    } else if (type == "TemplateProcessing") {
      readTemplate(view);
    } else if (type == "BertProcessing" || type == "RobertaProcessing") {
      m_prefix.insert(m_prefix.begin(), pairId(view.at("cls").raw()));
      m_suffix.push_back(pairId(view.at("sep").raw()));
    } else if (type != "ByteLevel") {
      throw Error(m_source + ": the post-processor \"" + type +
                  "\" is not known; known are BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing");
    }
  }

 private:
  TokenId existing(const Json& value) const {
    const TokenId id = m_table.idOf(value, "a token of the post-processor");
    if (static_cast<std::size_t>(id) >= m_table.tokens().size()) {
      throw Error(m_source + ": the post-processor names the id " + std::to_string(id) + ", which no token has");
    }
    return id;
  }

  TokenId pairId(const Json& pair) const {  // ["<s>", 0]
    if (!pair.is_array() || pair.size() != 2) throw Error(m_source + ": a token of the post-processor is not [text, id]");
    return existing(pair[1]);
  }

  void readTemplate(const JsonView& view) {
    const Json& single = view.at("single").raw();
    const JsonView special = view.at("special_tokens");
    if (!single.is_array()) throw Error(m_source + ": \"single\" of the post-processor is not an array");
    std::vector<TokenId> before, after;
    bool textSeen = false;
    for (const Json& part : single) {
      const JsonView item(part, m_source + ": a part of the post-processor");
      if (item.has("Sequence")) {
        textSeen = true;
        continue;
      }
      const std::string name = item.at("SpecialToken").string("id");
      const Json& ids = special.at(name).at("ids").raw();
      if (!ids.is_array()) throw Error(m_source + ": \"ids\" of \"" + name + "\" in the post-processor is not an array");
      for (const Json& id : ids) (textSeen ? after : before).push_back(existing(id));
    }
    m_prefix.insert(m_prefix.begin(), before.begin(), before.end());
    m_suffix.insert(m_suffix.end(), after.begin(), after.end());
  }

  const std::string& m_source;
  std::vector<TokenId>& m_prefix;
  std::vector<TokenId>& m_suffix;
  const TokenTable& m_table;
};

// How tokens become bytes again ("decoder"): replacements, byte tokens, and whether a first space goes.
struct DecodeRules {
  bool byteLevel = false, byteFallback = false, leadingSpace = false;
  std::vector<std::pair<std::string, std::string>> replacements;

  void read(const Json& json, const std::string& source, int depth = 0) {
    if (json.is_null()) return;
    if (!json.is_object()) throw Error(source + ": \"decoder\" is not an object");
    if (depth > 8) throw Error(source + ": decoders are nested deeper than 8");
    const JsonView view(json, source + ": decoder");
    const std::string type = view.string("type");
    if (type == "Sequence") {
      const JsonView list = view.at("decoders");
      if (!list.raw().is_array()) throw Error(source + ": \"decoders\" is not an array");
      for (const Json& part : list.raw()) read(part, source, depth + 1);
    } else if (type == "ByteLevel") {
      byteLevel = true;
    } else if (type == "ByteFallback") {
      byteFallback = true;
    } else if (type == "Replace") {
      const std::string from = view.at("pattern").string("String");
      if (from.empty()) throw Error(source + ": the decoder replaces an empty text");
      replacements.emplace_back(from, view.string("content"));
    } else if (type == "Metaspace") {
      replacements.emplace_back(view.string("replacement", "\xE2\x96\x81"), " ");
      leadingSpace = view.string("prepend_scheme", view.boolean("add_prefix_space", true) ? "always" : "never") != "never";
    } else if (type == "Strip") {
      leadingSpace = view.string("content", " ") == " " && view.integer("start", 0, 1, 0) == 1;
    } else if (type != "Fuse") {
      throw Error(source + ": the decoder \"" + type +
                  "\" is not known; known are ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip");
    }
  }

  std::string bytesOf(const std::string& token, TokenKind kind) const {
    const bool literal = kind == TokenKind::Control || kind == TokenKind::UserDefined;
    if (byteLevel) return literal ? token : byteLevelBytes(token);
    if (byteFallback && kind == TokenKind::Normal) {
      if (const auto byte = byteOfToken(token)) return std::string(1, *byte);
    }
    std::string bytes = token;
    for (const auto& [from, to] : replacements) bytes = replaced(bytes, from, to);
    return bytes;
  }
};

}  // namespace

std::shared_ptr<const Tokenizer> BpeTokenizer::fromJson(const std::string& path, const TokenizerSettings& settings) {
  const std::string source = "\"" + path + "\"";
  const Json json = readJson(path);
  if (!json.is_object()) throw Error(source + " does not hold a JSON object");
  const Json& model = memberOr(json, "model");
  if (!model.is_object()) throw Error(source + ": \"model\" is missing or no object");
  const JsonView modelView(model, source + ": model");
  // Old files of BPE models leave the type out.
  const std::string type = modelView.string("type", "BPE");
  if (type != "BPE") {
    throw Error(source + ": the model \"" + type + "\" is not supported, only BPE is; put the model's tokenizer.model beside it if there is one");
  }
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!modelView.string(key, "").empty()) throw Error(source + ": model: \"" + std::string(key) + "\" is not supported");
  }
  if (modelView.number("dropout", 0) != 0) throw Error(source + ": model: \"dropout\" makes tokens random; set it to null");

  const Json& addedJson = memberOr(json, "added_tokens");
  const Json& vocabJson = memberOr(model, "vocab");
  TokenTable table(source, vocabJson.size() + addedJson.size());
  TokenIndex index = readVocabulary(model, source, table);
  std::vector<AddedToken> added = readAdded(addedJson, index, source, table);

  BpeOptions options;
  options.byteFallback = modelView.boolean("byte_fallback", false);
  options.fuseUnknown = modelView.boolean("fuse_unk", false);
  options.ignoreMerges = modelView.boolean("ignore_merges", false);
  if (modelView.has("unk_token")) {
    const auto found = index.find(modelView.string("unk_token"));
    if (found == index.end()) throw Error(source + ": model: \"unk_token\" \"" + modelView.string("unk_token") + "\" is not in the vocabulary");
    options.unknown = found->second;
  }
  BpeModel bpe(std::move(index), readMerges(memberOr(model, "merges"), source), options, source);

  Vocabulary vocabulary;
  DecodeRules decoder;
  decoder.read(memberOr(json, "decoder"), source);
  vocabulary.kinds = table.kinds();
  vocabulary.leadingSpace = decoder.leadingSpace;
  for (std::size_t id = 0; id < table.tokens().size(); ++id) vocabulary.bytes.push_back(decoder.bytesOf(table.tokens()[id], table.kinds()[id]));
  vocabulary.named = settings.named;
  vocabulary.chatTemplate = settings.chatTemplate;
  const auto named = [&](const char* name) -> std::optional<TokenId> {
    const auto text = settings.named.find(name);
    if (text == settings.named.end()) return std::nullopt;
    for (const AddedToken& token : added) {
      if (token.text == text->second) return token.id;
    }
    const auto found = bpe.index().find(text->second);
    return found == bpe.index().end() ? std::nullopt : std::optional(found->second);
  };
  vocabulary.bos = named("bos_token");
  vocabulary.eos = named("eos_token");
  const Json& postProcessor = memberOr(json, "post_processor");
  PostProcessor(source, vocabulary.prefix, vocabulary.suffix, table).read(postProcessor);
  if (settings.addBos || settings.addEos) {  // replaces the file's rule (transformers, update_post_processor)
    vocabulary.prefix.clear();
    vocabulary.suffix.clear();
    if (settings.addBos.value_or(false) && vocabulary.bos) vocabulary.prefix = {*vocabulary.bos};
    if (settings.addEos.value_or(false) && vocabulary.eos) vocabulary.suffix = {*vocabulary.eos};
  } else if (!vocabulary.bos && !vocabulary.prefix.empty()) {
    vocabulary.bos = vocabulary.prefix.front();
  }
  vocabulary.collectEnds(settings.endIds);

  Normalizer normalizer = Normalizer::fromJson(memberOr(json, "normalizer"), source + ": normalizer");
  PreTokenizer preTokenizer = PreTokenizer::fromJson(memberOr(json, "pre_tokenizer"), source + ": pre_tokenizer");
  vocabulary.description = (decoder.byteLevel ? "byte-level BPE, " : "character BPE, ") + preTokenizer.name() + ", " +
                           std::to_string(vocabulary.bytes.size()) + " tokens";
  return std::make_shared<BpeTokenizer>(std::move(vocabulary), std::move(added), std::move(normalizer), std::move(preTokenizer), std::move(bpe));
}

}  // namespace bitscape
