// README.md of an export: what it is, its formats and sizes, the numbers that were measured, how it was made. Pure.
#pragma once

#include "core/exchange/export_folder.h"

namespace bitscape {

std::string modelCard(const ExportTarget& target, const QuantizedModel& quantized, const std::vector<Finding>& findings,
                      const ExportNotes& notes, std::uint64_t bytes);

}  // namespace bitscape
