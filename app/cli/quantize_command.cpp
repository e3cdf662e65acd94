// `quantize`: a model's packed weights into a file that `eval` opens.
#include <filesystem>

#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "core/eval/cost.h"
#include "core/study/pipeline.h"

namespace bitscape::cli {

void quantize(const QuantizeArguments& arguments, Console& console) {
  console.listenForStop();
  const ComputeOptions compute = openComputing(arguments.computing);
  const auto model = openModel(arguments.model);
  const std::optional<Recipe> recipe = recipeOf(arguments.quantization, model->config());
  if (!recipe) throw UsageError("quantize needs --format or --recipe");
  // Written in the end: what would fail then is better said now.
  const std::filesystem::path folder = std::filesystem::absolute(arguments.out).parent_path();
  std::error_code code;
  if (!std::filesystem::is_directory(folder, code))
    throw Error("cannot write \"" + arguments.out + "\": there is no folder \"" + folder.string() + "\"");
  if (std::filesystem::is_directory(arguments.out, code))
    throw Error("cannot write \"" + arguments.out + "\": it is a folder; name a file");

  const auto start = std::chrono::steady_clock::now();
  const Progress progress = console.progress("quantize");
  const auto tokenizer = recipe->calibration ? openTokenizer(modelPath(arguments.model)) : nullptr;
  const auto quantized = Pipeline(model, tokenizer, compute, arguments.quantization.cache).quantize(*recipe, progress.part(0, 0.8));
  writeQuantized(arguments.out, *quantized, progress.part(0.8, 1));
  console.endProgress();
  const auto bytes = std::filesystem::file_size(arguments.out, code);
  const PlanSize size = sizeOf(recipe->plan, model->config());
  Json json{{"out", arguments.out},
            {"bytes", bytes},
            {"linears", quantized->linears.size()},
            {"bits_per_weight", size.bitsPerWeight},
            {"stored_bits_per_weight", storedBitsPerWeight(*quantized)},
            {"plan", recipe->plan.name},
            {"recipe", toJson(*recipe)},
            {"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()}};
  if (const auto note = model->precisionNote()) json["note"] = *note;
  if (console.json()) return console.printJson(json);
  console.line("wrote " + arguments.out + ": " + std::to_string(quantized->linears.size()) + " linears, " + fixed(size.bitsPerWeight, 2) +
               " bits per weight, " + bytesText(static_cast<double>(bytes)));
  if (const auto note = model->precisionNote()) console.line("note: " + *note);
}

}  // namespace bitscape::cli
