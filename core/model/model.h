// A model opened for reading: configuration, tensors, linears and seams. Nothing is ever changed in place.
//
// Opening reads headers alone. Weights are decoded block by block by loadBlock. Immutable and thread-safe.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/config.h"
#include "core/model/seam.h"
#include "core/model/tensor_source.h"

namespace bitscape {

// What a computation runs in and on. float32 or bfloat16; core names no device, the caller does.
struct ComputeOptions {
  c10::ScalarType dtype = c10::ScalarType::Float;
  c10::Device device = c10::Device(c10::DeviceType::CPU);
};

// The weights of one decoder block in one compute type. Absent tensors are undefined.
struct BlockWeights {
  Tensor attentionNorm, ffnNorm;  // [hidden]
  Tensor qNorm, kNorm;            // [headDim], Qwen3
  std::array<Tensor, 7> weight;   // by Role, Q..Down: [out, in]
  std::array<Tensor, 7> bias;     // by Role: [out]
  const Tensor& of(Role role) const { return weight[static_cast<std::size_t>(role)]; }
  const Tensor& biasOf(Role role) const { return bias[static_cast<std::size_t>(role)]; }
};

class Model {
 public:
  // `path` is a .gguf file, a .safetensors file with config.json beside it, or a folder. Throws Error.
  static std::shared_ptr<const Model> open(const std::string& path);

  // A model whose tensors come decoded from elsewhere, under transformers' names: `config` as a config.json holds it. Throws Error.
  static std::shared_ptr<const Model> fromTensors(const std::string& path, const Json& config, std::shared_ptr<const TensorSource> source);

  const std::string& path() const { return m_path; }
  const ModelConfig& config() const { return m_config; }
  const TensorSource& source() const { return *m_source; }
  const GgufFile* gguf() const { return m_gguf.get(); }  // null for safetensors
  // Hash of the config and of the files' names, sizes, directories and a few bytes spread over their weights: tells models apart
  // without reading them whole. Does not depend on the folder.
  const std::string& fingerprint() const { return m_fingerprint; }
  // E.g. "weights are stored as Q4_1, a 4-bit grid already; dequantized they are the float reference"; nullopt for float files.
  std::optional<std::string> precisionNote() const;

  // Throws Error when the forward pass does not know this model, or when a needed tensor is missing or has the wrong shape.
  void requireForward() const;

  // Decoded weights. Each throws Error when a value is NaN or infinite ("block 3, down: ... holds NaN at [4, 7]").
  BlockWeights loadBlock(int block, const ComputeOptions& options) const;
  Tensor loadLinear(LinearId id) const;                       // float32 [out, in]; LmHead falls back to the embedding when tied
  Tensor loadEmbedding(const ComputeOptions& options) const;  // [vocabulary, hidden]
  Tensor loadFinalNorm(const ComputeOptions& options) const;  // [hidden]
  Tensor loadLmHead(const ComputeOptions& options) const;     // [vocabulary, hidden]
  std::optional<Tensor> ropeFactors() const;                  // GGUF rope_freqs: [headDim/2], divides the frequencies
  // The file's name of a linear's weight tensor.
  std::string tensorName(LinearId id) const;

 private:
  Model() = default;
  std::string m_path;
  ModelConfig m_config;
  std::shared_ptr<const TensorSource> m_source;
  std::shared_ptr<const GgufFile> m_gguf;
  std::string m_fingerprint;
};

}  // namespace bitscape
