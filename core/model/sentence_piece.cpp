#include "core/model/sentence_piece.h"

#include <sentencepiece_processor.h>

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/model/normalizer.h"
#include "core/model/space_mark.h"
#include "core/model/vocabulary.h"

namespace bitscape {
namespace {

using Processor = sentencepiece::SentencePieceProcessor;

class SentencePieceTokenizer final : public VocabularyTokenizer {
 public:
  SentencePieceTokenizer(Vocabulary vocabulary, std::vector<AddedToken> special, std::shared_ptr<const Processor> processor)
      : VocabularyTokenizer(std::move(vocabulary), AddedTokens(std::move(special))), m_processor(std::move(processor)) {}

 protected:
  void encodeText(std::string_view valid, bool, std::vector<TokenId>& ids) const override {
    std::vector<int> found;
    const auto status = m_processor->Encode(valid, &found);
    if (!status.ok()) throw Error("SentencePiece cannot encode the text: " + status.ToString());
    ids.insert(ids.end(), found.begin(), found.end());
  }

 private:
  std::shared_ptr<const Processor> m_processor;
};

}  // namespace

std::shared_ptr<const Tokenizer> openSentencePiece(const std::string& path, const TokenizerSettings& settings) {
  const std::string source = "\"" + path + "\"";
  const MappedFile file(path);
  constexpr std::size_t kMost = 64 << 20;
  if (file.bytes().empty() || file.bytes().size() > kMost) {
    throw Error(source + " has " + std::to_string(file.bytes().size()) + " bytes; a SentencePiece model has 1 byte to 64 MiB");
  }
  auto processor = std::make_shared<Processor>();
  const auto status = processor->LoadFromSerializedProto({reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()});
  if (!status.ok()) throw Error(source + " is no SentencePiece model (" + status.ToString() + "); download it again");

  Vocabulary vocabulary;
  std::vector<AddedToken> special;
  const int count = processor->GetPieceSize();
  for (int id = 0; id < count; ++id) {
    const std::string piece = processor->IdToPiece(id);
    const TokenKind kind = processor->IsControl(id)   ? TokenKind::Control
                           : processor->IsUnknown(id) ? TokenKind::Unknown
                           : processor->IsUnused(id)  ? TokenKind::Unused
                           : processor->IsByte(id)    ? TokenKind::Byte
                                                      : TokenKind::Normal;
    const auto byte = kind == TokenKind::Byte ? byteOfToken(piece) : std::nullopt;
    const bool written = kind == TokenKind::Control || kind == TokenKind::Unknown;
    vocabulary.kinds.push_back(kind);
    vocabulary.bytes.push_back(byte ? std::string(1, *byte) : written ? piece : replaced(piece, kSpaceMark, " "));
    if (written) special.push_back({piece, id, true});
  }
  // The library does not tell whether it puts a space in front; a letter shows it.
  std::vector<std::string> pieces;
  if (processor->Encode("a", &pieces).ok() && !pieces.empty()) vocabulary.leadingSpace = pieces.front().starts_with(kSpaceMark);

  const auto named = [&](const char* name, int own) -> std::optional<TokenId> {
    if (const auto found = settings.named.find(name); found != settings.named.end()) {
      for (int id = 0; id < count; ++id) {
        if (processor->IdToPiece(id) == found->second) return id;
      }
    }
    if (own < 0) return std::nullopt;
    vocabulary.named.emplace(name, processor->IdToPiece(own));
    return own;
  };
  vocabulary.named = settings.named;
  vocabulary.bos = named("bos_token", processor->bos_id());
  vocabulary.eos = named("eos_token", processor->eos_id());
  if (settings.addBos.value_or(true) && vocabulary.bos) vocabulary.prefix = {*vocabulary.bos};
  if (settings.addEos.value_or(false) && vocabulary.eos) vocabulary.suffix = {*vocabulary.eos};
  vocabulary.chatTemplate = settings.chatTemplate;
  vocabulary.collectEnds(settings.endIds);
  vocabulary.description = "SentencePiece, " + std::to_string(count) + " tokens";
  return std::make_shared<SentencePieceTokenizer>(std::move(vocabulary), std::move(special), std::move(processor));
}

}  // namespace bitscape
