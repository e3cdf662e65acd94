// The CPU engine as a backend ("cpu"): integer products of quantized weights and inputs, or plain float where neither is quantized.
//
// Integers on both sides, 1 to 8 bits each, any mix among the consumers of a seam. Kept columns, low-rank and sparse parts are added in
// float on what the codes stand for. Results equal fake quantization up to float32 rounding. Immutable; thread-safe.
#pragma once

#include <memory>
#include <optional>

#include "core/engine/backend.h"
#include "core/engine/cpu/input.h"
#include "core/engine/cpu/linear.h"

namespace bitscape::cpu {

// `isa` absent: the best that runs here.
std::shared_ptr<const Backend> cpuBackend(std::optional<Isa> isa = {});

// True when the engine multiplies integers: both formats present and integer grids.
bool isInteger(const std::optional<Format>& weight, const std::optional<Format>& input);
// The path that is faster for these bits (measured: planes.h).
Path bestPath(int weightBits, int inputBits, std::int64_t granuleWidth, Isa isa);

}  // namespace bitscape::cpu
