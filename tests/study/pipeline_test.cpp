#include "core/study/pipeline.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <thread>

#include "core/base/error.h"
#include "core/eval/quantized_block.h"
#include "core/quant/quantizer.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class PipelineTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model;
  std::shared_ptr<const Tokenizer> m_tokenizer;
  CorpusOptions m_text;

  static Recipe recipe(const char* plan) {
    Recipe recipe;
    recipe.plan = planFromName(plan);
    return recipe;
  }
  // Weights in 8 bits; inputs in 8 bits with one scale from calibration.
  Recipe staticRecipe() const {
    Recipe recipe = PipelineTest::recipe("w8a8");
    recipe.plan.uniform.input = integerFormat(8, Symmetry::Asymmetric, Granularity::Tensor);
    recipe.plan.name = nameOf(recipe.plan.uniform);
    recipe.calibration = m_text;
    return recipe;
  }
  void writeText(int lines) const {
    std::ofstream file(m_text.path);
    for (int i = 0; i < lines; ++i) file << "Line " << i * 7919 % 1000 << " of the text, all of it ASCII.\n";
  }

 private Q_SLOTS:
  void initTestCase() {
    const std::string folder = writeTinyModel(m_folder.filePath("tiny").toStdString());
    m_model = Model::open(folder);
    m_tokenizer = Tokenizer::open(folder);
    m_text = {.path = m_folder.filePath("text.txt").toStdString(), .windows = 3, .length = 32};
    writeText(20);
  }
  void everyLinearIsRoundedAsPlanned() {
    Pipeline pipeline(m_model, m_tokenizer);
    Recipe mixed = recipe("w4a8");
    mixed.plan.overrides[{1, Role::Down}] = linearPlanFromName("w8a8g16");
    mixed.plan.overrides[{-1, Role::LmHead}] = linearPlanFromName("w8a16");
    std::vector<double> heard;
    const auto quantized = pipeline.quantize(mixed, Progress([&](double done, std::string_view) { heard.push_back(done); }));
    QCOMPARE(quantized->linears.size(), std::size_t{2 * 7 + 1});
    for (const auto& [id, packed] : quantized->linears) {
      QVERIFY(at::equal(dequantize(packed), dequantize(quantizeWeight(m_model->loadLinear(id), *mixed.plan.of(id).weight))));
    }
    QVERIFY(std::is_sorted(heard.begin(), heard.end()) && heard.back() == 1.0);
    QVERIFY(parseJson(quantized->recipeJson, "recipe") == toJson(mixed));
  }
  void resultsAreRemembered() {
    Pipeline pipeline(m_model, m_tokenizer);
    const auto first = pipeline.quantize(recipe("w4a8"), {});
    QVERIFY(pipeline.quantize(recipe("w4a8"), {}) == first);
    const auto second = pipeline.quantize(recipe("w3a8"), {});
    QVERIFY(second != first);
    QVERIFY(pipeline.quantize(recipe("w3a8"), {}) == second);  // the latest alone: a quantized model is large
    QVERIFY(pipeline.corpus(m_text, {}) == pipeline.corpus(m_text, {}));
    const auto stats = pipeline.stats(recipe("w4a8"), m_text, {});
    QVERIFY(pipeline.stats(recipe("w8a8"), m_text, {}) == stats);  // the plan has no part in statistics
    Recipe seeded = recipe("w4a8");
    seeded.capture.seed = 99;
    QVERIFY(pipeline.stats(seeded, m_text, {}) != stats);
  }
  void anEditedTextIsAnotherText() {
    Pipeline pipeline(m_model, m_tokenizer);
    const auto before = pipeline.corpus(m_text, {});
    writeText(30);
    QVERIFY(pipeline.corpus(m_text, {}) != before);
    writeText(20);
  }
  void evaluations() {
    Pipeline pipeline(m_model, m_tokenizer);
    const auto plain = pipeline.evaluate(recipe("float"), m_text, fakeBackend(), {}, {});
    QCOMPARE(plain->windows, std::int64_t{3});
    QCOMPARE(plain->tokens, std::int64_t{3 * 31});
    QVERIFY(plain->ppl > 1 && plain->klMean == 0);
    QVERIFY(pipeline.evaluate(recipe("w2a2"), m_text, nullptr, {}, {}) == plain);  // no backend: the float model
    const auto fake = pipeline.evaluate(recipe("w8a8"), m_text, fakeBackend(), {}, {});
    const auto reference = pipeline.evaluate(recipe("w8a8"), m_text, referenceBackend(), {}, {});
    QVERIFY(fake != reference);
    QVERIFY(fake->klMean > 0);
    QVERIFY2(std::abs(fake->ppl / reference->ppl - 1) < 0.01, qPrintable(QString("%1 %2").arg(fake->ppl).arg(reference->ppl)));
    QVERIFY(pipeline.evaluate(recipe("w8a8"), m_text, fakeBackend(), {}, {}) == fake);
    QVERIFY(pipeline.evaluate(recipe("w2a8"), m_text, fakeBackend(), {}, {})->klMean > fake->klMean);
    QVERIFY(fake->bitsPerWeight > 8 && fake->bitsPerWeight < 9);
  }
  void oneBatchOrManyGiveTheSameNumbers() {
    // One batch streams the blocks, several keep the whole quantized model.
    Recipe mixed = recipe("w4a16");
    mixed.plan.overrides[{1, Role::Down}] = linearPlanFromName("w8a16g16");
    mixed.plan.overrides[{-1, Role::LmHead}] = linearPlanFromName("w8a16");
    mixed.plan.overrides[{-1, Role::Embedding}] = linearPlanFromName("w8a16");
    Pipeline pipeline(m_model, m_tokenizer);
    std::vector<double> heard;
    const Progress progress([&](double done, std::string_view) { heard.push_back(done); });
    const auto streamed = pipeline.evaluate(mixed, m_text, fakeBackend(), {.linearErrors = true}, progress);
    QVERIFY(std::is_sorted(heard.begin(), heard.end()) && heard.back() == 1.0);
    const auto kept = pipeline.evaluate(mixed, m_text, fakeBackend(), {.batchTokens = 32, .linearErrors = true}, {});
    QVERIFY(std::abs(streamed->ppl / kept->ppl - 1) < 1e-5);
    QVERIFY(streamed->klMean > 0 && std::abs(streamed->klMean / kept->klMean - 1) < 1e-3);
    QCOMPARE(streamed->linears.size(), std::size_t{14});
    const auto corpus = pipeline.corpus(m_text, {});
    const Report whole = bitscape::evaluate(*m_model, pipeline.quantize(mixed, {}).get(), nullptr, *corpus, {}, {}, {});
    QCOMPARE(whole.klMean, streamed->klMean);
    QCOMPARE(whole.ppl, streamed->ppl);
  }
  void staticInputsTakeTheirRangesFromCalibration() {
    Pipeline pipeline(m_model, m_tokenizer);
    const Recipe recipe = staticRecipe();
    const auto quantized = pipeline.quantize(recipe, {});
    QCOMPARE(quantized->inputRanges.size(), std::size_t{14});
    const auto stats = pipeline.stats(recipe, m_text, {});
    for (const auto& [id, range] : quantized->inputRanges) {
      const InputStats& input = stats->input({id.block, seamOf(id.role)});
      QCOMPARE(range.low, *std::min_element(input.min.begin(), input.min.end()));
      QCOMPARE(range.high, *std::max_element(input.max.begin(), input.max.end()));
      QVERIFY(range.low < 0 && range.high > 0);
    }
    QVERIFY(quantized->inputRange({0, Role::Q}) == quantized->inputRange({0, Role::V}));
    QVERIFY(quantized->inputRange({0, Role::Q}) != quantized->inputRange({0, Role::O}));

    const auto fake = pipeline.evaluate(recipe, m_text, fakeBackend(), {}, {});
    const auto reference = pipeline.evaluate(recipe, m_text, referenceBackend(), {}, {});
    QVERIFY2(std::abs(fake->ppl / reference->ppl - 1) < 0.01, qPrintable(QString("%1 %2").arg(fake->ppl).arg(reference->ppl)));
    // One scale for all tokens is coarser than one for each, but 8 bits stay near the float model.
    const auto dynamic = pipeline.evaluate(PipelineTest::recipe("w8a8"), m_text, fakeBackend(), {}, {});
    QVERIFY2(fake->klMean > dynamic->klMean && fake->klMean < 0.1, qPrintable(QString("%1 %2").arg(fake->klMean).arg(dynamic->klMean)));

    const std::string path = m_folder.filePath("static.safetensors").toStdString();
    writeQuantized(path, *quantized, {});
    const auto read = readQuantized(path, m_model);
    QVERIFY(read->inputRanges == quantized->inputRanges && read->plan == recipe.plan);
    const auto corpus = pipeline.corpus(m_text, {});
    QCOMPARE(bitscape::evaluate(*m_model, read.get(), fakeBackend().get(), *corpus, {}, {}, {}).ppl, fake->ppl);
  }
  void calibrationIsWantedWhereItIsNeeded() {
    Pipeline pipeline(m_model, m_tokenizer);
    Recipe recipe = staticRecipe();
    const auto before = pipeline.quantize(recipe, {});
    QVERIFY(pipeline.quantize(recipe, {}) == before);
    Recipe fewer = recipe;
    fewer.calibration->windows = 1;
    QVERIFY(pipeline.quantize(fewer, {})->inputRanges != before->inputRanges);
    writeText(30);
    QVERIFY(pipeline.quantize(recipe, {}) != before);
    writeText(20);
    recipe.calibration.reset();
    try {
      pipeline.quantize(recipe, {});
      QFAIL("no exception");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains("--calibration FILE"), error.what());
    }
    recipe.plan = planFromName("w8a8");  // wants no text, and is given one that does not exist
    recipe.calibration = CorpusOptions{.path = m_text.path + ".none"};
    QVERIFY(pipeline.quantize(recipe, {})->inputRanges.empty());
    recipe.plan.overrides[{-1, Role::LmHead}].input = integerFormat(8, Symmetry::Asymmetric, Granularity::Tensor);
    QVERIFY_THROWS_EXCEPTION(Error, pipeline.quantize(recipe, {}));
    recipe = staticRecipe();
    recipe.calibration->path += ".none";
    QVERIFY_THROWS_EXCEPTION(Error, pipeline.quantize(recipe, {}));
  }
  void streamedBlocksEqualTheQuantizedModels_data() {
    QTest::addColumn<QString>("plan");
    for (const char* plan : {"w4a8", "w3a16g16", "w16a6", "mixed", "static"}) QTest::newRow(plan) << plan;
  }
  void streamedBlocksEqualTheQuantizedModels() {
    QFETCH(QString, plan);
    Recipe recipe = plan == "static" ? staticRecipe() : PipelineTest::recipe(plan == "mixed" ? "w8a8" : plan.toLatin1().data());
    if (plan == "mixed") {
      recipe.plan.overrides[{1, Role::Up}].weight = linearPlanFromName("w2ba8").weight;
      recipe.plan.overrides[{1, Role::Up}].input = recipe.plan.uniform.input;
      recipe.plan.overrides[{0, Role::O}] = {};
    }
    for (const auto& backend : {std::shared_ptr<const Backend>(), fakeBackend(), referenceBackend()}) {
      BlocksOf streamed;
      std::shared_ptr<const QuantizedModel> whole;
      {
        Pipeline pipeline(m_model, m_tokenizer);
        streamed = pipeline.blocks(recipe, backend, {});
        whole = pipeline.quantize(recipe, {});
      }
      QVERIFY(streamed);  // it needs no pipeline any more, and no particular thread
      std::thread([&] {
        for (int block = 0; block < 2; ++block) {
          const BlockWeights weights = m_model->loadBlock(block, {});
          const LinearFn expected = quantizedRun(*whole, backend ? *backend : *fakeBackend(), block, weights).linears;
          const LinearFn linears = streamed(block, weights).linears;
          for (const SeamKind kind : kLinearSeams) {
            const Tensor x = at::randn({2, 5, weights.of(consumers(kind).front()).size(1)});
            const std::vector<Tensor> a = linears({block, kind}, x), b = expected({block, kind}, x);
            QCOMPARE(a.size(), b.size());
            for (std::size_t i = 0; i < a.size(); ++i) QVERIFY(at::equal(a[i], b[i]));
          }
        }
      }).join();
    }
  }
  void streamedBlocksFollowTheTypeOfTheBlock() {
    const BlocksOf streamed = Pipeline(m_model, m_tokenizer).blocks(recipe("w4a16"), nullptr, {});
    const BlockWeights weights = m_model->loadBlock(1, {.dtype = at::kBFloat16});
    const Tensor x = at::eye(64, at::kBFloat16).unsqueeze(0);
    const Tensor expected = dequantize(quantizeWeight(m_model->loadLinear({1, Role::O}), *planFromName("w4a16").uniform.weight));
    const Tensor found = streamed(1, weights).linears({1, SeamKind::AttentionOutput}, x)[0];
    QVERIFY(found.scalar_type() == at::kBFloat16);
    QVERIFY(at::equal(found[0].t(), expected.to(at::kBFloat16)));  // codes of the stored values, not of rounded ones
  }
  void blocksOfAFloatPlanAreEmpty() {
    Pipeline pipeline(m_model, m_tokenizer);
    QVERIFY(!pipeline.blocks(recipe("float"), nullptr, {}));
    Recipe head = recipe("float");
    head.plan.overrides[{-1, Role::LmHead}] = linearPlanFromName("w8a16");
    QVERIFY(!pipeline.blocks(head, nullptr, {}));
  }
  void blocksThatCannotBeAreRefused() {
    Pipeline pipeline(m_model, m_tokenizer);
    QVERIFY_THROWS_EXCEPTION(Error, pipeline.blocks(recipe("w4a8g7"), nullptr, {}));
    Recipe uncalibrated = staticRecipe();
    uncalibrated.calibration.reset();
    QVERIFY_THROWS_EXCEPTION(Error, pipeline.blocks(uncalibrated, nullptr, {}));
    BlockWeights weights = m_model->loadBlock(1, {});
    Tensor& down = weights.weight[static_cast<std::size_t>(Role::Down)];
    down = down.clone();
    down[4][7] = std::nan("");
    try {
      pipeline.blocks(recipe("w4a8"), nullptr, {})(1, weights);
      QFAIL("no exception");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).startsWith("block 1, down: "), error.what());
    }
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_THROWS_EXCEPTION(Cancelled, pipeline.blocks(staticRecipe(), nullptr, Progress({}, stop.get_token())));
  }
  void aCancelLeavesNoEntry() {
    Pipeline pipeline(m_model, m_tokenizer);
    std::stop_source stop;
    const Progress progress(
        [&](double done, std::string_view) {
          if (done > 0.4) stop.request_stop();
        },
        stop.get_token());
    QVERIFY_THROWS_EXCEPTION(Cancelled, pipeline.quantize(recipe("w4a8"), progress));
    QCOMPARE(pipeline.quantize(recipe("w4a8"), {})->linears.size(), std::size_t{14});
    QVERIFY_THROWS_EXCEPTION(Cancelled, pipeline.evaluate(recipe("w4a8"), m_text, fakeBackend(), {}, progress));
    QVERIFY(pipeline.evaluate(recipe("w4a8"), m_text, fakeBackend(), {}, {})->ppl > 1);
  }
  void whatCannotBeIsRefused() {
    Pipeline pipeline(m_model, m_tokenizer);
    QVERIFY_THROWS_EXCEPTION(Error, pipeline.quantize(recipe("w4a8g7"), {}));
    Recipe unknown = recipe("w4a8");
    unknown.stack.push_back({.pass = "smooth"});
    QVERIFY_THROWS_EXCEPTION(Error, pipeline.quantize(unknown, {}));
    unknown.stack[0].enabled = false;
    QVERIFY(pipeline.quantize(unknown, {}));
    unknown.rounding.id = "gptq";
    QVERIFY_THROWS_EXCEPTION(Error, pipeline.quantize(unknown, {}));
    CorpusOptions absent = m_text;
    absent.path += ".none";
    QVERIFY_THROWS_EXCEPTION(Error, pipeline.corpus(absent, {}));
    QVERIFY_THROWS_EXCEPTION(Error, Pipeline(m_model, nullptr).corpus(m_text, {}));
  }
  void aBadWeightIsNamed() {
    const std::string folder =
        writeTinyModel(m_folder.filePath("nan").toStdString(), {.edit = [](Json&, std::map<std::string, Tensor>& tensors) {
                         tensors.at("model.layers.1.mlp.down_proj.weight")[4][7] = std::nan("");
                       }});
    try {
      Pipeline(Model::open(folder), nullptr).quantize(recipe("w4a8"), {});
      QFAIL("no exception");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains("block 1, down"), error.what());
    }
  }
};

QTEST_APPLESS_MAIN(PipelineTest)
#include "pipeline_test.moc"
