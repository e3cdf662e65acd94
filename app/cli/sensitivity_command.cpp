// `sensitivity`: what every linear costs in every candidate format.
#include "app/cli/sensitivity_command.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/search/cost_measure.h"

namespace bitscape::cli {
namespace {

constexpr int kCostsVersion = 1;  // what is measured, and how

// "w2..w8" as the names it stands for.
std::vector<std::string> wordsOf(const std::string& list) {
  std::vector<std::string> words;
  std::istringstream stream(list);
  for (std::string word; std::getline(stream, word, ',');) {
    const std::size_t dots = word.find("..");
    if (dots == std::string::npos) {
      if (!word.empty()) words.push_back(word);
      continue;
    }
    const auto bitsOf = [&](std::string name) {
      int bits = 0;
      const char* const end = name.data() + name.size();
      if (name.size() < 2 || name[0] != 'w' || std::from_chars(name.data() + 1, end, bits).ptr != end || bits < 1 || bits > 16) {
        throw UsageError("--formats: \"" + word + "\" is no range of bits; write w2..w8");
      }
      return bits;
    };
    for (int bits = bitsOf(word.substr(0, dots)), last = bitsOf(word.substr(dots + 2)); bits <= last; ++bits)
      words.push_back(std::string("w").append(std::to_string(bits)));
  }
  return words;
}

// Tells measurements apart: model, what makes the candidates, and the very tokens.
std::string keyOf(const Model& model, const Recipe& base, const Corpus& corpus, const ComputeOptions& compute) {
  Recipe recipe = base;
  recipe.calibration.reset();
  recipe.plan.uniform.weight.reset();
  recipe.plan.name.clear();
  Hasher hasher;
  hasher.text(model.fingerprint()).text(hashOf(recipe)).text(versionsOf(recipe)).text(std::to_string(kCostsVersion));
  hasher.text(c10::toString(compute.dtype));
  for (const auto& window : corpus.windows) hasher.bytes(window.data(), window.size() * sizeof(window[0])).text("|");
  return hasher.hex();
}

// "w3" and "w3g64" leave inputs out, which candidates do not choose: "w3a16", "w3a16g64".
std::string withFloatInputs(const std::string& word) {
  std::size_t at = 1;
  while (at < word.size() && word[at] >= '0' && word[at] <= '9') ++at;
  if (at < word.size() && word[at] == 'b') return word;
  if (word.empty() || word[0] != 'w' || (at < word.size() && word[at] == 'a')) return word;
  return word.substr(0, at) + "a16" + word.substr(at);
}

Json optional(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json rowsOf(const CostTable& table) {
  Json rows = Json::array();
  for (const CostRow& row : table.rows) {
    for (const Candidate& each : row.candidates) {
      rows.push_back({{"linear", toString(row.id)},
                      {"block", row.id.block},
                      {"role", roleName(row.id.role)},
                      {"format", each.format},
                      {"bytes", each.bytes},
                      {"sqnr_db", optional(each.sqnr)},
                      {"static_error", optional(each.staticError)},
                      {"kl", optional(each.kl)},
                      {"kl_stderr", optional(each.klStderr)},
                      {"disable_kl", optional(each.disableKl)},
                      {"second_order", optional(each.secondOrder)},
                      {"predicted", each.predicted}});
    }
  }
  return rows;
}

}  // namespace

std::vector<std::string> formatNames(const std::string& list, std::int64_t group) {
  std::vector<std::pair<double, std::string>> found;
  for (const std::string& word : wordsOf(list)) {
    LinearPlan plan;
    try {
      plan = linearPlanFromName(withFloatInputs(word));
    } catch (const Error& error) {
      throw UsageError(std::string("--formats: ") + error.what());
    }
    if (plan.input)
      throw UsageError("--formats: \"" + word + "\" has bits of inputs; candidates are for weights alone, inputs come from --recipe");
    if (plan.weight && group > 0 && plan.weight->granularity == Granularity::Channel && plan.weight->grid.levels != 5) {
      plan.weight->granularity = Granularity::Group;
      plan.weight->group = group;
    }
    const std::pair entry(plan.weight ? plan.weight->storedBits(4096, 4096) : 16.0, nameOf(plan));
    if (std::find(found.begin(), found.end(), entry) == found.end()) found.push_back(entry);
  }
  if (found.empty()) throw UsageError("--formats names no format; write w2..w8");
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (const auto& [bits, name] : found) names.push_back(name);
  return names;
}

Recipe baseRecipe(const CostOptions& costs, const CorpusOptions& calibration, const ModelConfig& config) {
  const std::vector<std::string> formats = formatNames(costs.formats, costs.group);
  Quantization quantization;
  if (costs.recipe.empty()) {
    quantization.method = costs.method;
    quantization.format = formats.front();
  } else {
    quantization.recipe = costs.recipe;
  }
  Recipe recipe = recipeOf(quantization, config).value();
  recipe.plan.uniform.weight = linearPlanFromName(formats.front()).weight;
  recipe.plan.overrides.clear();
  if (!costs.inputs.empty()) {
    Plan inputs;
    try {
      if (costs.inputs.front() != 'a') throw Error("\"" + costs.inputs + "\" does not begin with the bits of inputs; write a8");
      inputs = planFromName("w8" + costs.inputs);
    } catch (const Error& error) {
      throw UsageError(std::string("--inputs: ") + error.what());
    }
    if (inputs.uniform.weight != linearPlanFromName("w8a16").weight) throw UsageError("--inputs: \"" + costs.inputs + "\" says something of weights");
    recipe.plan.uniform.input = inputs.uniform.input;
    recipe.plan.query = inputs.query;
    recipe.plan.kv = inputs.kv;
  }
  recipe.plan.name = nameOf(recipe.plan);
  if (!recipe.calibration) recipe.calibration = calibration;
  for (const std::string& name : formats) {
    Plan plan = recipe.plan;
    plan.uniform.weight = linearPlanFromName(name).weight;
    requireFits(plan, config);
  }
  return recipe;
}

std::function<BlocksOf(const Plan& plan)> blocksOf(Pipeline& pipeline, const Recipe& base) {
  return [&pipeline, base](const Plan& plan) {
    Recipe recipe = base;
    recipe.plan = plan;
    return pipeline.blocks(recipe, nullptr, {});
  };
}

CostTable costsOf(Pipeline& pipeline, const Recipe& base, const CostOptions& costs, const ComputeOptions& compute,
                  const Progress& progress) {
  const auto corpus = pipeline.corpus(base.calibration.value(), progress.part(0, 0.02));
  CostSettings settings{.formats = formatNames(costs.formats, costs.group),
                        .probes = formatNames(costs.probes, costs.group),
                        .mode = costs.mode,
                        .secondOrder = costs.secondOrder,
                        .disableOne = costs.disableOne,
                        .stack = base.stack,
                        .rounding = base.rounding,
                        .base = base.plan,
                        .key = keyOf(*pipeline.model(), base, *corpus, compute),
                        .file = {}};
  if (!costs.cache.empty()) {
    std::error_code fault;
    std::filesystem::create_directories(costs.cache, fault);
    if (!std::filesystem::is_directory(costs.cache, fault)) throw Error("--cache: cannot make the folder \"" + costs.cache + "\"");
    Hasher name;
    name.text(settings.key);
    for (const std::string& format : settings.formats) name.text(format);
    settings.file = (std::filesystem::path(costs.cache) / ("costs-" + name.hex().substr(0, 16) + ".json")).string();
  }
  return measureCosts(*pipeline.model(), *corpus, settings, blocksOf(pipeline, base), compute, progress.part(0.02, 1));
}

void showSensitivity(const SensitivityArguments& arguments, Console& console) {
  console.listenForStop();
  const ComputeOptions compute = openComputing(arguments.computing);
  const auto model = openModel(arguments.model);
  model->requireForward();
  const CorpusOptions text{
      .path = arguments.text.path, .windows = arguments.text.windows, .length = arguments.text.length, .seed = arguments.text.seed};
  const Recipe base = baseRecipe(arguments.costs, text, model->config());
  Pipeline pipeline(model, openTokenizer(modelPath(arguments.model)), compute, {});
  const auto start = std::chrono::steady_clock::now();
  const CostTable table = costsOf(pipeline, base, arguments.costs, compute, console.progress("sensitivity"));
  console.endProgress();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (console.json()) {
    return console.printJson({{"model", arguments.model},
                              {"text", base.calibration->path},
                              {"windows", table.windows},
                              {"tokens", table.tokens},
                              {"mode", table.mode},
                              {"seconds", seconds},
                              {"rows", rowsOf(table)}});
  }
  Table sheet({"linear", "format", "bytes", "SQNR dB", "KL alone", "+-", "second order", "predicted"});
  const auto number = [](const std::optional<double>& value, int digits) { return value ? fixed(*value, digits) : std::string("-"); };
  for (const CostRow& row : table.rows) {
    for (const Candidate& each : row.candidates) {
      sheet.add({toString(row.id), each.format, std::to_string(each.bytes), number(each.sqnr, 2), number(each.kl, 6),
                 number(each.klStderr, 6), number(each.secondOrder, 6), fixed(each.predicted, 6)});
    }
  }
  console.print(sheet.text());
}

}  // namespace bitscape::cli
