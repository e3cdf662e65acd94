// How GPTQ checkpoints store one linear, both ways.
//
//   qweight I32 [in bits / 32, out]     codes packed along the inputs, one stream per output (dense_codes.h, transposed)
//   qzeros  I32 [granules, out bits / 32]   the code of 0.0, packed along the outputs
//   scales  F16 [granules, out]
//   g_idx   I32 [in]                    the granule of each input; i / group unless columns were reordered
//   w[o, i] = scales[g, o] (code - zero[g, o])
// Version 1 stores zero - 1, version 2 the zero itself. 2, 3, 4 and 8 bits; symmetric weights have 2^(bits - 1) as their zero. Of weights
// whose groups are no runs of inputs (g_idx of an order by activations) reading makes granules of the longest runs, exact, if many.
// Layout: ModelCloud/GPTQModel, nn_modules/qlinear, and AutoGPTQ before it. Pure functions, thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/model/seam.h"
#include "core/quant/packed.h"

namespace bitscape {

enum class GptqVersion { V1 = 1, V2 = 2 };

struct GptqScheme {
  int bits = 4;
  bool symmetric = true;
  std::int64_t group = -1;  // -1: one scale per row, as the files say it
  bool operator==(const GptqScheme&) const = default;
};

// A scheme, or the sentence that says why there is none.
struct GptqFit {
  std::optional<GptqScheme> scheme;
  std::string fault;
};
GptqFit gptqScheme(const Format& weight, LinearShape shape);
Format formatOf(const GptqScheme& scheme);

// By their names after "module.". Throws Error when the weight is not exactly what the scheme can hold: scales beyond float16, offsets that
// are no integer zero points, a zero point of 0 in version 1, parts beside the codes.
std::vector<std::pair<std::string, Tensor>> gptqTensors(const Packed& packed, const GptqScheme& scheme, GptqVersion version);
// Inverse. Throws Error when a tensor is missing or has another type or shape, a scale is not positive, or g_idx names no granule.
Packed packedFromGptq(const GptqScheme& scheme, GptqVersion version, const std::map<std::string, Tensor>& tensors, LinearShape shape);

// Granules whose zero point version 1 cannot store.
std::int64_t zeroPointsOfNothing(const Packed& packed);

}  // namespace bitscape
