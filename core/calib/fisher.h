// The diagonal of the empirical Fisher information: squared gradients of the language-model loss, per weight of each block's linears.
//
//   F[o, i] = sum over windows of (d L_w / d W[o, i])^2,  L_w the summed negative log-likelihood of window w's tokens
// (SqueezeLLM, arXiv 2306.07629; Kim et al.). Runs the float model once forward, keeping the hidden states before each block, then block
// by block backward; `onBlock` hears blocks from the last to the first and its tensors live only for the call. Memory: those states, one
// block with gradients. Thread-compatible; throws Error on windows that cannot run, Cancelled between blocks and windows.
#pragma once

#include <functional>
#include <map>

#include "core/base/progress.h"
#include "core/calib/corpus.h"
#include "core/model/forward.h"

namespace bitscape {

void fisherDiagonals(const Model& model, const Corpus& corpus, const ComputeOptions& compute, const Progress& progress,
                     const std::function<void(int block, const std::map<Role, Tensor>& fisher)>& onBlock);

}  // namespace bitscape
