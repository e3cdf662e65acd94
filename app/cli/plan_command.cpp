// `plan`: the bits of every linear within a budget, and what they are worth beside uniform bits of the same size.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "app/cli/sensitivity_command.h"
#include "core/base/error.h"
#include "core/search/bit_refine.h"
#include "core/search/bit_times.h"

namespace bitscape::cli {
namespace {

// Nats of predicted error beyond which single effects do not add up, so that the plan is refined unless --refine says otherwise.
constexpr double kLargeError = 0.5;
constexpr int kRefineRounds = 3;

// KL of a plan by window: windows are as long as each other, so that their mean is the mean over positions.
using Windows = std::vector<double>;

double mean(const Windows& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}
std::optional<double> standardError(const Windows& values) {
  if (values.size() < 2) return std::nullopt;
  const double middle = mean(values), count = static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / (count - 1) / count);
}
Json optional(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Windows measure(Pipeline& pipeline, Recipe recipe, const Plan& plan, const CorpusOptions& text, const Progress& progress) {
  recipe.plan = plan;
  Windows kl;
  double sum = 0;
  const auto onWindows = [&](const Report& report) {  // one window each time
    const double now = report.klMean * static_cast<double>(report.windows);
    if (report.windows != static_cast<std::int64_t>(kl.size()) + 1) return;
    kl.push_back(now - sum);
    sum = now;
  };
  pipeline.evaluate(recipe, text, fakeBackend(), {.batchTokens = text.length, .blockErrors = false}, progress, onWindows);
  if (kl.empty()) throw Error("no window of \"" + text.path + "\" was measured; is the plan float?");
  return kl;
}

struct Uniform {
  std::size_t format = 0;
  Plan plan;
  double bitsPerWeight = 0, predicted = 0, microseconds = 0;
  Windows kl;
};

// Of every format.
std::vector<Uniform> uniformPlans(const CostTable& table, const Plan& base, const ModelConfig& config) {
  std::vector<Uniform> all;
  for (std::size_t f = 0; f < table.formats.size(); ++f) {
    Plan plan = base;
    plan.uniform.weight = linearPlanFromName(table.formats[f]).weight;
    plan.name = nameOf(plan);
    all.push_back({f, plan, sizeOf(plan, config).bitsPerWeight, uniformPrediction(table, f),
                   pointOf(table, std::vector<std::size_t>(table.rows.size(), f)).microseconds, {}});
  }
  return all;
}

// The one that is predicted to be the best in this time. None when all take longer.
std::vector<Uniform> bestWithin(const std::vector<Uniform>& all, double microseconds) {
  const Uniform* best = nullptr;
  for (const Uniform& each : all) {
    if (each.microseconds <= microseconds && (!best || each.predicted < best->predicted)) best = &each;
  }
  return best ? std::vector{*best} : std::vector<Uniform>{};
}

// Those at a size or around it, smaller first. None when the size is outside all of them.
std::vector<Uniform> neighbours(const std::vector<Uniform>& all, double bitsPerWeight) {
  const auto above = std::find_if(all.begin(), all.end(), [&](const Uniform& each) { return each.bitsPerWeight >= bitsPerWeight - 1e-6; });
  if (above == all.end() || (above == all.begin() && above->bitsPerWeight > bitsPerWeight + 1e-6)) return {};
  if (above->bitsPerWeight < bitsPerWeight + 1e-6) return {*above};
  return {*(above - 1), *above};
}

// log y on the line through two points; y itself of one.
double between(double at, double x0, double y0, double x1, double y1) {
  if (x1 == x0) return y0;
  const double share = (at - x0) / (x1 - x0);
  return std::exp((1 - share) * std::log(std::max(y0, 1e-30)) + share * std::log(std::max(y1, 1e-30)));
}

// What uniform bits of that size give, window by window.
Windows interpolated(const std::vector<Uniform>& around, double bitsPerWeight) {
  const Uniform &low = around.front(), &high = around.back();
  const double ofAll = between(bitsPerWeight, low.bitsPerWeight, mean(low.kl), high.bitsPerWeight, mean(high.kl));
  Windows kl;
  for (std::size_t w = 0; w < low.kl.size(); ++w)
    kl.push_back(between(bitsPerWeight, low.bitsPerWeight, low.kl[w], high.bitsPerWeight, high.kl[w]));
  const double ofWindows = mean(kl);
  for (double& value : kl) value *= ofWindows > 0 ? ofAll / ofWindows : 1;  // of the means, as the comparison is defined
  return kl;
}

std::optional<std::int64_t> bytesOf(const PlanArguments& arguments, const CostTable& table, const Plan& base, const ModelConfig& config) {
  if (arguments.bitsPerWeight) {
    double parameters = 0;
    for (const CostRow& row : table.rows) parameters += static_cast<double>(shapeOf(config, row.id.role).parameters());
    return static_cast<std::int64_t>(std::floor(*arguments.bitsPerWeight * parameters / 8 + 1e-6));
  }
  if (!arguments.megabytes) return std::nullopt;
  const PlanSize size = sizeOf(base, config);
  return static_cast<std::int64_t>(*arguments.megabytes * 1e6) - (size.totalBytes - size.blockBytes);
}

// The two sides of "NAME=VALUE".
std::pair<std::string, std::string> sidesOf(const std::string& option, const std::string& text) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) throw UsageError(option + ": \"" + text + "\" is not of the form NAME=VALUE");
  return {text.substr(0, at), text.substr(at + 1)};
}

