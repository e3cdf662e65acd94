// What an evaluation found. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/seam.h"

namespace bitscape {

struct LinearError {  // of one linear's output on identical (float) inputs, over the first batch
  LinearId id;
  double sqnr = 0;  // dB: 10 log10(|y|^2 / |y - y_q|^2); infinite when exact
  double cosine = 1;
};
struct BlockError {  // of the residual stream after a block, float against quantized (propagated), over the first batch
  int block = 0;
  double sqnr = 0, cosine = 1;
};

struct Report {
  std::int64_t windows = 0, tokens = 0;  // tokens: predictions
  double ppl = 0, pplStderr = 0;
  double pplFloat = 0;                         // of the float model, on the same windows
  double klMean = 0, klMedian = 0, klP99 = 0;  // nats, KL(float || quantized)
  double top1 = 1;                             // share of positions where both predict the same token
  double bitsPerWeight = 16;
  double seconds = 0, tokensPerSecond = 0;
  std::string backend, device, precisionNote;
  std::vector<BlockError> blocks;
  std::vector<LinearError> linears;
};
Json toJson(const Report& report);
// What toJson wrote; null is infinity, keys that are unknown here are left out. Throws Error.
Report reportFromJson(const JsonView& json);

}  // namespace bitscape
