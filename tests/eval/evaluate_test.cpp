#include "core/eval/evaluate.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <random>

#include "core/base/error.h"
#include "core/eval/generate.h"
#include "tests/eval/tiny_quantized.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

namespace {

Corpus randomWindows(int windows, int length, int vocabulary) {
  std::mt19937 random(3);
  Corpus corpus;
  for (int i = 0; i < windows; ++i) {
    corpus.windows.emplace_back();
    for (int t = 0; t < length; ++t) corpus.windows.back().push_back(static_cast<TokenId>(random() % static_cast<unsigned>(vocabulary)));
  }
  return corpus;
}

// The whole definition, one window and one position at a time, in double, through the generating path of the model.
Report slowReport(const std::shared_ptr<const Model>& model, const std::shared_ptr<const QuantizedModel>& quantized, const Backend* backend,
                  const Corpus& corpus) {
  Runner plain(model, nullptr, nullptr, {}, {}), other(model, quantized, backend, {}, {});
  Report report;
  std::vector<double> means, kl;
  double agree = 0;
  for (const auto& window : corpus.windows) {
    plain.reset();
    other.reset();
    const Tensor f = plain.feedAll(window).to(at::kDouble).log_softmax(-1);
    const Tensor q = other.feedAll(window).to(at::kDouble).log_softmax(-1);
    double nll = 0;
    for (std::int64_t t = 0; t < f.size(0); ++t) {
      if (t + 1 < f.size(0)) nll -= q[t][window[static_cast<std::size_t>(t) + 1]].item<double>();
      kl.push_back((f[t].exp() * (f[t] - q[t])).sum().item<double>());
      agree += f[t].argmax().item<std::int64_t>() == q[t].argmax().item<std::int64_t>() ? 1 : 0;
    }
    means.push_back(nll / static_cast<double>(f.size(0) - 1));
  }
  double mean = 0;
  for (const double m : means) mean += m / static_cast<double>(means.size());
  report.ppl = std::exp(mean);
  std::sort(kl.begin(), kl.end());
  for (const double value : kl) report.klMean += value / static_cast<double>(kl.size());
  report.klMedian = (kl[(kl.size() - 1) / 2] + kl[kl.size() / 2]) / 2;
  report.top1 = agree / static_cast<double>(kl.size());
  report.windows = static_cast<std::int64_t>(means.size());
  report.tokens = report.windows * (corpus.length() - 1);
  return report;
}

bool near(double a, double b, double relative, double absolute = 0) { return std::abs(a - b) <= absolute + relative * std::abs(b); }

}  // namespace

class EvaluateTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    QVERIFY(m_folder.isValid());
    m_model = Model::open(writeTinyModel(m_folder.filePath("llama").toStdString(), {}));
    m_corpus = randomWindows(5, 24, static_cast<int>(m_model->config().vocabulary));
  }
  void aFloatModelDoesNotDivergeFromItself() {
    const Report report = evaluate(*m_model, nullptr, nullptr, m_corpus, {}, {}, {});
    const Report slow = slowReport(m_model, nullptr, nullptr, m_corpus);
    QVERIFY2(near(report.ppl, slow.ppl, 1e-5), qPrintable(QString("%1 for %2").arg(report.ppl).arg(slow.ppl)));
    QCOMPARE(report.pplFloat, report.ppl);
    QVERIFY(report.pplStderr > 0);
    QCOMPARE(report.klMean, 0.0);
    QCOMPARE(report.klMedian, 0.0);
    QCOMPARE(report.klP99, 0.0);
    QCOMPARE(report.top1, 1.0);
    QCOMPARE(report.windows, std::int64_t(5));
    QCOMPARE(report.tokens, std::int64_t(5 * 23));
    QCOMPARE(report.backend, std::string("float"));
  }
  void aQuantizedModelEqualsTheSlowDefinition_data() {
    QTest::addColumn<QString>("format");
    for (const char* format : {"w8a8", "w4a8", "w3a16", "w16a6", "w4a16g32", "w4a16g32s", "w2ba16"}) QTest::newRow(format) << format;
  }
  void aQuantizedModelEqualsTheSlowDefinition() {
    QFETCH(QString, format);
    const auto quantized = tinyQuantized(m_model, planFromName(format.toStdString()));
    const auto backend = fakeBackend();
    const Report report = evaluate(*m_model, quantized.get(), backend.get(), m_corpus, {.batchTokens = 50}, {}, {});
    const Report slow = slowReport(m_model, quantized, backend.get(), m_corpus);
    // Sums in another order may move a rounding of an input.
    const double loose = quantized->plan.uniform.input ? 2e-2 : 1e-4;
    QVERIFY2(near(report.ppl, slow.ppl, loose / 4), qPrintable(QString("%1 for %2").arg(report.ppl).arg(slow.ppl)));
    QVERIFY2(near(report.klMean, slow.klMean, loose, 1e-6), qPrintable(QString("%1 for %2").arg(report.klMean).arg(slow.klMean)));
    QVERIFY(near(report.klMedian, slow.klMedian, 3 * loose, 1e-6));
    QVERIFY(report.klMean > 0 && report.klP99 >= report.klMedian);
    QVERIFY(near(report.top1, slow.top1, 0, 0.03));
    QVERIFY(report.bitsPerWeight == sizeOf(quantized->plan, m_model->config()).bitsPerWeight);
  }
  void batchesDoNotMatter() {
    const auto quantized = tinyQuantized(m_model, planFromName("w4a16"));
    const auto backend = fakeBackend();
    int heard = 0;
    const Report one = evaluate(*m_model, quantized.get(), backend.get(), m_corpus, {.batchTokens = 1}, {}, {}, [&](const Report& report) {
      ++heard;
      QCOMPARE(report.windows, std::int64_t(heard));
    });
    QCOMPARE(heard, 5);
    const Report all = evaluate(*m_model, quantized.get(), backend.get(), m_corpus, {}, {}, {});
    QVERIFY(near(one.ppl, all.ppl, 1e-5));
    QVERIFY(near(one.klMean, all.klMean, 1e-3));
    QVERIFY(near(one.pplStderr, all.pplStderr, 1e-3));
  }
  void backendsAgree() {
    const auto quantized = tinyQuantized(m_model, planFromName("w8a8"));
    const auto fake = fakeBackend(), reference = referenceBackend();
    const Report a = evaluate(*m_model, quantized.get(), fake.get(), m_corpus, {}, {}, {});
    const Report b = evaluate(*m_model, quantized.get(), reference.get(), m_corpus, {}, {}, {});
    QVERIFY2(near(a.ppl, b.ppl, 1e-2), qPrintable(QString("%1 and %2").arg(a.ppl).arg(b.ppl)));
    QVERIFY(near(a.klMean, b.klMean, 0.2));
    QCOMPARE(b.backend, std::string("reference"));
  }
  void errorsPerLayer() {
    const auto rough = tinyQuantized(m_model, planFromName("w3a16"));
    const auto fine = tinyQuantized(m_model, planFromName("w8a16"));
    const EvaluateOptions options{.linearErrors = true};
    const Report a = evaluate(*m_model, rough.get(), nullptr, m_corpus, options, {}, {});
    const Report b = evaluate(*m_model, fine.get(), nullptr, m_corpus, options, {}, {});
    const auto blocks = static_cast<std::size_t>(m_model->config().blocks);
    QCOMPARE(a.blocks.size(), blocks);
    QCOMPARE(a.linears.size(), 7 * blocks);
    for (std::size_t i = 0; i < a.linears.size(); ++i) {
      QVERIFY(a.linears[i].id == b.linears[i].id);
      // Five bits more: 30 dB better; less, as rounding of narrow ranges is not uniform.
      QVERIFY2(b.linears[i].sqnr > a.linears[i].sqnr + 20, toString(a.linears[i].id).c_str());
      QVERIFY(a.linears[i].cosine < b.linears[i].cosine && a.linears[i].cosine > 0.8);
    }
    for (std::size_t i = 0; i < blocks; ++i) QVERIFY(b.blocks[i].sqnr > a.blocks[i].sqnr + 10);
  }
  // Errors of linears are those of linears alone, whatever happens to queries, keys and values.
  void errorsPerLinearKnowNoHeads() {
    const EvaluateOptions options{.linearErrors = true};
    const Report plain = evaluate(*m_model, tinyQuantized(m_model, planFromName("w3a16")).get(), nullptr, m_corpus, options, {}, {});
    const Report heads = evaluate(*m_model, tinyQuantized(m_model, planFromName("w3a16qkv3")).get(), nullptr, m_corpus, options, {}, {});
    QVERIFY(heads.klMean > 1.01 * plain.klMean);
    for (std::size_t i = 0; i < plain.linears.size(); ++i) QCOMPARE(heads.linears[i].sqnr, plain.linears[i].sqnr);
  }
  void consumersOfOneSeamMayDiffer() {
    Plan plan = planFromName("w8a8");
    plan.overrides[{0, Role::K}] = {};  // float
    plan.overrides[{1, Role::Up}] = linearPlanFromName("w4a6");
    plan.overrides[{-1, Role::LmHead}] = linearPlanFromName("w8a16");
    const auto quantized = tinyQuantized(m_model, plan);
    const auto backend = fakeBackend();
    const Report report = evaluate(*m_model, quantized.get(), backend.get(), m_corpus, {}, {}, {});
    const Report slow = slowReport(m_model, quantized, backend.get(), m_corpus);
    QVERIFY(near(report.ppl, slow.ppl, 5e-3));
    const Report uniform = evaluate(*m_model, tinyQuantized(m_model, planFromName("w8a8")).get(), backend.get(), m_corpus, {}, {}, {});
    QVERIFY(report.klMean != uniform.klMean);
  }
  void aStopIsHeardAndLeavesEverythingUsable() {
    const auto quantized = tinyQuantized(m_model, planFromName("w4a16"));
    const Report before = evaluate(*m_model, quantized.get(), nullptr, m_corpus, {}, {}, {});
    for (const int after : {0, 1, 3}) {
      std::stop_source stop;
      int checkpoints = 0;
      const Progress progress(
          [&](double done, std::string_view) {
            QVERIFY(done >= 0 && done <= 1);
            if (checkpoints++ == after) stop.request_stop();
          },
          stop.get_token());
      QVERIFY_THROWS_EXCEPTION(Cancelled, evaluate(*m_model, quantized.get(), nullptr, m_corpus, {.batchTokens = 24}, {}, progress));
      QCOMPARE(checkpoints, after + 1);
    }
    const Report again = evaluate(*m_model, quantized.get(), nullptr, m_corpus, {}, {}, {});
    QCOMPARE(again.ppl, before.ppl);
    QCOMPARE(again.klMean, before.klMean);
  }
  void progressNeverGoesBack() {
    double last = 0;
    const Progress progress([&](double done, std::string_view) {
      QVERIFY(done >= last);
      last = done;
    });
    evaluate(*m_model, nullptr, nullptr, m_corpus, {.batchTokens = 48}, {}, progress);
    QCOMPARE(last, 1.0);
  }
  void whatCannotBeEvaluatedIsASentence() {
    Corpus corpus = m_corpus;
    corpus.windows[2][7] = static_cast<TokenId>(m_model->config().vocabulary);
    QVERIFY_THROWS_EXCEPTION(Error, evaluate(*m_model, nullptr, nullptr, corpus, {}, {}, {}));
    corpus.windows[2][7] = -1;
    QVERIFY_THROWS_EXCEPTION(Error, evaluate(*m_model, nullptr, nullptr, corpus, {}, {}, {}));
    corpus = m_corpus;
    corpus.windows[1].pop_back();
    QVERIFY_THROWS_EXCEPTION(Error, evaluate(*m_model, nullptr, nullptr, corpus, {}, {}, {}));
    QVERIFY_THROWS_EXCEPTION(Error, evaluate(*m_model, nullptr, nullptr, Corpus{}, {}, {}, {}));
  }

 private:
  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model;
  Corpus m_corpus;
};

QTEST_APPLESS_MAIN(EvaluateTest)
#include "evaluate_test.moc"