void addLocks(const PlanArguments& arguments, const ModelConfig& config, const std::vector<std::string>& formats, BitRequest& request) {
  for (const std::string& text : arguments.locks) {
    const auto [name, value] = sidesOf("--lock", text);
    std::optional<LinearId> found;
    for (int block = 0; block < config.blocks; ++block) {
      for (const Role role : kBlockRoles) {
        if (toString(LinearId{block, role}) == name) found = LinearId{block, role};
      }
    }
    if (!found) throw UsageError("--lock: the model has no linear \"" + name + "\"; the first is \"" + toString(LinearId{0, kBlockRoles.front()}) + "\"");
    if (std::find(formats.begin(), formats.end(), value) == formats.end()) {
      std::string known;
      for (const std::string& format : formats) known += (known.empty() ? "" : ", ") + format;
      throw UsageError("--lock: \"" + value + "\" is no candidate; candidates are " + known);
    }
    request.locks[*found] = value;
  }
  for (const std::string& text : arguments.floors) {
    const auto [name, value] = sidesOf("--floor", text);
    const auto role = std::find_if(kBlockRoles.begin(), kBlockRoles.end(), [&](Role each) { return roleName(each) == name; });
    int bits = 0;
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), bits);
    if (role == kBlockRoles.end()) throw UsageError("--floor: \"" + name + "\" is no role; roles are q, k, v, o, gate, up and down");
    if (fault != std::errc() || end != value.data() + value.size() || bits < 1 || bits > 16)
      throw UsageError("--floor: \"" + value + "\" is no number of bits; write 1 to 16");
    request.floors[*role] = bits;
  }
}

Json entriesOf(const CostTable& table, const std::vector<std::size_t>& choice) {
  Json entries = Json::array();
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const Candidate& candidate = table.rows[row].candidates[choice[row]];
    entries.push_back({{"linear", toString(table.rows[row].id)},
                       {"block", table.rows[row].id.block},
                       {"role", roleName(table.rows[row].id.role)},
                       {"format", candidate.format},
                       {"bytes", candidate.bytes},
                       {"predicted_kl", candidate.predicted}});
  }
  return entries;
}

