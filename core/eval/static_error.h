// The error that a block's formats cause by themselves: its linears' outputs on sampled float inputs, before and after rounding both.
//
//   SQNR = 10 log10( |X W^T|^2 / |X W^T - Q(X) Q(W)^T|^2 ) in dB
// X are rows of the statistics' sample (those of the top values and some of the random ones, which stand for the others) and W the
// weight, both as the steps of the stack leave them (X W^T is what it was before, up to a constant where a step shifts); Q(W) are the
// codes that the rounding gave, with clips; Q(X) has the input's format and clip. Nothing is run, so the number is *static*: errors of
// earlier layers are not in it. Pure, thread-safe.
#pragma once

#include <map>

#include "core/base/progress.h"
#include "core/method/solve.h"
#include "core/quant/quantizer.h"

namespace bitscape {

// Of the block's linears; infinite where the plan leaves one exact. `packed` as roundBlock gave it. The range of a static input format is
// that of the statistics. Needs `solved.known.inputs`; Cancelled between linears.
std::map<Role, double> staticSqnr(int block, const SolvedBlock& solved, const Plan& plan, const std::map<Role, const Packed*>& packed,
                                  const Progress& progress);

// The columns that all codes of a seam keep in floating point, and so its inputs there (QUIK); undefined: none.
Tensor keptColumns(SeamKind kind, const std::map<Role, const Packed*>& packed);
// The smallest and largest value that any channel of the input held, kept columns aside: what a static format spans.
InputRange rangeOf(const InputStats& input, const Tensor& kept = {});

}  // namespace bitscape
