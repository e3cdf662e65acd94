// A GPTQ folder read back: the codes of every linear with its own bits and groups.
//
// Versions 1 and 2; the settings from config.json, or from quantize_config.json where it has none. Thread-safe; throws Error.
#pragma once

#include <filesystem>

#include "core/exchange/importer.h"

namespace bitscape {

ImportedCodes importGptq(const std::filesystem::path& folder, const Progress& progress);

}  // namespace bitscape
