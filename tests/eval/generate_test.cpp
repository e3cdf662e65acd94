#include "core/eval/generate.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "core/base/error.h"
#include "core/engine/cpu/seam.h"
#include "core/eval/run.h"
#include "tests/eval/tiny_quantized.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class GenerateTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    QVERIFY(m_folder.isValid());
    TinyModelOptions options;
    options.context = 40;
    m_model = Model::open(writeTinyModel(m_folder.filePath("llama").toStdString(), options));
  }
  void theCacheChangesNothing_data() {
    QTest::addColumn<QString>("format");
    QTest::newRow("float") << "";
    QTest::newRow("w4a16") << "w4a16";
  }
  void theCacheChangesNothing() {
    QFETCH(QString, format);
    const auto quantized = format.isEmpty() ? nullptr : tinyQuantized(m_model, planFromName(format.toStdString()));
    Runner runner(m_model, quantized, nullptr, {}, {});
    const std::vector<TokenId> ids{5, 9, 100, 33, 7, 7, 64, 1};
    const Tensor whole = runner.feedAll(ids);
    QCOMPARE(whole.size(0), std::int64_t(8));
    QCOMPARE(whole.size(1), m_model->config().vocabulary);
    runner.reset();
    QCOMPARE(runner.fed(), std::int64_t(0));
    Tensor last = runner.feed({ids.begin(), ids.begin() + 5});
    QVERIFY(at::allclose(last, whole[4], 1e-4, 1e-4));
    for (std::size_t i = 5; i < ids.size(); ++i) {
      last = runner.feed({ids[i]});
      QVERIFY(at::allclose(last, whole[static_cast<std::int64_t>(i)], 1e-4, 1e-4));
    }
    QCOMPARE(runner.fed(), std::int64_t(8));
  }
  // One token at a time goes through the decoder, a prompt through tensors: both give what fake quantization gives, up to the 8 bits in which
  // the decoder holds the head.
  void theDecoderEqualsTheForwardPass_data() {
    QTest::addColumn<QString>("format");
    QTest::addColumn<int>("threads");
    for (const char* format : {"w8a8", "w8a8qkv8", "w8a8g16", "w7a8kv8", "w8a8kv4", "w8a8kv3"}) {
      for (const int threads : {1, 2, 3}) {
        const QString name = QString("%1, %2 threads").arg(format).arg(threads);
        QTest::newRow(qPrintable(name)) << QString(format) << threads;
      }
    }
  }
  void theDecoderEqualsTheForwardPass() {
    QFETCH(QString, format);
    QFETCH(int, threads);
    const int before = at::get_num_threads();
    at::set_num_threads(threads);
    Plan plan = planFromName(format.toStdString());
    plan.overrides[{0, Role::K}] = linearPlanFromName("w6a8");  // a seam of two kinds
    plan.overrides[{1, Role::O}] = linearPlanFromName("w8a7");
    const auto quantized = tinyQuantized(m_model, plan);
    Runner fake(m_model, quantized, fakeBackend().get(), {}, {}), engine(m_model, quantized, cpu::cpuBackend().get(), {}, {});
    QCOMPARE(engine.headFormat(), std::string("8 bits"));
    QVERIFY(engine.weightBytes() > 0 && engine.weightBytes() < fake.weightBytes());
    const std::vector<TokenId> ids{5, 9, 100, 33, 7, 7, 64, 1, 90, 17};
    const Tensor wanted = fake.feedAll(ids), prompt = engine.feedAll(ids);
    const auto away = [&](const Tensor& logits, std::int64_t token) {
      return ((logits - wanted[token]).norm() / wanted[token].norm()).item<double>();
    };
    for (std::int64_t i = 0; i < 10; ++i) QVERIFY2(away(prompt[i], i) < 0.01, qPrintable(QString::number(away(prompt[i], i))));
    engine.reset();
    for (std::size_t i = 0; i < ids.size();) {
      // A prompt, single tokens, some at once, single ones again.
      const std::size_t count = i == 0 ? 3 : i == 5 ? 2 : 1;
      const Tensor last = engine.feed({ids.begin() + static_cast<std::ptrdiff_t>(i), ids.begin() + static_cast<std::ptrdiff_t>(i + count)});
      i += count;
      const double off = away(last, static_cast<std::int64_t>(i) - 1);
      QVERIFY2(off < 0.02, qPrintable(QString("%1 tokens: %2").arg(i).arg(off)));
    }
    QCOMPARE(engine.fed(), std::int64_t{10});
    at::set_num_threads(before);
  }
  // A model whose cache holds codes says what one says whose cache holds the rounded floats: prompts, single tokens and both in turn. Where
  // float32 sums fall on two sides of a code's boundary a token may differ by that code.
  void codesInTheCacheChangeNothing_data() {
    QTest::addColumn<QString>("format");
    QTest::addColumn<int>("headDim");
    QTest::addColumn<int>("window");
    for (const char* format : {"w16a16kv8", "w16a16kv4", "w16a16qkv4", "w8a8kv8", "w8a8kv4", "w8a8kv2"}) {
      for (const int headDim : {16, 10}) {
        for (const int window : {0, 6}) {
          const QString name = QString("%1, %2 channels, window %3").arg(format).arg(headDim).arg(window);
          QTest::newRow(qPrintable(name)) << QString(format) << headDim << window;
        }
      }
    }
  }
  void codesInTheCacheChangeNothing() {
    QFETCH(QString, format);
    QFETCH(int, headDim);
    QFETCH(int, window);
    TinyModelOptions options{.family = "mistral", .hidden = 64, .heads = 6, .context = 200, .headDim = headDim};
    if (window > 0) options.slidingWindow = window;
    QTemporaryDir folder;
    const auto model = Model::open(writeTinyModel(folder.filePath("model").toStdString(), options));
    const auto quantized = tinyQuantized(model, planFromName(format.toStdString()));
    const auto wantedBlocks = blocksOf(quantized);
    const c10::NoGradGuard guard;
    std::vector<BlockRun> blocks;
    for (int i = 0; i < model->config().blocks; ++i) blocks.push_back(wantedBlocks(i, model->loadBlock(i, {})));
    std::vector<KvCache> caches(blocks.size());  // of floats: the blocks round
    std::int64_t fed = 0;
    const auto wanted = [&](const std::vector<TokenId>& ids) {
      const auto count = std::ssize(ids);
      Tensor x = embed(model->loadEmbedding({}), at::tensor(at::ArrayRef<TokenId>(ids), at::kInt).to(at::kLong).unsqueeze(0));
      const Rope rope = makeRope(*model, fed, count, {});
      for (std::size_t i = 0; i < blocks.size(); ++i)
        x = forwardBlock(model->config(), static_cast<int>(i), blocks[i], x, rope, &caches[i]);
      fed += count;
      return logits(model->config(), x.slice(1, count - 1), model->loadFinalNorm({}), model->loadLmHead({})).flatten();
    };
    Runner fake(model, quantized, fakeBackend().get(), {}, {});
    const bool integers = format.startsWith("w8");
    std::optional<Runner> engine;
    if (integers) engine.emplace(model, quantized, cpu::cpuBackend().get(), ComputeOptions{}, Progress{});
    QCOMPARE(fake.kvBytesPerToken(), std::int64_t{0});
    std::vector<TokenId> next{5, 9, 100, 33, 7, 7, 64, 1, 90, 17};
    int same = 0, equal = 0;
    for (int step = 0; step < 70; ++step) {
      const Tensor expected = wanted(next), told = fake.feed(next);
      const auto away = [&](const Tensor& logits) { return ((logits - expected).norm() / expected.norm()).item<double>(); };
      QVERIFY2(away(told) < 0.03, qPrintable(QString("step %1: %2").arg(step).arg(away(told))));
      equal += away(told) < 1e-5;
      same += told.argmax().item<std::int64_t>() == expected.argmax().item<std::int64_t>();
      if (engine) {
        const Tensor heard = engine->feed(next);
        QVERIFY2(away(heard) < 0.06, qPrintable(QString("step %1, decoder: %2").arg(step).arg(away(heard))));  // its head has 8 bits
      }
      next = {static_cast<TokenId>(told.argmax().item<std::int64_t>())};
      if (step % 20 == 19) next = {next[0], 3, 14, 15};
    }
    QVERIFY2(same >= 68 && equal >= 50, qPrintable(QString("%1 tokens the same, %2 logits equal").arg(same).arg(equal)));
    const std::int64_t rows = 2 * 2 * model->config().blocks;  // keys and values of 2 heads
    const std::int64_t codes = format.endsWith("8") ? headDim : format.endsWith("4") ? (headDim + 1) / 2 : (headDim + 3) / 4;
    QVERIFY2(fake.kvBytesPerToken() >= rows * (codes + 5) && fake.kvBytesPerToken() <= rows * (codes + 5 + 2),
             qPrintable(QString::number(fake.kvBytesPerToken())));
    if (engine) QCOMPARE(engine->kvBytesPerToken(), fake.kvBytesPerToken());
    Runner plain(model, nullptr, nullptr, {}, {});
    plain.feed({1});
    QCOMPARE(plain.kvBytesPerToken(), rows * headDim * 4);
  }
  void theBestTokensComeFirst() {
    const Tensor logits = at::tensor({1.0F, 3.0F, 2.0F, 3.0F});
    const auto top = topTokens(logits, 3);
    QCOMPARE(top.size(), std::size_t(3));
    QCOMPARE(top[0].id, 1);
    QCOMPARE(top[1].id, 3);
    QCOMPARE(top[2].id, 2);
    QCOMPARE(top[0].logit, 3.0);
    QVERIFY(std::abs(top[2].probability - std::exp(2) / (std::exp(1) + std::exp(2) + 2 * std::exp(3))) < 1e-9);
    QCOMPARE(topTokens(logits, 100).size(), std::size_t(4));
    QVERIFY_THROWS_EXCEPTION(Error, topTokens(at::tensor({1.0F, std::nanf("")}), 1));
  }
  void greedyIsTheArgmaxEachTime() {
    Runner runner(m_model, nullptr, nullptr, {}, {});
    std::vector<TokenId> heard;
    const auto ids = generate(runner, {3, 4, 5}, {}, {.tokens = 6}, [&](const NextToken& token) {
      heard.push_back(token.id);
      QVERIFY(token.probability > 0 && token.probability <= 1);
    }, {});
    QCOMPARE(ids.size(), std::size_t(6));
    QVERIFY(ids == heard);
    std::vector<TokenId> all{3, 4, 5};
    for (const TokenId id : ids) {
      runner.reset();
      QCOMPARE(static_cast<TokenId>(runner.feed(all).argmax().item<std::int64_t>()), id);
      all.push_back(id);
    }
  }
  void aSeedRepeatsItself() {
    Runner runner(m_model, nullptr, nullptr, {}, {});
    const auto with = [&](std::uint64_t seed) {
      runner.reset();
      return generate(runner, {3, 4, 5}, {}, {.tokens = 12, .temperature = 1.5, .seed = seed}, {}, {});
    };
    QVERIFY(with(1) == with(1));
    QVERIFY(with(1) != with(2));
  }
  void generationEnds() {
    Runner runner(m_model, nullptr, nullptr, {}, {});
    const auto free = generate(runner, {3, 4, 5}, {}, {.tokens = 4}, {}, {});
    runner.reset();
    const auto ended = generate(runner, {3, 4, 5}, {free[2]}, {.tokens = 4}, {}, {});
    const auto place = std::find(free.begin(), free.end(), free[2]) - free.begin();
    QCOMPARE(std::ssize(ended), place);  // the end itself is not part of it
    runner.reset();
    QCOMPARE(generate(runner, {3, 4, 5}, {}, {.tokens = 0}, {}, {}).size(), std::size_t(0));
    runner.reset();
    QCOMPARE(generate(runner, {3, 4, 5}, {}, {.tokens = 1000}, {}, {}).size(), std::size_t(40 - 3 + 1));  // the context is 40
    runner.reset();
    std::stop_source stop;
    int heard = 0;
    QVERIFY_THROWS_EXCEPTION(Cancelled, generate(
                                            runner, {3}, {}, {.tokens = 30},
                                            [&](const NextToken&) {
                                              if (++heard == 2) stop.request_stop();
                                            },
                                            Progress({}, stop.get_token())));
    QCOMPARE(heard, 2);
  }
  void agreementCountsWhatTheModelWouldHaveSaid() {
    Runner runner(m_model, nullptr, nullptr, {}, {});
    auto ids = generate(runner, {3, 4, 5}, {}, {.tokens = 8}, {}, {});
    runner.reset();
    QCOMPARE(agreement(runner, {3, 4, 5}, ids, {}), 1.0);   // its own greedy text
    ids.back() = (ids.back() + 1) % 128;
    runner.reset();
    QCOMPARE(agreement(runner, {3, 4, 5}, ids, {}), 7.0 / 8);
    runner.reset();
    QCOMPARE(agreement(runner, {3}, {}, {}), 1.0);
  }
  void theErrorOfKlComesFromTheBatches() {
    Run run;
    Report report;
    QVERIFY(!klStderr(run.curve, 9));
    const double batches[] = {1.0, 3.0, 2.0, 6.0};
    double sum = 0;
    for (int i = 0; i < 4; ++i) {
      report.windows = i + 1;
      report.klMean = (sum += batches[i]) / (i + 1);
      addReport(run, report);
      addReport(run, report);   // the same windows again are no new point
    }
    QCOMPARE(run.curve.size(), std::size_t(4));
    QVERIFY(!klStderr(run.curve, 1));
    // mean 3, squares 4 + 0 + 1 + 9 = 14, s^2 = 14 / 3, over 4 windows
    QVERIFY(std::abs(*klStderr(run.curve, 4) - std::sqrt(14.0 / 3 / 4)) < 1e-12);
    QVERIFY(std::abs(*klStderr(run.curve, 2) - 1.0) < 1e-12);
  }
  void wrongIdsAreRefused() {
    Runner runner(m_model, nullptr, nullptr, {}, {});
    QVERIFY_THROWS_EXCEPTION(Error, runner.feed({128}));
    QVERIFY_THROWS_EXCEPTION(Error, runner.feed({-1}));
    QVERIFY_THROWS_EXCEPTION(Error, runner.feed({}));
    QVERIFY_THROWS_EXCEPTION(Error, generate(runner, {}, {}, {}, {}, {}));
    QCOMPARE(runner.feed({1, 2}).numel(), std::int64_t(128));  // still usable
  }

 private:
  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model;
};

QTEST_APPLESS_MAIN(GenerateTest)
#include "generate_test.moc"
