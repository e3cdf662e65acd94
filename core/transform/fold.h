// Where steps go: into weights and norms when the seam allows, else online before the linear.
//
// A step at a seam T acts on the consumers' weights (W T^-T) and either on what produces their input, so that it costs nothing, or on the
// input itself at run time. It folds when no step before it at the same seam is online, and
//   norm->q,k,v and norm->gate,up   a Scale without shift: norm weight / factor; a shift stays online
//   v->o     Scale, Permute, Rotate, Hadamard that stay within a head and are the same for all query heads of a key/value head: rows and
//            bias of v take T (a shift folds when v has a bias)
//   up->down Scale: rows of up / factor; Permute: rows of gate and up alike
//   q<->k    Scale, equal in rotary pairs and over the query heads of a key/value head: rows of q / factor, rows of k * factor (the norms
//            of q and k where the model has them, then shared by all heads); Rotate and Hadamard within a head run online on q and k
//            after RoPE
//   residual Rotate, Hadamard and Permute: a change of basis of the whole residual stream, once, before anything is online at the norms.
//            The norms' weights go into their consumers first (Scale by the norm), then embedding, rows of o and down, columns of the
//            norms' consumers and lm_head turn. The same step must stand in every block.
// A Fisher diagonal turns with its weight: exact for scales and permutations, undefined after a rotation, which mixes what the diagonal
// does not know. Clip ratios of single rows or groups hold for the weight that they were found for: a later step that would mix their
// rows or groups is an Error. Thread-compatible; throw Error on a step that does not fit its seam.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/model/forward.h"
#include "core/model/model.h"
#include "core/transform/step.h"

namespace bitscape {

struct PlacedStep {
  SeamKind seam = SeamKind::AttentionInput;
  Step step;
  std::optional<Role> linear;  // Clip, Compensate: whose weight; absent with a Clip: of the seam's inputs
};
using BlockSteps = std::vector<PlacedStep>;  // in order

// What became of a step.
struct Placement {
  SeamKind seam = SeamKind::AttentionInput;
  std::string step;         // describe()
  bool folded = false;
  double multiplyAdds = 0;  // per token, online; 0 when folded
  std::string reason;       // one sentence: what it folds into, or why it stays online
};

// One block with steps applied and nothing rounded: the same function of its input.
struct FoldedBlock {
  BlockWeights weights;                                          // norms and biases included
  std::array<std::vector<Step>, kLinearSeams.size()> online;     // on the inputs of the linear seams, in order
  std::vector<Step> queryKey;                                    // on q and k after RoPE: the last dimension is a head's
  std::optional<Step> residual;                                  // the basis in which the weights expect the residual stream
  std::array<std::vector<Clip>, kBlockRoles.size()> weightClip;  // by role: what roundings should know
  std::array<double, kLinearSeams.size()> inputClip{1, 1, 1, 1};
  std::array<std::vector<Compensate>, kBlockRoles.size()> compensate;
  std::array<Tensor, kBlockRoles.size()> fisher = {};            // by role, where given: the diagonal for the weight as it is now
  std::vector<Placement> placements;                             // one per step placed
};

FoldedBlock unfolded(BlockWeights weights);
// Applies one more step.
void place(FoldedBlock& block, const ModelConfig& config, const PlacedStep& step);
FoldedBlock fold(const ModelConfig& config, BlockWeights weights, const BlockSteps& steps);

// What a step at the seam does to the input that statistics were collected of: the steps that map the original X to what the consumers'
// folded weights expect. For the residual, that is the norm's Scale and then the step.
std::vector<Step> inputSteps(const FoldedBlock& before, const PlacedStep& step, SeamKind seam);

// The block's linears in floating point, with online steps, in the residual's original basis: for tests and for what is left float.
BlockRun runOf(const ModelConfig& config, const FoldedBlock& block);

// Embedding and head in the basis of the residual step. lmHead takes the final norm's weight with it; finalNorm becomes ones.
struct FoldedEnds {
  Tensor embedding, finalNorm, lmHead;
};
FoldedEnds foldEnds(const Tensor& embedding, const Tensor& finalNorm, const Tensor& lmHead, const std::optional<Step>& residual);

}  // namespace bitscape