void printForPeople(const Json& json, const CostTable& table, const std::vector<std::size_t>& choice, Console& console) {
  std::map<Role, std::map<std::string, int>> counts;
  for (std::size_t row = 0; row < table.rows.size(); ++row) ++counts[table.rows[row].id.role][table.formats[choice[row]]];
  for (const auto& [role, formats] : counts) {
    std::string line(roleName(role));
    for (const auto& [format, count] : formats) line += "  " + std::to_string(count) + " x " + format;
    console.line(line);
  }
  const auto number = [&](const char* key, int digits) {
    return json[key].is_null() ? std::string("-") : fixed(json[key].get<double>(), digits);
  };
  console.line(number("bits_per_weight", 3) + " bits per weight, predicted KL " + number("predicted_kl", 5));
  if (const Json& time = json["time"]; !time.is_null()) {
    console.line(fixed(time["milliseconds"].get<double>(), 3) + " ms for the products of " + std::to_string(time["batch"].get<std::int64_t>()) +
                 " rows, of " + fixed(time["budget"].get<double>(), 3) + " (" + time["backend"].get<std::string>() + ", " +
                 time["isa"].get<std::string>() + ")");
  }
  if (const Json& refined = json["refined"]; !refined.is_null()) {
    console.line("refined in " + std::to_string(refined["rounds"].get<int>()) + " rounds: KL on the calibration text " +
                 fixed(refined["kl_before"].get<double>(), 5) + " -> " + fixed(refined["kl"].get<double>(), 5));
  }
  if (json["kl"].is_null()) return;
  console.line("measured KL " + number("kl", 5) + " +- " + number("kl_stderr", 5) + "; uniform bits of that " + (json["compared_at"] == "size" ? "size " : "time ") +
               number("uniform_kl", 5) + " +- " + number("uniform_kl_stderr", 5));
  if (!json["loses"].is_null() && json["loses"].get<bool>()) console.line("this plan is no better than uniform bits of the same " + json["compared_at"].get<std::string>());
}

}  // namespace

