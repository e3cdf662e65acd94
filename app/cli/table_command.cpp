// `table`: methods x formats on one model, row by row; rows that the folder holds already are not computed again.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>

#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "app/cli/table_sheet.h"
#include "core/base/hash.h"
#include "core/eval/cost.h"
#include "core/exchange/quantized_folder.h"
#include "core/study/model_solver.h"
#include "core/study/pipeline.h"

namespace bitscape::cli {
namespace {

constexpr int kTableVersion = 2;  // of what a row means
constexpr const char* kTestText = "wikitext2-test.txt";
constexpr const char* kCalibrationText = "calibration-wiki.txt";
constexpr double kSolved = 0.5;  // share of a row's progress

std::string contentHash(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf())) throw Error("cannot read the text \"" + path + "\"; name a UTF-8 text file");
  return hashOf(bytes.str());
}

std::string fileName(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::string windowsText(const std::optional<std::int64_t>& windows, std::int64_t length) {
  return (windows ? std::to_string(*windows) : std::string("all")) + " windows of " + std::to_string(length);
}

void printList(const std::vector<TableRow>& rows, Console& console) {
  if (console.json()) {
    Json list = Json::array();
    for (const TableRow& row : rows) list.push_back({{"name", row.name}, {"formats", row.formats}, {"method", row.method}});
    return console.printJson(list);
  }
  Table table({"row", "formats", "method"});
  for (const TableRow& row : rows) table.add({row.name, row.formats, row.method});
  console.print(table.text());
}

// Computes rows on one model and one pair of texts.
class RowWork {
 public:
  RowWork(const TableArguments& arguments, std::string text, std::optional<std::string> calibration, std::shared_ptr<const Model> model,
          std::shared_ptr<const Tokenizer> tokenizer, const ComputeOptions& compute)
      : m_compute(compute),
        m_text{.path = std::move(text), .windows = arguments.text.windows, .length = arguments.text.length, .seed = arguments.text.seed},
        m_shared(model->fingerprint() + " " + contentHash(m_text.path) + " " + windowsText(m_text.windows, m_text.length) +
                 (m_text.seed ? " seed " + std::to_string(*m_text.seed) : "") + " " + arguments.computing.dtype + " " +
                 (compute.device.is_cuda() ? "cuda" : "cpu") + " " + std::to_string(kTableVersion)),
        m_pipeline(std::move(model), std::move(tokenizer), compute) {
    if (!calibration) return;
    m_calibration = CorpusOptions{.path = *calibration,
                                  .windows = arguments.calibrationWindows,
                                  .length = arguments.calibrationLength,
                                  .seed = usualCalibration(*calibration).seed};
    m_calibrationHash = contentHash(*calibration);
  }

  // Throws Error when this model or this program cannot do the row.
  Recipe recipeOf(const TableRow& row) const {
    Recipe recipe = bitscape::recipeOf(row.request, config());
    requirePossible(recipe, config());
    if (!needsOf(recipe, config()).any()) return recipe;
    if (!m_calibration) throw Error("this row is solved on a calibration text and there is none; pass --calibration FILE");
    recipe.calibration = m_calibration;
    return recipe;
  }

  std::string keyOf(Recipe recipe) const {
    if (recipe.calibration) recipe.calibration->path = m_calibrationHash;  // the text counts, not where it lies
    return hashOf(m_shared + " " + hashOf(recipe) + " " + versionsOf(recipe));
  }

  Json compute(const TableRow& row, const Recipe& recipe, const std::string& key, const Progress& progress, Console& console) {
    Json result{{"name", row.name}, {"formats", row.formats}, {"method", row.method}, {"key", key}};
    const bool isFloat = recipe.plan.isFloat() && recipe.stack.empty();
    result["solved"] = recipe.propagate ? "propagated" : "static";
    result["stored_bits"] = 16.0;
    if (!isFloat) {
      m_pipeline.learn(recipe, progress.part(0, 0.4 * kSolved));
      const auto start = std::chrono::steady_clock::now();
      const auto quantized = m_pipeline.quantize(recipe, progress.part(0.4 * kSolved, 0.9 * kSolved));
      result["solve_seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      result["stored_bits"] = storedBitsPerWeight(*quantized);
      result["online_multiply_adds"] =
          onlineMultiplyAdds(*quantized->model, quantized->steps, m_compute, progress.part(0.9 * kSolved, kSolved));
      result["linear_multiply_adds"] = linearMultiplyAdds(config());
    }
    EvaluateOptions options = evaluateOptions(m_compute);
    options.blockErrors = false;
    const auto onWindows = [&](const Report& report) {
      if (report.windows > 0) console.live("after " + std::to_string(report.windows) + " window(s): perplexity " + fixed(report.ppl, 3));
    };
    const auto report =
        m_pipeline.evaluate(recipe, m_text, isFloat ? nullptr : fakeBackend(), options, progress.part(isFloat ? 0 : kSolved, 1), onWindows);
    result.update(toJson(*report));
    result.erase("blocks");
    result.erase("linears");
    result["recipe"] = toJson(recipe);
    return result;
  }

  const ModelConfig& config() const { return m_pipeline.model()->config(); }

 private:
  ComputeOptions m_compute;
  CorpusOptions m_text;
  std::string m_shared;  // of every key
  std::optional<CorpusOptions> m_calibration;
  std::string m_calibrationHash;
  Pipeline m_pipeline;
};

std::string sentenceOf(const Json& row) {
  return row.value("name", "") + ": perplexity " + fixed(row.value("ppl", 0.0), 3) + ", KL " + fixed(row.value("kl_mean", 0.0), 4);
}

}  // namespace

void makeTable(const TableArguments& arguments, Console& console) {
  const std::vector<TableRow> all = tableRows(), chosen = rowsNamed(all, arguments.rows);
  if (chosen.empty()) throw UsageError("--rows " + arguments.rows + " matches no row; --list prints them");
  if (arguments.list) return printList(chosen, console);

  console.listenForStop();
  const auto text = knownText(arguments.text.path, kTestText);
  if (!text) throw UsageError(std::string("table needs --text FILE, or ") + kTestText + " in the folder that BITSCAPE_TEXTS names");
  const auto calibration = knownText(arguments.calibration, kCalibrationText);
  const ComputeOptions compute = openComputing(arguments.computing);
  const std::string path = modelPath(arguments.model);
  const auto model = openModelAt(path);
  model->requireForward();
  RowWork work(arguments, *text, calibration, model, openTokenizer(path), compute);
  TableSheet sheet(arguments.folder, all,
                   {{"model", model->config().name.empty() ? fileName(path) : model->config().name},
                    {"text", fileName(*text) + ", " + windowsText(arguments.text.windows, arguments.text.length) + " tokens"},
                    {"device", compute.device.str()},
                    {"calibration", calibration ? "Calibration: " + fileName(*calibration) + ", " +
                                                      windowsText(arguments.calibrationWindows, arguments.calibrationLength) + " tokens."
                                                : std::string()}});

  // What earlier runs left first, all rows: a filter chooses what to compute, not what to show.
  std::string failed;
  std::vector<std::pair<const TableRow*, std::pair<Recipe, std::string>>> open;
  for (const TableRow& row : all) {
    const bool wanted = std::any_of(chosen.begin(), chosen.end(), [&](const TableRow& other) { return other.name == row.name; });
    try {
      Recipe recipe = work.recipeOf(row);
      const std::string key = work.keyOf(recipe);
      if (auto known = TableSheet::readRow(arguments.folder, row, key))
        sheet.add(row, key, std::move(*known), false);
      else if (wanted)
        open.push_back({&row, {std::move(recipe), key}});
    } catch (const Error& error) {
      if (!wanted) continue;
      sheet.addFailure(row, error.what());
      failed += (failed.empty() ? "" : ", ") + row.name;
      console.note(row.name + ": " + error.what());
    }
  }
  sheet.write();
  for (std::size_t i = 0; i < open.size(); ++i) {
    const TableRow& row = *open[i].first;
    const auto& [recipe, key] = open[i].second;
    const Progress progress = console.progress(row.name + " (" + std::to_string(i + 1) + " of " + std::to_string(open.size()) + ")");
    try {
      Json result = withContext(row.name, [&] { return work.compute(row, recipe, key, progress, console); });
      console.endProgress();
      console.note(sentenceOf(result));
      sheet.add(row, key, std::move(result), true);
    } catch (const Error& error) {
      console.endProgress();
      console.note(error.what());
      sheet.addFailure(row, error.what());
      failed += (failed.empty() ? "" : ", ") + row.name;
    }
    sheet.write();
  }
  if (console.json())
    console.printJson(sheet.json());
  else
    console.print(sheet.markdown());
  if (!failed.empty()) throw Error("these rows failed and are tried again by the next run: " + failed);
}

}  // namespace bitscape::cli
