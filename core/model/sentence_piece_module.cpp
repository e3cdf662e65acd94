#include "core/model/sentence_piece_module.h"

#include <sentencepiece_processor.h>

namespace bitscape {
namespace {

class Model final : public PieceModel {
 public:
  std::optional<std::string> load(std::string_view file) override { return fault(m_processor.LoadFromSerializedProto(file)); }
  std::optional<std::string> encode(std::string_view text, std::vector<int>& ids) const override {
    return fault(m_processor.Encode(text, &ids));
  }
  int size() const override { return m_processor.GetPieceSize(); }
  std::string piece(int id) const override { return m_processor.IdToPiece(id); }
  PieceKind kind(int id) const override {
    return m_processor.IsControl(id)   ? PieceKind::Control
           : m_processor.IsUnknown(id) ? PieceKind::Unknown
           : m_processor.IsUnused(id)  ? PieceKind::Unused
           : m_processor.IsByte(id)    ? PieceKind::Byte
                                       : PieceKind::Normal;
  }
  int bos() const override { return m_processor.bos_id(); }
  int eos() const override { return m_processor.eos_id(); }

 private:
  static std::optional<std::string> fault(const sentencepiece::util::Status& status) {
    return status.ok() ? std::nullopt : std::optional<std::string>(status.ToString());
  }
  sentencepiece::SentencePieceProcessor m_processor;
};

}  // namespace

extern "C" PieceModel* bitscapeNewPieceModel() { return new Model(); }

}  // namespace bitscape
