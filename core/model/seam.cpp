#include "core/model/seam.h"

#include <algorithm>
#include <cassert>

namespace bitscape {
namespace {

struct RoleRow {
  Role role;
  std::string_view name;
};
constexpr std::array kRoleRows{
    RoleRow{Role::Q, "q"},
    RoleRow{Role::K, "k"},
    RoleRow{Role::V, "v"},
    RoleRow{Role::O, "o"},
    RoleRow{Role::Gate, "gate"},
    RoleRow{Role::Up, "up"},
    RoleRow{Role::Down, "down"},
    RoleRow{Role::LmHead, "lm_head"},
    RoleRow{Role::Embedding, "embedding"},
};

Seam normSeam(const ModelConfig& config, SeamId id, const std::string& linears) {
  return {.id = id,
          .producer = "norm",
          .to = consumers(id.kind),
          .width = config.hidden,
          .foldsScale = true,
          .rule = "The norm's weight absorbs 1/s per channel while the columns of " + linears +
                  " absorb s; a rotation or permutation folds only model-wide (one matrix for the embedding, every o and down, every input "
                  "of a norm and lm_head, norm weights folded first), and RMSNorm has no bias that could take a shift."};
}

}  // namespace

std::string_view roleName(Role role) { return kRoleRows[static_cast<std::size_t>(role)].name; }

std::optional<Role> roleFromName(std::string_view name) {
  const auto* row = std::find_if(kRoleRows.begin(), kRoleRows.end(), [&](const RoleRow& r) { return r.name == name; });
  if (row == kRoleRows.end()) return std::nullopt;
  return row->role;
}

std::string toString(LinearId id) {
  const std::string role(roleName(id.role));
  return id.block < 0 ? role : "block " + std::to_string(id.block) + ", " + role;
}

std::string_view seamName(SeamKind kind) {
  switch (kind) {
    case SeamKind::AttentionInput:
      return "norm->q,k,v";
    case SeamKind::AttentionOutput:
      return "v->o";
    case SeamKind::FfnInput:
      return "norm->gate,up";
    case SeamKind::FfnDown:
      return "up->down";
    case SeamKind::QueryKey:
      return "q<->k";
    case SeamKind::Residual:
      return "residual";
  }
  return "";
}

const std::vector<Role>& consumers(SeamKind kind) {
  static const std::vector<Role> kQkv{Role::Q, Role::K, Role::V}, kO{Role::O}, kGateUp{Role::Gate, Role::Up}, kDown{Role::Down}, kNone;
  switch (kind) {
    case SeamKind::AttentionInput:
      return kQkv;
    case SeamKind::AttentionOutput:
      return kO;
    case SeamKind::FfnInput:
      return kGateUp;
    case SeamKind::FfnDown:
      return kDown;
    case SeamKind::QueryKey:
    case SeamKind::Residual:
      return kNone;
  }
  return kNone;
}

SeamKind seamOf(Role role) {
  switch (role) {
    case Role::O:
      return SeamKind::AttentionOutput;
    case Role::Gate:
    case Role::Up:
      return SeamKind::FfnInput;
    case Role::Down:
      return SeamKind::FfnDown;
    default:
      break;
  }
  assert(role == Role::Q || role == Role::K || role == Role::V);
  return SeamKind::AttentionInput;
}

// Which folds are exact: SmoothQuant (arXiv 2211.10438) for norm scales, AWQ (2306.00978) for up->down, QuaRot (2404.00456) and
// SpinQuant (2405.16406) for the model-wide R1 and the per-head R2.
std::vector<Seam> seamsOf(const ModelConfig& config, int block) {
  const bool grouped = config.kvHeads != config.heads;
  const std::string group = std::to_string(config.kvHeads > 0 ? config.heads / config.kvHeads : 1);
  std::vector<Seam> seams;
  seams.push_back(normSeam(config, {block, SeamKind::AttentionInput}, "q, k and v"));

  Seam vo{.id = {block, SeamKind::AttentionOutput}, .producer = "v", .to = consumers(SeamKind::AttentionOutput)};
  vo.width = config.heads * config.headDim;
  vo.foldsScale = vo.foldsPermutation = vo.foldsRotation = true;
  vo.foldsShift = config.qkvBias;
  vo.rule = "Within each head (width " + std::to_string(config.headDim) +
            "), the rows of v absorb a scale, permutation or rotation and the columns of o its inverse" +
            (grouped ? ", the same one for the " + group + " query heads that share a key/value head" : std::string()) +
            "; nothing that mixes heads folds" +
            (config.qkvBias ? ", and v's bias absorbs a shift because attention weights sum to one."
                            : ", and a shift stays online because v has no bias.");
  seams.push_back(std::move(vo));

  seams.push_back(normSeam(config, {block, SeamKind::FfnInput}, "gate and up"));

  Seam down{.id = {block, SeamKind::FfnDown}, .producer = "up", .to = consumers(SeamKind::FfnDown)};
  down.width = config.ffn;
  down.foldsScale = down.foldsPermutation = true;
  down.rule =
      "The rows of up absorb a scale per channel and the columns of down its inverse; a permutation folds when the rows of gate are "
      "permuted alike; a rotation or a shift does not pass the product silu(gate) * up and stays online.";
  seams.push_back(std::move(down));

  Seam qk{.id = {block, SeamKind::QueryKey}, .producer = "q", .to = consumers(SeamKind::QueryKey)};
  qk.width = config.heads * config.headDim;
  qk.foldsScale = true;
  const std::string pair = "equal within each rotary pair (i, i + " + std::to_string(config.headDim / 2) + ")";
  qk.rule = config.qkNorm ? "The weights of the q norm and the k norm absorb a scale and its inverse, " + pair +
                                " and shared by all heads; everything else stays online after RoPE."
                          : "The rows of q absorb a scale and those of k its inverse, " + pair +
                                (grouped ? " and shared by the " + group + " query heads of a key/value head" : std::string()) +
                                "; everything else stays online after RoPE.";
  seams.push_back(std::move(qk));
  return seams;
}

LinearShape shapeOf(const ModelConfig& config, Role role) {
  switch (role) {
    case Role::Q:
      return {config.heads * config.headDim, config.hidden};
    case Role::K:
    case Role::V:
      return {config.kvHeads * config.headDim, config.hidden};
    case Role::O:
      return {config.hidden, config.heads * config.headDim};
    case Role::Gate:
    case Role::Up:
      return {config.ffn, config.hidden};
    case Role::Down:
      return {config.hidden, config.ffn};
    case Role::LmHead:
    case Role::Embedding:
      return {config.vocabulary, config.hidden};
  }
  return {};
}

}  // namespace bitscape
