#include "core/model/name_match.h"

#include <array>

namespace bitscape {
namespace {

struct RoleNames {
  const char* transformers;
  const char* gguf;
};
// By Role, Q..Down.
constexpr std::array<RoleNames, 7> kLinears{{{"self_attn.q_proj", "attn_q"},
                                             {"self_attn.k_proj", "attn_k"},
                                             {"self_attn.v_proj", "attn_v"},
                                             {"self_attn.o_proj", "attn_output"},
                                             {"mlp.gate_proj", "ffn_gate"},
                                             {"mlp.up_proj", "ffn_up"},
                                             {"mlp.down_proj", "ffn_down"}}};
// By Norm, Attention..K.
struct NormNames {
  const char* transformers;
  const char* gguf;
  const char* purpose;
};
constexpr std::array<NormNames, 4> kNorms{{{"input_layernorm", "attn_norm", "attention norm"},
                                           {"post_attention_layernorm", "ffn_norm", "ffn norm"},
                                           {"self_attn.q_norm", "attn_q_norm", "q norm"},
                                           {"self_attn.k_norm", "attn_k_norm", "k norm"}}};

std::string inBlock(Naming naming, int block, const char* transformers, const char* gguf) {
  const std::string number = std::to_string(block);
  return naming == Naming::Gguf ? "blk." + number + "." + gguf : "model.layers." + number + "." + transformers;
}

std::string linearStem(Naming naming, LinearId id) {
  if (id.role == Role::LmHead) return naming == Naming::Gguf ? "output" : "lm_head";
  if (id.role == Role::Embedding) return naming == Naming::Gguf ? "token_embd" : "model.embed_tokens";
  const RoleNames& names = kLinears[static_cast<std::size_t>(id.role)];
  return inBlock(naming, id.block, names.transformers, names.gguf);
}

}  // namespace

std::string weightName(Naming naming, LinearId id) { return linearStem(naming, id) + ".weight"; }
std::string biasName(Naming naming, LinearId id) { return linearStem(naming, id) + ".bias"; }

std::string normName(Naming naming, Norm norm, int block) {
  if (norm == Norm::Final) return naming == Naming::Gguf ? "output_norm.weight" : "model.norm.weight";
  const NormNames& names = kNorms[static_cast<std::size_t>(norm)];
  return inBlock(naming, block, names.transformers, names.gguf) + ".weight";
}

bool hasBias(const ModelConfig& config, Role role) {
  switch (role) {
    case Role::Q:
    case Role::K:
    case Role::V:
      return config.qkvBias;
    case Role::O:
      return config.oBias;
    case Role::Gate:
    case Role::Up:
    case Role::Down:
      return config.mlpBias;
    default:
      return false;
  }
}

NeededTensor neededWeight(const ModelConfig& config, Naming naming, LinearId id) {
  const LinearShape shape = shapeOf(config, id.role);
  return {weightName(naming, id), {shape.out, shape.in}, toString(id)};
}

NeededTensor neededBias(const ModelConfig& config, Naming naming, LinearId id) {
  return {biasName(naming, id), {shapeOf(config, id.role).out}, toString(id) + " bias"};
}

NeededTensor neededNorm(const ModelConfig& config, Naming naming, Norm norm, int block) {
  if (norm == Norm::Final) return {normName(naming, norm, block), {config.hidden}, "final norm"};
  const std::int64_t width = norm == Norm::Q || norm == Norm::K ? config.headDim : config.hidden;
  return {normName(naming, norm, block), {width}, "block " + std::to_string(block) + ", " + kNorms[static_cast<std::size_t>(norm)].purpose};
}

std::vector<NeededTensor> neededTensors(const ModelConfig& config, Naming naming) {
  std::vector<NeededTensor> needed{neededWeight(config, naming, {-1, Role::Embedding})};
  for (int block = 0; block < config.blocks; ++block) {
    needed.push_back(neededNorm(config, naming, Norm::Attention, block));
    needed.push_back(neededNorm(config, naming, Norm::Ffn, block));
    if (config.qkNorm) {
      needed.push_back(neededNorm(config, naming, Norm::Q, block));
      needed.push_back(neededNorm(config, naming, Norm::K, block));
    }
    for (const Role role : kBlockRoles) {
      needed.push_back(neededWeight(config, naming, {block, role}));
      if (hasBias(config, role)) needed.push_back(neededBias(config, naming, {block, role}));
    }
  }
  needed.push_back(neededNorm(config, naming, Norm::Final, -1));
  if (!config.tiedEmbeddings) needed.push_back(neededWeight(config, naming, {-1, Role::LmHead}));
  return needed;
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

}  // namespace bitscape
