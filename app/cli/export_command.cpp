// `export`: a quantized model for another program, linted, written, read back.
#include <chrono>

#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "core/exchange/export_folder.h"
#include "core/study/pipeline.h"

namespace bitscape::cli {
namespace {

const ExportTarget& targetOf(const std::string& id) {
  try {
    return exportTargetNamed(id);
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

Json fixJson(const ExportFix& fix, const Recipe& recipe) {
  Recipe fixed = recipe;
  apply(fix, fixed.plan, fixed.stack, fixed.rounding);
  const Json before = toJson(recipe), after = toJson(fixed);
  Json json{{"what", fix.what}};
  for (const auto& [key, value] : after.items()) {
    if (!before.contains(key) || before[key] != value) json[key] = value;
  }
  return json;
}

Json findingsJson(const std::vector<Finding>& findings, const Recipe& recipe) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    Json linears = Json::array();
    for (const LinearId id : finding.linears) linears.push_back(toString(id));
    Json json{{"severity", severityName(finding.severity)}, {"what", finding.what}, {"why", finding.why}, {"linears", linears}};
    if (finding.fix) json["fix"] = fixJson(*finding.fix, recipe);
    list.push_back(std::move(json));
  }
  return list;
}

std::string linearsText(const std::vector<LinearId>& linears) {
  if (linears.empty()) return {};
  std::string text;
  for (std::size_t i = 0; i < linears.size() && i < 3; ++i) text += (i ? "; " : "") + toString(linears[i]);
  return " (" + text + (linears.size() > 3 ? "; " + std::to_string(linears.size()) + " in all)" : ")");
}

void print(const std::vector<Finding>& findings, Console& console) {
  for (const Finding& finding : findings) {
    console.line(std::string(severityName(finding.severity)) + ": " + finding.what + linearsText(finding.linears) + " " + finding.why);
    if (finding.fix) console.line("  remedy: " + finding.fix->what);
  }
}

// The recipe as the target will take it, with what was found about it and, when asked for, what solving it gave.
class Preparation {
 public:
  Preparation(const ExportArguments& arguments, const ExportTarget& target, std::shared_ptr<const Model> model, Recipe recipe)
      : m_arguments(arguments), m_target(target), m_model(std::move(model)), m_recipe(std::move(recipe)) {
    m_recipe.plan = m_target.prepare(*m_model, std::move(m_recipe.plan));
    lint();
  }

  void solve(const Progress& progress) {
    const ComputeOptions compute = openComputing(m_arguments.computing);
    const auto tokenizer = m_recipe.calibration ? openTokenizer(modelPath(m_arguments.model)) : nullptr;
    Pipeline pipeline(m_model, tokenizer, compute, m_arguments.quantization.cache);
    m_quantized = pipeline.quantize(m_recipe, progress);
    lint();
  }
  // The first error's remedy, when there is one: true when the recipe was changed.
  bool fixOne() {
    for (const Finding& finding : m_findings) {
      if (finding.severity != Severity::Error || !finding.fix) continue;
      m_fixes.push_back(finding.fix->what);
      const ExportFix fix = *finding.fix;
      apply(fix, m_recipe.plan, m_recipe.stack, m_recipe.rounding);
      m_recipe.plan = m_target.prepare(*m_model, std::move(m_recipe.plan));
      requirePossible(m_recipe, m_model->config());
      m_quantized.reset();
      lint();
      return true;
    }
    return false;
  }
  const Recipe& recipe() const { return m_recipe; }
  const std::vector<Finding>& findings() const { return m_findings; }
  const std::vector<std::string>& fixes() const { return m_fixes; }
  const QuantizedModel* quantized() const { return m_quantized.get(); }

 private:
  void lint() {
    m_findings = m_target.lint(
        {.model = m_model, .plan = m_recipe.plan, .stack = m_recipe.stack, .rounding = m_recipe.rounding, .quantized = m_quantized.get()});
  }

  const ExportArguments& m_arguments;
  const ExportTarget& m_target;
  std::shared_ptr<const Model> m_model;
  Recipe m_recipe;
  std::vector<Finding> m_findings;
  std::vector<std::string> m_fixes;
  std::shared_ptr<const QuantizedModel> m_quantized;
};

[[noreturn]] void refuse(const std::vector<Finding>& findings, const ExportTarget& target) {
  std::string text;
  bool remedies = false;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::Error) continue;
    text += " " + finding.what + linearsText(finding.linears) + " " + finding.why;
    if (finding.fix) text += " Remedy: " + finding.fix->what, remedies = true;
  }
  throw Error(target.title + " cannot hold this recipe:" + text + (remedies ? " --fix takes the remedies." : ""));
}

}  // namespace

void exportModel(const ExportArguments& arguments, Console& console) {
  console.listenForStop();
  const ExportTarget& target = targetOf(arguments.target);
  const auto model = openModel(arguments.model);
  std::optional<Recipe> asked = recipeOf(arguments.quantization, model->config());
  if (!asked) throw UsageError("export needs --format or --recipe");
  ExportNotes notes{.program = "Bitscape " BITSCAPE_VERSION, .commandLine = arguments.commandLine, .metrics = nullptr};
  if (!arguments.metrics.empty()) notes.metrics = readJson(arguments.metrics);
  if (!arguments.lintOnly) requireReplaceable(arguments.out);

  const auto start = std::chrono::steady_clock::now();
  Preparation preparation(arguments, target, model, std::move(*asked));
  const Progress progress = console.progress("export");
  constexpr int kMostFixes = 8;
  for (int round = 0; round < kMostFixes; ++round) {
    if (hasErrors(preparation.findings())) {
      if (!arguments.fix || !preparation.fixOne()) break;
      continue;
    }
    // Steps tell only when they are solved what of them stays online.
    if (preparation.quantized() || (arguments.lintOnly && preparation.recipe().stack.empty())) break;
    preparation.solve(progress.part(0, 0.6));
  }
  Json json{
      {"target", target.id}, {"findings", findingsJson(preparation.findings(), preparation.recipe())}, {"fixes", preparation.fixes()}};
  if (arguments.lintOnly) {
    console.endProgress();
    json["exportable"] = !hasErrors(preparation.findings());
    if (console.json()) return console.printJson(json);
    for (const std::string& fix : preparation.fixes()) console.line("changed: " + fix);
    print(preparation.findings(), console);
    return console.line(hasErrors(preparation.findings()) ? "not exportable as it is" : "exportable");
  }
  if (hasErrors(preparation.findings())) refuse(preparation.findings(), target);

  const QuantizedModel& quantized = *preparation.quantized();
  const ExportResult result = exportTo(target, quantized, arguments.out, preparation.findings(), notes, progress.part(0.6, 1));
  console.endProgress();
  const PlanSize size = sizeOf(quantized.plan, model->config());
  json["out"] = arguments.out;
  json["bytes"] = result.bytes;
  json["bits_per_weight"] = size.bitsPerWeight;
  json["plan"] = quantized.plan.name;
  json["files"] = Json::array();
  for (const ExportedFile& file : result.files)
    json["files"].push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  json["verified"] = true;  // exportTo throws otherwise
  json["recipe"] = toJson(preparation.recipe());
  json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (console.json()) return console.printJson(json);
  for (const std::string& fix : preparation.fixes()) console.line("changed: " + fix);
  print(preparation.findings(), console);
  console.line("wrote " + arguments.out + ": " + std::to_string(result.files.size()) + " files, " +
               bytesText(static_cast<double>(result.bytes)) + ", " + fixed(size.bitsPerWeight, 2) +
               " bits per weight, every code read back");
}

}  // namespace bitscape::cli
