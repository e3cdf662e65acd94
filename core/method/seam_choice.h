// Which seams a pass works on, and in which blocks of channels: the parameters that most passes share. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "core/method/method.h"

namespace bitscape {

// "seams": all | norms | qkv | o | gate-up | down, named by what reads them.
enum class SeamChoice { All, Norms, QKV, O, GateUp, Down };
ParamSpec seamsParam(SeamChoice fallback = SeamChoice::All);
std::vector<SeamKind> chosenSeams(const ParamValues& values);

std::int64_t widthOf(const ModelConfig& config, SeamKind seam);  // channels at a linear seam

// "block": how many channels are turned or dealt together. A seam takes the largest divisor that its width shares with it: 128 at 576
// channels is 64.
ParamSpec blockParam();
std::int64_t blockAt(const ModelConfig& config, SeamKind seam, const ParamValues& values);
// The largest block up to `most` that divides every linear's input: 64 where the widths are 576 and 1536.
std::int64_t commonBlock(const ModelConfig& config, std::int64_t most = 128);
// One Issue for each chosen seam whose width shares too little with the block.
std::vector<Issue> blockFaults(const ModelConfig& config, const ParamValues& values);

// "calibration": which rows of its inputs a pass looks at.
//   sample: the rows that statistics keep (random tokens and those of the largest values)
//   mean:   one sequence, the mean of the calibration windows' embeddings, run through the model (DuQuant's released code)
ParamSpec calibrationParam();
Needs calibrationNeeds(const ParamValues& values);
Tensor calibrationRows(const BlockContext& context, SeamKind seam,
                       const ParamValues& values);  // float32 [rows, width], on the weights' device
Tensor calibrationMaxima(const BlockContext& context, SeamKind seam, const ParamValues& values);  // max |x| per channel, float32 [width]

}  // namespace bitscape
