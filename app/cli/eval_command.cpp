// `eval`: perplexity of a model, and its divergence from the float one when it is quantized.
#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "core/eval/evaluate.h"
#include "core/exchange/quantized_folder.h"
#include "core/model/tensor_file.h"
#include "core/study/pipeline.h"

namespace bitscape::cli {
namespace {

// A quantized file may stand alone when it remembers where its model is.
std::string sourceModelOf(const std::string& quantizedFile) {
  const auto metadata = safetensorsMetadata(quantizedFile);
  const auto found = metadata.find("model_path");
  if (found == metadata.end())
    throw Error("\"" + quantizedFile + "\" does not say which model it was made from; run eval MODEL --quantized " + quantizedFile);
  return withContext("the model that \"" + quantizedFile + "\" was made from", [&] { return modelPath(found->second); });
}

void printForPeople(const Report& report, const std::string& plan, Console& console) {
  const bool quantized = report.backend != "float";
  Table table({"plan", "backend", "windows", "tokens", "perplexity", "+-", "KL mean", "KL median", "KL 99 %", "top-1", "bits", "tokens/s"});
  table.add({plan, report.backend, std::to_string(report.windows), std::to_string(report.tokens), fixed(report.ppl, 4),
             fixed(report.pplStderr, 4), quantized ? fixed(report.klMean, 5) : "-", quantized ? fixed(report.klMedian, 5) : "-",
             quantized ? fixed(report.klP99, 4) : "-", quantized ? fixed(report.top1, 4) : "-", fixed(report.bitsPerWeight, 2),
             fixed(report.tokensPerSecond, 1)});
  console.print(table.text());
  if (quantized) console.line("float perplexity on the same windows: " + fixed(report.pplFloat, 4));
  if (!report.linears.empty()) {
    Table linears({"linear", "SQNR dB", "cosine"});
    for (const LinearError& error : report.linears) linears.add({toString(error.id), fixed(error.sqnr, 2), fixed(error.cosine, 6)});
    console.line("\neach linear on float inputs");
    console.print(linears.text());
  }
  if (!report.precisionNote.empty()) console.line("note: " + report.precisionNote);
}

}  // namespace

void evaluateModel(const EvalArguments& arguments, Console& console) {
  console.listenForStop();
  if (!arguments.quantized.empty() && arguments.quantization.any()) throw UsageError("--quantized excludes --format and --recipe");
  const ComputeOptions compute = openComputing(arguments.computing);

  std::string path = modelPath(arguments.model), quantizedPath = arguments.quantized;
  if (quantizedPath.empty() && isQuantizedFile(path)) {
    if (arguments.quantization.any()) throw UsageError("\"" + path + "\" is quantized already; --format and --recipe need its float model");
    quantizedPath = path;
    path = sourceModelOf(path);
  }
  const Progress progress = console.progress("eval");
  std::shared_ptr<const QuantizedModel> quantized;
  if (isQuantizedFolder(path)) quantized = openQuantizedFolder(path, progress);
  const auto model = quantized ? quantized->model : Model::open(path);
  model->requireForward();
  const auto tokenizer = openTokenizer(path);
  std::optional<Recipe> recipe = recipeOf(arguments.quantization, model->config());
  if (recipe || arguments.engine.backend == "float") quantized.reset();  // what its codes stand for is the float model then
  if (!quantizedPath.empty() && arguments.engine.backend != "float") quantized = readQuantized(quantizedPath, model);
  const auto backend =
      backendOf(arguments.engine, quantized ? &quantized->plan : recipe ? &recipe->plan : nullptr, model->config(), compute);

  const CorpusOptions text{
      .path = arguments.text.path, .windows = arguments.text.windows, .length = arguments.text.length, .seed = arguments.text.seed};
  EvaluateOptions options = evaluateOptions(compute);
  options.linearErrors = arguments.layers;
  const auto onWindows = [&](const Report& report) {
    if (report.windows == 0) return;
    std::string live = "after " + std::to_string(report.windows) + " window(s): perplexity " + fixed(report.ppl, 3);
    if (backend) live += ", KL " + fixed(report.klMean, 4);
    console.live(live);
  };

  Report report;
  std::string plan = "float";
  if (quantized) {
    plan = quantized->plan.name;
    report = evaluate(*model, quantized.get(), backend.get(), makeCorpus(text, *tokenizer), options, compute, progress, onWindows);
  } else {
    if (!backend) recipe = Recipe{};
    plan = recipe->plan.name;
    report = *Pipeline(model, tokenizer, compute, arguments.quantization.cache).evaluate(*recipe, text, backend, options, progress, onWindows);
  }
  console.endProgress();
  if (!console.json()) return printForPeople(report, plan, console);
  Json json = toJson(report);
  describe(backend.get(), json);
  json["plan"] = plan;
  if (recipe) json["recipe"] = toJson(*recipe);
  console.printJson(json);
}

}  // namespace bitscape::cli
