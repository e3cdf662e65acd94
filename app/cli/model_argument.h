// What the MODEL argument means: a file, a folder, or the word "sample".
#pragma once

#include <memory>
#include <string>

#include "app/cli/arguments.h"
#include "app/cli/console.h"
#include "core/model/model.h"
#include "core/model/tokenizer.h"
#include "core/study/recipe.h"

namespace bitscape::cli {

// The path itself; "sample" becomes $BITSCAPE_SAMPLE or the file in the user's data folder. Throws Error when it does not exist.
std::string modelPath(const std::string& argument);
std::shared_ptr<const Model> openModel(const std::string& argument);
// Of the model at `path` (for a .safetensors file: of its folder).
std::shared_ptr<const Tokenizer> openTokenizer(const std::string& path);

// The recipe of --method and --format, or of --recipe, with settings and the text of --calibration, checked against the model; nullopt
// when none is given. UsageError for an unknown method, format or setting, or a text without a recipe.
std::optional<Recipe> recipeOf(const Quantization& quantization, const ModelConfig& config);
// Throws Error with everything that this model cannot do of it.
void requirePossible(const Recipe& recipe, const ModelConfig& config);
// A text of the user's: `given`, else the file `name` in the folder that $BITSCAPE_TEXTS names or in the one of the sample; nullopt when
// neither holds it.
std::optional<std::string> knownText(const std::string& given, const std::string& name);

// The whole of a text stream or standard input, byte for byte.
std::string readStandardInput();

}  // namespace bitscape::cli
