// `bench solve`: what calibration and solving cost on this machine: statistics and X'X of the calibration windows against the machine's
// own matrix rate, then each method's passes and rounding on those statistics.
//
// The model is walked once, float (static): a block's statistics are collected and timed, then every method solves that block and is timed
// by itself. So times are those of solving alone; a propagated solve walks the windows twice more.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "core/base/timing.h"
#include "core/calib/block_walk.h"
#include "core/calib/solver_stats.h"
#include "core/method/solve.h"
#include "core/study/method_recipe.h"

namespace bitscape::cli {
namespace {

constexpr std::int64_t kPeakSize = 1536, kPeakSizeCuda = 8192, kPeakRounds = 12;

// With what the work left running on a GPU.
template <class Work>
double secondsOf(const ComputeOptions& compute, Work&& work) {
  return bitscape::secondsOf([&] {
    work();
    if (compute.device.is_cuda()) at::zeros({1}, at::TensorOptions(compute.device)).item<float>();
  });
}

// Multiply-adds per second, counted twice, of a large float32 product: the best of several.
double peakRate(const ComputeOptions& compute) {
  const std::int64_t size = compute.device.is_cuda() ? kPeakSizeCuda : kPeakSize;
  const at::TensorOptions place(compute.device);
  const Tensor a = at::randn({size, size}, place), b = at::randn({size, size}, place);
  double best = 0;
  for (std::int64_t i = 0; i < kPeakRounds; ++i) {
    const double seconds = secondsOf(compute, [&] { at::mm(a, b); });
    best = std::max(best, 2.0 * std::pow(static_cast<double>(size), 3) / seconds);
  }
  return best;
}

// Of the linears, of causal attention (half of the score matrix) and of X'X, for one block and all tokens.
double captureOperations(const ModelConfig& config, double tokens, double length) {
  double each = 0;
  for (const Role role : kBlockRoles) each += 2.0 * static_cast<double>(shapeOf(config, role).parameters());
  each += 2.0 * length * static_cast<double>(config.heads * config.headDim);
  for (const Seam& seam : seamsOf(config, 0)) {
    if (!seam.to.empty()) each += 2.0 * static_cast<double>(seam.width) * static_cast<double>(seam.width);
  }
  return each * tokens;
}

struct Row {
  std::string method;
  Recipe recipe;
  double passes = 0, rounding = 0;
  std::string fault;
};

std::vector<Row> rowsOf(const BenchSolveArguments& arguments, const ModelConfig& config) {
  std::vector<Row> rows;
  std::istringstream words(arguments.methods);
  for (std::string word; std::getline(words, word, ',');) {
    Row row{.method = word, .recipe = recipeOf(RecipeRequest{.method = word, .format = arguments.format, .qkvBits = 4}, config)};
    if (needsOf(row.recipe.stack, row.recipe.rounding).fisher) throw UsageError("the method \"" + word + "\" needs gradients, which bench solve does not collect");
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

void benchSolve(const BenchSolveArguments& arguments, Console& console) {
  console.listenForStop();
  const c10::NoGradGuard noGrad;
  const ComputeOptions compute = openComputing(arguments.computing);
  const std::string path = modelPath(arguments.model);
  const auto model = Model::open(path);
  model->requireForward();
  const ModelConfig& config = model->config();
  const auto text = knownText(arguments.calibration, "calibration-wiki.txt");
  if (!text) throw UsageError("bench solve needs --calibration FILE");
  std::vector<Row> rows = rowsOf(arguments, config);
  CorpusOptions options = usualCalibration(*text);
  options.windows = arguments.windows;
  const Corpus corpus = makeCorpus(options, *openTokenizer(path));
  const Progress progress = console.progress("bench");

  const double peak = peakRate(compute);
  Tensor hidden = embed(model->loadEmbedding(compute), idsOf(corpus.windows).to(compute.device));
  Tensor mean = hidden.mean(0, true);
  const Rope rope = makeRope(*model, 0, corpus.length(), compute);
  const std::int64_t windows = hidden.size(0), group = std::clamp<std::int64_t>(kGroupTokens / corpus.length(), 1, windows);
  double captureSeconds = 0;
  for (int block = 0; block < config.blocks; ++block) {
    progress.checkpoint(static_cast<double>(block) / static_cast<double>(config.blocks), "block " + std::to_string(block));
    const BlockWeights weights = model->loadBlock(block, compute);
    const BlockRun run = floatRun(weights);
    BlockKnowledge known;
    captureSeconds += secondsOf(compute, [&] {
      SolverTap tap(block, windows, corpus.length(), {.hessian = true});
      for (std::int64_t first = 0; first < windows; first += group) {
        progress.checkpoint(static_cast<double>(block) / static_cast<double>(config.blocks));
        Tensor x = hidden.narrow(0, first, std::min(group, windows - first));
        x.copy_(forwardBlock(config, block, run, x, rope, nullptr, &tap));
      }
      known.inputs = tap.take();
    });
    RowsTap tap;
    mean = forwardBlock(config, block, run, mean, rope, nullptr, &tap);
    known.meanRows = tap.rows;
    for (Row& row : rows) {
      if (!row.fault.empty()) continue;
      try {
        std::optional<SolvedBlock> solved;
        row.passes += secondsOf(compute, [&] { solved = solveBlock(config, block, weights, known, row.recipe.stack, row.recipe.plan, {}); });
        row.rounding += secondsOf(compute, [&] { roundBlock(block, *solved, row.recipe.plan, row.recipe.rounding, {}); });
      } catch (const Error& error) {
        row.fault = error.what();
      }
    }
  }
  console.endProgress();

  const double tokens = static_cast<double>(windows * corpus.length());
  const double rate = captureOperations(config, tokens, static_cast<double>(corpus.length())) * static_cast<double>(config.blocks) / captureSeconds;
  Json json{{"model", path},
            {"windows", windows},
            {"length", corpus.length()},
            {"threads", at::get_num_threads()},
            {"device", compute.device.str()},
            {"format", arguments.format + ", 4-bit q, k, v"},
            {"peak_gflops", peak / 1e9},
            {"capture_seconds", captureSeconds},
            {"capture_gflops", rate / 1e9},
            {"capture_share_of_peak", rate / peak},
            {"rows", Json::array()}};
  for (const Row& row : rows) {
    Json item{{"method", row.method}, {"passes_seconds", row.passes}, {"rounding_seconds", row.rounding}};
    if (!row.fault.empty()) item["fault"] = row.fault;
    json["rows"].push_back(std::move(item));
  }
  if (console.json()) return console.printJson(json);
  console.line("statistics and X'X of " + std::to_string(windows) + " x " + std::to_string(corpus.length()) + " tokens: " +
               fixed(captureSeconds, 1) + " s, " + fixed(rate / 1e9, 1) + " of " + fixed(peak / 1e9, 1) + " GFLOP/s (" +
               fixed(100 * rate / peak, 0) + " %)");
  Table table({"method", "passes s", "rounding s"});
  for (const Row& row : rows) table.add({row.method, row.fault.empty() ? fixed(row.passes, 2) : row.fault, fixed(row.rounding, 2)});
  console.print(table.text());
}

}  // namespace bitscape::cli
