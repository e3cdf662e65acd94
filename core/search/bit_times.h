// What every candidate format costs in time on the integer engine of this machine: the second budget of a search for bits.
//
// A product of a linear's shape in its format is measured alone, with weights that rotate past the caches and random data, on the path that
// the engine takes for these bits; inputs come quantized, as several linears share them. All rounds go through all shapes one after the
// other, and the time in the middle counts, so that what slows the machine for some seconds meets each product once at most.
#pragma once

#include "core/base/progress.h"
#include "core/engine/cpu/kernels.h"
#include "core/search/cost_table.h"

namespace bitscape {

// Throws Error where the engine does not multiply one of the formats with the inputs of `base`.
void requireTimed(const std::vector<std::string>& formats, const Plan& base);
// Fills `microseconds` of every candidate: one product of `rows` inputs. `base` gives the format of the inputs. Takes about a second per
// different shape and format. Throws Error as requireTimed does, and Cancelled.
void measureTimes(CostTable& table, const ModelConfig& config, const Plan& base, std::int64_t rows, cpu::Isa isa, const Progress& progress);

}  // namespace bitscape
