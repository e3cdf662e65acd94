// Draws every view with made-up numbers into pictures, dark and light: views_demo FOLDER.

#include <cmath>
#include <random>

#include <QApplication>
#include <QDir>
#include <QSplitter>
#include <QTreeView>
#include <QVBoxLayout>

#include "views/activations/activations_panel.h"
#include "views/charts/line_chart.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/jobs/job_list.h"
#include "views/model/model_panel.h"
#include "views/overview/overview_panel.h"
#include "views/style/theme.h"

using namespace bitscape;

namespace {

constexpr int kBlocks = 30;

std::shared_ptr<const HeatGrid> exampleGrid(int rows, int columns) {
  auto grid = std::make_shared<HeatGrid>();
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  grid->rows = rows;
  grid->columns = columns;
  grid->rowTitle = QStringLiteral("token");
  grid->columnTitle = QStringLiteral("channel");
  grid->valueTitle = QStringLiteral("block 7, input of down");
  grid->values.resize(static_cast<std::size_t>(rows) * columns);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) grid->values[static_cast<std::size_t>(r) * columns + c] = normal(random) * (c % 97 == 13 ? 8.0f : 1.0f) * 0.2f;
  }
  grid->values[static_cast<std::size_t>(columns) * 0 + 301] = 64;
  const QStringList words{QStringLiteral("The"), QStringLiteral(" quantization"), QStringLiteral(" of"), QStringLiteral(" large"), QStringLiteral("\n"), QStringLiteral(" models")};
  for (int r = 0; r < rows; ++r) grid->rowLabels << visibleToken(words[r % words.size()]);
  return grid;
}

std::shared_ptr<const ActivationStats> exampleStats(int known) {
  auto stats = std::make_shared<ActivationStats>();
  stats->inputs.resize(kBlocks * 4);
  stats->blocks.resize(kBlocks);
  std::mt19937 random(2);
  std::uniform_real_distribution<float> uniform(0.5f, 2.0f);
  for (int b = 0; b < known; ++b) {
    for (std::size_t k = 0; k < 4; ++k) {
      InputStats& input = stats->inputs[static_cast<std::size_t>(b) * 4 + k];
      input.rows = 2048;
      input.absmax = {uniform(random) * (k == 3 && b == 3 ? 400.0f : 4.0f + static_cast<float>(k))};
      input.kurtosisAll = 3 + 5 * uniform(random);
      input.meanAbsolute = 0.3 * uniform(random);
    }
    BlockStats& block = stats->blocks[static_cast<std::size_t>(b)];
    const float scale = b < 3 ? 1.0f : b < 28 ? 90.0f : 8.0f;
    block.top = {TopValue{12 * scale * uniform(random)}, TopValue{6 * scale}, TopValue{4 * scale}};
    block.median = 0.2 + 0.02 * b;
    block.cosine = b == 0 ? 0.4 : b == 29 ? 0.7 : 0.93 + 0.002 * b;
  }
  return stats;
}

void save(QWidget& widget, QSize size, const QString& path) {
  widget.resize(size);
  widget.show();
  QApplication::processEvents();
  widget.grab().save(path);
}

