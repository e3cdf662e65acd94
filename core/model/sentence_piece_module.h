// libsentencepiece behind a plain interface, in a shared module of its own that is loaded when a tokenizer.model is opened.
//
// Both libsentencepiece and LibTorch export a Protocol Buffers of their own, of different versions, under the same names: linked into
// one program, one would run on the other's code. The module keeps the two apart. Thread-safe once loaded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bitscape {

enum class PieceKind { Normal, Unknown, Control, Unused, Byte };

class PieceModel {
 public:
  virtual ~PieceModel() = default;
  // The content of a tokenizer.model file. What is wrong with it, or nullopt.
  virtual std::optional<std::string> load(std::string_view file) = 0;
  virtual std::optional<std::string> encode(std::string_view text, std::vector<int>& ids) const = 0;
  virtual int size() const = 0;
  virtual std::string piece(int id) const = 0;
  virtual PieceKind kind(int id) const = 0;
  virtual int bos() const = 0;  // -1: none
  virtual int eos() const = 0;
};

// The module's one entry; the caller owns what it returns.
extern "C" PieceModel* bitscapeNewPieceModel();
using NewPieceModel = PieceModel* (*)();
inline constexpr const char* kNewPieceModel = "bitscapeNewPieceModel";

}  // namespace bitscape
