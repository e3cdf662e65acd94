#include "app/cli/model_argument.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "core/exchange/quantized_folder.h"
#include "core/method/solve.h"
#include "core/study/method_recipe.h"
#include "core/study/presets.h"
#include "core/study/study_file.h"

namespace bitscape::cli {
namespace {

constexpr const char* kSampleFile = "SmolLM2-135M-Instruct.Q4_1.gguf";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string dataFolder() {
  std::string data = environment("XDG_DATA_HOME");
  if (data.empty()) data = environment("HOME") + "/.local/share";
  return data + "/bitscape/";
}

std::string samplePath() {
  const std::string path = environment("BITSCAPE_SAMPLE");
  return path.empty() ? dataFolder() + kSampleFile : path;
}

// A file, a preset, or a study.
Recipe namedRecipe(const std::string& name, const ModelConfig& config) {
  std::error_code code;
  if (!std::filesystem::exists(name, code)) {
    if (const Preset* preset = findPreset(name))
      return withContext("the preset " + name, [&] { return recipeOf(preset->request, config); });
    if (name.find_first_of("./") == std::string::npos) {
      std::string known;
      for (const Preset& preset : presets()) known += (known.empty() ? "" : ", ") + preset.id;
      throw Error("there is neither a recipe file nor a preset \"" + name.substr(0, 64) + "\"; the presets: " + known);
    }
  }
  return isStudyFile(name) ? readStudyState(name).recipe : readRecipe(name);
}

// What is wrong with the words of the command line is its user's to correct.
template <class Work>
auto asUsage(const std::string& option, Work&& work) {
  try {
    return work();
  } catch (const Error& error) {
    throw UsageError(option + ": " + error.what());
  }
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

std::shared_ptr<const Model> openModel(const std::string& argument) { return openModelAt(modelPath(argument)); }

std::shared_ptr<const Tokenizer> openTokenizer(const std::string& path) {
  const std::filesystem::path file(path);
  const bool besideWeights = file.extension() == ".safetensors" || path.ends_with(".safetensors.index.json");
  if (!besideWeights) return Tokenizer::open(path);
  return Tokenizer::open(file.has_parent_path() ? file.parent_path().string() : ".");
}

std::optional<Recipe> recipeOf(const Quantization& q, const ModelConfig& config) {
  if (!q.any()) {
    if (!q.calibration.empty()) throw UsageError("--calibration needs --format or --recipe");
    if (!q.settings.empty()) throw UsageError("--set needs --format or --recipe");
    return std::nullopt;
  }
  Recipe recipe;
  if (!q.recipe.empty()) {
    recipe = namedRecipe(q.recipe, config);
  } else {
    const RecipeRequest request{.method = q.method.empty() ? "rtn" : q.method,
                                .format = q.format,
                                .qkvBits = q.qkvBits,
                                .stack = q.stack,
                                .rounding = q.rounding,
                                .settings = {}};
    recipe = asUsage(q.method.empty() ? "--format" : "--method " + q.method + " --format " + q.format,
                     [&] { return recipeOf(request, config); });
  }
  for (const std::string& setting : q.settings) recipe = asUsage("--set", [&] { return withSetting(std::move(recipe), setting); });
  if (!q.calibration.empty()) {
    recipe.calibration = {.path = q.calibration, .windows = q.calibrationWindows, .length = q.calibrationLength, .seed = q.calibrationSeed};
  }
  requirePossible(recipe, config);
  return recipe;
}

void requirePossible(const Recipe& recipe, const ModelConfig& config) {
  std::vector<Issue> issues = check(recipe.plan, config);
  for (Issue& issue : faultsOf(recipe.stack, recipe.rounding, config)) issues.push_back(std::move(issue));
  std::string faults;
  for (const Issue& issue : issues) faults += (faults.empty() ? "" : "; ") + issue.field + ": " + issue.message;
  if (!faults.empty()) throw Error("this model cannot be quantized so: " + faults);
}

std::optional<std::string> knownText(const std::string& given, const std::string& name) {
  if (!given.empty()) return given;
  std::error_code code;
  const std::string texts = environment("BITSCAPE_TEXTS");
  for (const std::string& folder : {texts.empty() ? std::string() : texts + "/", dataFolder()}) {
    if (!folder.empty() && std::filesystem::exists(folder + name, code)) return folder + name;
  }
  return std::nullopt;
}

std::string readStandardInput() {
  std::string text;
  char buffer[1 << 16];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) text.append(buffer, got);
  if (std::ferror(stdin) != 0) throw Error("cannot read standard input");
  return text;
}

}  // namespace bitscape::cli
