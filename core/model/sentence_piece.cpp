#include "core/model/sentence_piece.h"

#include <dlfcn.h>

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/model/normalizer.h"
#include "core/model/sentence_piece_module.h"
#include "core/model/space_mark.h"
#include "core/model/vocabulary.h"

namespace bitscape {
namespace {

// The module's symbols stay its own (RTLD_LOCAL) and come before the program's (RTLD_DEEPBIND, which AddressSanitizer cannot bear). It is
// never unloaded: the models it makes live in it.
std::shared_ptr<PieceModel> newPieceModel() {
#if defined(__SANITIZE_ADDRESS__)
  constexpr int kHow = RTLD_NOW | RTLD_LOCAL;
#else
  constexpr int kHow = RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND;
#endif
  void* module = dlopen(BITSCAPE_SENTENCEPIECE_MODULE, kHow);
  const auto create = module ? reinterpret_cast<NewPieceModel>(dlsym(module, kNewPieceModel)) : nullptr;
  if (!create) {
    const char* reason = dlerror();
    throw Error(std::string("SentencePiece cannot be loaded: ") + (reason ? reason : "unknown reason") +
                "; install libsentencepiece and build again");
  }
  return std::shared_ptr<PieceModel>(create());
}

TokenKind tokenKind(PieceKind kind) {
  switch (kind) {
    case PieceKind::Unknown: return TokenKind::Unknown;
    case PieceKind::Control: return TokenKind::Control;
    case PieceKind::Unused: return TokenKind::Unused;
    case PieceKind::Byte: return TokenKind::Byte;
    case PieceKind::Normal: break;
  }
  return TokenKind::Normal;
}

class SentencePieceTokenizer final : public VocabularyTokenizer {
 public:
  SentencePieceTokenizer(Vocabulary vocabulary, std::vector<AddedToken> special, std::shared_ptr<const PieceModel> model)
      : VocabularyTokenizer(std::move(vocabulary), AddedTokens(std::move(special))), m_model(std::move(model)) {}

 protected:
  void encodeText(std::string_view valid, bool, std::vector<TokenId>& ids) const override {
    std::vector<int> found;
    if (const auto fault = m_model->encode(valid, found)) throw Error("SentencePiece cannot encode the text: " + *fault);
    ids.insert(ids.end(), found.begin(), found.end());
  }

 private:
  std::shared_ptr<const PieceModel> m_model;
};

}  // namespace

std::shared_ptr<const Tokenizer> openSentencePiece(const std::string& path, const TokenizerSettings& settings) {
  const std::string source = "\"" + path + "\"";
  const MappedFile file(path);
  constexpr std::size_t kMost = 64 << 20;
  if (file.bytes().empty() || file.bytes().size() > kMost) {
    throw Error(source + " has " + std::to_string(file.bytes().size()) + " bytes; a SentencePiece model has 1 byte to 64 MiB");
  }
  const std::shared_ptr<PieceModel> model = newPieceModel();
  if (const auto fault = model->load({reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()}))
    throw Error(source + " is no SentencePiece model (" + *fault + "); download it again");

  Vocabulary vocabulary;
  std::vector<AddedToken> special;
  const int count = model->size();
  for (int id = 0; id < count; ++id) {
    const std::string piece = model->piece(id);
    const TokenKind kind = tokenKind(model->kind(id));
    const auto byte = kind == TokenKind::Byte ? byteOfToken(piece) : std::nullopt;
    const bool written = kind == TokenKind::Control || kind == TokenKind::Unknown;
    vocabulary.kinds.push_back(kind);
    vocabulary.bytes.push_back(byte ? std::string(1, *byte) : written ? piece : replaced(piece, kSpaceMark, " "));
    if (written) special.push_back({piece, id, true});
  }
  // The library does not tell whether it puts a space in front; a letter shows it.
  std::vector<int> letter;
  if (!model->encode("a", letter) && !letter.empty()) vocabulary.leadingSpace = model->piece(letter.front()).starts_with(kSpaceMark);

  const auto named = [&](const char* name, int own) -> std::optional<TokenId> {
    if (const auto found = settings.named.find(name); found != settings.named.end()) {
      for (int id = 0; id < count; ++id) {
        if (model->piece(id) == found->second) return id;
      }
    }
    if (own < 0) return std::nullopt;
    vocabulary.named.emplace(name, model->piece(own));
    return own;
  };
  vocabulary.named = settings.named;
  vocabulary.bos = named("bos_token", model->bos());
  vocabulary.eos = named("eos_token", model->eos());
  if (settings.addBos.value_or(true) && vocabulary.bos) vocabulary.prefix = {*vocabulary.bos};
  if (settings.addEos.value_or(false) && vocabulary.eos) vocabulary.suffix = {*vocabulary.eos};
  vocabulary.chatTemplate = settings.chatTemplate;
  vocabulary.collectEnds(settings.endIds);
  vocabulary.description = "SentencePiece, " + std::to_string(count) + " tokens";
  return std::make_shared<SentencePieceTokenizer>(std::move(vocabulary), std::move(special), model);
}

}  // namespace bitscape
