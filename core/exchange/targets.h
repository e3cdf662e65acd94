// The targets themselves, one function each: only the table in exporter.cpp calls them.
#pragma once

#include "core/exchange/exporter.h"

namespace bitscape {

const ExportTarget& compressedTensorsTarget();
const ExportTarget& plainSafetensorsTarget();  // fake-quantized: dequantized weights in the model's own type
const ExportTarget& ggufTarget();              // codes in the block type that holds them exactly
const ExportTarget& ggufRoundedTarget();       // the same, with what no type holds rounded once more
const ExportTarget& gptqTarget();              // version 1: zero points less one
const ExportTarget& gptqV2Target();
const ExportTarget& hdf5Target();              // our own: whatever there is

}  // namespace bitscape
