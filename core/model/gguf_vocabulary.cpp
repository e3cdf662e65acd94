#include "core/model/gguf_vocabulary.h"

#include <limits>

#include "core/base/error.h"
#include "core/model/unicode.h"

namespace bitscape {
namespace {

std::optional<TokenId> specialId(const GgufFile& file, const char* name, std::size_t count, const std::string& source) {
  const std::string key = std::string("tokenizer.ggml.") + name;
  const auto value = file.integer(key);
  if (!value || *value == -1 || *value == std::numeric_limits<std::uint32_t>::max()) return std::nullopt;  // -1: none
  if (*value < 0 || *value >= static_cast<std::int64_t>(count)) {
    throw Error(source + ": \"" + key + "\" is " + std::to_string(*value) + ", but the vocabulary has " + std::to_string(count) + " tokens");
  }
  return static_cast<TokenId>(*value);
}

}  // namespace

GgufVocabulary readGgufVocabulary(const GgufFile& file, const std::string& source) {
  GgufVocabulary result;
  const GgufArray* tokens = file.array("tokenizer.ggml.tokens");
  const auto* texts = tokens ? std::get_if<std::vector<std::string_view>>(tokens) : nullptr;
  if (!texts || texts->empty()) throw Error(source + ": \"tokenizer.ggml.tokens\" is missing, empty or no array of strings; the file holds no vocabulary");
  if (texts->size() > static_cast<std::size_t>(std::numeric_limits<TokenId>::max())) throw Error(source + ": \"tokenizer.ggml.tokens\" has more than 2^31 tokens");
  result.tokens = *texts;
  for (std::size_t id = 0; id < texts->size(); ++id) requireUtf8((*texts)[id], source + ": token " + std::to_string(id));

  result.kinds.assign(texts->size(), TokenKind::Normal);
  const GgufArray* types = file.array("tokenizer.ggml.token_type");
  if (types) {
    const auto* values = std::get_if<std::vector<std::int64_t>>(types);
    if (!values || values->size() != texts->size()) {
      throw Error(source + ": \"tokenizer.ggml.token_type\" must be an array of " + std::to_string(texts->size()) + " integers, one for each token");
    }
    for (std::size_t id = 0; id < values->size(); ++id) {
      const std::int64_t kind = (*values)[id];
      if (kind < 0 || kind > 6) {
        throw Error(source + ": \"tokenizer.ggml.token_type\" of token " + std::to_string(id) + " is " + std::to_string(kind) + ", allowed are 0 to 6");
      }
      if (kind > 0) result.kinds[id] = static_cast<TokenKind>(kind);
    }
  }
  result.bos = specialId(file, "bos_token_id", texts->size(), source);
  result.eos = specialId(file, "eos_token_id", texts->size(), source);
  result.unknown = specialId(file, "unknown_token_id", texts->size(), source);
  result.pad = specialId(file, "padding_token_id", texts->size(), source);
  for (const char* name : {"eot_token_id", "eom_token_id"}) {
    if (const auto id = specialId(file, name, texts->size(), source)) result.turnEnds.push_back(*id);
  }
  if (!types) {  // nothing says what is special but the ids
    for (const auto& id : {result.bos, result.eos}) {
      if (id) result.kinds[*id] = TokenKind::Control;
    }
  }
  return result;
}

void applyGgufRules(const GgufFile& file, const GgufVocabulary& read, bool addBos, Vocabulary& vocabulary) {
  vocabulary.bos = read.bos;
  vocabulary.eos = read.eos;
  const auto name = [&](const char* key, const std::optional<TokenId>& id) {
    if (id) vocabulary.named[key] = std::string(read.tokens[*id]);
  };
  name("bos_token", read.bos);
  name("eos_token", read.eos);
  name("unk_token", read.unknown);
  name("pad_token", read.pad);
  if (file.boolean("tokenizer.ggml.add_bos_token").value_or(addBos) && read.bos) vocabulary.prefix = {*read.bos};
  if (file.boolean("tokenizer.ggml.add_eos_token").value_or(false) && read.eos) vocabulary.suffix = {*read.eos};
  vocabulary.collectEnds(read.turnEnds);
  vocabulary.chatTemplate = file.string("tokenizer.chat_template");
  if (vocabulary.chatTemplate) requireUtf8(*vocabulary.chatTemplate, "\"tokenizer.chat_template\"");
}

}  // namespace bitscape
