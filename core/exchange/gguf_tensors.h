// Which tensors the GGUF of a quantized model holds, under which names and types, and the bytes of each.
//
// Packed weights become the block type that holds them exactly (gguf_blocks.h) or, where that is allowed, are rounded once more to a named
// one (gguf_round.h). What no step has changed and the plan leaves float keeps the bytes of a GGUF source, or the type of a folder's; what
// steps have changed and stays float becomes F16. Norms, biases and rotary factors are F32. Architecture "llama" keeps rotary pairs of q
// and k side by side: rows (2i, 2i + 1) of ours (i, i + headDim / 2); blocks run along rows, so that moving rows loses nothing.
// Thread-compatible; throws Error.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange/folded_model.h"
#include "core/exchange/gguf_writer.h"
#include "core/model/name_match.h"

namespace bitscape {

struct GgufOptions {
  bool roundAgain = false;  // a weight that fits no type exactly is rounded to roundedGgmlType(); otherwise that is an Error
};

// "llama" (also Mistral), "qwen2", "qwen3"; nullopt when programs that read GGUF would not know how to run the model.
std::optional<std::string> ggufArchitecture(const Model& model);
// For weights of `format`, rows of `in`: a type of at least its bits, from K types where rows allow, F16 as the last resort.
const GgmlType& roundedGgmlType(const Format& format, std::int64_t in);

struct GgufPiece {
  enum class Kind { Copied, Exact, Rounded, Float, Bias, Norm, Factors };
  GgufWriter::Entry entry;
  Kind kind = Kind::Float;
  LinearId id;  // of weights and biases; of norms the block
  Norm norm = Norm::Attention;
  const TensorInfo* stored = nullptr;  // Copied: in the source
};

class GgufTensors {
 public:
  GgufTensors(const QuantizedModel& quantized, const GgufOptions& options);  // `quantized` is referred to
  const std::vector<GgufPiece>& pieces() const { return m_pieces; }
  // Decodes a block when the first of its pieces is asked for; ask in order.
  Tensor bytes(const GgufPiece& piece);  // uint8
  // Values of a packed weight as its piece holds them, in the file's order of rows: what a reader must decode.
  Tensor exactValues(const GgufPiece& piece) const;

 private:
  bool changed(int block) const;
  void addWeight(LinearId id, bool stepsChange);
  void addBlock(int block);
  void add(GgufPiece piece);
  Tensor floatValue(const GgufPiece& piece);
  Tensor inFileOrder(LinearId id, const Tensor& rows) const;

  const QuantizedModel& m_quantized;
  GgufOptions m_options;
  FoldedModel m_folded;
  bool m_pairsTogether = false;  // rows of q and k move
  std::vector<GgufPiece> m_pieces;
  int m_blockIndex = -1;
  std::optional<FoldedBlock> m_block;  // of m_blockIndex
  std::optional<FoldedEnds> m_ends;
};

}  // namespace bitscape
