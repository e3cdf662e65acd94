// Reads a byte-level BPE tokenizer from GGUF metadata (tokenizer.ggml.model = "gpt2"). The file names its pre-tokenizer by a label;
// what the label implies beyond that follows the original tokenizers: Llama 3 takes whole words that are tokens, Qwen2 normalizes to NFC.
#include "core/base/error.h"
#include "core/model/bpe_tokenizer.h"
#include "core/model/gguf_vocabulary.h"
#include "core/model/unicode.h"

namespace bitscape {

std::shared_ptr<const Tokenizer> BpeTokenizer::fromGguf(const GgufFile& file, const std::string& source) {
  const GgufVocabulary read = readGgufVocabulary(file, source);
  const std::string label = file.string("tokenizer.ggml.pre").value_or("gpt-2");
  PreTokenizer preTokenizer = PreTokenizer::fromLabel(label, source + ": tokenizer.ggml.pre");

  TokenIndex index;
  index.reserve(read.tokens.size());
  std::vector<AddedToken> added;
  Vocabulary vocabulary;
  vocabulary.kinds = read.kinds;
  vocabulary.bytes.reserve(read.tokens.size());
  for (std::size_t id = 0; id < read.tokens.size(); ++id) {
    std::string token(read.tokens[id]);
    const auto [place, isNew] = index.emplace(token, static_cast<TokenId>(id));
    if (!isNew) {
      throw Error(source + ": the token \"" + token + "\" has two ids, " + std::to_string(place->second) + " and " + std::to_string(id) +
                  "; the file is damaged");
    }
    const TokenKind kind = read.kinds[id];
    const bool written = kind == TokenKind::Control || kind == TokenKind::UserDefined || kind == TokenKind::Unknown;
    vocabulary.bytes.push_back(written ? token : byteLevelBytes(token));
    if (written) {
      AddedToken special;
      special.text = std::move(token);
      special.id = static_cast<TokenId>(id);
      special.special = kind != TokenKind::UserDefined;
      added.push_back(std::move(special));
    }
  }

  const GgufArray* list = file.array("tokenizer.ggml.merges");
  const auto* texts = list ? std::get_if<std::vector<std::string_view>>(list) : nullptr;
  if (!texts) throw Error(source + ": \"tokenizer.ggml.merges\" is missing or no array of strings");
  std::vector<std::pair<std::string, std::string>> merges;
  merges.reserve(texts->size());
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const std::string_view text = (*texts)[i];
    const std::size_t space = text.find(' ', 1);
    if (space == std::string_view::npos || space + 1 == text.size()) {
      throw Error(source + ": merge " + std::to_string(i) + " is not \"a b\"; the file is damaged, download it again");
    }
    requireUtf8(text, source + ": merge " + std::to_string(i));
    merges.emplace_back(text.substr(0, space), text.substr(space + 1));
  }

  BpeOptions options;
  options.ignoreMerges = preTokenizer.name() == "llama-bpe";
  Normalizer normalizer;
  if (preTokenizer.name() == "qwen2") normalizer = Normalizer::fromJson({{"type", "NFC"}}, source);
  applyGgufRules(file, read, preTokenizer.name() == "llama-bpe", vocabulary);
  vocabulary.description = "byte-level BPE, " + label + ", " + std::to_string(vocabulary.bytes.size()) + " tokens";
  BpeModel model(std::move(index), merges, options, source);
  return std::make_shared<BpeTokenizer>(std::move(vocabulary), std::move(added), std::move(normalizer), std::move(preTokenizer), std::move(model));
}

}  // namespace bitscape
