// What the tensors of a model are called in safetensors (transformers' names) and in GGUF, and which shapes they must have.
//
// Names: transformers models/llama/modeling_llama.py; llama.cpp gguf-py/gguf/constants.py. Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/config.h"
#include "core/model/seam.h"

namespace bitscape {

enum class Naming { Transformers, Gguf };

// The norms around and inside a block; FinalNorm has no block.
enum class Norm { Attention, Ffn, Q, K, Final };

std::string weightName(Naming naming, LinearId id);
std::string biasName(Naming naming, LinearId id);
std::string normName(Naming naming, Norm norm, int block);

// A tensor that the forward pass needs.
struct NeededTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::string purpose;  // for messages: "block 3, down", "block 3, attention norm"
};

bool hasBias(const ModelConfig& config, Role role);
NeededTensor neededWeight(const ModelConfig& config, Naming naming, LinearId id);
NeededTensor neededBias(const ModelConfig& config, Naming naming, LinearId id);
NeededTensor neededNorm(const ModelConfig& config, Naming naming, Norm norm, int block);
// All of them, in the order in which the forward pass meets them.
std::vector<NeededTensor> neededTensors(const ModelConfig& config, Naming naming);

std::string shapeText(const std::vector<std::int64_t>& shape);  // "[64, 32]"

}  // namespace bitscape
