// Packed linears and input ranges as the named tensors of a file, checked when they are read.
//
// The names: quantized_model.h. Thread-compatible; everything throws Error on a file that does not hold what it should.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/model/seam.h"
#include "core/model/tensor_source.h"
#include "core/quant/packed.h"

namespace bitscape {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
using Metadata = std::map<std::string, std::string>;

// Of texts (`keys` of the metadata, those that are there) and tensors: everything that the file says.
std::string checksumOf(const Metadata& metadata, const std::vector<std::string>& keys, const std::map<std::string, Tensor>& tensors);

// Takes tensors out of a file with their type and shape checked, and remembers which.
class CheckedReader {
 public:
  explicit CheckedReader(const std::string& path);  // a safetensors file
  CheckedReader(std::string path, std::shared_ptr<const TensorSource> source) : m_path(std::move(path)), m_source(std::move(source)) {}
  const std::string& path() const { return m_path; }
  bool has(const std::string& name) const { return m_source->find(name) != nullptr; }
  // -1 in `shape` allows any size. Floating-point values are finite.
  Tensor take(const std::string& name, c10::ScalarType type, const std::vector<std::int64_t>& shape);
  // Float32 or float64 of any shape.
  Tensor takeReal(const std::string& name);
  // Everything in the file was asked for, and its bytes are those that were written.
  void finish(const Metadata& metadata, const std::vector<std::string>& keys) const;
  [[noreturn]] void fail(const std::string& name, const std::string& why) const;

 private:
  Tensor read(const std::string& name, const TensorInfo& info);
  std::string m_path;
  std::shared_ptr<const TensorSource> m_source;
  std::set<std::string> m_taken;
  std::map<std::string, Tensor> m_tensors;  // by name: the order of the checksum
};

std::string prefixOf(LinearId id);  // "block.7.down.", "lm_head."
void appendTensors(NamedTensors& tensors, LinearId id, const Packed& packed);
void appendTensors(NamedTensors& tensors, LinearId id, const InputRange& range);
// `baseFive` is false in files of version 1, whose five levels took three bits.
Packed readPacked(CheckedReader& reader, LinearId id, const Format& format, LinearShape shape, bool baseFive = true);
bool hasRange(const CheckedReader& reader, LinearId id);
InputRange readRange(CheckedReader& reader, LinearId id);

// The formats of some linears, {"block.7.down": format}: those that a rounding chose unlike the plan.
using Formats = std::map<LinearId, Format>;
Json formatsToJson(const Formats& formats);
// Of the model's linears alone, each fit for its shape.
Formats formatsFromJson(const JsonView& json, const std::vector<LinearId>& ids, const ModelConfig& config);

}  // namespace bitscape