void planBits(const PlanArguments& arguments, Console& console) {
  console.listenForStop();
  const ComputeOptions compute = openComputing(arguments.computing);
  const auto model = openModel(arguments.model);
  model->requireForward();
  const ModelConfig& config = model->config();
  const CorpusOptions calibration{
      .path = arguments.calibration, .windows = arguments.calibrationWindows, .length = arguments.calibrationLength, .seed = 2};
  const Recipe base = baseRecipe(arguments.costs, calibration, config);
  // What would fail after minutes of measuring fails now.
  const cpu::Isa isa = isaOf(arguments.engine.isa);
  const std::vector<std::string> formats = formatNames(arguments.costs.formats, arguments.costs.group);
  if (arguments.milliseconds) requireTimed(formats, base.plan);
  BitRequest request;
  addLocks(arguments, config, formats, request);
  Pipeline pipeline(model, openTokenizer(modelPath(arguments.model)), compute, {});
  const Progress progress = console.progress("plan");
  const bool verify = !arguments.text.path.empty();
  const double costsEnd = verify ? 0.2 : 0.49, timesBegin = arguments.milliseconds ? 0.6 * costsEnd : costsEnd;
  CostTable table = costsOf(pipeline, base, arguments.costs, compute, progress.part(0, timesBegin));
  if (arguments.milliseconds) {
    measureTimes(table, config, base.plan, arguments.batch, isa, progress.part(timesBegin, costsEnd));
    request.microseconds = *arguments.milliseconds * 1e3;
  }

  request.bytes = bytesOf(arguments, table, base.plan, config);
  if (arguments.unfused) request.fused.clear();
  const auto start = std::chrono::steady_clock::now();
  RefinedBits refined{.solution = solveBits(table, request)};
  const BitSolution& solution = refined.solution;
  const double milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  const int rounds = arguments.refine.value_or(solution.total.predicted > kLargeError ? kRefineRounds : 0);
  if (rounds > 0) {
    const Progress now = verify ? progress.part(0.2, 0.4) : progress.part(0.49, 0.99);
    const auto corpus = pipeline.corpus(base.calibration.value(), now.part(0, 0.01));
    refined = refineBits(*model, *corpus, table, request, BitSolution(solution), base.plan, rounds, blocksOf(pipeline, base), compute, now.part(0.01, 1));
  }
  const Plan plan = planOf(table, solution.choice, base.plan);
  requireFits(plan, config);
  const PlanSize size = sizeOf(plan, config);
  if (!arguments.out.empty()) {
    Recipe recipe = base;
    recipe.plan = plan;
    writeRecipe(arguments.out, recipe);
  }

  Json json{{"model", arguments.model},
            {"bits_per_weight", size.bitsPerWeight},
            {"bytes", size.blockBytes},
            {"total_bytes", size.totalBytes},
            {"mode", table.mode},
            {"windows", nullptr},
            {"kl", nullptr},
            {"kl_stderr", nullptr},
            {"uniform_kl", nullptr},
            {"uniform_kl_stderr", nullptr},
            {"predicted_kl", solution.total.predicted},
            {"corrected_kl", nullptr},
            {"gain", nullptr},
            {"difference_stderr", nullptr},
            {"loses", nullptr},
            {"bound", solution.bound},
            {"proven", solution.proven},
            {"solve_ms", milliseconds},
            {"refined", nullptr},
            {"time", nullptr},
            {"compared_at", request.bytes ? "size" : "time"},
            {"uniform", Json::array()}};
  if (arguments.milliseconds) {
    json["time"] = {{"backend", arguments.engine.backend},
                    {"isa", cpu::nameOf(isa)},
                    {"batch", arguments.batch},
                    {"budget", *arguments.milliseconds},
                    {"milliseconds", solution.total.microseconds / 1e3}};
  }
  if (refined.rounds > 0) json["refined"] = {{"rounds", refined.rounds}, {"kl", refined.kl}, {"kl_before", refined.startKl}};
  if (verify) {
    const CorpusOptions text{
        .path = arguments.text.path, .windows = arguments.text.windows, .length = arguments.text.length, .seed = arguments.text.seed};
    const std::vector<Uniform> all = uniformPlans(table, base.plan, config);
    std::vector<Uniform> around = request.bytes ? neighbours(all, size.bitsPerWeight) : bestWithin(all, *request.microseconds);
    const Windows kl = measure(pipeline, base, plan, text, progress.part(0.4, 0.6));
    json["windows"] = kl.size();
    json["kl"] = mean(kl);
    json["kl_stderr"] = optional(standardError(kl));
    for (std::size_t i = 0; i < around.size(); ++i) {
      const double from = 0.6 + 0.2 * static_cast<double>(i);
      around[i].kl = measure(pipeline, base, around[i].plan, text, progress.part(from, from + 0.2));
      json["uniform"].push_back({{"format", table.formats[around[i].format]},
                                 {"bits_per_weight", around[i].bitsPerWeight},
                                 {"kl", mean(around[i].kl)},
                                 {"milliseconds", arguments.milliseconds ? Json(around[i].microseconds / 1e3) : Json(nullptr)},
                                 {"predicted_kl", around[i].predicted}});
    }
    if (!around.empty()) {
      const Windows uniform = interpolated(around, size.bitsPerWeight);
      Windows difference;
      for (std::size_t w = 0; w < kl.size(); ++w) difference.push_back(kl[w] - uniform[w]);
      json["uniform_kl"] = mean(uniform);
      json["uniform_kl_stderr"] = optional(standardError(uniform));
      json["gain"] = mean(uniform) > 0 ? 1 - mean(kl) / mean(uniform) : 0;
      json["difference_stderr"] = optional(standardError(difference));
      json["loses"] = mean(kl) >= mean(uniform);
      // The sum of single effects is not the effect of all: what it was off by for the uniform plans corrects it.
      const auto off = [](const Uniform& each) { return each.predicted > 0 ? mean(each.kl) / each.predicted : 1.0; };
      json["corrected_kl"] = solution.total.predicted * between(std::log(std::max(solution.total.predicted, 1e-30)),
                                                                std::log(std::max(around.front().predicted, 1e-30)), off(around.front()),
                                                                std::log(std::max(around.back().predicted, 1e-30)), off(around.back()));
    }
  }
  console.endProgress();
  json["plan"] = entriesOf(table, solution.choice);
  if (!arguments.out.empty()) json["out"] = arguments.out;
  if (console.json()) return console.printJson(json);
  printForPeople(json, table, solution.choice, console);
}

}  // namespace bitscape::cli