void drawAll(const QString& folder, const QString& suffix) {
  ActivationsPanel activations;
  activations.setBlocks(kBlocks);
  activations.setPlace({7, SeamKind::FfnDown});
  activations.setPrompt(QStringLiteral("The quantization of large models"));
  activations.setGrid(exampleGrid(48, 1536));
  activations.setOutliers({{0, 301}});
  activations.setNote(QStringLiteral("Input of block 7, down, for this prompt; float32."));
  save(activations, {1200, 760}, folder + QStringLiteral("/activations") + suffix);
  activations.heatMap()->zoomAt(activations.heatMap()->plotArea().topLeft() + QPointF(200, 60), 70, 3);
  save(activations, {1200, 760}, folder + QStringLiteral("/zoomed") + suffix);

  Selection selection;
  OverviewPanel overview(selection);
  overview.setBlocks(kBlocks);
  overview.setNames({QStringLiteral("float"), QStringLiteral("w4a8")});
  overview.setSide(Side::A, {exampleStats(24), {{3, "down", 0, 0, 301, 811.5}}, {}});
  selection.selectLinear({3, Role::Down});
  overview.setNote(QStringLiteral("Weights are stored as Q4_1, a 4-bit grid already; dequantized they are the float reference."));
  save(overview, {1200, 800}, folder + QStringLiteral("/overview") + suffix);

  ModelPanel model;
  ModelConfig config;
  config.blocks = kBlocks;
  config.hidden = 576;
  config.heads = 9;
  config.kvHeads = 3;
  config.headDim = 64;
  config.ffn = 1536;
  model.setModel(config, QStringLiteral("SmolLM2 135M Instruct"));
  std::map<LinearId, LinearNumbers> numbers;
  for (int b = 0; b < kBlocks; ++b) {
    for (const Role role : kBlockRoles) {
      numbers[{b, role}] = {4.06, 1.2e5, 10.0 + b * (role == Role::Down ? 9 : 1), 3.0 + 4 * b, b % 3 == 0 ? std::nullopt : std::optional(20.0 + b * 0.5)};
    }
  }
  model.model()->setNumbers(numbers);
  model.setSelected({2, Role::Down});
  save(model, {640, 520}, folder + QStringLiteral("/model") + suffix);

  Selection selection;
  EvaluatePanel evaluate(selection);
  evaluate.setBackends({{QStringLiteral("fake"), QStringLiteral("Fake quantization")}, {QStringLiteral("reference"), QStringLiteral("Reference")}});
  evaluate.setReady(true);
  evaluate.setTextPath(QStringLiteral("/data/wikitext2-test.txt"));
  evaluate.setPlanName(QStringLiteral("w4a8 (4.06 bits per weight)"));
  evaluate.setEstimate(QStringLiteral("Needs about 420 MB of memory and 35 s; 18 GB are free."));
  evaluate.setNote(QStringLiteral("Weights are stored as Q4_1, a 4-bit grid already; dequantized they are the float reference."));
  for (int id = 1; id <= 3; ++id) {
    Run run;
    run.id = id;
    run.plan = std::vector<std::string>{"float", "w8a8", "w4a8"}[static_cast<std::size_t>(id) - 1];
    run.backend = id == 1 ? "float" : "fake";
    run.label = id == 1 ? "float" : "propagated, fake-quant";
    run.text = "/data/wikitext2-test.txt";
    run.windows = 20;
    run.length = 512;
    for (int w = 2; w <= (id == 3 ? 8 : 20); w += 2) {
      Report report;
      report.windows = w;
      report.tokens = w * 511;
      report.ppl = 20 + 2 * id * id + std::sin(w + id);
      report.pplStderr = 4.0 / std::sqrt(w);
      report.pplFloat = 22 + std::sin(w);
      report.klMean = 0.1 * (id - 1) + 0.02 * std::sin(w);
      report.klMedian = report.klMean / 2;
      report.klP99 = report.klMean * 9;
      report.top1 = 1 - 0.1 * (id - 1);
      report.bitsPerWeight = id == 1 ? 16 : id == 2 ? 8.04 : 4.05;
      report.seconds = w * 3.1;
      addReport(run, report);
    }
    run.state = id == 3 ? RunState::Running : RunState::Done;
    evaluate.showRun(run);
  }
  save(evaluate, {1300, 760}, folder + QStringLiteral("/evaluate") + suffix);

  JobList jobs;
  jobs.setJob({1, QStringLiteral("Statistics"), QStringLiteral("done in 21 s"), 1, {}, JobState::Done});
  jobs.setJob({2, QStringLiteral("Evaluate w4a8"), QStringLiteral("block 7 of 30, windows 1 to 8"), 0.31, 74.0, JobState::Running});
  jobs.setJob({3, QStringLiteral("Quantize w2"), QString(), 0, {}, JobState::Waiting});
  jobs.setJob({4, QStringLiteral("Open"), QStringLiteral("cannot open \"a.gguf\": the file ends at 12 MB but 90 MB are declared; download it again"), 0.2, {}, JobState::Failed});
  save(jobs, {900, 150}, folder + QStringLiteral("/jobs") + suffix);
}

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  const QString folder = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral(".");
  if (!QDir().mkpath(folder)) return 1;
  for (const bool dark : {true, false}) {
    applyAppearance(application, dark ? Appearance::Dark : Appearance::Light);
    drawAll(folder, dark ? QStringLiteral("_dark.png") : QStringLiteral("_light.png"));
  }
  return 0;
}
