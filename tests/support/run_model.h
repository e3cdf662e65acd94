// A model run whole, the slow and obvious way: what tests compare against.
#pragma once

#include "core/model/forward.h"
#include "core/model/model.h"

namespace bitscape {

// Float32 logits [windows, tokens, vocabulary] for ids [windows, tokens]. Loads every block once.
Tensor wholeLogits(const Model& model, const Tensor& ids, const ComputeOptions& options = {});

// max |a - b| / max |b|.
double relativeDifference(const Tensor& a, const Tensor& b);

}  // namespace bitscape
