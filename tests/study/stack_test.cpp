// Whole models through a stack: static and propagated, streamed and whole, resumed and fresh.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/base/error.h"
#include "core/calib/map_stats.h"
#include "core/calib/solver_stats.h"
#include "core/engine/cpu/seam.h"
#include "core/eval/generate.h"
#include "core/eval/quantized_block.h"
#include "core/eval/static_error.h"
#include "core/study/model_solver.h"
#include "core/study/pipeline.h"
#include "tests/support/throws.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class StackTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model;
  std::shared_ptr<const Tokenizer> m_tokenizer;
  CorpusOptions m_text;

  Recipe recipe(const char* plan, std::vector<StackEntry> stack = {}, const char* rounding = "rtn", bool propagate = false) const {
    Recipe recipe;
    recipe.plan = planFromName(plan);
    recipe.stack = std::move(stack);
    recipe.rounding.id = rounding;
    recipe.propagate = propagate;
    recipe.calibration = m_text;
    return recipe;
  }
  static std::vector<StackEntry> smoothAndTurn() {
    return {{.pass = "smooth", .parameters = {{"alpha", 0.6}, {"seams", "all"}}},
            {.pass = "permute", .parameters = Json::object({{"block", 16}})},
            {.pass = "hadamard", .parameters = Json::object({{"block", 16}})}};
  }
  // Passes by their names, with what fits a tiny model.
  static std::vector<StackEntry> stackOf(const QString& passes) {
    std::vector<StackEntry> stack;
    for (const QString& pass : passes.split(',')) {
      StackEntry entry{.pass = pass.toStdString()};
      if (pass == "smooth") entry.parameters = Json::object({{"seams", "all"}});
      if (pass == "permute" || pass == "rotate" || pass == "hadamard") entry.parameters["block"] = 16;
      if (pass == "rotate") entry.parameters["steps"] = 8;
      stack.push_back(std::move(entry));
    }
    return stack;
  }
  static void compare(const QuantizedModel& a, const QuantizedModel& b) {
    QCOMPARE(a.linears.size(), b.linears.size());
    QCOMPARE(a.steps.size(), b.steps.size());
    for (const auto& [id, packed] : a.linears) QVERIFY2(at::equal(dequantize(packed), dequantize(b.linears.at(id))), toString(id).c_str());
  }
  bool same(const QuantizedModel& a, const QuantizedModel& b, int block) const {
    for (const Role role : kBlockRoles) {
      const LinearId id{block, role};
      if (!at::equal(dequantize(a.linears.at(id)), dequantize(b.linears.at(id)))) return false;
    }
    return true;
  }

 private Q_SLOTS:
  void initTestCase() {
    const std::string folder = writeTinyModel(m_folder.filePath("tiny").toStdString());
    m_model = Model::open(folder);
    m_tokenizer = Tokenizer::open(folder);
    m_text = {.path = m_folder.filePath("text.txt").toStdString(), .windows = 3, .length = 32};
    std::ofstream file(m_text.path);
    for (int i = 0; i < 20; ++i) file << "Line " << i * 7919 % 1000 << " of the text, all of it ASCII.\n";
  }
  void whatIsNotRoundedStaysTheSameModel_data() {
    QTest::addColumn<QString>("passes");
    for (const char* passes : {"smooth,permute,hadamard", "r1,r2,r3,r4", "smooth,rotate,permute,rotate,r3", "r1,hadamard"}) {
      QTest::newRow(passes) << passes;
    }
  }
  void whatIsNotRoundedStaysTheSameModel() {
    QFETCH(QString, passes);
    const std::vector<StackEntry> stack = stackOf(passes);
    Pipeline pipeline(m_model, m_tokenizer);
    const auto report = pipeline.evaluate(recipe("float", stack), m_text, fakeBackend(), {}, {});
    QVERIFY2(report->klMean >= 0 && report->klMean < 1e-7, qPrintable(QString::number(report->klMean)));
    QVERIFY(std::abs(report->ppl / report->pplFloat - 1) < 1e-5);
    QVERIFY(pipeline.evaluate(recipe("w4a4qkv4", stack), m_text, fakeBackend(), {}, {})->klMean > 1e-4);
  }
  void headAndEmbeddingAreRoundedInTheTurnedBasis() {
    Recipe turned = recipe("float", {{.pass = "r1"}});
    turned.plan.overrides[{-1, Role::LmHead}] = linearPlanFromName("w8a8");
    turned.plan.overrides[{-1, Role::Embedding}] = linearPlanFromName("w8a16");
    Pipeline pipeline(m_model, m_tokenizer);
    const auto quantized = pipeline.quantize(turned, {});
    const auto& residual = quantized->steps.front();
    const auto placed = std::find_if(residual.begin(), residual.end(), [](const PlacedStep& s) { return s.seam == SeamKind::Residual; });
    QVERIFY(placed != residual.end());
    const Tensor expected = applyToInput(placed->step, m_model->loadLinear({-1, Role::Embedding}));
    QVERIFY(at::allclose(dequantize(quantized->linears.at({-1, Role::Embedding})), expected, 0, 0.02));
    const auto report = pipeline.evaluate(turned, m_text, fakeBackend(), {}, {});
    QVERIFY2(report->klMean > 0 && report->klMean < 1e-3, qPrintable(QString::number(report->klMean)));
    const auto batches = Pipeline(m_model, m_tokenizer).evaluate(turned, m_text, fakeBackend(), {.batchTokens = 32}, {});
    QVERIFY(std::abs(batches->klMean / report->klMean - 1) < 1e-3);
  }
  void solverStatisticsEqualCaptures() {
    CaptureOptions options{.sampleRows = 10, .topValues = 8, .hessian = true};
    const auto corpus = makeCorpus(m_text, *m_tokenizer);
    const auto expected = capture(*m_model, corpus, options, {}, {});
    SolverTap tap(0, 3, 32, {.sampleRows = 10, .topRows = 4, .seed = options.seed, .hessian = true});
    const c10::NoGradGuard noGrad;
    const BlockRun run = floatRun(m_model->loadBlock(0, {}));
    const Rope rope = makeRope(*m_model, 0, 32, {});
    for (const auto& window : corpus.windows) {  // one by one: groups must not matter
      const Tensor ids = at::tensor(at::ArrayRef<TokenId>(window), at::kInt).to(at::kLong).unsqueeze(0);
      forwardBlock(m_model->config(), 0, run, embed(m_model->loadEmbedding({}), ids), rope, nullptr, &tap);
    }
    const auto found = tap.take();
    for (const SeamKind seam : kLinearSeams) {
      const InputStats &a = found[static_cast<std::size_t>(seam)], &b = expected->input({0, seam});
      QCOMPARE(a.rows, b.rows);
      QVERIFY(a.absmax == b.absmax && a.min == b.min && a.max == b.max);
      QVERIFY(at::allclose(*a.hessian, *b.hessian, 1e-5, 1e-6));
      for (std::size_t i = 0; i < a.mean.size(); ++i) {
        QVERIFY(std::abs(a.mean[i] - b.mean[i]) < 1e-5);
        QVERIFY(std::abs(a.variance[i] - b.variance[i]) < 1e-4 * std::max(1.0, b.variance[i]));
      }
      QCOMPARE(a.randomRows, b.randomRows);
      const Tensor rows = sampleOf(a);
      QVERIFY(at::allclose(rows.narrow(0, 0, 10), sampleOf(b).narrow(0, 0, 10), 1e-5, 1e-6));
      QCOMPARE(rows.abs().max().item<float>(), *std::max_element(a.absmax.begin(), a.absmax.end()));  // the massive rows are there
    }
  }
  void propagationChangesAllBlocksButTheFirst() {
    Pipeline pipeline(m_model, m_tokenizer);
    const auto fixed = pipeline.quantize(recipe("w3a4", smoothAndTurn()), {});
    const auto propagated = pipeline.quantize(recipe("w3a4", smoothAndTurn(), "rtn", true), {});
    QVERIFY(same(*fixed, *propagated, 0));
    QVERIFY(!same(*fixed, *propagated, 1));
  }
  void streamedAndWholeAgree() {
    for (const bool propagate : {false, true}) {
      const Recipe chosen = recipe("w3a4qkv4", smoothAndTurn(), "gptq", propagate);
      const auto one = Pipeline(m_model, m_tokenizer).evaluate(chosen, m_text, fakeBackend(), {}, {});
      const auto many = Pipeline(m_model, m_tokenizer).evaluate(chosen, m_text, fakeBackend(), {.batchTokens = 32}, {});
      QVERIFY(std::abs(one->klMean / many->klMean - 1) < 1e-4);
      QTemporaryDir cache;
      const auto kept = Pipeline(m_model, m_tokenizer, {}, cache.path().toStdString()).evaluate(chosen, m_text, fakeBackend(), {}, {});
      QVERIFY(std::abs(one->klMean / kept->klMean - 1) < 1e-4);
    }
  }
  void aStoppedSolveGoesOnAtItsBlock() {
    for (const bool propagate : {false, true}) {
      QTemporaryDir cache;
      const Recipe chosen = recipe("w3a4", smoothAndTurn(), "gptq", propagate);
      const Corpus corpus = makeCorpus(m_text, *m_tokenizer);
      KnowledgeStore knowledge;
      const auto solver = [&] {
        return ModelSolver(*m_model, chosen, &corpus, {},
                           {.folder = cache.path().toStdString(), .key = "key", .knowledge = &knowledge, .knowledgeKey = "text"});
      };
      QVERIFY_THROWS_EXCEPTION(Cancelled, solver().run({}, [](int, QuantizedBlockPart) { throw Cancelled(); }));
      const std::string first = partPath(cache.path().toStdString(), "key", 0);
      QVERIFY(std::filesystem::exists(first));
      QVERIFY(!std::filesystem::exists(partPath(cache.path().toStdString(), "key", 1)));
      const auto written = std::filesystem::last_write_time(first);
      QuantizedModel resumed;
      solver().run({}, [&](int, QuantizedBlockPart part) {
        resumed.linears.merge(part.linears);
        resumed.steps.push_back(part.steps);
      });
      QVERIFY(std::filesystem::last_write_time(first) == written);
      compare(resumed, *Pipeline(m_model, m_tokenizer).quantize(chosen, {}));
      // Damage is no reason to fail: the block is made again.
      std::filesystem::resize_file(first, std::filesystem::file_size(first) / 2);
      QuantizedModel repaired;
      solver().run({}, [&](int, QuantizedBlockPart part) {
        repaired.linears.merge(part.linears);
        repaired.steps.push_back(part.steps);
      });
      compare(repaired, resumed);
    }
  }
  void whatATextTellsIsLearnedOnce() {
    const Corpus corpus = makeCorpus(m_text, *m_tokenizer);
    Corpus other = corpus;
    for (auto& window : other.windows) std::reverse(window.begin(), window.end());
    const auto solve = [&](const Recipe& chosen, const Corpus& text, KnowledgeStore& knowledge, const std::string& folder = {}) {
      QuantizedModel result;
      ModelSolver(*m_model, chosen, &text, {}, {.folder = folder, .key = hashOf(chosen), .knowledge = &knowledge, .knowledgeKey = "text"})
          .run({}, [&](int, QuantizedBlockPart part) {
            result.linears.merge(part.linears);
            result.steps.push_back(part.steps);
          });
      return result;
    };
    const Recipe awq = recipe("w4a8", {{.pass = "awq-scale"}}), gptq = recipe("w3a8", smoothAndTurn(), "gptq");
    const Recipe mean = recipe("w4a4", {{.pass = "permute", .parameters = Json::object({{"block", 16}, {"calibration", "mean"}})}});
    KnowledgeStore first, second, none({}, 0);
    const QuantizedModel wanted = solve(gptq, corpus, first), wantedMean = solve(mean, corpus, first);
    QVERIFY(!same(wanted, solve(gptq, other, second), 1));  // the text matters
    compare(wanted, solve(gptq, other, first));             // but is not read again
    compare(wantedMean, solve(mean, other, first));
    compare(solve(awq, corpus, none), solve(awq, other, first));  // whatever it was read for
    compare(wanted, solve(gptq, corpus, none));                   // nor kept beyond the bound
    QVERIFY(!none.find("text", 0, {.stats = true}) && first.find("text", 1, {.hessian = true}) && !first.find("text", 2, {}));
    // Statistics without Hessians do not do for GPTQ, and do not replace those with them.
    KnowledgeStore plain;
    solve(awq, corpus, plain);
    QVERIFY(plain.find("text", 0, {.stats = true}) && !plain.find("text", 0, {.hessian = true}));
    compare(wanted, solve(gptq, corpus, plain));
    auto bare = plain.find("text", 0, {.stats = true});
    for (InputStats& stats : *bare->inputs) stats.hessian.reset();
    plain.keep("text", 0, *bare);
    QVERIFY(plain.find("text", 0, {.hessian = true}));
    // Learned ahead, without solving.
    KnowledgeStore ahead;
    ModelSolver(*m_model, gptq, &corpus, {}, {.knowledge = &ahead, .knowledgeKey = "text"}).learn({});
    compare(wanted, solve(gptq, other, ahead));
    // Propagated: each recipe sees inputs of its own.
    Recipe propagated = gptq;
    propagated.propagate = true;
    QVERIFY(!same(solve(propagated, corpus, first), solve(propagated, other, first), 1));
  }
  void gradientsLieInTheFolder() {
    const Corpus corpus = makeCorpus(m_text, *m_tokenizer);
    Corpus other = corpus;
    for (auto& window : other.windows) std::reverse(window.begin(), window.end());
    QTemporaryDir cache;
    const std::string folder = cache.path().toStdString();
    const Recipe chosen = recipe("w3a16", {}, "squeezellm");
    const auto solve = [&](const Corpus& text, const std::string& key, const std::string& at) {
      KnowledgeStore knowledge(at);  // another process
      QuantizedModel result;
      ModelSolver(*m_model, chosen, &text, {}, {.folder = at, .key = key, .knowledge = &knowledge, .knowledgeKey = "text"})
          .run({}, [&](int, QuantizedBlockPart part) { result.linears.merge(part.linears); });
      return result;
    };
    const QuantizedModel wanted = solve(corpus, "one", {});
    compare(wanted, solve(corpus, "one", folder));
    compare(wanted, solve(other, "two", folder));  // other codes of the same gradients
    QVERIFY(!same(wanted, solve(other, "one", {}), 0));
    KnowledgeStore store(folder);
    QVERIFY(store.hasFisher("text", 2) && !store.hasFisher("text", 3) && !store.hasFisher("more", 2));
    QVERIFY(test::errorOf([&] { store.fisher("more", 0); }).find("fisher-") != std::string::npos);
  }
  void aFolderThatCannotBeIsSaidAtOnce() {
    const std::string blocked = m_folder.filePath("text.txt").toStdString() + "/cache";
    Pipeline pipeline(m_model, m_tokenizer, {}, blocked);
    const std::string sentence = test::errorOf([&] { pipeline.quantize(recipe("w4a4", smoothAndTurn(), "gptq"), {}); });
    QVERIFY2(sentence.find("cannot make the cache folder") != std::string::npos, sentence.c_str());
  }
  void keptColumnsWidenNoStaticRange() {
    Recipe chosen = recipe("w4a4", {}, "quik");
    chosen.rounding.parameters = Json::object({{"outliers", 512}});
    chosen.plan.uniform.input = integerFormat(4, Symmetry::Asymmetric, Granularity::Tensor);
    const auto quantized = Pipeline(m_model, m_tokenizer).quantize(chosen, {});
    const auto stats = capture(*m_model, makeCorpus(m_text, *m_tokenizer), chosen.capture, {}, {});
    int narrower = 0;
    for (const Role role : kBlockRoles) {
      const LinearId id{0, role};
      const Tensor& kept = quantized->linears.at(id).keptColumns;
      QVERIFY(kept.defined() && kept.numel() > 0);
      const InputStats& input = stats->input({0, seamOf(role)});
      const InputRange own = *quantized->inputRange(id), all = rangeOf(input);
      QVERIFY(own.low == rangeOf(input, kept).low && own.high == rangeOf(input, kept).high);
      narrower += own.high - own.low < all.high - all.low;
    }
    QCOMPARE(narrower, 7);
  }
  void theEngineRunsEveryStep_data() {
    QTest::addColumn<QString>("passes");
    for (const char* passes : {"smooth,permute,hadamard", "r1,r2,r3,r4", "smooth,rotate,permute,rotate,r3", "r1,hadamard"}) {
      QTest::newRow(passes) << passes;
    }
  }
  void theEngineRunsEveryStep() {
    QFETCH(QString, passes);
    const std::vector<StackEntry> stack = stackOf(passes);
    const Recipe chosen = recipe("w8a8qkv8", stack);
    Pipeline pipeline(m_model, m_tokenizer);
    const auto fake = pipeline.evaluate(chosen, m_text, fakeBackend(), {}, {}), engine = pipeline.evaluate(chosen, m_text, cpu::cpuBackend(), {}, {});
    QCOMPARE(engine->backend, std::string("cpu"));
    QVERIFY2(std::abs(engine->ppl / fake->ppl - 1) < 5e-3, qPrintable(QString("%1 and %2").arg(engine->ppl).arg(fake->ppl)));
    // Token by token.
    const auto quantized = pipeline.quantize(chosen, {});
    Runner slow(m_model, quantized, fakeBackend().get(), {}, {}), quick(m_model, quantized, cpu::cpuBackend().get(), {}, {});
    for (const TokenId id : {3, 70, 41, 8, 8, 90}) {
      const Tensor wanted = slow.feed({id}), found = quick.feed({id});
      const double away = ((found - wanted).norm() / wanted.norm()).item<double>();
      QVERIFY2(away < 0.02, qPrintable(QString::number(away)));
    }
  }
  void stacksThatCannotBeAreRefused() {
    Pipeline pipeline(m_model, m_tokenizer);
    const auto sentence = [&](Recipe chosen) { return test::errorOf([&] { pipeline.quantize(chosen, {}); }); };
    Recipe uncalibrated = recipe("w4a4", smoothAndTurn());
    uncalibrated.calibration.reset();
    QVERIFY(sentence(uncalibrated).find("--calibration FILE") != std::string::npos);
    Recipe block = recipe("w4a4", {{.pass = "hadamard", .parameters = Json::object({{"block", 7}})}});
    QVERIFY(sentence(block).find("stack/0/block") != std::string::npos);
    Recipe alpha = recipe("w4a4", {{.pass = "smooth", .parameters = Json::object({{"alpha", 7}})}});
    QVERIFY(sentence(alpha).find("stack/0/alpha") != std::string::npos);
    QVERIFY(sentence(recipe("w4a4", {{.pass = "none"}})).find("\"none\"") != std::string::npos);
    Recipe disabled = recipe("w4a4", {{.pass = "none", .enabled = false}});
    QCOMPARE(pipeline.quantize(disabled, {})->linears.size(), std::size_t{14});
  }
};

QTEST_APPLESS_MAIN(StackTest)
#include "stack_test.moc"
