// The targets themselves, one function each: only the table in exporter.cpp calls them.
#pragma once

#include "core/exchange/exporter.h"

namespace bitscape {

const ExportTarget& compressedTensorsTarget();
const ExportTarget& plainSafetensorsTarget();  // fake-quantized: dequantized weights in the model's own type

}  // namespace bitscape
