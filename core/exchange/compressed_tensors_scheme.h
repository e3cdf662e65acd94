// How compressed-tensors describes and stores one linear: a row of its "config_groups", and the tensors under the module's name.
//
//   pack-quantized   weight_packed I32 [out, words] (dense_codes.h), weight_scale [out, granules], weight_shape I64 [2],
//                    weight_zero_point I32 [words of out codes, granules] where asymmetric, packed along the rows' dimension
//   int-quantized    weight I8 [out, in], weight_scale [out, 1], weight_zero_point I8 [out, 1] where asymmetric
//   float-quantized  weight F8_E4M3 [out, in], weight_scale [out, 1]
// Codes are signed, q = u - 2^(bits-1), and w = (q - zero point) * scale. An input with a static range adds input_scale [1] and, where
// asymmetric, input_zero_point I8 [1]. Sources: vllm-project/compressed-tensors, quantization/quant_args.py and compressors/*/base.py
// (0.18). Pure functions, thread-safe.
#pragma once

#include <c10/core/ScalarType.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/quant/packed.h"
#include "core/quant/plan.h"

namespace bitscape {

enum class CtStorage { PackQuantized, IntQuantized, FloatQuantized };
std::string_view ctStorageName(CtStorage storage);

struct CtInput {
  int bits = 8;
  bool isFloat = false, symmetric = true, dynamic = true;
  bool operator==(const CtInput&) const = default;
};

struct CtScheme {
  CtStorage storage = CtStorage::PackQuantized;
  int bits = 4;
  bool symmetric = true;
  std::int64_t group = 0;  // 0: one scale per row
  std::optional<CtInput> input;
  bool operator==(const CtScheme&) const = default;
};

// A scheme, or the sentence that says why there is none.
struct CtFit {
  std::optional<CtScheme> scheme;
  std::string fault;
};
CtFit schemeFor(const LinearPlan& plan);

// {"targets": ..., "format": ..., "weights": {...}, "input_activations": {...} or null, "output_activations": null}
Json groupJson(const CtScheme& scheme, const std::vector<std::string>& targets);
// `globalFormat`: what holds where the group names no format. Throws Error on what this reader does not know.
CtScheme schemeFromJson(const JsonView& group, const std::string& globalFormat);
// The formats of a linear that was stored so.
LinearPlan planOf(const CtScheme& scheme);

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
// Tensors by their names after "module.". Throws Error when the weight is not exactly what the scheme can hold: a scale that `type` cannot
// hold, an offset that is no integer zero point, parts beside the codes.
NamedTensors ctTensors(const Packed& packed, const CtScheme& scheme, c10::ScalarType type);
NamedTensors ctInputTensors(const Format& format, const InputRange& range);
// Inverse of ctTensors; `padded`: words of the layout before 0.18. Throws Error when a tensor is missing or has another shape or type.
Packed packedFrom(const CtScheme& scheme, const std::map<std::string, Tensor>& tensors, bool padded);

// Codes as steps from zero, int16 [out, in], and zero points above the lowest code, int16 [out, granules]: what two ways of storing one
// weight have in common.
struct SignedCodes {
  Tensor steps, zero;
};
SignedCodes signedCodes(const Packed& packed);

}  // namespace bitscape
