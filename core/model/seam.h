// The linears of a decoder block and the seams between them: where a matrix and its inverse may be inserted.
//
// Per block: norm->q,k,v; v->o; norm->gate,up; up->down; q<->k. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/config.h"

namespace bitscape {

enum class Role { Q, K, V, O, Gate, Up, Down, LmHead, Embedding };
inline constexpr std::array kBlockRoles{Role::Q, Role::K, Role::V, Role::O, Role::Gate, Role::Up, Role::Down};

std::string_view roleName(Role role);  // "q", "k", "v", "o", "gate", "up", "down", "lm_head", "embedding"
std::optional<Role> roleFromName(std::string_view name);

// One linear; LmHead and Embedding have block -1.
struct LinearId {
  int block = 0;
  Role role = Role::Q;
  auto operator<=>(const LinearId&) const = default;
};
std::string toString(LinearId id);  // "block 7, down"

// Residual: the stream between all blocks, from the embedding to lm_head, one for the whole model.
enum class SeamKind { AttentionInput, AttentionOutput, FfnInput, FfnDown, QueryKey, Residual };
// "norm->q,k,v", "v->o", "norm->gate,up", "up->down", "q<->k", "residual"
std::string_view seamName(SeamKind kind);

// The four seams whose consumers are linears (QueryKey's consumer is the attention product).
inline constexpr std::array kLinearSeams{SeamKind::AttentionInput, SeamKind::AttentionOutput, SeamKind::FfnInput, SeamKind::FfnDown};

struct SeamId {
  int block = 0;
  SeamKind kind = SeamKind::AttentionInput;
  auto operator<=>(const SeamId&) const = default;
};

const std::vector<Role>& consumers(SeamKind kind);  // {Q,K,V}, {O}, {Gate,Up}, {Down}, {}, {}
SeamKind seamOf(Role role);                         // of a block's linear

// What the producer can absorb without changing the float output.
struct Seam {
  SeamId id;
  std::string producer;  // "norm", "v", "up", "q"
  std::vector<Role> to;
  std::int64_t width = 0;   // channels at the seam
  bool foldsScale = false;  // a diagonal matrix
  bool foldsShift = false;  // an added vector (needs a bias, or a norm that gets one: otherwise it stays online)
  bool foldsPermutation = false;
  bool foldsRotation = false;  // dense orthogonal
  std::string rule;            // one sentence: what folds where, and under which condition
};
std::vector<Seam> seamsOf(const ModelConfig& config, int block);

// Shape of a linear's weight: [out, in].
struct LinearShape {
  std::int64_t out = 0, in = 0;
  std::int64_t parameters() const { return out * in; }
};
LinearShape shapeOf(const ModelConfig& config, Role role);

}  // namespace bitscape
