// How what produces a seam's input takes a step: the exact rules, one function for each producer.
//
// With W [out, in] and b of the producer, its output y = x W' + b becomes y T by W <- T' W and b <- (b - shift) T: rows change. A rule
// either changes the block and says so, or leaves it untouched and says why the step stays online.
// (Scales: SmoothQuant, arXiv 2211.10438, and AWQ, 2306.00978; v->o: QuaRot, 2404.00456, and SpinQuant, 2405.16406.)
// Thread-compatible.
#pragma once

#include <string>

#include "core/transform/fold.h"

namespace bitscape {

struct Taken {
  bool folded = false;
  std::string reason;  // one sentence
};

Taken intoNorm(Tensor& norm, const Step& step);
Taken intoValues(FoldedBlock& block, const ModelConfig& config, const Step& step);
Taken intoGated(FoldedBlock& block, const Step& step);
// Throws Error on a step that cannot run online on q and k either.
Taken intoQueryKey(FoldedBlock& block, const ModelConfig& config, const Step& step);

// The output of a linear becomes y T: weight, bias and what roundings know of its rows.
void turnRows(FoldedBlock& block, Role role, const Step& step);
// A consumer's weight takes W T^-T and the bias what a shift leaves. The step was checked before.
void turnColumns(FoldedBlock& block, Role role, const Step& step);

}  // namespace bitscape
