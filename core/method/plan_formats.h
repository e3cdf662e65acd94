// Edits of a plan's formats that methods' setups share. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/model/config.h"
#include "core/quant/plan.h"

namespace bitscape {

using FormatEdit = std::function<void(Format&)>;
// Changes the format of every weight and of every input of the blocks' linears; float ones stay float. Either edit may be empty.
Plan withFormats(Plan plan, const FormatEdit& weight, const FormatEdit& input);
// One linear kind in every block gets what `edit` makes of its present entry. Equal entries are not written down.
Plan withRole(Plan plan, const ModelConfig& config, Role role, const std::function<void(LinearPlan&)>& edit);

// The format with the values of another grid of the same bits (quant/plan.h, withGrid); granularity and clip ratio stay.
Format onGrid(Format format, const std::string& grid);
// Sets granularity Group with the largest group up to `most` that divides the inputs of all linears; a format in groups keeps its own.
void setGroups(Format& format, const ModelConfig& config, std::int64_t most);
// The largest number up to `most` that divides the outputs of all linears.
std::int64_t sharedRows(const ModelConfig& config, std::int64_t most);

}  // namespace bitscape
