#include "app/cli/model_argument.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "core/study/study_file.h"

namespace bitscape::cli {
namespace {

constexpr const char* kSampleFile = "SmolLM2-135M-Instruct.Q4_1.gguf";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string samplePath() {
  if (const std::string path = environment("BITSCAPE_SAMPLE"); !path.empty()) return path;
  std::string data = environment("XDG_DATA_HOME");
  if (data.empty()) data = environment("HOME") + "/.local/share";
  return data + "/bitscape/" + kSampleFile;
}

}  // namespace

std::string modelPath(const std::string& argument) {
  std::error_code code;
  if (argument == "sample") {
    const std::string path = samplePath();
    if (!std::filesystem::exists(path, code)) throw Error("the sample model is not at \"" + path + "\"; ./run.sh fetches it");
    return path;
  }
  if (!std::filesystem::exists(argument, code))
    throw Error("cannot open \"" + argument + "\": " + (code ? code.message() : "no such file or folder") +
                "; name a .gguf or .safetensors file, a model folder, or the word sample");
  return argument;
}

std::shared_ptr<const Model> openModel(const std::string& argument) { return Model::open(modelPath(argument)); }

std::shared_ptr<const Tokenizer> openTokenizer(const std::string& path) {
  const std::filesystem::path file(path);
  const bool besideWeights = file.extension() == ".safetensors" || path.ends_with(".safetensors.index.json");
  if (!besideWeights) return Tokenizer::open(path);
  return Tokenizer::open(file.has_parent_path() ? file.parent_path().string() : ".");
}

std::optional<Recipe> recipeOf(const Quantization& quantization, const ModelConfig& config) {
  if (!quantization.any()) {
    if (!quantization.calibration.empty()) throw UsageError("--calibration needs --format or --recipe");
    return std::nullopt;
  }
  Recipe recipe;
  if (!quantization.recipe.empty()) {
    recipe = isStudyFile(quantization.recipe) ? readStudyState(quantization.recipe).recipe : readRecipe(quantization.recipe);
  } else {
    try {
      recipe.plan = planFromName(quantization.format);
    } catch (const Error& error) {
      throw UsageError(std::string("--format: ") + error.what());
    }
  }
  if (!quantization.calibration.empty()) {
    recipe.calibration = {
        .path = quantization.calibration, .windows = quantization.calibrationWindows, .length = quantization.calibrationLength};
  }
  std::string faults;
  for (const Issue& issue : check(recipe.plan, config)) faults += (faults.empty() ? "" : "; ") + issue.field + ": " + issue.message;
  if (!faults.empty()) throw Error("this model cannot be quantized so: " + faults);
  return recipe;
}

std::string readStandardInput() {
  std::string text;
  char buffer[1 << 16];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) text.append(buffer, got);
  if (std::ferror(stdin) != 0) throw Error("cannot read standard input");
  return text;
}

}  // namespace bitscape::cli
